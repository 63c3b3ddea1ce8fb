"""Every page that an organiser can open, in one tour of a filled event: axe in light and dark, windows of 320 and of half the
pixels, on paper, what the browser refuses, what moves while it loads, and how much is sent from where."""

from typing import Any

import pytest
from playwright.async_api import Browser, Page

from matchmaker import tokens
from matchmaker.model.organiser import Role
from matchmaker.services import invite
from matchmaker.store import events
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.journeys.toured import ALONE, NOT_TOURED, OF_STATES, PAGES, paths_of
from tests.web.browser import Clock
from tests.web.organiser import sign_in_browser
from tests.web.served import CHROMIUM, page_of
from tests.web.test_chromium import findings, needs_axe
from tests.web.world import World

pytestmark = [pytest.mark.chromium, pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")]
BYTES_MAX = 100_000
CALCULATED_MS = 90_000  # some pages wait for the calculator, which a busy machine keeps waiting
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
    return await paths_of(world)


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
