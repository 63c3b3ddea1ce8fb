"""Formats over HTTP: what someone says of their time, a run of each format, what it proposes, and for whom it changed."""

from typing import Any

import httpx
import pytest

from matchmaker.model.association import Scope
from matchmaker.model.group import Bye, Connector, GroupKind
from matchmaker.model.ids import AssociationId, AttendeeId, RunId
from matchmaker.model.run import Format
from matchmaker.store import groups, pairings
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.api.world import seed


async def test_what_someone_says_of_their_time_is_kept(client: httpx.AsyncClient, event: dict[str, Any]) -> None:
    address = f"/v1/events/{event['id']}/attendees"
    said = {
        "least": 4,
        "minutes": 45,
        "challenge": " Growing\n slowly ",
        "available": [3, 1, 3],
        "needs_accessible": True,
    }
    made = await client.post(address, json={"name": "Ada", "quota": 2, **said})
    assert made.status_code == 201
    kept = {**said, "challenge": "Growing\n slowly", "available": [1, 3]}
    assert made.json().items() >= kept.items()
    changed = await client.put(made.headers["location"], json={"name": "Ada"}, headers={"If-Match": '"1"'})
    plain = {"least": None, "minutes": None, "challenge": None, "available": None, "needs_accessible": False}
    assert changed.json().items() >= plain.items()
    never = await client.put(
        made.headers["location"], json={"name": "Ada", "available": []}, headers={"If-Match": '"2"'}
    )
    assert never.json()["available"] == []


@pytest.mark.parametrize(
    ("field", "value", "pointer"),
    [
        ("available", [1, 51], "/available/1"),
        ("available", [0], "/available/0"),
        ("available", [1] * 51, "/available"),
        ("least", -1, "/least"),
        ("minutes", 10_001, "/minutes"),
        ("challenge", "x" * 8_001, "/challenge"),
        ("needs_accessible", "yes", "/needs_accessible"),
    ],
)
async def test_what_cannot_be_is_refused(
    client: httpx.AsyncClient, event: dict[str, Any], field: str, value: Any, pointer: str
) -> None:
    answer = await client.post(f"/v1/events/{event['id']}/attendees", json={"name": "Ada", field: value})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, pointer)


@pytest.mark.parametrize("format", [one.value for one in Format])
async def test_a_run_of_each_format_is_asked_for(client: httpx.AsyncClient, event: dict[str, Any], format: str) -> None:
    asked = await client.post(f"/v1/events/{event['id']}/runs", json={"format": format})
    assert (asked.status_code, asked.json()["format"], asked.json()["builds_on"]) == (202, format, None)


async def test_a_run_builds_on_an_earlier_one_of_its_event(
    client: httpx.AsyncClient, pool: Pool, association_id: AssociationId
) -> None:
    ids, others = await seed(pool, association_id), await seed(pool, association_id)
    address = f"/v1/events/{ids['event_id']}/runs"
    foreign = await client.post(address, json={"builds_on": others["run_id"]})
    assert foreign.status_code == 404
    nothing = await client.post(address, json={"format": "rounds", "builds_on": ids["run_id"], "from_round": 2})
    assert (nothing.status_code, nothing.json()["errors"][0]["pointer"]) == (422, "/from_round")
    both = await client.post(address, json={"builds_on": ids["run_id"], "replay_of": ids["run_id"]})
    assert (both.status_code, both.json()["errors"][0]["pointer"]) == (422, "/builds_on")
    asked = await client.post(address, json={"builds_on": ids["run_id"], "format": "tables"})
    assert (asked.status_code, asked.json()["builds_on"]) == (202, ids["run_id"])


@pytest.fixture
async def drafted(pool: Pool, association_id: AssociationId) -> tuple[str, list[AttendeeId]]:
    """The address of a run with five groups, byes, asks and connectors, and its seven people by id."""
    async with tenant_transaction(pool, association_id) as connection:
        event = await factories.event(connection)
        people = sorted([(await factories.attendee(connection, event.id, f"{n}")).id for n in range(7)])
        run = await factories.drafted_run(connection, event.id, format=Format.ROUNDS)
        tables = [factories.group([people[n], people[n + 1]], round=n + 1) for n in range(5)]
        await groups.add_all(connection, run.id, tables)
        await groups.add_members(connection, run.id, tables)
        await groups.add_byes(connection, run.id, [Bye(attendee_id=people[n], round=1 + n % 2) for n in range(5)])
        await groups.add_asks(connection, run.id, [factories.ask(people[n], seek=f"{n}") for n in range(5)])
        given = [Connector(first=people[n], second=people[n + 1], connector_id=people[n + 2]) for n in range(5)]
        await groups.add_connectors(connection, run.id, given)
        await pairings.add_all(connection, run.id, [factories.pairing(people[5], people[6], round=2, table=3)])
    return f"/v1/events/{event.id}/runs/{run.id}", people


@pytest.mark.parametrize(("resource", "of_one"), [("groups", 2), ("byes", 1), ("asks", 1), ("connectors", 3)])
async def test_what_a_run_proposes_beyond_pairs_is_paged_and_found_by_person(
    client: httpx.AsyncClient, drafted: tuple[str, list[AttendeeId]], resource: str, of_one: int
) -> None:
    address, people = drafted
    found: list[Any] = []
    page = f"{address}/{resource}?limit=2"
    while page:
        answer = (await client.get(page)).json()
        found, page = found + answer["items"], answer["next"]
    assert found == (await client.get(f"{address}/{resource}")).json()["items"]
    assert len(found) == 5
    mine = (await client.get(f"{address}/{resource}?attendee_id={people[2]}")).json()["items"]
    assert mine == [one for one in found if people[2] in str(one)]
    assert len(mine) == of_one


async def test_before_a_draft_there_is_nothing_to_see(client: httpx.AsyncClient, event: dict[str, Any]) -> None:
    asked = await client.post(f"/v1/events/{event['id']}/runs", json={})
    for resource in ("groups", "byes", "asks", "connectors"):
        answer = await client.get(f"{asked.headers['location']}/{resource}")
        assert (answer.status_code, answer.json()["cure"]) == (409, "Wait until its state is drafted.")


async def test_pairings_of_rounds_have_round_and_table(
    client: httpx.AsyncClient, drafted: tuple[str, list[AttendeeId]]
) -> None:
    address, _ = drafted
    (pairing,) = (await client.get(f"{address}/pairings")).json()["items"]
    assert (pairing["round"], pairing["table"], pairing["pinned"], pairing["told"]) == (2, 3, False, False)
    header, row, _ = (await client.get(f"{address}/pairings?format=csv")).text.split("\r\n")
    assert header.endswith(",questions_to_second,round,table")
    assert row.endswith(",2,3")


@pytest.mark.parametrize(
    ("format", "last"),
    [
        (Format.INTRODUCTIONS, "questions_to_second"),
        (Format.ROUNDS, "table"),
        (Format.TABLES, "table"),
        (Format.SETS, "questions_to_second"),
    ],
)
async def test_only_where_people_are_seated_a_spreadsheet_says_where(
    client: httpx.AsyncClient, pool: Pool, association_id: AssociationId, format: Format, last: str
) -> None:
    async with tenant_transaction(pool, association_id) as connection:
        event = await factories.event(connection)
        run = await factories.drafted_run(connection, event.id, format=format)
    answer = await client.get(f"/v1/events/{event.id}/runs/{run.id}/pairings?format=csv")
    assert answer.text.strip().rpartition(",")[2] == last


@pytest.mark.parametrize(
    ("format", "kind", "header", "row"),
    [
        (Format.TABLES, GroupKind.TABLE, "round,table,attendee_id,name", "1,1,{id},'=1+1"),
        (Format.SETS, GroupKind.SET, "set,challenge,attendee_id,name", "1,Growing,{id},'=1+1"),
    ],
)
async def test_groups_are_a_spreadsheet_with_a_row_a_seat(
    client: httpx.AsyncClient,
    connect: Any,
    make_key: Any,
    pool: Pool,
    association_id: AssociationId,
    format: Format,
    kind: GroupKind,
    header: str,
    row: str,
) -> None:
    async with tenant_transaction(pool, association_id) as connection:
        event = await factories.event(connection)
        people = [(await factories.attendee(connection, event.id, "=1+1")).id for _ in range(2)]
        run = await factories.drafted_run(connection, event.id, format=format)
        is_set = kind is GroupKind.SET
        given = [
            factories.group(people, kind=kind, round=None if is_set else 1, challenge="Growing" if is_set else None)
        ]
        await groups.add_all(connection, run.id, given)
        await groups.add_members(connection, run.id, given)
    address = f"/v1/events/{event.id}/runs/{run.id}/groups"
    answer = await client.get(address, headers={"Accept": "text/csv"})
    lines = answer.content.decode("utf-8-sig").split("\r\n")
    assert lines[0].startswith(header)
    assert [line.startswith(row.format(id=one)) for line, one in zip(lines[1:3], people, strict=True)] == [True, True]
    assert answer.headers["content-disposition"] == f'attachment; filename="groups-{run.id}.csv"'
    async with connect(await make_key(without=Scope.ATTENDEES_READ)) as lesser:
        assert (await lesser.get(address)).status_code == 200
        assert (await lesser.get(f"{address}?format=csv")).status_code == 403


async def test_a_comparison_tells_who_is_affected(
    client: httpx.AsyncClient, pool: Pool, association_id: AssociationId
) -> None:
    ids = await seed(pool, association_id)
    first, second, third = (AttendeeId(ids[name]) for name in ("attendee_id", "second_id", "third_id"))
    async with tenant_transaction(pool, association_id) as connection:
        other = RunId(ids["other_id"])
        await pairings.add_all(connection, other, [factories.pairing(first, second)])
        circle = [factories.group([first, second, third], kind=GroupKind.CIRCLE, round=None)]
        await groups.add_all(connection, other, circle)
        await groups.add_members(connection, other, circle)
    address = f"/v1/events/{ids['event_id']}/runs/{ids['run_id']}/comparison"
    found = (await client.get(f"{address}?with={other}")).json()
    assert (found["pairings_in_both"], found["attendees_affected"]) == (1, 3)
    assert found["affected"] == [first, second, third]
    itself = (await client.get(f"{address}?with={ids['run_id']}")).json()
    assert (itself["attendees_affected"], itself["affected"]) == (0, [])
