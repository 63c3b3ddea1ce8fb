"""Is it you? What decides who can sign in asks for a proof that is fresh, whoever holds the session's cookie."""

import re

import httpx
import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from matchmaker.model.association import Scope
from matchmaker.model.ids import AssociationId, OrganiserId
from matchmaker.model.organiser import PROOF_LENGTH, Role, Way
from matchmaker.services import prove, sign_in
from matchmaker.store import passkeys, recovery_codes
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from matchmaker.web.organiser.handlers import HANDLERS
from tests.web.browser import Clock, Page
from tests.web.organiser import EMAIL, HOST, PASSWORD, PRESSED, Desk, an_organiser, code_at, signed_in, with_password

ID = "00000000-0000-4000-8000-000000000000"
COOKIE = "__Host-organiser"
ASKING = {
    "add_passkey", "change_role", "end_session", "invite_colleague", "remove_organiser", "remove_passkey", "set_password",
    "show_passkeys", "show_password", "take_invitation_back",
}  # fmt: skip


@pytest.fixture
async def colleague(pool: Pool, association_id: AssociationId) -> OrganiserId:
    return await an_organiser(pool, association_id, Role.HELPER, name="Hal", email="hal@example.org")


async def content(pool: Pool, association_id: AssociationId) -> list[tuple[object, ...]]:
    """All that decides who can sign in, sessions aside."""
    async with tenant_transaction(pool, association_id) as connection:
        return [
            tuple(row)
            for table in ("organiser", "passkey", "invitation", "recovery_code", "api_key")
            for row in await connection.fetch(f"select * from {table} order by 1, 2")
        ]


async def answer(browser: httpx.AsyncClient, page: Page, code: str, **fields: str) -> httpx.Response:
    """Sends the form of the page that asks, as it came but for those fields."""
    given = {**page.fields, "password": PASSWORD, "code": code, **fields}
    return await browser.post("/account/proof", data=given, headers=PRESSED)


async def with_proof(desk: Desk, pool: Pool, association_id: AssociationId) -> None:
    await with_password(pool, association_id, desk.organiser_id)


def asks(handler: HTTPRouteHandler) -> bool:
    sends = "POST" in handler.http_methods
    return bool(handler.opt.get("fresh")) or (sends and handler.opt.get("scope") is Scope.KEYS_WRITE)


def test_all_that_decides_who_can_sign_in_asks() -> None:
    """Whatever is sent for `keys:write` does so by itself, so a page of keys need not think of it."""
    assert {one.handler_name for one in HANDLERS if asks(one)} >= ASKING
    assert all(asks(one) for one in HANDLERS if one.opt.get("scope") is Scope.KEYS_WRITE and "POST" in one.http_methods)


async def test_a_stolen_session_changes_nothing_of_who_can_sign_in(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock, colleague: OrganiserId
) -> None:
    """Every such route, with the session's own seal; and what does not decide it goes on."""
    async with signed_in(app, association_id, clock) as desk:
        await with_proof(desk, pool, association_id)
        before, seen = await content(pool, association_id), 0
        clock.go(seconds=PROOF_LENGTH.total_seconds() + 1)
        seal = Page((await desk.get("/account")).text).fields["form"]
        for handler in filter(asks, HANDLERS):
            for path in handler.paths:
                path = re.sub(r"\{[^}]+\}", ID, path.replace("{organiser_id:str}", colleague))
                fields = {"form": seal, "role": "owner", "label": "Eve", "password": "x" * 20, "code": "1"}
                method = "POST" if "POST" in handler.http_methods else "GET"
                given = await desk.browser.request(
                    method, path, data=fields if method == "POST" else None, headers=PRESSED
                )
                assert (handler.handler_name, given.status_code) == (handler.handler_name, 403)
                assert (Page(given.text).title, "set-cookie" in given.headers) == ("Is it you?", False)
                seen += 1
        assert seen >= len(ASKING)
        assert (await desk.press("/events", name="Spring day", time_zone="UTC")).status_code == 303
    assert await content(pool, association_id) == before


async def test_within_ten_minutes_of_signing_in_nobody_is_asked(
    app: Litestar, association_id: AssociationId, pool: Pool, clock: Clock, colleague: OrganiserId
) -> None:
    async with signed_in(app, association_id, clock) as desk:
        await with_proof(desk, pool, association_id)
        clock.go(seconds=PROOF_LENGTH.total_seconds())
        assert (await desk.get("/account/password")).status_code == 200
        assert (await desk.press(f"/organisers/{colleague}/role", role="owner")).status_code == 303


async def test_a_proof_brings_one_back_with_the_form_and_a_new_session(
    app: Litestar, association_id: AssociationId, pool: Pool, clock: Clock, colleague: OrganiserId
) -> None:
    async with signed_in(app, association_id, clock) as desk:
        await with_proof(desk, pool, association_id)
        clock.go(minutes=11)
        asked = Page((await desk.press(f"/organisers/{colleague}/role", role="owner")).text)
        stolen = desk.browser.cookies[COOKIE]
        shown = Page((await answer(desk.browser, asked, code_at(app, clock))).text)
        assert (shown.title, shown.fields["role"]) == ("Nothing was lost", "owner")
        assert desk.browser.cookies[COOKIE] != stolen
        path = f"/organisers/{colleague}/role"
        assert (await desk.press(path, seal=shown.fields.pop("form"), **shown.fields)).status_code == 303
        desk.browser.cookies.clear()
        desk.browser.cookies.set(COOKIE, stolen, HOST)
        assert Page((await desk.get("/events")).text).title == "Sign in"
    async with tenant_transaction(pool, association_id) as connection:
        role = await connection.fetchval("select role from organiser where id = $1", colleague)
        ways = await connection.fetchval("select array_agg(way) from organiser_session")
    assert (role, ways) == ("owner", ["password"])


async def test_a_form_of_a_button_alone_comes_back_as_one(
    app: Litestar, association_id: AssociationId, pool: Pool, clock: Clock, colleague: OrganiserId
) -> None:
    async with signed_in(app, association_id, clock) as desk:
        await with_proof(desk, pool, association_id)
        clock.go(minutes=11)
        path = f"/organisers/{colleague}/removal"
        asked = Page((await desk.press(path)).text)
        shown = Page((await answer(desk.browser, asked, code_at(app, clock))).text)
        assert shown.title == "Nothing was lost"
        assert (await desk.press(path, seal=shown.fields["form"])).status_code == 303


async def test_a_form_with_secrets_is_not_carried_but_opened_again(
    app: Litestar, association_id: AssociationId, pool: Pool, clock: Clock
) -> None:
    async with signed_in(app, association_id, clock) as desk:
        await with_proof(desk, pool, association_id)
        clock.go(minutes=11)
        for path, fields in (
            ("/account/password", {"password": "a new one, not carried", "code": "123456"}),
            ("/account/passkeys", {"label": "Blue", "credential": "{}", "challenge": "x", "challenge_seal": "y"}),
        ):
            given = await desk.press(path, **fields)
            assert "not carried" not in given.text
            asked = Page(given.text)
            assert (asked.fields["kept_path"], asked.fields["kept_fields"]) == (path, "")
        onward = await answer(desk.browser, asked, code_at(app, clock))
        assert (onward.status_code, onward.headers["location"].endswith("/account/passkeys")) == (303, True)
        assert (await desk.get("/account/passkeys")).status_code == 200


@pytest.mark.parametrize("wrong", ["password", "code", "seal", "path", "colleague's"])
async def test_what_proves_nothing_changes_nothing(
    app: Litestar, association_id: AssociationId, pool: Pool, clock: Clock, wrong: str
) -> None:
    """Nor does another's page: where one goes on to is ours alone to say."""
    async with (
        signed_in(app, association_id, clock) as desk,
        signed_in(app, association_id, clock, email="other@example.org") as other,
    ):
        for one in (desk, other):
            await with_proof(one, pool, association_id)
        clock.go(minutes=11)
        asked = Page((await desk.get("/account/password")).text)
        changed = {
            "password": {"password": "not the password"},
            "code": {"code": "000000" if code_at(app, clock) != "000000" else "111111"},
            "seal": {"form": Page((await other.get("/account/password")).text).fields["form"]},
            "path": {"kept_path": "https://elsewhere.example/"},
            "colleague's": {},
        }[wrong]
        if wrong == "colleague's":  # whoever has the cookie and a colleague's password and codes
            async with tenant_transaction(pool, association_id) as connection:
                await connection.execute("update organiser set totp_nonce = $1 where email = $2", b"x" * 16, EMAIL)
        given = await answer(desk.browser, asked, **{"code": code_at(app, clock), **changed})
        assert (given.status_code, "set-cookie" in given.headers) == (422, False)
        assert "elsewhere.example" not in given.text
        assert Page((await desk.get("/account/password")).text).title == "Is it you?"


async def test_a_recovery_code_proves_it_once(
    app: Litestar, association_id: AssociationId, pool: Pool, clock: Clock
) -> None:
    codes = prove.new_recovery_codes()
    async with signed_in(app, association_id, clock) as desk:
        await with_proof(desk, pool, association_id)
        async with tenant_transaction(pool, association_id) as connection:
            kept = [prove.recovery_hash(one) for one in codes]
            await recovery_codes.replace(connection, desk.organiser_id, kept, clock.at)
        for code, status in ((codes[0], 303), (codes[0], 422), (codes[1], 303)):
            clock.go(minutes=11)
            asked = Page((await desk.get("/account/password")).text)
            assert (await answer(desk.browser, asked, code)).status_code == status


async def test_tries_to_prove_it_count_as_tries_to_sign_in(
    app: Litestar, association_id: AssociationId, pool: Pool, clock: Clock
) -> None:
    clock.at = clock.at.replace(minute=0, second=0, microsecond=0)
    async with signed_in(app, association_id, clock) as desk:
        await with_proof(desk, pool, association_id)
        clock.go(minutes=15)
        asked = Page((await desk.get("/account/password")).text)
        statuses = [
            (await answer(desk.browser, asked, "0", password="wrong wrong wrong")).status_code
            for _ in range(sign_in.TRIES_ADDRESS_MAX)
        ]
        assert statuses == [422] * sign_in.TRIES_ADDRESS_MAX
        assert (await answer(desk.browser, asked, code_at(app, clock))).status_code == 429


async def test_whoever_has_no_way_to_sign_in_yet_sets_the_first_unasked(
    app: Litestar, association_id: AssociationId, pool: Pool, clock: Clock
) -> None:
    """Invited an hour ago; but a passkey once set is asked for, also where there is no password."""
    async with signed_in(app, association_id, clock) as desk:
        async with tenant_transaction(pool, association_id) as connection:
            await connection.execute("update organiser_session set way = $1", Way.INVITATION.value)
        clock.go(minutes=20)
        assert (await desk.get("/account/password")).status_code == 200
        async with tenant_transaction(pool, association_id) as connection:
            await passkeys.add(
                connection, desk.organiser_id, credential_id=b"x" * 16, public_key=b"y", sign_count=0, label="x", at=clock.at
            )  # fmt: skip
        asked = await desk.get("/account/password")
        assert (asked.status_code, 'name="password"' in asked.text) == (403, False)


async def test_a_foreign_form_is_refused_before_anything_is_asked(
    app: Litestar, association_id: AssociationId, pool: Pool, clock: Clock, colleague: OrganiserId
) -> None:
    async with signed_in(app, association_id, clock) as desk:
        await with_proof(desk, pool, association_id)
        clock.go(minutes=11)
        headers = {**PRESSED, "Sec-Fetch-Site": "cross-site"}
        given = await desk.browser.post(f"/organisers/{colleague}/role", data={"role": "owner"}, headers=headers)
        assert (given.status_code, Page(given.text).title) == (403, "That did not come from our page")


async def test_htmx_gets_the_whole_page(app: Litestar, association_id: AssociationId, pool: Pool, clock: Clock) -> None:
    async with signed_in(app, association_id, clock) as desk:
        await with_proof(desk, pool, association_id)
        clock.go(minutes=11)
        assert (await desk.get("/account/password", **{"HX-Request": "true"})).headers["hx-retarget"] == "body"
