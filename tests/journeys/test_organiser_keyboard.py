"""The whole of an organiser's day by keyboard alone: no mouse, no script that clicks, and one sees where one is."""

import csv
import io
from importlib import resources

import pytest
from msgspec import Struct
from playwright.async_api import Browser, Page

from matchmaker.cli.start import demo_link
from matchmaker.model.ids import AssociationId
from matchmaker.model.planned_release import WAIT
from matchmaker.settings import Settings
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests.journeys.at_work import at_work
from tests.web.browser import Clock
from tests.web.served import CHROMIUM, page_of

pytestmark = [pytest.mark.chromium, pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")]
PEOPLE = 12
STOPS_MAX = 120
CALCULATED_MS = 90_000
# What has the focus is called, and whether one sees it: framed, in the window, and of some size.
FOCUS = """() => {
  const at = document.activeElement, look = getComputedStyle(at), box = at.getBoundingClientRect();
  const name = at.getAttribute("aria-label") || (at.labels && at.labels[0] || at).innerText || "";
  const framed = look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2;
  const there = box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0;
  return {name: at === document.body ? "" : name.trim(), is_seen: at === document.body || (framed && there)};
}"""


class Keys(Struct):
    """Two hands on a keyboard: Tab, Enter, Space, the arrows, and what is typed."""

    page: Page

    async def to(self, name: str) -> None:
        """Tabs to what is called so, and sees the focus at every stop."""
        seen: list[str] = []
        while len(seen) < STOPS_MAX:
            at = await self.page.evaluate(FOCUS)
            assert at["is_seen"], (self.page.url, at["name"])
            if at["name"].startswith(name):
                return
            seen.append(at["name"])
            await self.page.keyboard.press("Tab")
        raise AssertionError((self.page.url, name, seen))

    async def press(self, name: str) -> None:
        """Follows a link, or presses a button, to another page."""
        await self.to(name)
        async with self.page.expect_navigation():
            await self.page.keyboard.press("Enter")

    async def open(self, name: str) -> None:
        """Presses what changes this page."""
        await self.to(name)
        await self.page.keyboard.press("Enter")

    async def type(self, name: str, words: str) -> None:
        await self.to(name)
        await self.page.keyboard.insert_text(words)

    async def reads(self, words: str) -> None:
        await self.page.get_by_text(words).first.wait_for(timeout=CALCULATED_MS)


async def test_the_day_goes_by_keyboard_alone(
    browser: Browser, address: str, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    async with at_work(pool, association_id, clock), page_of(browser, accept_downloads=True) as page:
        keys = Keys(page)
        async with tenant_transaction(pool, association_id) as connection:
            link = await demo_link(connection, Settings(base_url=address), clock.at)
        await page.goto(link)
        await set_up(keys)
        await pasted(keys)
        await pinned_and_released(keys, clock)
        await checked_in(keys)
        await printed(keys)
    async with tenant_transaction(pool, association_id) as connection:
        assert await connection.fetchval("select count(*) from attendee where checked_in_at is not null") == 1
        assert await connection.fetchval("select count(*) from decision where verdict = 'pinned'") == 1
        assert await connection.fetchval("select count(*) from match_run where state = 'released'") == 1


async def set_up(keys: Keys) -> None:
    await keys.press("Sign in to the demo")
    await keys.press("New event")
    await keys.reads("Time zone")
    await keys.type("Name", "Spring day")
    await keys.press("Save")
    await keys.reads("The event is made.")
    await keys.press("Set up")
    await keys.press("Choose the kind")
    await keys.reads("Introductions by mail")
    await keys.to("A meal or workshop at tables")
    for _ in range(2):
        await keys.page.keyboard.press("ArrowDown")
    assert (await keys.page.evaluate(FOCUS))["name"] == "Introductions by mail"
    await keys.press("Take this kind")
    await keys.reads("up to")


async def pasted(keys: Keys) -> None:
    """The first of the demo's attendees, as one copies them from a sheet."""
    text = (resources.files("matchmaker.demo") / "attendees.csv").read_text("utf-8")
    rows = list(csv.reader(io.StringIO(text)))[: PEOPLE + 1]
    sheet = io.StringIO()
    csv.writer(sheet).writerows(rows)
    await keys.press("Import a list")
    await keys.open("Paste rows instead")
    await keys.type("Rows copied", sheet.getvalue())
    await keys.press("Read the file")
    await keys.press("Check the rows")
    await keys.press(f"Import {PEOPLE} rows")
    await keys.press("Start the run")
    await keys.reads("A draft: nobody has been told.")


async def pinned_and_released(keys: Keys, clock: Clock) -> None:
    await keys.press("Look at the pairings")
    await keys.open("Pin")
    await keys.reads("Pinned: every run from now on proposes these two.")
    await keys.press("Release")
    await keys.press("Release in 5 minutes")
    await keys.reads("The release waits. Nothing has been sent yet.")
    clock.go(seconds=WAIT.total_seconds() + 1)
    await keys.reads("Released on")


async def checked_in(keys: Keys) -> None:
    await keys.press("Desk")
    await keys.reads("Or find by name or organisation")
    await keys.type("Or find by name or organisation", "a")
    await keys.press("Find")
    at = keys.page.get_by_role("button", name="is here").first
    name = await at.get_attribute("aria-label")
    assert name is not None
    await keys.to(name)
    await keys.page.keyboard.press("Space")
    await keys.reads("is checked in.")


async def printed(keys: Keys) -> None:
    await keys.press("Files")
    await keys.reads("To print")
    await keys.to("Badges, PDF")
    async with keys.page.expect_download() as download:
        await keys.page.keyboard.press("Enter")
    assert (await (await download.value).path()).read_bytes().startswith(b"%PDF")
