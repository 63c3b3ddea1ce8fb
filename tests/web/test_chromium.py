"""Real browsers on the pages: by hand, by keyboard, small, dark, without scripts; and a scanner that runs scripts."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest
from msgspec import structs
from playwright.async_api import Browser, Page

from matchmaker import tokens
from matchmaker.model.door import Door
from matchmaker.model.link import LinkScope
from matchmaker.services import join
from matchmaker.settings import Settings
from matchmaker.store import doors
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.web.browser import Clock
from tests.web.served import AXE, CHROMIUM, chromium, page_of, served
from tests.web.test_mailbox import Postman
from tests.web.world import World

pytestmark = [pytest.mark.chromium, pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")]
needs_axe = pytest.mark.skipif(AXE is None, reason="needs axe-core in node_modules")
# The tags of all that axe knows of WCAG 2.2 AA, and of what it calls best practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def address(page_settings: Settings, page_clock: Clock) -> Iterator[str]:
    with served(page_settings, page_clock) as address:
        yield address


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest.fixture
async def tour(world: World, address: str) -> dict[str, str]:
    """Every page there is, by what it shows."""
    async with tenant_transaction(world.pool, world.association_id) as connection:
        await doors.put(connection, world.event_id, Door.OPEN)
        cleo = factories.attendee_input("Cleo", email="cleo@example.org")
        await join.sign_up(connection, world.event_id, cleo, factories.AT)
        new = await connection.fetchval("select attendee_id from sign_up")
    await world.afterwards()
    door = f"/join/{tokens.event_code(world.association_id, world.event_id)}"
    return {
        "open": f"/i/{await world.link(world.ada)}",
        "german": f"/i/{await world.link(world.bob)}",
        "exits": f"/x/{await world.link(world.ada, LinkScope.EXITS)}",
        "enter": f"/m/{await world.link(world.ada, LinkScope.ME)}",
        "afterwards": f"/a/{await world.link(world.ada, LinkScope.AFTERWARDS)}",
        "verify": f"/v/{await world.link(new, LinkScope.VERIFY)}",
        "door": door,
        "sent": f"{door}/sent",
        "ask": f"{door}/link",
        "unknown": "/i/nothing",
        "ended": "/me",
    }


async def findings(page: Page) -> list[str]:
    """What axe finds, of any impact."""
    assert AXE is not None
    await page.evaluate(AXE.read_text("utf-8"))
    found = await page.evaluate("tags => axe.run({runOnly: tags})", RULES)
    assert found["passes"]
    return [f"{one['id']}: {node['html']}" for one in found["violations"] for node in one["nodes"]]


async def press(page: Page, clock: Clock, name: str) -> None:
    clock.go(seconds=20)
    await page.get_by_role("button", name=name, exact=True).click()


@needs_axe
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing(
    browser: Browser, address: str, tour: dict[str, str], world: World, scheme: str
) -> None:
    found = {}
    async with page_of(browser, color_scheme=scheme) as page:
        for name, path in tour.items():
            await page.goto(address + path)
            found[name] = await findings(page)
        await page.goto(address + tour["enter"])
        await press(page, world.clock, "Open my page")
        found["me"] = await findings(page)
        await page.goto(address + tour["door"])
        await page.get_by_label("Your e-mail address").fill("ada@x")
        await page.get_by_label("Your name").fill("Ada")
        await page.get_by_role("button", name="Sign up").click()
        found["mistakes"] = await findings(page)
        for path, button in ((tour["open"], "Yes, introduce us"), (tour["german"], "Ja, stellen Sie uns vor")):
            await page.goto(address + path)
            await press(page, world.clock, button)
            found[button] = await findings(page)
        await page.goto(address + tour["open"])
        await page.get_by_text("Propose a time", exact=True).click()
        found["proposing"] = await findings(page)
        await page.get_by_label("A time of your own").fill(f"{world.at + timedelta(days=9):%Y-%m-%dT10:00}")
        await press(page, world.clock, "Propose it")
        await page.goto(address + tour["german"])
        found["proposed"] = await findings(page)
        await press(page, world.clock, "Dieser Zeit zustimmen")
        found["agreed"] = await findings(page)
        assert await world.rows("select starts_at is not null from appointment") == [(True,)]
        await page.goto(address + tour["open"])
        await press(page, world.clock, "We met")
        found["met"] = await findings(page)
    assert {name: one for name, one in found.items() if one} == {}


@pytest.mark.parametrize(("width", "scale"), [(320, 1), (1280, 2)])
async def test_nothing_is_cut_off_where_room_is_scarce(
    browser: Browser, address: str, tour: dict[str, str], width: int, scale: int
) -> None:
    """At 320 pixels, and at a magnification that leaves half of the width."""
    async with page_of(browser, viewport={"width": width // scale, "height": 640}, device_scale_factor=scale) as page:
        for path in tour.values():
            await page.goto(address + path)
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


async def test_a_person_answers_without_scripts_by_keyboard(
    browser: Browser, address: str, tour: dict[str, str], world: World
) -> None:
    async with page_of(browser, java_script_enabled=False) as page:
        await page.goto(address + tour["open"])
        world.clock.go(seconds=20)
        for _ in range(20):
            await page.keyboard.press("Tab")
            if await page.locator("button:focus").count():
                break
        async with page.expect_navigation():
            await page.keyboard.press("Enter")
        assert await page.title() == "You said yes to Bob O’Example"
    assert await world.state() == "half_accepted"


async def test_one_press_of_a_person_is_enough(
    browser: Browser, address: str, tour: dict[str, str], world: World
) -> None:
    async with page_of(browser) as page:
        await page.goto(address + tour["open"])
        await press(page, world.clock, "Not this time")
        assert await page.title() == "You said: not this time"


SCRIPTS = (
    "document.forms[0].submit()",
    "document.forms[0].requestSubmit()",
    "document.querySelector('form button').click()",
    "document.querySelector('button[value]:not([value=\"\"])').click()",
    "document.forms[0].requestSubmit(document.querySelector('button[value]:not([value=\"\"])'))",
)


@pytest.mark.parametrize("script", SCRIPTS)
async def test_a_scanner_that_runs_scripts_and_sends_forms_changes_nothing(
    browser: Browser, address: str, tour: dict[str, str], world: World, script: str
) -> None:
    """It opens each page in a browser, waits, sends the form by a script, and does so again on the page that comes.

    The script runs as one of the page's own would: what playwright itself evaluates counts as a person's gesture.
    """
    before = await world.content()
    async with page_of(browser) as page:
        console = await page.context.new_cdp_session(page)
        for name in ("open", "exits", "enter", "verify"):
            await page.goto(address + tour[name])
            for _ in range(3):
                world.clock.go(minutes=1)
                async with page.expect_navigation():
                    await console.send("Runtime.evaluate", {"expression": script, "userGesture": False})
    assert await world.content() == before


async def test_nothing_is_loaded_from_elsewhere(browser: Browser, address: str, tour: dict[str, str]) -> None:
    async with page_of(browser) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        for path in tour.values():
            await page.goto(address + path)
    assert len(asked) > len(tour)
    assert [url for url in asked if not url.startswith(address)] == []


async def test_a_letter_is_read_in_its_frame_and_its_link_leads_out_of_it(
    browser: Browser, address: str, page_settings: Settings, world: World
) -> None:
    postman = Postman(structs.replace(page_settings, base_url=address), world)
    assert await postman.letters("ada@example.org")
    async with page_of(browser, java_script_enabled=False) as page:
        await page.goto(f"{address}/mailbox")
        await page.locator("li", has_text="ada@example.org").first.get_by_role("link").click()
        letter = page.frame_locator("iframe.letter")
        assert "Bob O’Example" in await letter.locator("body").inner_text()
        await letter.get_by_role("link").first.click()
        await page.wait_for_url(f"{address}/i/*")
        assert await page.title() == "Would you like to meet Bob O’Example?"
