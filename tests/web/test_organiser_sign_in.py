"""Signing in without scripts: set up, invited, by password and code, not too often, and nobody learns who is known."""

import asyncio
import time
from datetime import timedelta

import httpx
import pyotp
import pytest
from litestar import Litestar

from matchmaker import tokens
from matchmaker.model.ids import AssociationId, OrganiserId
from matchmaker.model.organiser import INVITATION_LENGTH, Role
from matchmaker.services import invite, prove, sign_in
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests.web.browser import Clock, Page
from tests.web.organiser import (
    EMAIL,
    HOST,
    PASSWORD,
    PRESSED,
    an_organiser,
    at_desk,
    code_at,
    session_of,
    signed_in,
    with_password,
)

STRONG = "a lamp beside nine herons"


async def rows(pool: Pool, association_id: AssociationId, statement: str) -> list[tuple[object, ...]]:
    async with tenant_transaction(pool, association_id) as connection:
        return [tuple(row) for row in await connection.fetch(statement)]


async def invited(
    pool: Pool,
    association_id: AssociationId,
    clock: Clock,
    role: Role = Role.OWNER,
    organiser_id: OrganiserId | None = None,
) -> str:
    """The path of a new invitation."""
    async with tenant_transaction(pool, association_id) as connection:
        return f"/start/{await invite.invite(connection, role, label='x', organiser_id=organiser_id, at=clock.at)}"


async def press(browser: httpx.AsyncClient, path: str, page: httpx.Response, **fields: str) -> httpx.Response:
    """Sends the form of a page that is open, as it came but for those fields."""
    return await browser.post(path, data={**Page(page.text).fields, **fields}, headers=PRESSED)


async def enter(
    browser: httpx.AsyncClient, association_id: AssociationId, code: str, email: str = EMAIL, password: str = PASSWORD
) -> httpx.Response:
    page = await browser.get(f"/sign-in/{tokens.association_code(association_id)}")
    return await press(browser, "/sign-in", page, email=email, password=password, code=code)


async def a_member(pool: Pool, association_id: AssociationId) -> OrganiserId:
    """Who signs in by `PASSWORD`."""
    organiser_id = await an_organiser(pool, association_id)
    await with_password(pool, association_id, organiser_id)
    return organiser_id


async def test_the_first_owner_names_the_association_and_sets_a_password(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    """From the link to a second sign-in, by forms alone."""
    path = await invited(pool, association_id, clock)
    async with at_desk(app) as browser:
        page = await browser.get(path)
        assert Page(page.text).title == "Set up your association"
        answer = await press(
            browser, path, page, association="Guild of Glassmakers", name="Olga", email="Olga@Example.org"
        )
        assert answer.headers["location"].endswith("/account")
        assert (await browser.get("/events")).headers["location"].endswith("/account?said=proof_needed")
        page = await browser.get("/account/password")
        secret = "".join(page.text.partition("<code>")[2].partition("</code>")[0].split())
        shown = await press(browser, "/account/password", page, password=STRONG, code=pyotp.TOTP(secret).at(clock.at))
        assert Page(shown.text).title == "Keep these recovery codes"
        codes = [part.partition("</code>")[0] for part in shown.text.split("<code>")[1:]]
        assert len(set(codes)) == prove.CODES
        assert (await browser.get("/events")).status_code == 200
    clock.go(minutes=1)
    async with at_desk(app) as browser:
        code = pyotp.TOTP(secret).at(clock.at)
        answer = await enter(browser, association_id, code, email="olga@example.ORG", password=STRONG)
        assert (answer.status_code, (await browser.get("/events")).status_code) == (303, 200)
    assert await rows(pool, association_id, "select name from association") == [("Guild of Glassmakers",)]
    assert await rows(pool, association_id, "select name, role from organiser") == [("Olga", "owner")]


async def test_setting_a_password_replaces_the_session_and_ends_all_others(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    async with signed_in(app, association_id, clock) as desk:
        before = desk.browser.cookies["__Host-organiser"]
        await session_of(pool, association_id, desk.organiser_id, clock)
        page = await desk.get("/account/password")
        secret = "".join(page.text.partition("<code>")[2].partition("</code>")[0].split())
        await press(desk.browser, "/account/password", page, password=STRONG, code=pyotp.TOTP(secret).at(clock.at))
        assert desk.browser.cookies["__Host-organiser"] != before
        desk.browser.cookies.clear()
        desk.browser.cookies.set("__Host-organiser", before)
        assert (await desk.get("/events")).status_code == 403
    assert await rows(pool, association_id, "select way from organiser_session") == [("password",)]


async def test_an_invitation_is_taken_up_once_and_opening_it_does_nothing(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    await an_organiser(pool, association_id)
    path = await invited(pool, association_id, clock, Role.HELPER)
    async with at_desk(app) as browser:
        for _ in range(5):
            page = await browser.get(path)
        assert Page(page.text).title == "You may sign in to Association of Examples"
        wrong = await press(browser, path, page, name="", email="nobody")
        assert (wrong.status_code, "this does not look like an e-mail address" in wrong.text) == (422, True)
        assert (await press(browser, path, page, name="Hal", email="hal@example.org")).status_code == 303
        assert (await press(browser, path, page, name="Eve", email="eve@example.org")).status_code == 410
        assert (await browser.get(path)).status_code == 410
    assert await rows(pool, association_id, "select name, role from organiser order by name") == [
        ("Hal", "helper"),
        ("Olga", "owner"),
    ]


async def test_an_address_that_is_there_already_keeps_the_invitation(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    await an_organiser(pool, association_id)
    path = await invited(pool, association_id, clock)
    async with at_desk(app) as browser:
        page = await browser.get(path)
        assert (await press(browser, path, page, name="Olga", email="OLGA@example.org")).status_code == 409
        assert (await press(browser, path, page, name="Hal", email="hal@example.org")).status_code == 303


@pytest.mark.parametrize("state", ["unknown", "malformed", "expired"])
async def test_an_invitation_that_is_none_opens_nothing(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock, state: str
) -> None:
    path = await invited(pool, association_id, clock)
    if state == "expired":
        clock.go(seconds=INVITATION_LENGTH.total_seconds())
    token = {"unknown": tokens.new_session(association_id), "malformed": "x", "expired": path.rpartition("/")[2]}[state]
    async with at_desk(app) as browser:
        assert (await browser.get(f"/start/{token}")).status_code == 410
        assert (await browser.post(f"/start/{token}", data={}, headers=PRESSED)).status_code == 410


async def test_the_demo_is_opened_by_a_button(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    path = await invited(pool, association_id, clock, organiser_id=await an_organiser(pool, association_id))
    async with at_desk(app) as browser:
        answer = await press(browser, path, await browser.get(path))
        assert answer.headers["location"].endswith("/events")
        assert (await browser.get("/events")).status_code == 200


async def test_no_code_is_taken_twice(app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock) -> None:
    await a_member(pool, association_id)
    code = code_at(app, clock)
    async with at_desk(app) as browser:
        assert (await enter(browser, association_id, code)).status_code == 303
        assert (await enter(browser, association_id, code)).status_code == 422
        clock.go(seconds=30)
        assert (await enter(browser, association_id, code)).status_code == 422
        assert (await enter(browser, association_id, code_at(app, clock))).status_code == 303


async def test_of_presses_at_once_one_wins(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    """Of one code, and of one invitation."""
    await a_member(pool, association_id)
    path, code = await invited(pool, association_id, clock), code_at(app, clock)
    async with at_desk(app) as browser:
        door, page = await browser.get(path), await browser.get(f"/sign-in/{tokens.association_code(association_id)}")
        signs = [press(browser, "/sign-in", page, email=EMAIL, password=PASSWORD, code=code) for _ in range(4)]
        takes = [press(browser, path, door, name="Ivy", email=f"ivy{one}@example.org") for one in range(4)]
        answers = [answer.status_code for answer in await asyncio.gather(*signs, *takes)]
    assert (sorted(answers[:4]), sorted(answers[4:])) == ([303, 422, 422, 422], [303, 410, 410, 410])


async def test_a_recovery_code_is_taken_once(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    from matchmaker.store import recovery_codes

    organiser_id = await a_member(pool, association_id)
    codes = prove.new_recovery_codes()
    async with tenant_transaction(pool, association_id) as connection:
        await recovery_codes.replace(connection, organiser_id, [prove.recovery_hash(one) for one in codes], clock.at)
    async with at_desk(app) as browser:
        spaced = codes[0].replace("-", " ")
        assert (await enter(browser, association_id, spaced)).status_code == 303
        assert (await enter(browser, association_id, codes[0])).status_code == 422
        assert (await enter(browser, association_id, codes[1])).status_code == 303
        assert "Recovery codes left: 6." in (await browser.get("/account")).text


async def test_whatever_is_wrong_is_told_alike(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    """Address, password, code, association: the page is the same but for what was typed and for seals."""
    await a_member(pool, association_id)
    good, other = code_at(app, clock), AssociationId(str(tokens.read_association_code("0" * 22)))
    said = set()
    async with at_desk(app) as browser:
        for where, email, password, code in (
            (association_id, "nobody@example.org", PASSWORD, good),
            (association_id, EMAIL, "not the password at all", good),
            (association_id, EMAIL, PASSWORD, "000000" if good != "000000" else "111111"),
            (association_id, EMAIL, PASSWORD[:-1], good),
            (association_id, EMAIL, PASSWORD + " and more", good),
            (other, EMAIL, PASSWORD, good),
        ):
            answer = await enter(browser, where, code, email, password)
            said.add(
                (
                    answer.status_code,
                    Page(answer.text).text,
                    answer.headers.get("set-cookie"),
                )
            )
    assert len(said) == 1
    assert await rows(pool, association_id, "select count(*) from organiser_session") == [(0,)]


async def test_an_address_is_tried_ten_times_in_a_quarter_of_an_hour(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    """From whatever networks; also right ones are refused then, and after the quarter they are not."""
    await a_member(pool, association_id)
    at = clock.at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    clock.at = at
    for number in range(sign_in.TRIES_ADDRESS_MAX):
        async with at_desk(app, address=f"198.51.{number}.1") as browser:
            assert (await enter(browser, association_id, "000000", password="wrong wrong wrong")).status_code == 422
    async with at_desk(app, address="203.0.113.1") as browser:
        answer = await enter(browser, association_id, code_at(app, clock))
        assert (answer.status_code, int(answer.headers["retry-after"])) == (429, 901)
        clock.go(minutes=15)
        assert (await enter(browser, association_id, code_at(app, clock))).status_code == 303


async def test_a_network_is_limited_whatever_addresses_it_tries(
    pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    tries = [
        await sign_in.count(pool, association_id, f"a{number}@example.org", f"100.64.7.{number}", clock.at)
        for number in range(sign_in.TRIES_NETWORK_MAX + 1)
    ]
    assert [wait is None for wait in tries] == [True] * sign_in.TRIES_NETWORK_MAX + [False]


async def test_every_sign_in_is_a_new_session(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    """A cookie that somebody planted is not taken over."""
    await a_member(pool, association_id)
    planted = tokens.new_session(association_id)
    async with at_desk(app) as browser:
        browser.cookies.set("__Host-organiser", planted, HOST)
        answer = await enter(browser, association_id, code_at(app, clock))
        cookies = answer.headers.get_list("set-cookie")
        assert len(cookies) == 2
        for cookie in cookies:
            assert cookie.startswith("__Host-")
            assert {"Secure", "HttpOnly", "SameSite=lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
            assert "Domain" not in cookie
        assert browser.cookies["__Host-organiser"] != planted
        assert browser.cookies["__Host-association"] == tokens.association_code(association_id)
    (stored,) = await rows(pool, association_id, "select secret_hash from organiser_session")
    assert stored[0] == tokens.hash_of(browser.cookies["__Host-organiser"])


async def test_who_wanted_a_page_arrives_there(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    organiser_id = await a_member(pool, association_id)
    async with at_desk(app) as browser:
        browser.cookies.set(
            "__Host-organiser", await session_of(pool, association_id, organiser_id, clock), "matchmaker.example.org"
        )
        clock.go(hours=13)
        asked = await browser.get("/events/new?from=list")
        answer = await press(browser, "/sign-in", asked, email=EMAIL, password=PASSWORD, code=code_at(app, clock))
        assert answer.headers["location"].endswith("/events/new?from=list")


@pytest.mark.parametrize(
    ("password", "weakness"),
    [
        ("short one", "short"),
        ("x" * 1_001, "long"),
        ("Password1234", "common"),
        ("aaaaaaaaaaaaaaaa", "common"),
        ("olga@example.org", "own"),
        (STRONG, None),
        ("ä" * 3 + "öüßéñ😀中文 x", None),
    ],
)
def test_a_password_is_long_and_not_guessed_first(password: str, weakness: str | None) -> None:
    assert prove.weakness(password, EMAIL, "Olga") == weakness


async def test_a_password_counts_to_its_last_letter() -> None:
    """Also past 72 bytes, where other ways of hashing stop reading."""
    kept = await prove.hashed("x1y2" * 200 + "a")
    assert [await prove.fits(kept, "x1y2" * 200 + end) for end in ("a", "b", "", " a")] == [True, False, False, False]


async def test_what_is_longer_than_any_password_is_none_and_costs_nothing() -> None:
    """A tower of marks would be put in order first, for minutes."""
    tower = "a" + "\u0300\u0316" * 100_000
    kept, began = await prove.hashed(PASSWORD), time.perf_counter()
    assert (prove.weakness(tower), await prove.fits(kept, tower)) == ("long", False)
    assert await prove.fits(await prove.hashed(""), "x" * (prove.PASSWORD_CHARS_MAX + 1)) is False
    assert time.perf_counter() - began < 1


async def test_owners_invite_change_and_remove(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    async with (
        signed_in(app, association_id, clock) as owner,
        signed_in(app, association_id, clock, Role.HELPER, email="hal@example.org") as helper,
    ):
        made = await owner.press("/organisers/invitations", label="Ivy", role="organiser")
        link = made.text.partition("<code>")[2].partition("</code>")[0]
        assert link.startswith("https://matchmaker.example.org/start/")
        assert link not in (await owner.get("/organisers")).text
        assert (await helper.get("/events/new")).status_code == 403
        assert (await owner.press(f"/organisers/{helper.organiser_id}/role", role="organiser")).status_code == 303
        assert (await helper.get("/events/new")).status_code == 200
        assert (await helper.press("/organisers/invitations", label="Eve", role="owner")).status_code == 403
        assert (await owner.press(f"/organisers/{owner.organiser_id}/role", role="helper")).status_code == 409
        assert (await owner.press(f"/organisers/{owner.organiser_id}/removal")).status_code == 409
        assert (await owner.press(f"/organisers/{helper.organiser_id}/removal")).status_code == 303
        assert (await helper.get("/events")).status_code == 403
        (invitation,) = await rows(pool, association_id, "select id from invitation")
        assert (await owner.press(f"/organisers/invitations/{invitation[0]}/removal")).status_code == 303
        assert (await owner.get(link.removeprefix("https://matchmaker.example.org"))).status_code == 410
