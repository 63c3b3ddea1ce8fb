"""Real browsers in the room and at the desk: axe, little room, the dark, a search while one types, and no scripts at all."""

from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser, expect

from matchmaker.model.group import Route
from matchmaker.model.ids import AttendeeId
from matchmaker.model.organiser import Role
from matchmaker.model.run import Format
from matchmaker.settings import Settings
from matchmaker.store import check_ins, groups, pairings, placements
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.factories import AT, LATER
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


@pytest.fixture
async def tour(world: World) -> list[str]:
    """Every page in a state that has something to show."""
    home = f"/events/{world.event_id}"
    async with tenant_transaction(world.pool, world.association_id) as connection:
        cy = await factories.attendee(
            connection, world.event_id, "Cy Lacking-With-A-Name-That-Takes-Room", seeks=["x" * 60]
        )
        for letter, state in ((world.ada, "uncertain"), (world.bob, "failed")):
            await connection.execute(
                """
                update message
                   set state = $2,
                       claim = 1,
                       transmitting_at = $3,
                       ended_at = case when $2 = 'failed' then $3::timestamptz end,
                       reason = case when $2 = 'failed' then 'refused' end
                 where attendee_id = $1
                """,
                letter, state, LATER,
            )  # fmt: skip
        first = await factories.drafted_run(connection, world.event_id, format=Format.ROUNDS, at=LATER)
        pair = min(world.ada, world.bob), max(world.ada, world.bob)
        await pairings.add_all(connection, first.id, [factories.pairing(*pair, round=1, table=1)])
        await placements.add_round(connection, first.id, 1, [(AttendeeId(one), 1) for one in pair], hours=None)
        await connection.execute(
            "update match_run set state = 'released', released_at = $2 where id = $1", first.id, LATER
        )
        await check_ins.mark_absent(connection, world.event_id, world.ada, AT)
        await check_ins.check_in(connection, world.event_id, cy.id, AT)
        again = await factories.drafted_run(
            connection, world.event_id, format=Format.ROUNDS, builds_on=first.id, from_round=1, at=LATER
        )
        ask = factories.ask(world.ada, route=Route.CLINIC, expert_id=world.bob, value=1.0, offer="Bread")
        await groups.add_asks(connection, again.id, [ask])
    person = f"{home}/room/attendees/{world.ada}"
    return [
        f"{home}/room",
        f"{home}/room?q=nobody+at+all",
        person,
        f"{person}/details",
        f"{person}/removal",
        f"{home}/room/waiting",
        f"{home}/room/waiting/{world.bob}/refusal",
        f"{home}/room/unsaid",
        f"{home}/room/asks",
        f"{home}/room/note",
        f"{home}/live",
        f"{home}/live/anew",
        f"{home}/live/anew/{again.id}",
        f"{home}/desk?q=example&seen={world.ada}",
    ]


@needs_axe
async def test_axe_finds_nothing_and_nothing_is_cut_off(
    browser: Browser, address: str, world: World, tour: list[str]
) -> None:
    """In light and dark, and at 320 pixels; the first load of each is small."""
    found: dict[str, list[str]] = {}
    async with page_of(browser, viewport={"width": 320, "height": 640}) as page:
        await sign_in_browser(page, address, world.pool, world.association_id, world.clock)
        for path in tour:
            await page.emulate_media(color_scheme="light")
            answer = await page.goto(address + path)
            assert answer is not None
            assert (path, answer.status, len(await answer.body()) < 100_000) == (path, 200, True)
            found[path] = await findings(page)
            await page.emulate_media(color_scheme="dark")
            dark = await page.evaluate("axe.run({runOnly: ['color-contrast']})")
            found[path] += [f"dark: {node['html']}" for one in dark["violations"] for node in one["nodes"]]
            if not await page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
                found[path].append("is cut off")
    assert {path: one for path, one in found.items() if one} == {}


@pytest.mark.parametrize(
    ("locale", "button", "said"), [("en", "is here", "is checked in"), ("de", "ist da", "ist eingecheckt")]
)
async def test_a_telephone_that_opens_a_badge_checks_in_by_one_press(
    browser: Browser, address: str, world: World, locale: str, button: str, said: str
) -> None:
    """The button has the focus, which brings it into view, and no keyboard over it."""
    async with tenant_transaction(world.pool, world.association_id) as connection:
        codes = await check_ins.codes(connection, world.event_id, limit=9)
    async with page_of(browser, viewport={"width": 320, "height": 640}, locale=locale) as page:
        await sign_in_browser(page, address, world.pool, world.association_id, world.clock, Role.HELPER)
        await page.goto(f"{address}/desk/{codes[world.bob]}")
        assert await page.locator("html").get_attribute("lang") == locale
        press = page.get_by_role("button", name=f"Bob O’Example {button}")
        await expect(press).to_be_focused()
        await expect(press).to_be_in_viewport(ratio=0.95)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await press.click()
        await page.get_by_role("status").filter(has_text=said).wait_for()
    assert await world.rows("select count(checked_in_at) from attendee") == [(1,)]


async def test_the_list_follows_what_one_types(browser: Browser, address: str, world: World, tour: list[str]) -> None:
    async with page_of(browser) as page:
        await sign_in_browser(page, address, world.pool, world.association_id, world.clock)
        await page.goto(f"{address}/events/{world.event_id}/room")
        assert await page.get_by_role("link", name="Ada Example").count() == 1
        await page.get_by_label("Find", exact=True).press_sequentially("sons")
        await page.get_by_role("link", name="Ada Example").wait_for(state="detached")
        assert await page.get_by_role("link", name="Bob O’Example").count() == 1


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_helper_checks_in_by_keyboard_one_after_another(
    browser: Browser, address: str, world: World, *, scripts: bool
) -> None:
    """As a scanner does: it types into the field that has the focus, and presses Enter."""
    codes = [str(code) for (code,) in await world.rows("select check_in_code from attendee order by id")]
    async with page_of(browser, java_script_enabled=scripts) as page:
        await sign_in_browser(page, address, world.pool, world.association_id, world.clock, Role.HELPER)
        await page.goto(f"{address}/events/{world.event_id}/desk")
        for code in codes:
            await page.locator("input:focus").wait_for()  # a scanner is slower than a page that has just come
            await page.keyboard.type(code)
            async with page.expect_navigation():
                await page.keyboard.press("Enter")
            assert "is checked in." in await page.get_by_role("status").inner_text()
    assert await world.rows("select count(checked_in_at) from attendee") == [(2,)]
