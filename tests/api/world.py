"""A small world behind every operation: one of each thing, and for each operation a request that works."""

import base64
from datetime import timedelta
from typing import Any

import httpx
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from msgspec import Struct, structs

from matchmaker import tokens
from matchmaker.api.comebacks import EXAMPLE_MESSAGE
from matchmaker.model.action import ActionInput
from matchmaker.model.attendee import AttendeeReply
from matchmaker.model.door import Door
from matchmaker.model.exclusion import Acquaintance, Exclusion
from matchmaker.model.group import Bye, Connector, Route
from matchmaker.model.ids import AssociationId, AttendeeId, EventId, MessageId, RunId
from matchmaker.model.learning import WeightsState
from matchmaker.model.profile import Profile
from matchmaker.model.programme import TableInput
from matchmaker.model.run import Format
from matchmaker.model.snapshot import Snapshot, encode
from matchmaker.services import enrol, keys, take_in
from matchmaker.store import (
    acquaintances,
    actions,
    check_ins,
    decisions,
    doors,
    encounters,
    exclusions,
    feedback,
    groups,
    imports,
    mappings,
    messages,
    notes,
    pairings,
    placements,
    programmes,
    promises,
    senders,
    snapshots,
    weights,
    wishes,
)
from matchmaker.store.connection import Connection, Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.factories import AT, LATER

MAPPING = {
    "name": "Our mentoring form",
    "rules": [
        {"field": "name", "column": "Your name"},
        {"field": "email", "column": "E-mail"},
        {
            "field": "offers",
            "column": "Topics",
            "separator": ",",
            "when": {"column": "Mentor or mentee?", "is_one_of": ["Mentor"]},
            "kind": "mentor",
        },
        {
            "field": "seeks",
            "column": "Topics",
            "separator": ",",
            "when": {"column": "Mentor or mentee?", "is_one_of": ["Mentee"]},
            "kind": "find_mentor",
        },
    ],
}
BODIES: dict[str, Any] = {
    "create_comeback": {"message": base64.b64encode(EXAMPLE_MESSAGE.encode()).decode()},
    "create_event": {"name": "Spring conference"},
    "replace_event": {"name": "Spring conference"},
    "create_attendee": {"name": "Grace Example"},
    "replace_attendee": {"name": "Grace Example"},
    "create_import": [{"name": "Joan Example"}],
    "create_mapping": MAPPING,
    "replace_mapping": {**MAPPING, "name": "Our mentoring form, second year"},
    "create_exclusion": {"attendee_id": "{attendee_id}", "organisation": "Example Ltd"},
    "create_acquaintance": {"first_id": "{attendee_id}", "second_id": "{third_id}"},
    "create_check_in": {"code": "{badge}"},
    "change_seats": {
        "round": 1,
        "attendee_id": "{third_id}",
        "table_from": None,
        "table_to": 1,
        "other_id": "{attendee_id}",
    },
    "create_wish": {"attendee_id": "{third_id}", "other_id": "{attendee_id}", "strength": "must_meet"},
    "create_decision": {"first_id": "{second_id}", "second_id": "{third_id}", "verdict": "pinned"},
    "create_encounter": {"first_id": "{second_id}", "second_id": "{third_id}", "kind": "sat_together"},
    "create_feedback": [
        {"attendee_id": "{second_id}", "other_id": "{attendee_id}", "accepted": True, "useful": 4},
    ],
    "replace_programme": {
        "slots": [
            {"number": 1, "starts_at": "2027-05-20T09:00:00Z", "ends_at": "2027-05-20T09:20:00Z"},
            {"number": 2, "starts_at": "2027-05-20T09:30:00Z", "ends_at": "2027-05-20T09:50:00Z"},
        ],
        "tables": [{"number": 1, "seats": 4, "name": "Window", "place": "Hall 1"}],
    },
    "replace_door": {"door": "waiting_list"},
    "replace_pause": {"scope": "programme", "ends_at": "2027-05-20T09:00:00Z"},
    "replace_privacy": {"privacy": "open"},
    "create_sign_up": {
        "name": "Grace Example",
        "email": "grace@example.org",
        "seeks": ["A mentor"],
        "offers": ["Bookkeeping"],
    },
    "create_admission": {"attendee_id": "{third_id}"},
    "create_run": {},
    "create_release": {"answer_days": 7},
    "create_answer": {"attendee_id": "{second_id}", "answer": "yes"},
    "create_introduction_feedback": {"attendee_id": "{second_id}", "met": True, "useful": 5},
    "create_time": {"attendee_id": "{second_id}", "starts_at": "2027-05-20T10:00:00Z", "minutes": 20},
    "agree_time": {"attendee_id": "{third_id}", "starts_at": "2027-05-20T10:00:00Z"},
    "cancel_time": {"attendee_id": "{third_id}"},
    "create_promise": {"attendee_id": "{second_id}", "words": "To send the plans of the shop floor."},
    "close_promise": {"kept": True},
    "create_action": {"attendee_id": "{second_id}", "words": "To ask two suppliers for their raw data."},
    "close_action": {"done": True},
    "preview_reminders": {"lacks": "both"},
    "create_reminders": {"lacks": "both"},
    "preview_note": {"heading": "Doors open at noon", "paragraphs": ["Come when you like."]},
    "create_note": {"heading": "Doors open at noon", "paragraphs": ["Come when you like."]},
    "suggest_profile": {"answers": ["How to lay out a shop floor"]},
    "set_sender": {"name": "Association of Examples", "address": "events@example.org", "weekends": True},
    "replace_letter": {"phrases": [{"key": "subject", "words": "Would you have a coffee with {other}?"}]},
    "preview_letter": {"phrases": [{"key": "button", "words": "Have a look"}]},
    "create_letter_test": {
        "event_id": "{event_id}",
        "attendee_id": "{third_id}",
        "introduction_id": "{introduction_id}",
    },
    "decide_message": {"outcome": "leave"},
    "create_key": {"label": "One more", "scopes": ["events:read"]},
}
FILES = {"preview_import": b"Full name,E-mail,What are you looking for?\r\nJoan Example,joan@example.org,A mentor\r\n"}
QUERIES = {
    "get_uplift_power": {"pairs": "400"},
    "compare_runs": {"with": "{other_id}"},
    "explain_pair": {"first": "{attendee_id}", "second": "{second_id}"},
    "preview_seat_change": {
        "round": "1",
        "attendee_id": "{third_id}",
        "table_to": "1",
        "other_id": "{attendee_id}",
    },
    "preview_swap": {
        "first": "{attendee_id}",
        "first_partner": "{second_id}",
        "second": "{third_id}",
        "second_partner": "{second_id}",
    },
}
PROFILES = (
    Profile(seeks=["A mentor"], offers=["Bookkeeping"]),
    Profile(seeks=["Bookkeeping"], offers=["A mentor"]),
    Profile(seeks=["A mentor"], interests=["Bookkeeping"]),
)
NAMES = ("Ada", "Bob", "Cleo")
OF_TABLES = ("preview_seat_change", "change_seats")
NEED_VERSION = (
    *("replace_event", "replace_attendee", "replace_programme", "replace_mapping"),
    *("delete_event", "delete_attendee", "delete_mapping"),
)


class Operation(Struct, frozen=True, kw_only=True):
    """One operation of the contract."""

    id: str
    method: str
    path: str
    scope: str | None
    takes_event: bool
    whole_association: bool


def operations(app: Litestar) -> list[Operation]:
    """Every documented operation, from the handlers themselves."""
    routes = [route for route in app.routes if isinstance(route, HTTPRoute)]
    found = [
        _operation(route.path_format, handler)
        for route in routes
        for handler in route.route_handlers
        if handler.operation_id is not None
    ]
    return sorted(found, key=lambda one: one.id)


async def seed(pool: Pool, association_id: AssociationId) -> dict[str, str]:
    """One of each thing; ids by the names of path parameters."""
    async with tenant_transaction(pool, association_id) as connection:
        event = await factories.event(connection)
        first, second, third = await _three_in_order(connection, event.id)
        exclusion = await exclusions.add(connection, event.id, Exclusion(attendee_id=first, other_id=third), AT)
        known = await acquaintances.add(connection, event.id, Acquaintance(first_id=first, second_id=second), AT)
        run = await factories.drafted_run(connection, event.id)
        other = await factories.drafted_run(connection, event.id, at=AT + timedelta(seconds=1))
        await pairings.add_all(connection, run.id, [factories.pairing(first, second)])
        await snapshots.add(connection, run.id, encode(_spoken(await snapshots.read(connection, event.id))))
        await _beyond_pairs(connection, run.id, first, second, third)
        tables_run = await _at_tables(connection, event.id, first, second)
        wish = await wishes.put(connection, event.id, factories.wish(first, second), AT)
        decision = await decisions.put(connection, event.id, factories.decision(first, second), AT)
        met = await encounters.add(connection, event.id, factories.encounter(first, second), AT)
        await feedback.put_all(connection, event.id, [factories.feedback(first, second)], AT)
        (said,) = await feedback.find(connection, event.id, limit=1)
        introduction = await factories.half_accepted(connection, other, second, third)
        promise = await promises.add(connection, introduction.id, third, "To call.", due_at=AT, at=AT)
        assert promise is not None
        action = await actions.add(connection, event.id, ActionInput(attendee_id=first, words="To call."), AT)
        note = await notes.add(connection, event.id, factories.note(), letters=0, deadline=LATER, at=AT)
        await doors.put(connection, event.id, Door.OPEN)
        await doors.add(connection, event.id, third, AT)
        await doors.verify(connection, third, AT)
        learned = await weights.add(connection, AT)
        assert learned is not None
        await weights.finish(connection, learned.id, WeightsState.LEARNED, factories.taught(), AT)
        await programmes.add_slots(connection, event.id, [factories.slot(1)])
        await programmes.add_tables(connection, event.id, [TableInput(number=1)])
        await senders.put(connection, factories.sender(), AT)
        await senders.verify(connection, AT)
        message = await _uncertain_message(connection, event.id, first)
        outcome = await take_in.take_in(connection, event.id, factories.table(), dry_run=True, at=AT)
        done = await imports.add(
            connection, event.id, outcome, file_name=None, dry_run=True, failed_rows=b"name\r\n", at=AT
        )
        kept = await mappings.find(connection, limit=1)
        mapping = kept[0] if kept else await mappings.add(connection, factories.mapping_input(), AT)
        key = await keys.create(connection, association_id, factories.key_input(), AT)
        badges = await check_ins.codes(connection, event.id, limit=9)
        assert exclusion is not None
        assert known is not None
        assert met is not None
        return {
            "event_id": event.id,
            "attendee_id": first,
            "third_id": third,
            "exclusion_id": exclusion.id,
            "acquaintance_id": known.id,
            "run_id": run.id,
            "other_id": other.id,
            "import_id": done.id,
            "key_id": key.key.id,
            "second_id": second,
            "wish_id": wish.id,
            "decision_id": decision.id,
            "encounter_id": met.id,
            "feedback_id": said.id,
            "weights_id": learned.id,
            "message_id": message,
            "introduction_id": introduction.id,
            "promise_id": promise.id,
            "action_id": action.id,
            "mapping_id": mapping.id,
            "note_id": note.id,
            "letter": "offered",
            "language": "en",
            "code": tokens.event_code(association_id, event.id),
            "badge": badges[third],
            "tables_run_id": tables_run,
        }


async def call(client: httpx.AsyncClient, operation: Operation, ids: dict[str, str], **headers: str) -> httpx.Response:
    """The operation on those ids, with a body that works."""
    if operation.id.startswith(NEED_VERSION):
        headers.setdefault("If-Match", '"1"')
    if operation.id in OF_TABLES:
        ids = {**ids, "run_id": ids["tables_run_id"]}
    query = {name: value.format(**ids) for name, value in QUERIES.get(operation.id, {}).items()}
    address = operation.path.format(**ids)
    if operation.id in FILES:
        headers["Content-Type"] = "text/csv"
        return await client.request(
            operation.method, address, params=query, headers=headers, content=FILES[operation.id]
        )
    body = _filled(BODIES.get(operation.id), ids)
    return await client.request(operation.method, address, params=query, headers=headers, json=body)


async def _beyond_pairs(
    connection: Connection, run_id: RunId, first: AttendeeId, second: AttendeeId, third: AttendeeId
) -> None:
    tables = [factories.group([first, second, third])]
    await groups.add_all(connection, run_id, tables)
    await groups.add_members(connection, run_id, tables)
    await groups.add_byes(connection, run_id, [Bye(attendee_id=third, round=2)])
    await groups.add_asks(
        connection, run_id, [factories.ask(third, route=Route.CLINIC, expert_id=first, offer="mentoring", value=40.0)]
    )
    await groups.add_connectors(connection, run_id, [Connector(first=first, second=third, connector_id=second)])


async def _at_tables(connection: Connection, event_id: EventId, first: AttendeeId, second: AttendeeId) -> RunId:
    """An earlier draft of tables, where two sit at one and a third has no seat."""
    run = await factories.drafted_run(connection, event_id, format=Format.TABLES, at=AT - timedelta(seconds=1))
    await snapshots.add(connection, run.id, encode(_spoken(await snapshots.read(connection, event_id))))
    table = [factories.group([first, second], round=1, number=1)]
    await groups.add_all(connection, run.id, table)
    await groups.add_members(connection, run.id, table)
    await placements.add_round(connection, run.id, 1, [(first, 1), (second, 1)], hours=None)
    return run.id


async def _uncertain_message(connection: Connection, event_id: EventId, attendee_id: AttendeeId) -> MessageId:
    await messages.add(connection, [factories.message(attendee_id)], AT)
    await connection.execute("update message set state = 'uncertain', claim = 1, tries = 1, transmitting_at = $1", AT)
    (message,) = await messages.find(connection, event_id, limit=2)
    return message.id


def _spoken(snapshot: Snapshot) -> Snapshot:
    """As the run read it: Bob suits both others, one of whom he knows, and wants one introduction, as they do."""
    spoken = [
        structs.replace(one, profile=profile, quota=1)
        for one, profile in zip(snapshot.attendees, PROFILES, strict=True)
    ]
    return structs.replace(snapshot, attendees=spoken)


async def _three_in_order(connection: Connection, event_id: EventId) -> list[AttendeeId]:
    """Ada, Bob and Cleo with rising ids, so that the world always reads the same."""
    while True:
        people = [await _attendee(connection, event_id, f"{name} Example", seconds=n) for n, name in enumerate(NAMES)]
        order = [one.id for one in people]
        if order == sorted(order):
            return order
        for one in people:
            await enrol.remove(connection, event_id, one.id, version=1, at=AT)


async def _attendee(connection: Connection, event_id: EventId, name: str, *, seconds: int) -> AttendeeReply:
    at = AT + timedelta(seconds=seconds)
    return await enrol.create(connection, event_id, factories.attendee_input(name), at)


def _operation(path: str, handler: HTTPRouteHandler) -> Operation:
    scope = handler.opt.get("scope")
    return Operation(
        id=str(handler.operation_id),
        method=next(iter(handler.http_methods)),
        path=path,
        scope=scope.value if scope else None,
        takes_event="{event_id}" in path,
        whole_association=bool(handler.opt.get("whole_association")),
    )


def _filled(body: Any, ids: dict[str, str]) -> Any:
    if isinstance(body, dict):
        return {name: _filled(value, ids) for name, value in body.items()}
    if isinstance(body, list):
        return [_filled(value, ids) for value in body]
    return body.format(**ids) if isinstance(body, str) and body.startswith("{") else body
