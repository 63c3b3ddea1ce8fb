"""An organiser's day in a real browser, from the local link to the board's report, through the pages alone."""

import csv
import io
import itertools
from datetime import timedelta
from importlib import resources
from pathlib import Path

import pytest
from msgspec import Struct
from playwright.async_api import Browser, Page

from matchmaker.cli.start import demo_link
from matchmaker.model.ids import AssociationId, EventId
from matchmaker.model.link import LinkScope
from matchmaker.model.planned_release import WAIT
from matchmaker.settings import Settings
from matchmaker.store import attendees, introductions, links
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests.journeys.at_work import at_work
from tests.web.browser import Clock
from tests.web.served import CHROMIUM, page_of

pytestmark = [pytest.mark.chromium, pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")]
PEOPLE = 16
CLICKS_MAX = 12
CALCULATED_MS = 90_000  # a second on a quiet machine


class Hand(Struct):
    """A hand on the mouse, whose every press is counted; typing and choosing a file are not presses."""

    page: Page
    clicks: int = 0

    async def press(self, name: str) -> None:
        await self._click("button", name)

    async def follow(self, name: str) -> None:
        await self._click("link", name)

    async def _click(self, role: str, name: str) -> None:
        self.clicks += 1
        await self.page.get_by_role(role, name=name).first.click()  # type: ignore[arg-type]

    async def reads(self, words: str) -> None:
        await self.page.get_by_text(words).first.wait_for(timeout=CALCULATED_MS)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The first of the demo's attendees; in the third line somebody has no name, and a number is a word in the fifth."""
    text = (resources.files("matchmaker.demo") / "attendees.csv").read_text("utf-8")
    rows = list(csv.reader(io.StringIO(text)))[: PEOPLE + 1]
    columns = {name: number for number, name in enumerate(rows[0])}
    for name in ("external_id", "name", "email"):
        rows[2][columns[name]] = ""
    rows[4][columns["quota"]] = "three"
    path = tmp_path / "tickets.csv"
    with path.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened).writerows(rows)
    return path


async def test_the_day_takes_a_dozen_clicks_from_the_file_to_the_letters(
    browser: Browser, address: str, pool: Pool, association_id: AssociationId, clock: Clock, file: Path
) -> None:
    """With a file to mend, a question, a pin, a rejection and a second run on the way; and the day goes on to its end."""
    async with at_work(pool, association_id, clock), page_of(browser) as page:
        hand = Hand(page)
        event_id = await signed_in_with_an_event(hand, address, pool, association_id, clock)
        await hand.follow("Import")
        hand.clicks = 0
        await imported(hand, file)
        first, second = await apart(pool, association_id, event_id)
        await asked_and_pinned(hand, first, second)
        await hand.follow("Look at the pairings")
        await hand.press("Reject")
        await hand.reads("Rejected: no run from now on proposes these two.")
        await hand.press("Calculate again")
        await hand.reads("A draft: nobody has been told.")
        await hand.follow("Prepare the release")
        await hand.press("Release in 5 minutes")
        await hand.reads("The release waits. Nothing has been sent yet.")
        assert hand.clicks <= CLICKS_MAX
        clock.go(seconds=WAIT.total_seconds() + 1)
        await hand.reads("Released on")
        await answered(browser, address, pool, association_id, event_id, clock)
        await looked_back(hand)
    async with tenant_transaction(pool, association_id) as connection:
        assert await connection.fetchval("select count(*) from attendee") == PEOPLE
        pinned = await connection.fetchval("select count(*) from pairing where pinned")
        assert pinned == 1


async def signed_in_with_an_event(
    hand: Hand, address: str, pool: Pool, association_id: AssociationId, clock: Clock
) -> EventId:
    async with tenant_transaction(pool, association_id) as connection:
        link = await demo_link(connection, Settings(base_url=address), clock.at)
    await hand.page.goto(link)
    await hand.press("Sign in to the demo")
    await hand.follow("New event")
    await hand.page.get_by_label("Name").fill("Spring day")
    await hand.press("Save")
    await hand.reads("The event is made.")
    return EventId(hand.page.url.partition("?")[0].rpartition("/")[2])


async def imported(hand: Hand, file: Path) -> None:
    page = hand.page
    await page.get_by_label("File", exact=True).set_input_files(file)
    await hand.press("Read the file")
    await hand.press("Check the rows")
    await page.get_by_role("group", name="Line 3").get_by_label("name", exact=True).fill("Grace Example")
    await page.get_by_role("group", name="Line 5").get_by_label("quota", exact=True).fill("3")
    await hand.press("Import with what I mended")
    await hand.press("Start the run")
    await hand.reads("A draft: nobody has been told.")


async def asked_and_pinned(hand: Hand, first: str, second: str) -> None:
    await hand.follow("Why not?")
    await hand.page.get_by_label("One person").fill(first)
    await hand.page.get_by_label("The other").fill(second)
    await hand.press("Ask")
    await hand.reads("If you pin them all the same")
    await hand.press("Pin these two")
    await hand.reads("Pinned: every run from now on proposes these two.")


async def answered(
    browser: Browser, address: str, pool: Pool, association_id: AssociationId, event_id: EventId, clock: Clock
) -> None:
    """Both of a pair say yes, each in their own browser, from the link in their letter."""
    async with tenant_transaction(pool, association_id) as connection:
        (made,) = await introductions.find(connection, event_id, limit=1)
        tokens = [
            await links.make(
                connection, LinkScope.INTRODUCTION, one, introduction_id=made.id, at=clock.at,
                expires_at=clock.at + timedelta(days=1),
            )
            for one in (made.first_id, made.second_id)
        ]  # fmt: skip
    for token in tokens:
        async with page_of(browser) as page:
            await page.goto(f"{address}/i/{token}")
            clock.go(seconds=20)
            async with page.expect_navigation():
                await page.locator("button[value=yes]").click()


async def looked_back(hand: Hand) -> None:
    await hand.follow("Live")
    await hand.reads("How far the pairs came")
    await hand.follow("After")
    await hand.reads("1 pair was introduced")
    async with hand.page.expect_download() as download:
        await hand.follow("Take the page for the board")
    path = await (await download.value).path()
    assert path.read_bytes().startswith(b"%PDF")


async def apart(pool: Pool, association_id: AssociationId, event_id: EventId) -> tuple[str, str]:
    """The names of two whom the draft does not pair, and nothing keeps apart."""
    async with tenant_transaction(pool, association_id) as connection:
        people = sorted(await attendees.find(connection, event_id, limit=PEOPLE + 1), key=lambda one: one.id)
        barred = "select least(attendee_id, other_id), greatest(attendee_id, other_id) from exclusion"
        rows = await connection.fetch(f"select first_id, second_id from pairing union all {barred}")
        taken = {(str(row[0]), str(row[1])) for row in rows}
    return next(
        (first.name, second.name)
        for first, second in itertools.combinations(people, 2)
        if (str(first.id), str(second.id)) not in taken
    )
