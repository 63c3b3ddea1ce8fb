"""Real browsers on the organisers' pages: a passkey made and used, by keyboard, small, dark, without scripts; and axe."""

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from matchmaker import tokens
from matchmaker.model.ids import AssociationId
from matchmaker.model.organiser import Role
from matchmaker.services import invite
from matchmaker.settings import Settings
from matchmaker.store import events
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.web.browser import Clock
from tests.web.organiser import EMAIL, sign_in_browser
from tests.web.served import CHROMIUM, chromium, page_of, served
from tests.web.test_chromium import findings, needs_axe

pytestmark = [pytest.mark.chromium, pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")]


@pytest.fixture(scope="module")
def address(page_settings: Settings, page_clock: Clock) -> Iterator[str]:
    """At localhost, where browsers allow passkeys without https."""
    with served(page_settings, page_clock, "localhost") as address:
        yield address


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


async def invitation(pool: Pool, association_id: AssociationId, clock: Clock) -> str:
    async with tenant_transaction(pool, association_id) as connection:
        return f"/start/{await invite.invite(connection, Role.OWNER, label='Ivy', at=clock.at)}"


async def tour(pool: Pool, association_id: AssociationId) -> list[str]:
    """The pages that a signed-in owner can open."""
    async with tenant_transaction(pool, association_id) as connection:
        event = await factories.event(connection, name="Spring day of the Association of Examples")
    home = f"/events/{event.id}"
    return [
        "/events",
        "/events/new",
        home,
        f"{home}/details",
        "/organisers",
        "/account",
        "/account/password",
        "/events/x",
    ]


async def authenticator(page: Page) -> Any:
    """A virtual authenticator, as a laptop has one: it keeps passkeys and has seen its owner."""
    session = await page.context.new_cdp_session(page)
    await session.send("WebAuthn.enable")
    await session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return session


async def test_a_passkey_is_made_at_first_and_signs_in_later(
    browser: Browser, address: str, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    """From the link to the events, out, and in again: without an address, a password, or the association's name."""
    path = await invitation(pool, association_id, clock)
    async with page_of(browser) as page:
        await authenticator(page)
        await page.goto(address + path)
        await page.get_by_label("Name of your association").fill("Guild of Glassmakers")
        await page.get_by_label("Your name").fill("Olga")
        await page.get_by_label("Your e-mail address").fill(EMAIL)
        await page.get_by_role("button", name="Go on").click()
        await page.get_by_label("A name for it").fill("Blue laptop")
        await page.get_by_role("button", name="Add a passkey").click()
        await page.get_by_text("The passkey is added.").wait_for()
        assert await page.get_by_text("Blue laptop", exact=True).count() == 1
        await page.get_by_role("button", name="Sign out").click()
        await page.wait_for_url(re.compile("/sign-in/"))
        await page.context.clear_cookies()
        await page.goto(f"{address}/sign-in")
        assert await page.get_by_label("Password").count() == 0
        await page.get_by_role("button", name="Sign in with a passkey").click()
        await page.wait_for_url(f"{address}/events")
        assert await page.title() == "Events"
    async with tenant_transaction(pool, association_id) as connection:
        assert await connection.fetchval("select array_agg(way) from organiser_session") == ["passkey"]
        assert await connection.fetchval("select sign_count from passkey") > 1


@needs_axe
async def test_a_passkey_says_that_it_is_still_oneself(
    browser: Browser, address: str, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    """A while after the sign-in, before an invitation is made; what was typed arrives. The page that asks is for everybody."""
    async with page_of(browser) as page:
        await authenticator(page)
        await sign_in_browser(page, address, pool, association_id, clock)
        await page.goto(f"{address}/account")
        await page.get_by_role("button", name="Add a passkey").click()
        await page.get_by_text("The passkey is added.").wait_for()
        clock.go(minutes=11)
        await page.goto(f"{address}/organisers")
        await page.get_by_label("For whom").fill("Ivy")
        await page.get_by_role("button", name="Make a link").click()
        assert await page.title() == "Is it you?"
        assert await findings(page) == []
        await page.set_viewport_size({"width": 320, "height": 640})
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await page.get_by_role("button", name="It is me").click()
        await page.get_by_role("button", name="Send it").click()
        await page.get_by_text("Send this link to Ivy").wait_for()


async def test_a_signature_is_taken_once(
    browser: Browser, address: str, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    """Whoever saw a whole sign-in go by cannot send it again."""
    async with page_of(browser) as page:
        await authenticator(page)
        await sign_in_browser(page, address, pool, association_id, clock)
        await page.goto(f"{address}/account")
        await page.get_by_role("button", name="Add a passkey").click()
        await page.get_by_text("The passkey is added.").wait_for()
        await page.goto(f"{address}/sign-in")
        sent: list[str] = []
        page.on("request", lambda one: sent.append(one.post_data or "") if one.method == "POST" else None)
        await page.get_by_role("button", name="Sign in with a passkey").click()
        await page.wait_for_url(f"{address}/events")
        await page.context.clear_cookies()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        again = await page.request.post(f"{address}/sign-in/passkey", data=sent[0], headers=headers, max_redirects=0)
        assert again.status == 422
        assert "set-cookie" not in again.headers
    async with tenant_transaction(pool, association_id) as connection:
        assert await connection.fetchval("select count(*) from organiser_session") == 2


async def test_a_passkey_that_is_refused_loses_nothing(
    browser: Browser, address: str, association_id: AssociationId, clock: Clock
) -> None:
    """No passkey of ours is there: the page says so, and stays."""
    async with page_of(browser) as page:
        session = await authenticator(page)
        await page.goto(f"{address}/sign-in/{tokens.association_code(association_id)}")
        await page.get_by_label("Your e-mail address").fill(EMAIL)
        await session.send("WebAuthn.disable")
        await page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('no')) }")
        await page.get_by_role("button", name="Sign in with a passkey").click()
        await page.get_by_text("No passkey was used.").wait_for()
        assert await page.get_by_label("Your e-mail address").input_value() == EMAIL


@needs_axe
async def test_axe_finds_nothing_in_light_and_dark(
    browser: Browser, address: str, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    """In the dark only colours differ, so only their contrast is looked at once more."""
    found = {}
    async with page_of(browser) as page:

        async def look(path: str = "") -> None:
            if path:
                await page.goto(address + path)
            await page.emulate_media(color_scheme="light")
            found[page.url] = await findings(page)
            await page.emulate_media(color_scheme="dark")
            dark = await page.evaluate("axe.run({runOnly: ['color-contrast']})")
            found[page.url] += [
                f"{one['id']}, dark: {node['html']}" for one in dark["violations"] for node in one["nodes"]
            ]

        await look(await invitation(pool, association_id, clock))
        await look("/sign-in")
        await look(f"/sign-in/{tokens.association_code(association_id)}")
        await sign_in_browser(page, address, pool, association_id, clock)
        for path in await tour(pool, association_id):
            await look(path)
        await page.goto(f"{address}/events/new")
        await page.get_by_label("Time zone").fill("Nowhere")
        await page.get_by_label("Name").fill("X")
        await page.get_by_role("button", name="Save").click()
        await page.get_by_text("Please look at this once more").wait_for()
        await look()
        await page.goto(f"{address}/organisers")
        await page.get_by_label("For whom").fill("Ivy")
        await page.get_by_role("button", name="Make a link").click()
        await page.get_by_text("Send this link to Ivy").wait_for()
        await look()
    assert len(found) > 10
    assert {name: one for name, one in found.items() if one} == {}


@pytest.mark.parametrize(("width", "scale"), [(320, 1), (1280, 2)])
async def test_nothing_is_cut_off_where_room_is_scarce(
    browser: Browser, address: str, pool: Pool, association_id: AssociationId, clock: Clock, width: int, scale: int
) -> None:
    async with page_of(browser, viewport={"width": width // scale, "height": 640}, device_scale_factor=scale) as page:
        paths = [await invitation(pool, association_id, clock), f"/sign-in/{tokens.association_code(association_id)}"]
        for path in paths:
            await page.goto(address + path)
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        await sign_in_browser(page, address, pool, association_id, clock)
        for path in await tour(pool, association_id):
            await page.goto(address + path)
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


async def test_two_change_one_event_by_keyboard_without_scripts(
    browser: Browser, address: str, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    """The later one sees both, and chooses their own."""
    async with tenant_transaction(pool, association_id) as connection:
        event = await factories.event(connection, name="Spring day")
    async with page_of(browser, java_script_enabled=False) as page:
        await sign_in_browser(page, address, pool, association_id, clock)
        await page.goto(f"{address}/events/{event.id}/details")
        async with tenant_transaction(pool, association_id) as connection:
            await events.save(connection, event.id, factories.event_input(name="Theirs"), version=1, at=clock.at)
        await page.get_by_label("Name").focus()
        await page.keyboard.press("Control+A")
        await page.keyboard.type("Mine")
        async with page.expect_navigation():
            await page.keyboard.press("Enter")
        assert await page.get_by_role("heading", level=1).inner_text() == "Somebody changed this meanwhile"
        await page.get_by_role("button", name="Save what I sent").focus()
        async with page.expect_navigation():
            await page.keyboard.press("Enter")
        assert await page.get_by_role("heading", level=1).inner_text() == "Mine"


async def test_nothing_typed_is_lost_when_a_session_ends(
    browser: Browser, address: str, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    async with page_of(browser) as page:
        await authenticator(page)
        await sign_in_browser(page, address, pool, association_id, clock)
        await page.goto(f"{address}/account")
        await page.get_by_role("button", name="Add a passkey").click()
        await page.get_by_text("The passkey is added.").wait_for()
        await page.goto(f"{address}/events/new")
        await page.get_by_label("Name").fill("An evening of “quotes” & ümläuts")
        clock.go(hours=3)
        await page.get_by_role("button", name="Save").click()
        await page.get_by_role("button", name="Sign in with a passkey").click()
        await page.get_by_role("button", name="Send it").click()
        await page.get_by_text("The event is made.").wait_for()
        assert await page.get_by_role("heading", level=1).inner_text() == "An evening of “quotes” & ümläuts"


async def test_htmx_runs_under_the_policy_and_sends_the_seal(
    browser: Browser, address: str, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    """A page that the browser refuses anything of would fail at its end; what htmx sends without a form is sealed."""
    async with page_of(browser) as page:
        await sign_in_browser(page, address, pool, association_id, clock)
        await page.goto(f"{address}/events/new")
        assert await page.evaluate("[htmx.config.allowEval, htmx.config.includeIndicatorStyles]") == [False, False]
        values = {"name": "By htmx", "time_zone": "UTC"}
        await page.evaluate("values => htmx.ajax('POST', '/events', {target: 'body', values: values})", values)
        await page.get_by_role("heading", level=1, name="By htmx").wait_for()
