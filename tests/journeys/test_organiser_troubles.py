"""What goes wrong on an organiser's day, and costs nothing: a network that drops, two who change the same, a session that ends,
a hand that cannot hold a mouse."""

import asyncio

import pytest
from playwright.async_api import Browser, Page

from matchmaker.model.ids import AssociationId
from matchmaker.model.run import RunInput
from matchmaker.services import match
from matchmaker.store import attendees
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests.web.browser import Clock
from tests.web.organiser import session_of, sign_in_browser
from tests.web.run_room import Room, a_room
from tests.web.served import CHROMIUM, page_of

pytestmark = [pytest.mark.chromium, pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")]
TABS_MAX = 80
OFFLINE_SECONDS = 2.5  # two looks at how far it is


@pytest.fixture
async def room(pool: Pool, association_id: AssociationId, clock: Clock) -> Room:
    return await a_room(pool, association_id)


async def test_a_page_that_lost_its_network_during_a_run_finds_out_how_it_ended(
    browser: Browser, address: str, room: Room, clock: Clock
) -> None:
    """Nobody reloads: it asks again by itself until it is answered."""
    async with tenant_transaction(room.pool, room.association_id) as connection:
        run = await match.request(connection, room.event_id, RunInput(), at=clock.at)
    context = await browser.new_context(locale="en-GB")
    try:
        page = await context.new_page()
        await sign_in_browser(page, address, room.pool, room.association_id, clock)
        await page.goto(f"{address}{room.runs}/{run.id}")
        assert await page.get_by_role("heading", level=1).inner_text() == "The run waits to begin"
        await context.set_offline(True)
        async with tenant_transaction(room.pool, room.association_id) as connection:
            await match.cancel(connection, room.event_id, run.id, at=clock.at)
        await asyncio.sleep(OFFLINE_SECONDS)
        assert await page.get_by_role("heading", level=1).inner_text() == "The run waits to begin"
        await context.set_offline(False)
        await page.get_by_role("heading", name="The run was called off").wait_for()
    finally:
        await context.close()


async def test_of_two_at_the_desk_neither_undoes_what_the_other_typed(
    browser: Browser, address: str, room: Room, clock: Clock
) -> None:
    """In two browsers at once: whoever saves second is shown both, and says which."""
    person = room.people[0]
    path = f"{address}/events/{room.event_id}/room/attendees/{person}/details"
    async with page_of(browser) as one, page_of(browser) as other:
        organiser_id = await sign_in_browser(one, address, room.pool, room.association_id, clock)
        token = await session_of(room.pool, room.association_id, organiser_id, clock)
        await other.context.add_cookies([{"name": "organiser", "value": token, "url": address}])
        for page in (one, other):
            await page.goto(path)
        await one.get_by_label("Organisation").fill("Guild of Glassmakers")
        await one.get_by_role("button", name="Save").click()
        await one.wait_for_url(lambda url: "/details" not in url)
        await other.get_by_label("Role").fill("Treasurer")
        await other.get_by_role("button", name="Save").click()
        await other.get_by_role("heading", name="Somebody changed this meanwhile").wait_for()
        assert await other.get_by_text("Guild of Glassmakers").count() > 0
        assert await other.get_by_text("Treasurer").count() > 0
        assert await organisation_and_role(room, person) == ("Guild of Glassmakers", None)


async def organisation_and_role(room: Room, person: str) -> tuple[str | None, str | None]:
    async with tenant_transaction(room.pool, room.association_id) as connection:
        found = next(one for one in await attendees.find(connection, room.event_id, limit=9) if one.id == person)
    return found.organisation, found.role


async def test_the_way_to_the_letters_is_walked_by_keyboard(
    browser: Browser, address: str, room: Room, clock: Clock
) -> None:
    async with page_of(browser) as page:
        await sign_in_browser(page, address, room.pool, room.association_id, clock)
        await page.goto(f"{address}/events/{room.event_id}")
        await enter(page, "Look at the draft")
        await page.get_by_text("A draft: nobody has been told.").wait_for()
        await enter(page, "Look at the pairings")
        await page.get_by_role("heading", name="Pairings", level=1).wait_for()
        await enter(page, "Pin")
        await page.get_by_text("Pinned: every run from now on proposes these two.").wait_for()
        assert await focused(page) == "Take the pin back"
        await enter(page, "Release", backwards=True)
        await page.get_by_role("heading", name="Release", level=1).wait_for()
        await enter(page, "Release in 5 minutes")
        await page.get_by_text("The release waits. Nothing has been sent yet.").wait_for()
        await enter(page, "Stop it")
        await page.get_by_text("Stopped. Nothing was sent, and nothing has changed.").wait_for()
    assert await room.introductions() == 0


async def enter(page: Page, name: str, *, backwards: bool = False) -> None:
    """Tabs to what is called so, sees that it is marked, and presses Enter."""
    for _ in range(TABS_MAX):
        await page.keyboard.press("Shift+Tab" if backwards else "Tab")
        if await focused(page) == name:
            break
    assert await focused(page) == name
    assert await page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    await page.keyboard.press("Enter")


async def focused(page: Page) -> str:
    text: str = await page.evaluate("document.activeElement.innerText || ''")
    return text.strip()
