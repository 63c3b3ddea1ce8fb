"""A real browser on the pages that set an event up and bring its attendees in: axe, small, dark, without scripts, and live."""

from collections.abc import AsyncIterator, Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from matchmaker.model.ids import AssociationId, EventId
from matchmaker.model.policy import Policy, Prefer, Preference, Trait
from matchmaker.settings import Settings
from matchmaker.store import attendees
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.web.browser import Clock
from tests.web.organiser import sign_in_browser
from tests.web.served import CHROMIUM, chromium, page_of, served
from tests.web.test_chromium import findings, needs_axe
from tests.web.test_organiser_import import LIST

pytestmark = [pytest.mark.chromium, pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")]

PARTS = ("", "/kind", "/hours", "/policy", "/groups", "/preferences", "/door", "/privacy")
FITS = "document.documentElement.scrollWidth <= innerWidth"


@pytest.fixture(scope="module")
def address(page_settings: Settings, page_clock: Clock) -> Iterator[str]:
    with served(page_settings, page_clock) as address:
        yield address


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_text(LIST)
    return path


async def an_event(pool: Pool, association_id: AssociationId) -> str:
    async with tenant_transaction(pool, association_id) as connection:
        return f"/events/{(await factories.event(connection, name='Spring day', starts_on=date(2026, 12, 4))).id}"


async def look(page: Page, found: dict[str, list[str]]) -> None:
    """With axe in the light, its contrast in the dark, and whether it fits a small screen."""
    await page.emulate_media(color_scheme="light")
    said = await findings(page)
    await page.emulate_media(color_scheme="dark")
    dark = await page.evaluate("axe.run({runOnly: ['color-contrast']})")
    said += [f"{one['id']}, dark: {node['html']}" for one in dark["violations"] for node in one["nodes"]]
    await page.set_viewport_size({"width": 320, "height": 640})
    if not await page.evaluate(FITS):
        said.append("is cut off at 320 pixels")
    await page.set_viewport_size({"width": 1280, "height": 720})
    await page.emulate_media(color_scheme="light")
    found[f"{page.url} {len(found)}"] = said


@needs_axe
async def test_every_page_and_step_is_open_to_everybody_and_a_list_comes_in(
    browser: Browser, address: str, pool: Pool, association_id: AssociationId, clock: Clock, file: Path
) -> None:
    """One walk from the kind of event to the people in it, each page looked at on the way, mistakes too."""
    home, found = await an_event(pool, association_id), dict[str, list[str]]()
    async with page_of(browser) as page:
        await sign_in_browser(page, address, pool, association_id, clock)
        for part in PARTS:
            await page.goto(f"{address}{home}/set-up{part}")
            await look(page, found)
        await page.goto(f"{address}{home}/set-up/kind")
        await page.get_by_label("Short talks in rounds").check()
        await page.get_by_role("button", name="Take this kind").click()
        await page.get_by_label("First round begins at").fill("")
        await page.get_by_role("button", name="Make rounds and tables").click()
        await page.get_by_text("Please look at this once more").wait_for()
        await look(page, found)
        await page.get_by_label("First round begins at").fill("10:00")
        await page.get_by_role("button", name="Make rounds and tables").click()
        await page.get_by_text("Rounds and tables are made.").wait_for()
        await look(page, found)
        await page.goto(f"{address}{home}/set-up/door")
        await page.get_by_label("With a waiting list").check()
        await page.get_by_role("button", name="Save").click()
        await page.get_by_text("The sign-up is open, with a waiting list.").wait_for()
        await look(page, found)
        await page.goto(f"{address}{home}/import")
        await look(page, found)
        await page.get_by_role("button", name="Read the file").click()
        await page.get_by_text("Please look at this once more").wait_for()
        await look(page, found)
        await page.get_by_label("File", exact=True).set_input_files(file)
        await page.get_by_role("button", name="Read the file").click()
        await page.get_by_role("heading", name="What are the columns?").wait_for()
        await look(page, found)
        await page.get_by_role("button", name="Check the rows").click()
        await page.get_by_role("heading", name="Check and import").wait_for()
        await look(page, found)
        await page.get_by_label("quota").fill("4")
        await page.get_by_role("button", name="Check again").click()
        await page.get_by_text("Checked again.").wait_for()
        await page.get_by_role("button", name="Import 3 rows").click()
        await page.get_by_role("heading", name="Imported").wait_for()
        await look(page, found)
    assert len(found) > 13
    assert {name: one for name, one in found.items() if one} == {}


async def ranked(page: Page) -> list[str]:
    return [(one.split("\n")[0]) for one in await page.locator(".ranked li .words > span:last-child").all_inner_texts()]


async def with_wishes(pool: Pool, association_id: AssociationId) -> str:
    """An event with three wishes: of different sectors, of one region, of one language."""
    traits = (
        (Trait.SECTOR, Prefer.DIFFERENT, 0.4),
        (Trait.REGION, Prefer.ALIKE, 0.2),
        (Trait.LANGUAGE, Prefer.ALIKE, 0.1),
    )
    wishes = [Preference(trait=trait, prefer=prefer, weight=weight) for trait, prefer, weight in traits]
    async with tenant_transaction(pool, association_id) as connection:
        return f"/events/{(await factories.event(connection, policy=Policy(preferences=wishes))).id}"


async def test_a_wish_is_dragged_to_the_top_and_an_escape_leaves_all_as_it_is(
    browser: Browser, address: str, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    home = await with_wishes(pool, association_id)
    before = ["Of different sectors", "Of the same region", "With a language in common"]
    async with page_of(browser, viewport={"width": 1280, "height": 1000}) as page:
        await sign_in_browser(page, address, pool, association_id, clock)
        await page.goto(f"{address}{home}/set-up/preferences")
        for key in ("Escape", ""):
            start = await page.locator("[data-handle]").nth(2).bounding_box()
            end = await page.locator("[data-handle]").first.bounding_box()
            assert start is not None
            assert end is not None
            await page.mouse.move(start["x"] + 8, start["y"] + 8)
            await page.mouse.down()
            await page.mouse.move(end["x"] + 8, end["y"] - 4, steps=4)
            assert await ranked(page) == [before[2], *before[:2]]
            if key:
                await page.keyboard.press(key)
                assert await ranked(page) == before
            await page.mouse.up()
        await page.get_by_text("Saved.").wait_for()
        assert await ranked(page) == [before[2], *before[:2]]


async def test_a_wish_goes_up_by_keyboard_without_scripts_and_keeps_the_focus(
    browser: Browser, address: str, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    home = await with_wishes(pool, association_id)
    async with page_of(browser, java_script_enabled=False) as page:
        await sign_in_browser(page, address, pool, association_id, clock)
        await page.goto(f"{address}{home}/set-up/preferences")
        for place in (2, 1):
            await page.get_by_role("button", name="Up: With a language in common").focus()
            async with page.expect_navigation():
                await page.keyboard.press("Enter")
            assert page.url.endswith(f"#place-{place}")
        assert (await ranked(page))[0] == "With a language in common"
        await page.keyboard.press("Tab")
        async with page.expect_navigation():
            await page.keyboard.press("Enter")
        assert (await ranked(page))[1] == "With a language in common"


async def test_a_list_comes_in_without_scripts(
    browser: Browser, address: str, pool: Pool, association_id: AssociationId, clock: Clock, file: Path
) -> None:
    home = await an_event(pool, association_id)
    async with page_of(browser, java_script_enabled=False) as page:
        await sign_in_browser(page, address, pool, association_id, clock)
        await page.goto(f"{address}{home}/import")
        await page.get_by_label("File", exact=True).set_input_files(file)
        for name in ("Read the file", "Check the rows", "Import 2 rows"):
            async with page.expect_navigation():
                await page.get_by_role("button", name=name).click()
        assert await page.get_by_role("heading", level=1).inner_text() == "Imported"
    async with tenant_transaction(pool, association_id) as connection:
        found = await attendees.find(connection, EventId(home.rpartition("/")[2]), limit=9)
        assert sorted(one.name for one in found) == ["Ada", "Cy"]


async def test_a_dial_that_is_turned_is_tried_at_once(
    browser: Browser, address: str, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    """The estimate comes by itself, announced, and nothing is saved; a value that cannot be is said there."""
    home = await an_event(pool, association_id)
    async with tenant_transaction(pool, association_id) as connection:
        await factories.two_attendees(connection, EventId(home.rpartition("/")[2]))
    async with page_of(browser) as page:
        await sign_in_browser(page, address, pool, association_id, clock)
        await page.goto(f"{address}{home}/set-up/policy")
        await page.get_by_label("Introductions each, at most").fill("99")
        await page.get_by_label("Introductions each, at least").focus()
        await page.get_by_text("A dial has a value that cannot be.").wait_for()
        assert await page.get_by_role("status").filter(has_text="A dial has").count() == 1
        assert page.url.endswith("/policy")
