"""Real browsers on the pages of runs: axe, small, dark, by keyboard; and what htmx does without being asked."""

from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser

from matchmaker.model.ids import AssociationId
from matchmaker.model.wish import Verdict
from matchmaker.settings import Settings
from matchmaker.store import runs
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.factories import AT
from tests.web.browser import Clock
from tests.web.organiser import sign_in_browser
from tests.web.run_room import Room, a_room
from tests.web.served import CHROMIUM, chromium, page_of, served
from tests.web.test_chromium import findings, needs_axe

pytestmark = [pytest.mark.chromium, pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")]
BYTES_MAX = 100_000


@pytest.fixture(scope="module")
def address(page_settings: Settings, page_clock: Clock) -> Iterator[str]:
    with served(page_settings, page_clock, "localhost") as address:
        yield address


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest.fixture
async def room(pool: Pool, association_id: AssociationId, clock: Clock) -> Room:
    return await a_room(pool, association_id)


def tour(room: Room) -> list[str]:
    """Every page of a draft."""
    first, second = room.people[:2]
    parts = (
        "",
        "/pairings",
        "/pairings?person=Sons",
        "/decisions",
        "/why-not",
        "/why-not?first=Sons",
        "/without",
        "/release",
    )
    compared = f"/events/{room.event_id}/comparison?earlier={room.run_id}&later={room.run_id}"
    return [room.runs, compared, f"{room.run}/swap?first={first}&first_partner={second}&other=Sons"] + [
        room.run + part for part in parts
    ]


@needs_axe
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing(browser: Browser, address: str, room: Room, clock: Clock, scheme: str) -> None:
    found = {}
    async with page_of(browser, color_scheme=scheme) as page:
        await sign_in_browser(page, address, room.pool, room.association_id, clock)
        for path in tour(room):
            await page.goto(address + path)
            found[path] = await findings(page)
    assert {path: one for path, one in found.items() if one} == {}


async def test_nothing_goes_beyond_a_small_screen_and_nothing_is_heavy(
    browser: Browser, address: str, room: Room, clock: Clock
) -> None:
    async with page_of(browser, viewport={"width": 320, "height": 640}) as page:
        await sign_in_browser(page, address, room.pool, room.association_id, clock)
        for path in tour(room):
            answer = await page.goto(address + path)
            assert answer is not None
            assert len(await answer.body()) < BYTES_MAX
            assert await page.evaluate("document.documentElement.scrollWidth") <= 320, path


async def test_a_pair_is_rejected_by_keyboard_and_the_focus_stays(
    browser: Browser, address: str, room: Room, clock: Clock
) -> None:
    async with page_of(browser) as page:
        await sign_in_browser(page, address, room.pool, room.association_id, clock)
        await page.goto(f"{address}{room.run}/pairings")
        await page.locator("#pair-2-reject").focus()
        await page.keyboard.press("Enter")
        await page.get_by_role("button", name="Take the rejection back").wait_for()
        assert await page.evaluate("document.activeElement.id") == "pair-2-reject"
        assert "Rejected: no run" in await page.get_by_role("status").inner_text()
        assert page.url.endswith("/pairings")
    assert list((await room.decided()).values()) == [Verdict.REJECTED]


async def test_progress_opens_the_report_by_itself(browser: Browser, address: str, room: Room, clock: Clock) -> None:
    async with tenant_transaction(room.pool, room.association_id) as connection:
        run = await factories.run(connection, room.event_id)
    async with page_of(browser) as page:
        await sign_in_browser(page, address, room.pool, room.association_id, clock)
        await page.goto(f"{address}{room.runs}/{run.id}")
        await page.get_by_role("progressbar").wait_for()
        async with tenant_transaction(room.pool, room.association_id) as connection:
            await runs.fail(connection, run.id, "Nothing was found.", AT)
        await page.get_by_role("heading", name="The run failed").wait_for()
