"""A real browser on the association's pages in the states that a press leads to: axe, small, dark, and without scripts."""

from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser

from matchmaker.settings import Settings
from tests.web.browser import Clock
from tests.web.organiser import sign_in_browser
from tests.web.served import CHROMIUM, chromium, page_of, served
from tests.web.test_chromium import needs_axe
from tests.web.test_organiser_set_up_chromium import look
from tests.web.world import World

pytestmark = [pytest.mark.chromium, pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")]


@pytest.fixture(scope="module")
def address(page_settings: Settings, page_clock: Clock) -> Iterator[str]:
    with served(page_settings, page_clock) as address:
        yield address


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@needs_axe
async def test_mistakes_and_what_is_shown_once_are_open_to_everybody(
    browser: Browser, address: str, world: World, clock: Clock
) -> None:
    found: dict[str, list[str]] = {}
    async with page_of(browser) as page:
        await sign_in_browser(page, address, world.pool, world.association_id, clock)
        await page.goto(f"{address}/association/letters/offered/en")
        await page.get_by_label("First sentence").fill("Hello {nobody}")
        await page.get_by_label("Event").select_option(world.event_id)
        await page.get_by_label("Name of an attendee").fill("Zoe")
        await page.get_by_role("button", name="Look at it").click()
        await page.get_by_text("Please look at this once more").wait_for()
        await look(page, found)
        await page.goto(f"{address}/association/sender")
        await page.get_by_label("E-mail address").fill("nobody@")
        await page.evaluate("document.querySelectorAll('form').forEach(one => { one.noValidate = true })")
        await page.get_by_role("button", name="Save").click()
        await page.get_by_text("Please look at this once more").wait_for()
        await look(page, found)
        await page.goto(f"{address}/association/keys")
        await page.get_by_label("What it is for").fill("website")
        await page.get_by_role("button", name="Make the key").click()
        await page.get_by_text("Please look at this once more").wait_for()
        await look(page, found)
        await page.get_by_label("See attendees with their addresses").check()
        await page.get_by_role("button", name="Make the key").click()
        assert (await page.get_by_label("The key", exact=True).input_value()).startswith("mm_live_")
        await look(page, found)
    assert {name: one for name, one in found.items() if one} == {}
    assert len(found) == 4


async def test_a_letter_is_looked_at_and_changed_without_scripts(
    browser: Browser, address: str, world: World, clock: Clock
) -> None:
    async with page_of(browser, java_script_enabled=False) as page:
        await sign_in_browser(page, address, world.pool, world.association_id, clock)
        await page.goto(f"{address}/association/letters/offered/en")
        await page.get_by_label("First sentence").fill("Sit down with {other}.")
        await page.get_by_label("Event").select_option(world.event_id)
        await page.get_by_label("Name of an attendee").fill("Ada")
        async with page.expect_navigation():
            await page.get_by_label("Name of an attendee").press("Enter")
        letter = page.frame_locator("iframe.letter")
        await letter.get_by_text("Sit down with Bob O’Example.").last.wait_for()
        async with page.expect_navigation():
            await page.get_by_role("button", name="Save the words").click()
        assert await page.get_by_text("The words are saved.").count() == 1
        assert await page.get_by_label("First sentence").input_value() == "Sit down with {other}."
