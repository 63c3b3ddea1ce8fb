"""Of a private event no answer tells two people together, nor what one said of another; how many came how far it does."""

from typing import Any, get_args

import httpx
import msgspec
import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from matchmaker.api.contract import _reply_type
from matchmaker.model.exclusion import Acquaintance
from matchmaker.model.ids import AssociationId, AttendeeId, EventId
from matchmaker.model.wish import Strength, Wish
from matchmaker.store import acquaintances, exclusions, wishes
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests.api.world import call, operations, seed
from tests.factories import AT

TOGETHER = (
    {"first_id", "second_id"},
    {"first", "second"},
    {"attendee_id", "other_id"},
    {"attendee_id", "expert_id"},
    {"introduction_id"},
    {"members"},
)
# Of the organiser, who said it themselves.
OWN_WORD = {"create_exclusion", "create_acquaintance", "create_decision", "list_decisions"}
# What is answered tells whether the same was said before: `unchanged`, a conflict, the hour of an earlier wish.
ECHOES = {"create_feedback", "create_encounter", "create_wish"}


@pytest.fixture
async def ids(pool: Pool, association_id: AssociationId) -> dict[str, str]:
    return await seed(pool, association_id)


@pytest.fixture
def address(ids: dict[str, str]) -> str:
    return "/v1/events/{event_id}".format(**ids)


async def make(client: httpx.AsyncClient, address: str, privacy: str) -> httpx.Response:
    return await client.put(f"{address}/privacy", json={"privacy": privacy})


def handlers(app: Litestar) -> dict[str, HTTPRouteHandler]:
    routes = [route for route in app.routes if isinstance(route, HTTPRoute)]
    return {
        one.operation_id: one for route in routes for one in route.route_handlers if isinstance(one.operation_id, str)
    }


def structs_in(kind: Any) -> set[Any]:
    """Every struct that an answer of this type may hold, however deep."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        inner = [field.type for field in msgspec.structs.fields(kind)]
        return {kind}.union(*map(structs_in, inner))
    if (
        hasattr(kind, "__origin__")
        and isinstance(kind.__origin__, type)
        and issubclass(kind.__origin__, msgspec.Struct)
    ):
        inner = [field.type for field in msgspec.structs.fields(kind)]
        return set().union(*map(structs_in, inner))
    return set().union(*map(structs_in, get_args(kind)))


def telling(app: Litestar) -> set[str]:
    """The operations whose answer's shape has room for two people, or for what one said of another."""
    found = set()
    for name, handler in handlers(app).items():
        shapes = structs_in(_reply_type(handler)) if _reply_type(handler) is not None else set()
        if any(together <= set(shape.__struct_fields__) for shape in shapes for together in TOGETHER):
            found.add(name)
    return found


def test_whatever_can_tell_two_people_together_is_marked(application: Litestar) -> None:
    found = telling(application)
    assert {"list_introductions", "list_pairings", "compare_runs", "list_groups", "list_messages"} <= found
    marked = {name for name, handler in handlers(application).items() if handler.opt.get("tells_who")}
    assert sorted((found | ECHOES) - OWN_WORD - marked) == []


async def test_a_private_event_refuses_each_operation_that_is_marked_and_none_else(
    client: httpx.AsyncClient, app: Litestar, ids: dict[str, str], address: str
) -> None:
    marked = {name for name, handler in handlers(app).items() if handler.opt.get("tells_who")}
    reading = [one for one in operations(app) if one.id in marked or one.method == "GET"]
    assert (await make(client, address, "private")).status_code == 200
    for operation in reading:
        answer = await call(client, operation, ids)
        assert (answer.status_code == 403) is (operation.id in marked), (operation.id, answer.text)
        if operation.id in marked:
            assert "private" in answer.json()["detail"]


async def test_an_open_event_refuses_none(client: httpx.AsyncClient, app: Litestar, ids: dict[str, str]) -> None:
    for operation in (one for one in operations(app) if handlers(app)[one.id].opt.get("tells_who")):
        assert (await call(client, operation, ids)).status_code != 403, operation.id


async def test_another_event_stays_as_it_is(client: httpx.AsyncClient, event: dict[str, Any], address: str) -> None:
    await make(client, address, "private")
    assert (await client.get(f"/v1/events/{event['id']}/introductions")).status_code == 200
    assert (await client.get(f"/v1/events/{event['id']}/privacy")).json() == {"privacy": "open"}


async def test_privacy_is_taken_back_only_as_long_as_nobody_was_offered_anything(
    client: httpx.AsyncClient, event: dict[str, Any], address: str
) -> None:
    plain = f"/v1/events/{event['id']}"
    for privacy in ("private", "private", "open", "private"):
        assert (await make(client, plain, privacy)).json() == {"privacy": privacy}
    assert (await make(client, address, "open")).status_code == 200, "it was never private"
    assert (await make(client, address, "private")).status_code == 200
    assert (await make(client, address, "private")).status_code == 200
    refused = await make(client, address, "open")
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (409, "conflict")
    assert (await client.get(f"{address}/privacy")).json() == {"privacy": "private"}


async def test_numbers_are_told_of_a_private_event_in_fives(client: httpx.AsyncClient, address: str) -> None:
    openly = (await client.get(f"{address}/funnel")).json()
    assert (openly["offered"], openly["half_accepted"], openly["rounded"]) == (1, 1, False)
    await make(client, address, "private")
    numbers = (await client.get(f"{address}/funnel")).json()
    assert numbers == {**dict.fromkeys(openly, 0), "rounded": True}


async def test_a_stranger_is_told_nothing_new(
    stranger: httpx.AsyncClient, client: httpx.AsyncClient, address: str
) -> None:
    await make(client, address, "private")
    for path in ("introductions", "privacy", "funnel"):
        assert (await stranger.get(f"{address}/{path}")).status_code == 404


async def test_what_people_said_cannot_be_guessed_by_saying_it_again(
    client: httpx.AsyncClient, ids: dict[str, str], address: str
) -> None:
    """An answer of `unchanged` would tell that a guess was right."""
    other_id = (await client.post(f"{address}/attendees", json={"name": "Zoe"})).json()["id"]
    guess = {"attendee_id": ids["attendee_id"], "other_id": other_id, "met": True, "useful": 1}
    open_answers = [(await client.post(f"{address}/feedback", json=[guess])).json() for _ in range(2)]
    assert open_answers[1]["unchanged"] == 1, "a guess that is right is told of an open event"
    await make(client, address, "private")
    for path, body in (
        ("feedback", [guess]),
        ("wishes", {"attendee_id": ids["attendee_id"], "other_id": other_id, "strength": "must_meet"}),
        ("encounters", {"first_id": ids["attendee_id"], "second_id": other_id, "kind": "met"}),
    ):
        refused = await client.post(f"{address}/{path}", json=body)
        assert (refused.status_code, "unchanged" in refused.text) == (403, False), path


async def test_what_people_said_of_each_other_answers_for_no_organiser(
    client: httpx.AsyncClient, ids: dict[str, str], address: str, pool: Pool, association_id: AssociationId
) -> None:
    """Keeping two apart who had asked for it, or saying that they know each other, is answered as if nobody had; so is a pin of
    them, and a file. What the organiser said before is a conflict still."""
    names = ("Zoe", "Yve", "Xenia", "Will")
    zoe, yve, xenia, will = [
        AttendeeId((await client.post(f"{address}/attendees", json={"name": name})).json()["id"]) for name in names
    ]
    async with tenant_transaction(pool, association_id) as connection:
        event_id = EventId(ids["event_id"])
        await exclusions.ask(connection, event_id, zoe, "Yve", others=[yve], at=AT)
        await acquaintances.add(connection, event_id, Acquaintance(first_id=zoe, second_id=yve), AT, is_own=True)
        await wishes.put(connection, event_id, Wish(attendee_id=zoe, other_id=yve, strength=Strength.MUST_MEET), AT)
    await make(client, address, "private")

    async def answers(one: str, other: str) -> list[object]:
        pin = {"first_id": one, "second_id": other, "verdict": "pinned"}
        decided = await client.post(f"{address}/decisions", json=pin)
        rows = [
            {"name": names[[zoe, yve, xenia, will].index(AttendeeId(one))], "avoids": [other_name], "knows": [other_name],
             "must_meet": [other_name]}
            for other_name in [names[[zoe, yve, xenia, will].index(AttendeeId(other))]]
        ]  # fmt: skip
        tried = (await client.post(f"{address}/imports?dry_run=true", json=rows)).json()
        counted = [tried[name] for name in ("exclusions", "acquaintances", "wishes", "errors", "notes")]
        said = []
        for body, path in (
            ({"attendee_id": one, "other_id": other}, "exclusions"),
            ({"first_id": one, "second_id": other}, "acquaintances"),
        ):
            for _ in range(2):
                answer = await client.post(f"{address}/{path}", json=body)
                said.append((path, answer.status_code, answer.json().get("created_at", "")[:16]))
        refused = await client.post(f"{address}/decisions", json=pin)
        return [decided.status_code, counted, said, refused.status_code]

    spoken, silent = await answers(zoe, yve), await answers(xenia, will)
    assert spoken == silent
    assert spoken[0] == 201
    assert [one[1] for one in spoken[2]] == [201, 409, 201, 409]  # type: ignore[attr-defined]
    assert spoken[1][:3] == [1, 1, 1]  # type: ignore[index]
    assert spoken[3] == 409
