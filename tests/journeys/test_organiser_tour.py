"""Every page that an organiser can open, in one tour of a filled event: axe in light and dark, a narrow window, what the
browser refuses, what moves while it loads, and how much is sent."""

from typing import Any

import pytest
from playwright.async_api import Browser, Page

from matchmaker.intake.sheet import FileForm, Record, Sheet
from matchmaker.model.group import Route
from matchmaker.model.held_file import Asked, HeldFile
from matchmaker.model.ids import AttendeeId
from matchmaker.model.mapping import Field, Rule
from matchmaker.model.run import Format, MatchRun
from matchmaker.services import bring_in, hold
from matchmaker.store import check_ins, groups, held_files, pairings, placements
from matchmaker.store.connection import Connection
from matchmaker.store.tenant import tenant_transaction
from matchmaker.web.organiser.handlers import HANDLERS
from tests import factories
from tests.factories import AT, LATER
from tests.web.browser import Clock
from tests.web.organiser import sign_in_browser
from tests.web.served import CHROMIUM, page_of
from tests.web.test_chromium import findings, needs_axe
from tests.web.world import World

pytestmark = [pytest.mark.chromium, pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")]
BYTES_MAX = 100_000
# Files, and parts of pages that are seen within their pages; what a run has to have calculated, and the doors before the
# sign-in, have tests of their own.
NOT_TOURED = {
    "get_failed", "show_badge", "show_change", "show_countdown", "show_fairness", "show_people", "show_progress",
    "show_sign_in", "show_start", "take_file",
}  # fmt: skip
# Pages that look otherwise in another state, which are seen in both.
OF_STATES = {"show_attendee", "show_file", "show_import_progress", "show_release", "show_run"}
SHIFTED = """() => new Promise(tell => {
    let sum = 0
    const add = list => list.getEntries().forEach(one => { sum += one.value })
    new PerformanceObserver(add).observe({type: 'layout-shift', buffered: true})
    setTimeout(() => tell(sum), 30)
})"""


@pytest.fixture
async def world(pool: Any, association_id: Any, clock: Clock) -> World:
    world = World(pool, association_id, clock)
    await world.build()
    return world


@pytest.fixture
async def tour(world: World) -> dict[str, list[str]]:
    """The paths of every page, by the name of its handler."""
    async with tenant_transaction(world.pool, world.association_id) as connection:
        released = await connection.fetchval("select id from match_run")
        draft = await _seated(connection, world)
        named = {"event_id": world.event_id, "attendee_id": world.ada, "run_id": draft.id, "key": "attendees"}
        named |= await _imported(connection, world)
        asked_id = await _asked(connection, world)
    other = {"run_id": released, "attendee_id": world.bob, "key": "agenda", "held_id": asked_id}
    queries = {
        "show_comparison": [f"?earlier={released}&later={draft.id}"],
        "show_desk": ["", f"?q=example&seen={world.ada}"],
        "show_pairings": ["", "?person=Ada"],
        "show_room": ["", "?q=nobody+at+all"],
        "show_swap": [f"?first={world.ada}&first_partner={world.bob}&other=Bob"],
        "show_why_not": ["", "?first=Ada&second=Nobody+at+all"],
    }
    return {
        one.handler_name: sorted({
            path.replace(":str", "").format(**values) + query
            for path in one.paths
            for values in ((named, named | other) if one.handler_name in OF_STATES else (named,))
            for query in queries.get(one.handler_name, [""])
        })
        for one in HANDLERS
        if "GET" in one.http_methods and one.handler_name not in NOT_TOURED
    }  # fmt: skip


async def _seated(connection: Connection, world: World) -> MatchRun:
    """A draft of rounds upon released ones: one is there, one is absent, and an ask went to a clinic."""
    first = await factories.drafted_run(connection, world.event_id, format=Format.ROUNDS, at=LATER)
    pair = min(world.ada, world.bob), max(world.ada, world.bob)
    both = [(AttendeeId(one), 1) for one in pair]
    await connection.execute("update match_run set state = 'released', released_at = $2 where id = $1", first.id, LATER)
    again = await factories.drafted_run(
        connection, world.event_id, format=Format.ROUNDS, builds_on=first.id, from_round=1, at=LATER
    )
    for run in (first, again):
        await pairings.add_all(connection, run.id, [factories.pairing(*pair, round=1, table=1)])
        await placements.add_round(connection, run.id, 1, both, hours=None)
    await check_ins.mark_absent(connection, world.event_id, world.ada, AT)
    await check_ins.check_in(connection, world.event_id, world.bob, AT)
    ask = factories.ask(world.ada, route=Route.CLINIC, expert_id=world.bob, value=1.0, offer="Bread")
    await groups.add_asks(connection, again.id, [ask])
    return again


async def _imported(connection: Connection, world: World) -> dict[str, str]:
    """A file of which a row was left out: what was taken in, and what waits."""
    held = await _held(connection, world, [["Cy", "2", "en"], ["Di", "many", "?"], ["Ed", "few", "?"]])
    done, _ = await hold.take(connection, held, rows_max=9, at=world.clock.at)
    kept = await held_files.get(connection, world.event_id, held.id, world.clock.at)
    assert kept is not None
    await hold.try_out(connection, kept, rows_max=9, at=world.clock.at)
    return {"held_id": held.id, "import_id": done.id}


async def _asked(connection: Connection, world: World) -> str:
    """A file that a worker is asked to take in."""
    held = await _held(connection, world, [["Fe", "2", "en"]])
    await bring_in.ask(connection, held, Asked.TAKE, at=world.clock.at)
    return held.id


async def _held(connection: Connection, world: World, rows: list[list[str]]) -> HeldFile:
    records = [Record(line=number, cells=cells) for number, cells in enumerate(rows, start=2)]
    sheet = Sheet(form=FileForm.CSV, header=["name", "quota", "languages"], records=records)
    rules = [Rule(field=Field(name), column=name) for name in sheet.header]
    return await hold.hold(connection, world.event_id, sheet, file_name="list.csv", at=world.clock.at, rules=rules)


@needs_axe
async def test_every_page_is_for_everybody_and_light(
    browser: Browser, address: str, tour: dict[str, list[str]], world: World, clock: Clock
) -> None:
    found: dict[str, list[str]] = {}
    async with page_of(browser) as page:
        await sign_in_browser(page, address, world.pool, world.association_id, clock)
        for paths in tour.values():
            for path in paths:
                found[path] = await _looked_at(page, address + path)
    assert len(found) > len(tour)
    assert "\n".join(f"{path} {one}" for path, wrong in found.items() for one in wrong) == ""


async def _looked_at(page: Page, url: str) -> list[str]:
    """What is wrong with a page; what the browser refuses fails `page_of`."""
    await page.set_viewport_size({"width": 1280, "height": 800})
    await page.emulate_media(color_scheme="light")
    answer = await page.goto(url)
    assert answer is not None
    wrong = [] if answer.status in (200, 422) else [f"answers {answer.status}"]
    if (size := len(await answer.body())) > BYTES_MAX:
        wrong.append(f"is {size} bytes long")
    if shifted := await page.evaluate(SHIFTED):
        wrong.append(f"moves by {shifted} while it loads")
    wrong += await findings(page)
    await page.emulate_media(color_scheme="dark")
    dark = await page.evaluate("axe.run({runOnly: ['color-contrast']})")
    wrong += [f"in the dark: {node['html']}" for one in dark["violations"] for node in one["nodes"]]
    await page.set_viewport_size({"width": 320, "height": 640})
    if (width := await page.evaluate("document.documentElement.scrollWidth")) > 320:
        wrong.append(f"is {width} wide in a window of 320")
    return wrong
