"""Every route of the organisers' pages: who may, and who may not; what comes from elsewhere does nothing, and nothing is kept.

A new page has to say here who may have it.
"""

from typing import Any

import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from matchmaker.api.envelope import SECURITY_HEADERS
from matchmaker.model.ids import AssociationId
from matchmaker.model.organiser import Role
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from matchmaker.web.organiser.file_kinds import KINDS
from matchmaker.web.organiser.handlers import HANDLERS
from tests.conftest import new_association
from tests.web.browser import BASE_URL, Clock, Page
from tests.web.organiser import PRESSED, Desk, at_desk, signed_in
from tests.web.routes import NOBODY, filled, handlers
from tests.web.world import World

# Whom the pages are for; whoever may do more may do that too. What is in none of these is for organisers.
HELPERS = {
    "add_passkey", "check_in_by_code", "end_session", "note_absences", "note_presence", "preview_letter_words",
    "prove_by_passkey", "prove_by_password", "remove_passkey", "set_password", "show_account", "show_after", "show_anew",
    "show_anew_run", "show_asks", "show_attendee", "show_badge", "show_byes", "show_comparison", "show_connectors",
    "show_countdown", "show_coverage", "show_coverage_map", "show_decisions", "show_desk", "show_event", "show_events",
    "show_fairness", "show_file", "show_files", "show_groups", "show_introduction_of_event", "show_introductions",
    "show_learned", "show_learned_version", "show_letter_framed", "show_live", "show_match", "show_more", "show_network",
    "show_outlook", "show_pairings", "show_passkeys", "show_password", "show_people", "show_plan", "show_presence",
    "show_progress", "show_quality", "show_release", "show_room", "show_rules", "show_run", "show_runs", "show_sent_note",
    "show_set", "show_sets", "show_swap", "show_unsaid", "show_waiting", "show_why_not", "show_without", "sign_out",
    "take_file",
}  # fmt: skip
OWNERS = {
    "change_role", "invite_colleague", "make_key", "remove_organiser", "show_keys", "show_organisers", "take_invitation_back",
    "withdraw_key",
}  # fmt: skip
REFUSED = "That is not for your role"
# What is a question to the calculator answers in seconds, and is no other page for that.
CALCULATED = {"show_coverage_map", "show_fairness", "show_network", "show_swap", "show_why_not", "show_release"}
FOREIGN: dict[str, dict[str, str]] = {
    "another site": {**PRESSED, "Sec-Fetch-Site": "cross-site"},
    "a neighbour": {**PRESSED, "Sec-Fetch-Site": "same-site"},
    "another origin": {"Origin": "https://elsewhere.example"},
    "another port": {"Origin": f"{BASE_URL}:8443"},
    "without https": {"Origin": BASE_URL.replace("https", "http")},
}


@pytest.fixture
async def world(pool: Pool, association_id: AssociationId, clock: Clock) -> World:
    world = World(pool, association_id, clock)
    await world.build()
    return world


async def values_of(world: World) -> dict[str, list[str]]:
    """The ids of what there is."""
    async with tenant_transaction(world.pool, world.association_id) as connection:
        run_id = await connection.fetchval("select id from match_run")
        message_id = await connection.fetchval("select id from message order by id limit 1")
    return {
        "event_id": [world.event_id],
        "attendee_id": [world.ada],
        "run_id": [str(run_id)],
        "message_id": [str(message_id)],
        "key": ["attendees"],
    }


async def title(desk: Desk, handler: HTTPRouteHandler, path: str) -> str:
    """Of the page that answers; a form is one without a seal, which is judged after the role."""
    method = "POST" if "POST" in handler.http_methods else "GET"
    answer = await desk.browser.request(method, path, headers={**PRESSED, "HX-Request": "true"})
    return Page(answer.text).title if "<title>" in answer.text else ""


@pytest.mark.parametrize("role", list(Role))
async def test_each_page_is_for_those_whom_it_is_for(
    app: Litestar, association_id: AssociationId, clock: Clock, role: Role
) -> None:
    """Decided by the role alone, before anything is looked up: nobody is named here."""
    assert {one.handler_name for one in HANDLERS} >= HELPERS | OWNERS
    may: set[str] = set()
    may_not: set[str] = set()
    async with signed_in(app, association_id, clock, role) as desk:
        for handler in [*handlers("GET"), *handlers("POST")]:
            for path in filled(handler, {}):
                refused = await title(desk, handler, path) == REFUSED
                (may_not if refused else may).add(handler.handler_name)
    everything = {one.handler_name for one in [*handlers("GET"), *handlers("POST")]}
    expected = {Role.HELPER: HELPERS, Role.ORGANISER: everything - OWNERS, Role.OWNER: everything}[role]
    assert (sorted(may - expected), sorted(expected - may), may & may_not) == ([], [], set())


async def test_another_association_finds_nothing_and_changes_nothing(
    app: Litestar, pool: Pool, world: World, clock: Clock
) -> None:
    """Its owner, with every id that there is, and forms that are sealed; an id of ours is answered as one that is nobody's."""
    ours, theirs = await values_of(world), await new_association(pool, "Guild of Others")
    before = await world.content()
    async with signed_in(app, theirs, clock) as desk:
        desk.browser.event_hooks = {}
        for handler in handlers("GET"):
            for path, nobodys in zip(filled(handler, ours), filled(handler, {"key": ["attendees"]}), strict=True):
                if path != nobodys:
                    found, unknown = await desk.get(path), await desk.get(nobodys)
                    assert (handler.handler_name, found.status_code) == (handler.handler_name, 404)
                    assert found.text.replace(world.event_id, NOBODY) == unknown.text
        seal = Page((await desk.get("/account")).text).fields["form"]
        for handler in handlers("POST"):
            for path in filled(handler, ours):
                if "{" in "".join(handler.paths):
                    sent = {"form": seal, "choice": "yes", "version": "1", "name": "Mine", "role": "owner"}
                    answer = await desk.browser.post(path, data=sent, headers=PRESSED)
                    assert (handler.handler_name, answer.status_code) == (handler.handler_name, 404)
    assert await world.content() == before


async def test_a_form_from_elsewhere_does_nothing_on_any_page(app: Litestar, world: World, clock: Clock) -> None:
    """With the cookie, and even with a seal: whatever a browser says of where it comes from is believed. Without a seal, and
    without a word of the browser's, it does nothing either."""
    values = await values_of(world)
    async with signed_in(app, world.association_id, clock) as desk:
        before = await world.content()
        seal = Page((await desk.get("/account")).text).fields["form"]
        for handler in [one for one in HANDLERS if "POST" in one.http_methods]:
            for path in filled(handler, {**values, "token": ["x"]}):
                for where, headers in FOREIGN.items():
                    answer = await desk.browser.post(path, data={"form": seal, "choice": "here"}, headers=headers)
                    assert answer.status_code in (403, 410), (path, where)
                    assert "set-cookie" not in answer.headers
                answer = await desk.browser.post(path, data={"choice": "here"})
                assert answer.status_code in (403, 404, 410, 422), path
        assert await world.content() == before
        await desk.press(f"/events/{world.event_id}/desk/{world.ada}", choice="here")
        assert await world.content() != before  # so that a change would have been seen


async def test_no_page_is_kept_framed_or_read_by_others(app: Litestar, world: World, clock: Clock) -> None:
    """Each page, file and refusal; and no address in them is another's, whatever name the request calls the server by."""
    values = {**(await values_of(world)), "key": list(KINDS), "token": ["x"], "association": ["x"]}
    seen = 0
    async with signed_in(app, world.association_id, clock) as desk:
        desk.browser.event_hooks = {}
        for handler in [one for one in HANDLERS if "GET" in one.http_methods and one.handler_name not in CALCULATED]:
            for path in filled(handler, values):
                answer = await desk.get(path, Host="evil.example", **{"X-Forwarded-Host": "evil.example"})
                guarding(answer.headers)
                assert answer.status_code < 500, path
                assert b"evil.example" not in answer.content, path
                assert "evil.example" not in str(answer.headers), path
                seen += 1
    assert seen > 60


def guarding(headers: Any) -> None:
    assert headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    for name in set(SECURITY_HEADERS) - {"Content-Security-Policy"}:
        assert headers[name] == SECURITY_HEADERS[name]


@pytest.mark.parametrize("asked", ["next", "kept_path", "path", "said", "return_to", "redirect"])
async def test_no_word_in_an_address_leads_elsewhere(
    app: Litestar, association_id: AssociationId, clock: Clock, asked: str
) -> None:
    async with at_desk(app) as browser, signed_in(app, association_id, clock) as desk:
        for path in ("/sign-in", "/events", "/account", "//elsewhere.example/events", "/account/password"):
            for who in (browser, desk.browser):
                answer = await who.get(f"{path}?{asked}=https://elsewhere.example/")
                location = answer.headers.get("location", "")
                assert location == "" or location.startswith(f"{BASE_URL}/")
                page = Page(answer.text)
                assert page.elsewhere == []
                kept = page.fields.get("kept_path", "")
                assert kept == "" or (kept.startswith("/") and not kept.startswith("//"))
