"""Real browsers on the plan, the files and the time after: dragging, a keyboard without scripts, small and dark windows, axe."""

from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser, Page

from matchmaker.model.ids import AssociationId
from matchmaker.model.run import Format
from matchmaker.settings import Settings
from matchmaker.store import runs
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests.factories import AT
from tests.seating import Draft, draft
from tests.web.browser import Clock
from tests.web.organiser import sign_in_browser
from tests.web.served import CHROMIUM, chromium, page_of, served
from tests.web.test_chromium import findings, needs_axe

pytestmark = [pytest.mark.chromium, pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")]


@pytest.fixture(scope="module")
def address(page_settings: Settings, page_clock: Clock) -> Iterator[str]:
    with served(page_settings, page_clock, "localhost") as address:
        yield address


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest.fixture
async def of(pool: Pool, association_id: AssociationId, clock: Clock) -> Draft:
    """Six people at two tables."""
    async with tenant_transaction(pool, association_id) as connection:
        return await draft(connection)


async def at_first_table(page: Page) -> list[str]:
    return await page.locator("#table-1 li strong").all_inner_texts()


async def drag(page: Page, seats: str, one: str, end_at: str) -> None:
    """Takes hold of a name and lets go elsewhere."""
    start = await page.locator(seats, has_text=one).bounding_box()
    end = await page.locator(end_at).bounding_box()
    assert start is not None
    assert end is not None
    await page.mouse.move(start["x"] + 20, start["y"] + 8)
    await page.mouse.down()
    await page.mouse.move(end["x"] + 30, end["y"] + 8, steps=4)
    await page.mouse.up()


async def test_a_name_is_dragged_onto_another_and_the_change_kept_and_undone(
    browser: Browser, address: str, pool: Pool, association_id: AssociationId, clock: Clock, of: Draft
) -> None:
    """What it does is shown first, where the focus goes; until a press nothing is kept."""
    async with page_of(browser, viewport={"width": 1280, "height": 1000}) as page:
        await sign_in_browser(page, address, pool, association_id, clock)
        await page.goto(f"{address}/events/{of.event_id}/plan")
        await drag(page, ".plan li", "Cy", ".plan li:has-text('Bob')")
        await page.get_by_role("heading", name="Round 1: Cy and Bob change places").wait_for()
        assert await page.evaluate("document.activeElement.id") == "effect-title"
        assert await at_first_table(page) == ["Ada", "Cy", "Eve"]
        await page.get_by_role("button", name="Keep this change").click()
        await page.get_by_text("The seats are changed.").wait_for()
        assert await at_first_table(page) == ["Ada", "Bob", "Eve"]
        await page.get_by_role("button", name="Undo this change").click()
        await page.get_by_text("Everyone sits where they sat before.").wait_for()
        assert await at_first_table(page) == ["Ada", "Cy", "Eve"]


async def unseat(pool: Pool, association_id: AssociationId, of: Draft, name: str) -> None:
    """As where there was no seat left for them in the first round."""
    async with tenant_transaction(pool, association_id) as connection:
        await connection.execute("delete from placement where round = 1 and attendee_id = $1", of.people[name])
        await connection.execute("delete from run_group_member where attendee_id = $1", of.people[name])


async def test_who_has_no_seat_is_dragged_to_a_table_with_a_free_one_and_away_again(
    browser: Browser, address: str, pool: Pool, association_id: AssociationId, clock: Clock, of: Draft
) -> None:
    await unseat(pool, association_id, of, "Cy")
    async with page_of(browser, viewport={"width": 1280, "height": 1400}) as page:
        await sign_in_browser(page, address, pool, association_id, clock)
        await page.goto(f"{address}/events/{of.event_id}/plan")
        await page.get_by_text("1 person has no seat: see below.").wait_for()
        await drag(page, "[data-seat]", "Cy", "#table-1")
        await page.get_by_role("heading", name="Round 1: Cy takes a free seat").wait_for()
        await page.get_by_role("button", name="Keep this change").click()
        await page.get_by_text("The seats are changed.").wait_for()
        assert await at_first_table(page) == ["Ada", "Cy", "Eve"]
        await page.get_by_role("button", name="Undo this change").click()
        await page.get_by_text("Everyone sits where they sat before.").wait_for()
        assert await at_first_table(page) == ["Ada", "Eve"]


async def test_who_has_no_seat_is_seated_by_keyboard_without_scripts(
    browser: Browser, address: str, pool: Pool, association_id: AssociationId, clock: Clock, of: Draft
) -> None:
    """From their own line: the form knows whom it is about."""
    await unseat(pool, association_id, of, "Cy")
    async with page_of(browser, java_script_enabled=False) as page:
        await sign_in_browser(page, address, pool, association_id, clock)
        await page.goto(f"{address}/events/{of.event_id}/plan")
        async with page.expect_navigation():
            await page.get_by_role("link", name="Seat Cy").press("Enter")
        await page.get_by_label("Where to").focus()
        await page.keyboard.type("Free seat at table 1")
        await page.keyboard.press("Tab")
        async with page.expect_navigation():
            await page.keyboard.press("Enter")
        async with page.expect_navigation():
            await page.get_by_role("button", name="Keep this change").press("Enter")
        assert await at_first_table(page) == ["Ada", "Cy", "Eve"]


async def test_seats_change_by_keyboard_without_scripts(
    browser: Browser, address: str, pool: Pool, association_id: AssociationId, clock: Clock, of: Draft
) -> None:
    async with page_of(browser, java_script_enabled=False) as page:
        await sign_in_browser(page, address, pool, association_id, clock)
        await page.goto(f"{address}/events/{of.event_id}/plan")
        await page.get_by_label("Who").focus()
        await page.keyboard.type("Cy")
        await page.keyboard.press("Tab")
        await page.keyboard.type("Change places with Bob")
        await page.keyboard.press("Tab")
        async with page.expect_navigation():
            await page.keyboard.press("Enter")
        assert await page.get_by_role("heading", level=1).inner_text() == "Change seats"
        await page.get_by_role("button", name="Keep this change").focus()
        async with page.expect_navigation():
            await page.keyboard.press("Enter")
        assert await at_first_table(page) == ["Ada", "Bob", "Eve"]


@needs_axe
async def test_axe_finds_nothing_and_nothing_is_cut_off(
    browser: Browser, address: str, pool: Pool, association_id: AssociationId, clock: Clock, of: Draft
) -> None:
    """In the dark only colours differ; at 320 pixels nothing is wider than the window."""
    async with tenant_transaction(pool, association_id) as connection:
        pairs = await draft(connection, Format.ROUNDS)
        await runs.release(connection, pairs.event_id, pairs.run_id, AT)
    await unseat(pool, association_id, of, "Flo")
    home, released = f"/events/{of.event_id}", f"/events/{pairs.event_id}"
    people, found = of.people, {}
    change = f"{home}/plan/change?run={of.run_id}&round=1&person={people['Cy']}&place="
    paths = [
        f"{home}/plan?q=e&undo={people['Cy']}.1.2.{people['Bob']}", f"{change}with:{people['Bob']}",
        f"{change}with:{people['Ada']}", change, f"{released}/plan", f"{home}/files", f"{home}/files/agenda",
        f"{released}/after", f"{released}/after/network",
        f"{released}/after/fairness",
    ]  # fmt: skip
    async with page_of(browser) as page:
        await sign_in_browser(page, address, pool, association_id, clock)
        for path in paths:
            await page.set_viewport_size({"width": 1280, "height": 900})
            await page.emulate_media(color_scheme="light")
            await page.goto(address + path)
            await page.locator(".htmx-request").wait_for(state="detached")
            found[path] = await findings(page)
            await page.emulate_media(color_scheme="dark")
            dark = await page.evaluate("axe.run({runOnly: ['color-contrast']})")
            found[path] += [node["html"] for one in dark["violations"] for node in one["nodes"]]
            await page.set_viewport_size({"width": 320, "height": 640})
            if not await page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
                found[path].append("wider than the window")
    assert {name: one for name, one in found.items() if one} == {}
