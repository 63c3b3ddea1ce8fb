"""The ground of the organisers' pages: no entry without a session, no deed without a seal, and nothing sent is lost."""

import re

import httpx
import pytest
from litestar import Litestar, Response, get, post
from litestar.routes import HTTPRoute

from matchmaker import tokens
from matchmaker.app import create_app, organiser_pages
from matchmaker.errors import Conflict
from matchmaker.model.association import Scope
from matchmaker.model.event_kind import EventKind
from matchmaker.model.ids import AssociationId, EventId
from matchmaker.model.organiser import SCOPES, Role
from matchmaker.settings import Settings
from matchmaker.store import event_kinds
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from matchmaker.web.organiser.handlers import HANDLERS
from matchmaker.web.organiser.visit import Visit
from tests import factories
from tests.web.browser import Clock, Page
from tests.web.organiser import (
    EMAIL,
    HOST,
    PASSWORD,
    PRESSED,
    Desk,
    an_organiser,
    at_desk,
    code_at,
    session_of,
    signed_in,
    with_password,
)

OUTSIDE = {"arrive", "show_sign_in", "sign_in_by_password", "sign_in_by_passkey", "show_start", "start"}


async def rows(pool: Pool, association_id: AssociationId, statement: str) -> list[tuple[object, ...]]:
    async with tenant_transaction(pool, association_id) as connection:
        return [tuple(row) for row in await connection.fetch(statement)]


async def an_event(pool: Pool, association_id: AssociationId) -> str:
    async with tenant_transaction(pool, association_id) as connection:
        return (await factories.event(connection, name="Spring day")).id


def test_every_page_has_a_scope_or_stands_outside() -> None:
    """And every role can be asked: a page without a scope would be an error, never a page."""
    assert {one.handler_name for one in HANDLERS if "scope" not in one.opt} == OUTSIDE
    assert {one.handler_name for one in HANDLERS if one.opt.get("outside")} == OUTSIDE
    assert all(isinstance(one.opt.get("scope", Scope.EVENTS_READ), Scope) for one in HANDLERS)


async def test_no_page_opens_without_a_session(app: Litestar, association_id: AssociationId, clock: Clock) -> None:
    """Walks all routes that there are, with ids that could be ours."""
    seen = 0
    async with at_desk(app) as browser:
        for method, path, name in inside(app):
            answer = await browser.request(method, path, headers=PRESSED)
            assert (name, answer.status_code) == (name, 403)
            assert Page(answer.text).title == "Sign in"
            seen += 1
    assert seen > 15


async def test_no_page_opens_without_its_scope(app: Litestar, association_id: AssociationId, clock: Clock) -> None:
    """A helper's role lacks what a page asks for: refused before anything is looked up."""
    seen = 0
    async with signed_in(app, association_id, clock, Role.HELPER) as desk:
        for method, path, name in inside(app):
            scope = next(one.opt["scope"] for one in HANDLERS if one.handler_name == name)
            if scope not in SCOPES[Role.HELPER]:
                answer = await desk.browser.request(method, path, headers=PRESSED)
                assert (name, answer.status_code) == (name, 403)
                assert Page(answer.text).title == "That is not for your role"
                seen += 1
    assert seen > 5


def inside(app: Litestar) -> list[tuple[str, str, str]]:
    """Method, path and handler of every page behind the gate."""
    names = {one.handler_name for one in HANDLERS} - OUTSIDE
    found = []
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                if handler.handler_name in names and handler.opt.get("page"):
                    path = "/".join("0" * 8 + "-0000-4000-8000-" + "0" * 12 if part.startswith("{") else part
                                    for part in route.path_format.split("/"))  # fmt: skip
                    found += [(method, path, handler.handler_name) for method in handler.http_methods - {"OPTIONS"}]
    return sorted(set(found))


async def test_the_roles_are_sets_of_scopes_that_grow() -> None:
    assert SCOPES[Role.HELPER] < SCOPES[Role.ORGANISER] < SCOPES[Role.OWNER] == frozenset(Scope)


async def test_a_helper_reads_and_is_offered_no_change(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    event_id = await an_event(pool, association_id)
    async with signed_in(app, association_id, clock, Role.HELPER) as desk:
        page = Page((await desk.get(f"/events/{event_id}")).text)
        assert "Spring day" in page.text
        assert "People who may sign in" not in page.text
        assert "Change" not in page.text


async def test_an_event_of_another_association_is_not_there(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    from tests.conftest import new_association

    event_id = await an_event(pool, await new_association(pool))
    async with signed_in(app, association_id, clock) as desk:
        assert (await desk.get(f"/events/{event_id}")).status_code == 404
        assert (await desk.press(f"/events/{event_id}/details", name="Mine", time_zone="UTC")).status_code == 404


async def test_a_form_makes_an_event_and_leads_to_its_home(
    app: Litestar, association_id: AssociationId, clock: Clock
) -> None:
    async with signed_in(app, association_id, clock) as desk:
        answer = await desk.press("/events", name="Autumn day", starts_on="2027-09-21", time_zone="Europe/Berlin")
        assert answer.status_code == 303
        page = Page((await desk.get(answer.headers["location"])).text)
        assert "The event is made." in page.text
        assert "Autumn day" in page.text
        assert "Tuesday 21 September 2027" in page.text


async def test_an_event_says_what_comes_next(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    """Its kind, then people, then a run, the draft, and what became of it."""
    event_id = EventId(await an_event(pool, association_id))
    home = f"/events/{event_id}"
    said: list[list[str]] = []
    async with signed_in(app, association_id, clock) as desk:

        async def look() -> None:
            text = (await desk.get(home)).text
            said.append(re.findall(r'class="button main" href="([^"]+)"', text))

        await look()
        async with tenant_transaction(pool, association_id) as connection:
            await event_kinds.put(connection, event_id, EventKind.MAIL)
        await look()
        async with tenant_transaction(pool, association_id) as connection:
            await factories.two_attendees(connection, event_id)
        await look()
        async with tenant_transaction(pool, association_id) as connection:
            run = await factories.drafted_run(connection, event_id)
        await look()
        async with tenant_transaction(pool, association_id) as connection:
            await connection.execute("update match_run set state = 'released', released_at = $1", clock.at)
        await look()
    paths = (f"{home}/set-up/kind", f"{home}/import", f"{home}/runs", f"{home}/runs/{run.id}", f"{home}/after")
    assert said == [[path] for path in paths]


async def test_a_bad_form_comes_back_as_it_was_with_what_is_wrong(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    async with signed_in(app, association_id, clock) as desk:
        answer = await desk.press("/events", name="", starts_on="someday", time_zone="Nowhere")
        page = Page(answer.text)
    assert answer.status_code == 422
    assert page.fields["time_zone"] == "Nowhere"
    assert "this is no day" in page.text
    assert await rows(pool, association_id, "select name from event") == []


@pytest.mark.parametrize(
    "change",
    [
        {"seal": ""},
        {"seal": "other"},
        {"headers": {"Sec-Fetch-Site": "cross-site"}},
        {"headers": {"Sec-Fetch-Site": "same-site"}},
        {"headers": {"Origin": "https://elsewhere.example"}},
        {"headers": {"Content-Type": "text/plain"}},
    ],
)
async def test_a_form_from_elsewhere_changes_nothing(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock, change: dict[str, object]
) -> None:
    """No seal, another session's seal, another site, another kind of body: each is refused."""
    async with signed_in(app, association_id, clock) as desk:
        seal = Page((await desk.get("/account")).text).fields["form"]
        if change.get("seal") == "other":
            async with signed_in(app, association_id, clock, email="other@example.org") as other:
                seal = Page((await other.get("/account")).text).fields["form"]
        elif "seal" in change:
            seal = str(change["seal"])
        body = f"form={seal}&name=Mine&time_zone=UTC"
        headers = {**PRESSED, "Content-Type": "application/x-www-form-urlencoded", **change.get("headers", {})}  # type: ignore[dict-item]
        answer = await desk.browser.post("/events", content=body, headers=headers)
        assert answer.status_code in (403, 409)
        good = await desk.browser.post(
            "/events", content=body, headers={**PRESSED, "Content-Type": "application/x-www-form-urlencoded"}
        )
        assert (good.status_code == 303) is ("headers" in change)
    assert len(await rows(pool, association_id, "select name from event")) == int("headers" in change)


@post("/probe", scope=Scope.EVENTS_WRITE)
async def probe(visit: Visit) -> Response[str]:
    """Stores an event, named after what came; then breaks, or not."""
    file = visit.files.get("table")
    name = (await file.read()).decode() if file else visit.form.line("name")
    await factories.event(visit.connection, name=name)
    if visit.form.line("then") == "break":
        raise ValueError(name)
    if visit.form.line("then") == "conflict":
        raise Conflict
    return visit.onward("/events")


@get("/probe", scope=Scope.EVENTS_READ)
async def probe_looking(visit: Visit) -> Response[str]:
    """Opening a page tries to write."""
    await factories.event(visit.connection, name="Never")
    return visit.fragment("trouble", kind="nothing")


@pytest.fixture
def probed(page_settings: Settings, pool: Pool, clock: Clock) -> Litestar:
    """The application with a page that is as anybody writes one."""
    app = create_app(page_settings, pool, clock=clock)
    app.register(organiser_pages([probe, probe_looking]))
    return app


@pytest.mark.parametrize(("then", "status"), [("", 303), ("conflict", 409), ("break", 500)])
async def test_an_error_rolls_the_transaction_back_and_is_a_page(
    probed: Litestar, pool: Pool, association_id: AssociationId, clock: Clock, then: str, status: int
) -> None:
    async with signed_in(probed, association_id, clock) as desk:
        desk.browser.event_hooks = {}  # which would not let the 500 pass
        answer = await desk.press("/probe", name="Stored", then=then)
        assert answer.status_code == status
        assert then != "break" or Page(answer.text).title == "That was our mistake"
    assert len(await rows(pool, association_id, "select name from event")) == int(not then)


async def test_what_only_looks_cannot_write(
    probed: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    async with signed_in(probed, association_id, clock) as desk:
        desk.browser.event_hooks = {}
        assert (await desk.get("/probe")).status_code == 503
    assert await rows(pool, association_id, "select name from event") == []


async def test_a_file_comes_with_its_form_sealed_or_not_at_all(
    probed: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    async with signed_in(probed, association_id, clock) as desk:
        seal = Page((await desk.get("/account")).text).fields["form"]
        for given, status in (({"form": seal}, 303), ({"form": ""}, 409), ({}, 409)):
            files = {"table": ("t.csv", b"From a file", "text/csv")}
            answer = await desk.browser.post("/probe", data=given, files=files, headers=PRESSED)
            assert answer.status_code == status
        answer = await desk.browser.post("/probe", files=files, headers={**PRESSED, "Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403
        clock.go(hours=1)
        answer = await desk.browser.post("/probe", data={"form": seal}, files=files, headers=PRESSED)
        page = Page(answer.text)
        assert (page.fields["kept_path"], page.fields["kept_fields"]) == ("/probe", "")
        assert "choose the file once more" in page.text
    assert await rows(pool, association_id, "select name from event") == [("From a file",)]


async def test_what_htmx_sends_after_the_session_ended_asks_for_the_whole_page_to_sign_in(
    app: Litestar, association_id: AssociationId, clock: Clock
) -> None:
    async with signed_in(app, association_id, clock) as desk:
        seal = Page((await desk.get("/account")).text).fields["form"]
        clock.go(hours=1)
        headers = {**PRESSED, "HX-Request": "true", "X-Form": seal}
        answer = await desk.browser.post("/events", data={"name": "By htmx"}, headers=headers)
        assert (answer.status_code, answer.headers["hx-retarget"]) == (403, "body")
        assert Page(answer.text).fields["kept_fields"] == "name=By+htmx"


# Sessions


async def test_a_session_ends_after_half_an_hour_without_anybody(
    app: Litestar, association_id: AssociationId, clock: Clock
) -> None:
    async with signed_in(app, association_id, clock) as desk:
        for _ in range(3):
            clock.go(minutes=29)
            assert (await desk.get("/events")).status_code == 200
        clock.go(minutes=30)
        assert (await desk.get("/events")).status_code == 403


async def test_a_session_ends_after_twelve_hours_in_any_case(
    app: Litestar, association_id: AssociationId, clock: Clock
) -> None:
    async with signed_in(app, association_id, clock) as desk:
        for _ in range(12 * 3 - 1):
            clock.go(minutes=20)
            assert (await desk.get("/events")).status_code == 200
        clock.go(minutes=20)
        assert (await desk.get("/events")).status_code == 403


async def test_signing_out_ends_the_session_on_the_server(
    app: Litestar, association_id: AssociationId, clock: Clock
) -> None:
    async with signed_in(app, association_id, clock) as desk:
        token = desk.browser.cookies["__Host-organiser"]
        answer = await desk.press("/account/sign-out")
        assert answer.headers["location"].endswith(f"/sign-in/{tokens.association_code(association_id)}")
        assert "__Host-organiser=" in answer.headers["set-cookie"]
        desk.browser.cookies.set("__Host-organiser", token, HOST)
        assert (await desk.get("/events")).status_code == 403


async def test_one_sees_and_ends_ones_other_sessions_and_nobody_elses(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    async with (
        signed_in(app, association_id, clock) as desk,
        signed_in(app, association_id, clock, email="other@example.org") as other,
    ):
        await session_of(pool, association_id, desk.organiser_id, clock)
        statement = "select id from organiser_session where organiser_id = '{}' order by began_at, id"
        mine = await rows(pool, association_id, statement.format(desk.organiser_id))
        (theirs,) = await rows(pool, association_id, statement.format(other.organiser_id))
        assert (await desk.press(f"/account/sessions/{theirs[0]}/removal")).status_code == 404
        page = (await desk.get("/account")).text
        ending = next(
            str(one[0]) for one in mine if f"/account/sessions/{one[0]}/removal" in page and "this one" in page
        )
        assert len(mine) == 2
        assert (await desk.press(f"/account/sessions/{ending}/removal")).status_code == 303
        assert (await other.get("/events")).status_code == 200


# Nothing is lost


async def test_a_form_sent_after_the_session_ended_arrives_after_the_sign_in(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    async with signed_in(app, association_id, clock) as desk:
        await with_password(pool, association_id, desk.organiser_id)
        seal = Page((await desk.get("/events/new")).text).fields["form"]
        clock.go(hours=2)
        asked = await desk.press(
            "/events", seal=seal, name="Späte Tagung & mehr", time_zone="UTC", password="not carried"
        )
        page = Page(asked.text)
        assert (asked.status_code, page.title) == (403, "Sign in")
        assert "not carried" not in asked.text
        assert await rows(pool, association_id, "select name from event") == []
        answer = await enter(desk.browser, page, code_at(app, clock))
        shown = Page(answer.text)
        assert shown.title == "Nothing was lost"
        assert shown.fields["name"] == "Späte Tagung & mehr"
        sent = await desk.press("/events", seal=shown.fields.pop("form"), **shown.fields)
        assert sent.status_code == 303
    assert await rows(pool, association_id, "select name from event") == [("Späte Tagung & mehr",)]


async def test_a_form_that_no_page_of_that_session_made_is_not_carried(
    app: Litestar, association_id: AssociationId, clock: Clock
) -> None:
    async with signed_in(app, association_id, clock) as desk:
        clock.go(hours=2)
        page = Page((await desk.press("/events", seal="1.forged", name="Forged", time_zone="UTC")).text)
    assert (page.fields["kept_path"], page.fields["kept_fields"]) == ("", "")


async def test_what_is_carried_cannot_be_changed_on_the_way(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    async with signed_in(app, association_id, clock) as desk:
        await with_password(pool, association_id, desk.organiser_id)
        clock.go(hours=2)
        page = Page((await desk.get("/events/new")).text)
        page.fields["kept_path"] = "https://elsewhere.example/"
        answer = await enter(desk.browser, page, code_at(app, clock))
    assert answer.status_code == 422
    assert "elsewhere.example" not in answer.text


async def enter(browser: httpx.AsyncClient, page: Page, code: str, **fields: str) -> httpx.Response:
    """Signs in by the form of a page, as it came."""
    given = {**page.fields, "email": EMAIL, "password": PASSWORD, "code": code, **fields}
    return await browser.post("/sign-in", data=given, headers=PRESSED)


async def test_a_stale_form_shows_both_and_lets_one_choose(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    event_id = await an_event(pool, association_id)
    async with signed_in(app, association_id, clock) as desk:
        path = f"/events/{event_id}/details"
        fields = Page((await desk.get(path)).text).fields
        del fields["form"]
        assert (await desk.press(path, **{**fields, "name": "Theirs"})).status_code == 303
        answer = await desk.press(path, **{**fields, "name": "Mine"})
        page = Page(answer.text)
        assert (answer.status_code, page.title) == (409, "Somebody changed this meanwhile · Theirs")
        assert "Mine Theirs" in page.text
        assert await rows(pool, association_id, "select name from event") == [("Theirs",)]
        assert (await desk.press(path, seal=page.fields.pop("form"), **page.fields)).status_code == 303
    assert await rows(pool, association_id, "select name, version from event") == [("Mine", 3)]


async def test_files_with_a_hash_are_kept_for_ever_and_others_are_not_there(app: Litestar) -> None:
    from matchmaker.web.pages import STATIC, static

    async with at_desk(app) as browser:
        for name in STATIC:
            answer = await browser.get(static(name))
            assert (answer.status_code, answer.headers["cache-control"]) == (200, "public, max-age=31536000, immutable")
        browser.event_hooks = {}  # what is not there is told by the attendees' pages
        stem, _, ending = static("organiser.css").rpartition(".")
        assert (await browser.get(f"{stem[:-1]}0.{ending}")).status_code == 404


async def test_an_invited_session_does_nothing_before_a_proof(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    from matchmaker.model.organiser import Way
    from matchmaker.services import sign_in

    organiser_id = await an_organiser(pool, association_id)
    async with tenant_transaction(pool, association_id) as connection:
        token = await sign_in.begin(connection, organiser_id, Way.INVITATION, browser="", at=clock.at)
    async with at_desk(app) as browser:
        browser.cookies.set("__Host-organiser", token, HOST)
        answer = await browser.get("/events")
        assert (answer.status_code, answer.headers["location"].partition("?")[0][-8:]) == (303, "/account")
        assert isinstance(Desk(browser=browser, organiser_id=organiser_id), Desk)


@pytest.mark.parametrize("session", [True, False])
async def test_a_form_that_is_none_is_an_error_of_whoever_sent_it(
    app: Litestar, association_id: AssociationId, clock: Clock, session: bool
) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
    bodies = {
        "nothing": b"",
        "no boundary in it": b"abc",
        "no end": part % (b"a", b"", b"b"),
        "no UTF-8": part % (b"\xff\xfe", b"", b"\xff\xfe") + b"--x--\r\n",
        "a file of that name": part % (b"form", b'; filename="\x00\xff../../etc/passwd"', b"\xff") + b"--x--\r\n",
        "a charset that is none": b'--x\r\nContent-Disposition: form-data; name="a"\r\nContent-Type: text/plain; charset=no'
        b"\r\n\r\nb\r\n--x--\r\n",
        "a charset that takes minutes": b'--x\r\nContent-Disposition: form-data; name="a"\r\nContent-Type: text/plain; '
        b"charset=punycode\r\n\r\n" + b"a" * 300_000 + b"-" + b"b" * 300_000 + b"\r\n--x--\r\n",
        "many": part % (b"a", b"", b"b") * 5_000 + b"--x--\r\n",
        "no name": b"--x\r\n\r\nb\r\n--x--\r\n",
    }
    async with signed_in(app, association_id, clock) as desk:
        if not session:
            desk.browser.cookies.clear()
        for kind in ("multipart/form-data; boundary=x", "multipart/form-data", "multipart/form-data; boundary="):
            for name, body in bodies.items():
                answer = await desk.browser.post("/events", content=body, headers={**PRESSED, "Content-Type": kind})
                assert answer.status_code in (400, 403, 409, 413, 422), (kind, name, answer.status_code)
