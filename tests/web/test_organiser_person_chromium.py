"""States that the tour does not see, in a real browser: private events, forms with mistakes, answers, what htmx puts in place."""

from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser, Page

from matchmaker.model.introduction import Answer
from matchmaker.services import respond
from matchmaker.settings import Settings
from matchmaker.store.tenant import tenant_transaction
from tests.factories import AT
from tests.web.browser import Clock
from tests.web.organiser import sign_in_browser
from tests.web.served import CHROMIUM, chromium, page_of, served
from tests.web.test_chromium import findings, needs_axe
from tests.web.world import World

pytestmark = [pytest.mark.chromium, pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")]


@pytest.fixture(scope="module")
def address(page_settings: Settings, page_clock: Clock) -> Iterator[str]:
    with served(page_settings, page_clock, "localhost") as address:
        yield address


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@needs_axe
async def test_every_state_is_for_everybody(browser: Browser, address: str, world: World, clock: Clock) -> None:
    home = f"{address}/events/{world.event_id}"
    person, one = f"{home}/room/attendees/{world.ada}", f"{home}/introductions/{world.introduction_id}"
    async with page_of(browser) as page:
        await sign_in_browser(page, address, world.pool, world.association_id, clock)
        await page.goto(f"{person}/others")
        await page.get_by_role("button", name="Note it").click()
        await page.wait_for_url("**/others")
        assert await page.get_by_role("alert").count() == 1
        assert await _wrong(page) == []
        await page.goto(one)
        await page.get_by_role("button", name="Record the answer").click()
        await page.wait_for_url("**/response")
        assert await _wrong(page) == []
        async with tenant_transaction(world.pool, world.association_id) as connection:
            for who in (world.ada, world.bob):
                await respond.answer(connection, world.introduction_id, who, Answer.YES, at=AT)
        await page.goto(one)
        assert await _wrong(page) == []
        await page.get_by_label("What they will do for the other").fill("Bring the books")
        await page.get_by_role("button", name="Record the promise").click()
        await page.wait_for_url("**/promises")
        assert await _wrong(page) == []
        async with tenant_transaction(world.pool, world.association_id) as connection:
            await connection.execute("update event set privacy = 'private'")
        for path in (f"{home}/introductions", f"{home}/feedback", f"{person}/others", f"{person}/match"):
            await page.goto(path)
            assert (path, await _wrong(page)) == (path, [])


async def test_introductions_are_narrowed_while_one_types(
    browser: Browser, address: str, world: World, clock: Clock
) -> None:
    async with page_of(browser) as page:
        await sign_in_browser(page, address, world.pool, world.association_id, clock)
        await page.goto(f"{address}/events/{world.event_id}/introductions")
        field = page.get_by_label("Find")
        await field.press_sequentially("zed")
        await page.get_by_text("None fits.").wait_for()
        await field.fill("ada")
        await (
            page.get_by_role("link", name="Ada Example and Bob")
            .or_(page.get_by_role("link", name="Bob O’Example and Ada"))
            .wait_for()
        )
        assert await page.evaluate("document.activeElement.id") == "q"


async def _wrong(page: Page) -> list[str]:
    """What is wrong with a page as it stands, in a wide window and a narrow one."""
    await page.set_viewport_size({"width": 1280, "height": 800})
    wrong = await findings(page)
    await page.set_viewport_size({"width": 320, "height": 640})
    width = await page.evaluate("document.documentElement.scrollWidth")
    return [*wrong, *([f"is {width} wide"] if width > 320 else [])]
