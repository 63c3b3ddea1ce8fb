"""Every page that an organiser can open, in one tour of a filled event: axe in light and dark, windows of 320 and of half the
pixels, on paper, what the browser refuses, what moves while it loads, and how much is sent from where."""

from typing import Any

import pytest
from playwright.async_api import Browser, Page

from matchmaker import tokens
from matchmaker.intake.sheet import FileForm, Record, Sheet
from matchmaker.model.group import Route
from matchmaker.model.ids import AttendeeId
from matchmaker.model.mapping import Field, Rule
from matchmaker.model.organiser import Role
from matchmaker.model.run import Format, MatchRun
from matchmaker.services import hold, invite
from matchmaker.store import check_ins, events, groups, held_files, pairings, placements, runs
from matchmaker.store.connection import Connection
from matchmaker.store.tenant import tenant_transaction
from matchmaker.web.organiser.handlers import HANDLERS
from tests import factories
from tests.factories import AT, LATER
from tests.seating import draft
from tests.web.browser import Clock
from tests.web.organiser import sign_in_browser
from tests.web.served import CHROMIUM, page_of
from tests.web.test_chromium import findings, needs_axe
from tests.web.world import World

pytestmark = [pytest.mark.chromium, pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")]
BYTES_MAX = 100_000
CALCULATED_MS = 90_000  # some pages wait for the calculator, which a busy machine keeps waiting
# What the tour leaves out, and why.
NOT_TOURED = {
    "arrive": "leads to the events",
    "get_failed": "a file",
    "take_file": "a file",
    "show_countdown": "a part of the release page",
    "show_people": "a part of the pages of runs",
    "show_progress": "a part of the page of a run",
    "show_sign_in": "before the sign-in: a tour of its own",
    "show_start": "before the sign-in: a tour of its own",
}
# Pages whose address holds more than ids.
ALONE = {"show_badge", "show_change"}
PAGES = [one for one in HANDLERS if "GET" in one.http_methods]
# Pages that look otherwise in another state, which are seen in both.
OF_STATES = {"show_attendee", "show_file", "show_release", "show_run"}
SHIFTED = """() => new Promise(tell => {
    let sum = 0
    const add = list => list.getEntries().forEach(one => { sum += one.value })
    new PerformanceObserver(add).observe({type: 'layout-shift', buffered: true})
    setTimeout(() => tell(sum), 30)
})"""


# What is wider than its window or than itself, unless it scrolls or is there for ears alone.
CUT = """() => [...document.querySelectorAll('body *')].filter(one => {
    const box = one.getBoundingClientRect(), style = getComputedStyle(one)
    const hides = ['hidden', 'clip'].includes(style.overflowX) && one.scrollWidth > one.clientWidth + 1
    return box.width > 1 && box.height > 1 && (hides || box.right > innerWidth + 1) && !one.closest('.scroll, svg, .skip')
}).slice(0, 3).map(one => one.outerHTML.slice(0, 200))"""
# What of the page's own is on paper, light on dark, or not meant for it.
ON_PAPER = """() => {
    const shade = text => text.match(/[\\d.]+/g).slice(0, 3).reduce((sum, one) => sum + Number(one), 0) / 3
    const seen = one => one.checkVisibility() && one.getBoundingClientRect().width > 1
    const texts = [...document.querySelectorAll('h1, h2, p, li, td, th, dd, dt')].filter(seen)
    const dark = [document.body, ...document.querySelectorAll('.card, .notice')].filter(seen)
        .filter(one => !['rgba(0, 0, 0, 0)', 'rgb(255, 255, 255)'].includes(getComputedStyle(one).backgroundColor))
    return [
        ...[...document.querySelectorAll('nav, .skip, button, .button, form[method=get]')].filter(seen)
            .map(one => 'not for paper: ' + one.outerHTML),
        ...texts.filter(one => shade(getComputedStyle(one).color) > 100).map(one => 'pale: ' + one.outerHTML),
        ...dark.map(one => 'not white: ' + one.outerHTML),
    ].slice(0, 3).map(one => one.slice(0, 200))
}"""
PAPER_WIDTH = 718  # pixels of A4 between its margins


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
        asked = await _asked(connection, world)
    other = {"run_id": released, "attendee_id": world.bob, "key": "agenda"}
    queries = {
        "show_comparison": [f"?earlier={released}&later={draft.id}"],
        "show_desk": ["", f"?q=example&seen={world.ada}"],
        "show_pairings": ["", "?person=Ada"],
        "show_room": ["", "?q=nobody+at+all"],
        "show_swap": [f"?first={world.ada}&first_partner={world.bob}&other=Bob"],
        "show_why_not": ["", "?first=Ada&second=Nobody+at+all"],
    }
    return {
        one.handler_name: asked.get(one.handler_name, []) + sorted({
            path.replace(":str", "").format(**values) + query
            for path in one.paths
            for values in ((named, named | other) if one.handler_name in OF_STATES else (named,))
            for query in queries.get(one.handler_name, [""])
            if one.handler_name not in ALONE
        })
        for one in PAGES
        if one.handler_name not in NOT_TOURED
    }  # fmt: skip


async def _asked(connection: Connection, world: World) -> dict[str, list[str]]:
    """Pages whose address holds more than ids, and those that calculate an answer from what a run read."""
    tables, rounds = await draft(connection), await draft(connection, Format.ROUNDS)
    await runs.release(connection, rounds.event_id, rounds.run_id, LATER)
    code = (await check_ins.codes(connection, world.event_id, limit=9))[world.ada]
    change = f"run={tables.run_id}&round=1&person={tables.people['Ada']}&place=with:{tables.people['Bob']}"
    return {
        "show_badge": [f"/desk/{code}"],
        "show_change": [f"/events/{tables.event_id}/plan/change?{change}"],
        "show_fairness": [f"/events/{rounds.event_id}/after/fairness?by=first_time"],
        "show_run": [f"/events/{tables.event_id}/runs/{tables.run_id}"],
        "show_why_not": [f"/events/{rounds.event_id}/runs/{rounds.run_id}/why-not?first=Ada&second=Flo"],
    }


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
    rows = [["Cy", "2"], ["Di", "many"]]
    records = [Record(line=number, cells=cells) for number, cells in enumerate(rows, start=2)]
    sheet = Sheet(form=FileForm.CSV, header=["name", "quota"], records=records)
    rules = [Rule(field=Field.NAME, column="name"), Rule(field=Field.QUOTA, column="quota")]
    held = await hold.hold(connection, world.event_id, sheet, file_name="list.csv", at=world.clock.at, rules=rules)
    done, _ = await hold.take(connection, held, rows_max=9, at=world.clock.at)
    held_id = await connection.fetchval("select id from held_file")
    kept = await held_files.get(connection, world.event_id, held_id, world.clock.at)
    assert kept is not None
    await hold.try_out(connection, kept, rows_max=9, at=world.clock.at)
    return {"held_id": held_id, "import_id": done.id}


def test_what_the_tour_leaves_out_is_there() -> None:
    """And no two pages bear one name, of which the tour would see one."""
    names = [one.handler_name for one in PAGES]
    assert sorted(names) == sorted(set(names))
    assert (NOT_TOURED.keys() | ALONE | OF_STATES) - set(names) == set()


@needs_axe
async def test_every_page_is_for_everybody_and_light(
    browser: Browser, address: str, tour: dict[str, list[str]], world: World, clock: Clock
) -> None:
    found: dict[str, list[str]] = {}
    async with page_of(browser) as page:
        page.set_default_navigation_timeout(CALCULATED_MS)
        await sign_in_browser(page, address, world.pool, world.association_id, clock)
        for paths in tour.values():
            for path in paths:
                found[path] = await _looked_at(page, address, path, 200, 422)
    assert len(found) > len(tour)
    assert "\n".join(f"{path} {one}" for path, wrong in found.items() for one in wrong) == ""


@needs_axe
async def test_the_doors_and_what_went_wrong_are_for_everybody_and_light(
    browser: Browser, address: str, world: World, clock: Clock
) -> None:
    """Before the sign-in, at the end of a session, where two changed the same, where there is nothing, or nothing yet."""
    found: dict[str, list[str]] = {}
    async with tenant_transaction(world.pool, world.association_id) as connection:
        start = f"/start/{await invite.invite(connection, Role.OWNER, label='Ivy', at=clock.at)}"
        queued = await factories.run(connection, world.event_id)
    home, code = f"/events/{world.event_id}", tokens.association_code(world.association_id)
    doors = {start: 200, "/start/x": 410, "/sign-in": 200, f"/sign-in/{code}": 200, home: 403}
    troubles = {"/events/x": 404, f"{home}/x": 404, "/desk/x": 404, f"{home}/runs/{queued.id}/pairings": 409}
    async with page_of(browser) as page:
        page.set_default_navigation_timeout(CALCULATED_MS)
        for path, status in doors.items():
            found[path] = await _looked_at(page, address, path, status)
        await sign_in_browser(page, address, world.pool, world.association_id, clock)
        for path, status in (troubles | {start: 200}).items():
            found[f"{path}, signed in"] = await _looked_at(page, address, path, status)
        found["stale"] = await _changed_by_two(page, address, world, clock)
        await _at_desk(page)
        await page.goto(f"{address}{home}/details")
        clock.go(hours=3)
        await page.get_by_role("button", name="Save").click()
        await page.get_by_role("heading", level=1, name="Sign in").wait_for()
        found["kept"] = await _seen(page)
    assert "\n".join(f"{path} {one}" for path, wrong in found.items() for one in wrong) == ""


async def _changed_by_two(page: Page, address: str, world: World, clock: Clock) -> list[str]:
    """The page on which one chooses between two versions."""
    await _at_desk(page)
    await page.goto(f"{address}/events/{world.event_id}/details")
    async with tenant_transaction(world.pool, world.association_id) as connection:
        given = factories.event_input(name="Theirs")
        assert await events.save(connection, world.event_id, given, version=1, at=clock.at)
    await page.get_by_label("Name").fill("Mine")
    await page.get_by_role("button", name="Save").click()
    await page.get_by_role("heading", name="Somebody changed this meanwhile").wait_for()
    return await _seen(page)


async def _looked_at(page: Page, address: str, path: str, *statuses: int) -> list[str]:
    """What is wrong with a page; what the browser refuses fails `page_of`."""
    await _at_desk(page)
    loaded: list[str] = []
    page.on("request", note := lambda request: loaded.append(request.url))
    answer = await page.goto(address + path)
    page.remove_listener("request", note)
    assert answer is not None
    wrong = [f"loads {one}" for one in loaded if not one.startswith((f"{address}/", "data:"))]
    if answer.status not in statuses:
        wrong.append(f"answers {answer.status}")
    if (size := len(await answer.body())) > BYTES_MAX:
        wrong.append(f"is {size} bytes long")
    return wrong + await _seen(page)


async def _at_desk(page: Page) -> None:
    await page.set_viewport_size({"width": 1280, "height": 800})
    await page.emulate_media(color_scheme="light", media="screen")


async def _seen(page: Page) -> list[str]:
    """What is wrong with a page as it stands: in light and dark, in windows of 320 and of half of 1280 pixels, on paper."""
    wrong = []
    if shifted := await page.evaluate(SHIFTED):
        wrong.append(f"moves by {shifted} while it loads")
    wrong += await findings(page)
    await page.emulate_media(color_scheme="dark")
    dark = await page.evaluate("axe.run({runOnly: ['color-contrast']})")
    wrong += [f"in the dark: {node['html']}" for one in dark["violations"] for node in one["nodes"]]
    for width in (320, 640):
        await page.set_viewport_size({"width": width, "height": 640})
        wrong += await _cut(page, width)
    await page.emulate_media(color_scheme="dark", media="print")
    await page.set_viewport_size({"width": PAPER_WIDTH, "height": 1000})
    wrong += [f"on paper: {one}" for one in [*await _cut(page, PAPER_WIDTH), *await page.evaluate(ON_PAPER)]]
    return wrong


async def _cut(page: Page, width: int) -> list[str]:
    """What does not fit into a window of that width."""
    wide = await page.evaluate("document.documentElement.scrollWidth")
    wrong = [f"is {wide} wide in a window of {width}"] if wide > width else []
    return wrong + [f"is cut in a window of {width}: {one}" for one in await page.evaluate(CUT)]
