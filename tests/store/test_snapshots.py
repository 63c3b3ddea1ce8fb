"""A run reads who takes part and what stands between them, and nothing that names them."""

from msgspec import json

from matchmaker.model.attendee import Attendee
from matchmaker.model.exclusion import Acquaintance, Exclusion
from matchmaker.model.ids import EventId
from matchmaker.model.profile import Profile
from matchmaker.model.programme import Table, TableInput
from matchmaker.model.run import Format
from matchmaker.model.snapshot import Snapshot, decode, encode
from matchmaker.model.wish import EncounterKind, Strength, Told, Verdict
from matchmaker.services import enrol
from matchmaker.store import (
    acquaintances,
    decisions,
    encounters,
    exclusions,
    pairings,
    programmes,
    snapshots,
    wishes,
)
from matchmaker.store.connection import Connection
from tests import factories
from tests.factories import AT, LATER, decision, encounter, slot, wish


async def test_a_snapshot_holds_what_was_said_and_what_stands_between(
    connection: Connection, event_id: EventId
) -> None:
    ada = await factories.attendee(
        connection,
        event_id,
        "Ada",
        email="ada@example.org",
        seeks=["a"],
        offers=["b"],
        interests=["c"],
        organisation="Works",
        role="r",
        seniority="s",
        sector="t",
        region="u",
        languages=["en"],
        groups=["g"],
        quota=2,
        least=1,
        minutes=40,
        challenge="e",
        available=[2],
        needs_accessible=True,
    )
    bob = await factories.attendee(connection, event_id, "Bob")
    first, second = sorted([ada.id, bob.id])
    between = Exclusion(attendee_id=ada.id, other_id=bob.id)
    theirs = Exclusion(attendee_id=bob.id, organisation="Works")
    await exclusions.add_all(connection, event_id, [between, theirs], AT)
    await acquaintances.add(connection, event_id, Acquaintance(first_id=first, second_id=second), AT)
    found = await snapshots.read(connection, event_id)
    one = next(attendee for attendee in found.attendees if attendee.id == ada.id)
    assert one.profile == Profile(seeks=["a"], offers=["b"], interests=["c"])
    for field in set(Attendee.__struct_fields__) - {"id", "profile", "byes"}:
        assert getattr(one, field) == getattr(ada, field)
    assert sorted(found.exclusions, key=json.encode) == sorted([between, theirs], key=json.encode)
    assert found.acquaintances == [Acquaintance(first_id=first, second_id=second)]
    assert b"ada@example.org" not in encode(found)


async def test_who_did_not_opt_in_is_not_read_nor_what_stands_before_them(
    connection: Connection, event_id: EventId
) -> None:
    ada = await factories.attendee(connection, event_id, "Ada")
    out = await factories.attendee(connection, event_id, "Out", opted_in=False)
    first, second = sorted([ada.id, out.id])
    await exclusions.add(connection, event_id, Exclusion(attendee_id=ada.id, other_id=out.id), AT)
    await exclusions.add(connection, event_id, Exclusion(attendee_id=out.id, organisation="Works"), AT)
    await acquaintances.add(connection, event_id, Acquaintance(first_id=first, second_id=second), AT)
    await wishes.put_all(connection, event_id, [wish(first, second), wish(second, first)], AT)
    await decisions.put(connection, event_id, decision(first, second), AT)
    await encounters.add(connection, event_id, encounter(first, second), AT)
    run = await factories.drafted_run(connection, event_id)
    await pairings.add_all(connection, run.id, [factories.pairing(first, second, told=True)])
    found = await snapshots.read(connection, event_id, builds_on=run.id)
    assert found == Snapshot(attendees=[Attendee(id=ada.id, profile=Profile())])


async def test_wishes_decisions_and_the_programme_are_read(connection: Connection, event_id: EventId) -> None:
    first, second = await factories.two_attendees(connection, event_id)
    await wishes.put(connection, event_id, wish(second, first, Strength.MUST_MEET), AT)
    await decisions.put(connection, event_id, decision(first, second, Verdict.REJECTED), AT)
    await programmes.add_slots(connection, event_id, [slot(2), slot(1)])
    await programmes.add_tables(connection, event_id, [TableInput(number=7, seats=3, name="Window", place="Hall")])
    found = await snapshots.read(connection, event_id)
    assert found.wishes == [wish(second, first, Strength.MUST_MEET)]
    assert found.decisions == [decision(first, second, Verdict.REJECTED)]
    assert [(one.number, one.starts_at, one.ends_at) for one in found.slots] == [
        (n, slot(n).starts_at, slot(n).ends_at) for n in (1, 2)
    ]
    assert found.tables == [Table(number=7, seats=3, name="Window", place="Hall")]
    assert decode(encode(found)) == found


async def test_who_came_together_at_any_event_is_remembered_of_those_present(
    connection: Connection, event_id: EventId
) -> None:
    names = ("Ada", "Bob", "Cy")
    ada, bob, cy = [await factories.attendee(connection, event_id, one, email=f"{one}@example.org") for one in names]
    earlier = (await factories.event(connection)).id
    then = {one: await factories.attendee(connection, earlier, one, email=f"{one}@example.org") for one in names[:2]}
    absent = await factories.attendee(connection, earlier, "Dee", email="dee@example.org")
    for one, other in ((then["Bob"], then["Ada"]), (then["Ada"], absent)):
        await encounters.add(connection, earlier, encounter(one.id, other.id), AT)
    await encounters.add(connection, event_id, encounter(ada.id, bob.id), AT)
    await encounters.add(connection, event_id, encounter(bob.id, cy.id, EncounterKind.SAT_TOGETHER), AT)
    found = await snapshots.read(connection, event_id)
    assert {(one.first_id, one.second_id, one.kind) for one in found.encounters} == {
        (min(ada.id, bob.id), max(ada.id, bob.id), EncounterKind.MET),
        (min(bob.id, cy.id), max(bob.id, cy.id), EncounterKind.SAT_TOGETHER),
    }
    assert len(found.encounters) == 2
    assert len((await snapshots.read(connection, earlier)).encounters) == 2


async def test_someone_who_turns_out_to_be_known_brings_the_memory_along(
    connection: Connection, event_id: EventId
) -> None:
    earlier = (await factories.event(connection)).id
    ada, bob = [
        await factories.attendee(connection, earlier, one, email=f"{one}@example.org") for one in ("Ada", "Bob")
    ]
    await encounters.add(connection, earlier, encounter(ada.id, bob.id), AT)
    bobs = await factories.attendee(connection, event_id, "Bob", email="bob@example.org")
    someone = await factories.attendee(connection, event_id, "Ada")
    assert (await snapshots.read(connection, event_id)).encounters == []
    given = factories.attendee_input("Ada", email="ada@example.org")
    assert await enrol.update(connection, event_id, someone.id, given, version=1, at=LATER)
    first, second = sorted([someone.id, bobs.id])
    assert (await snapshots.read(connection, event_id)).encounters == [encounter(first, second)]


async def test_what_was_told_is_that_of_the_run_built_on_else_of_the_last_release(
    connection: Connection, event_id: EventId
) -> None:
    first, second, third = sorted(
        [(await factories.attendee(connection, event_id, name)).id for name in ("Ada", "Bob", "Cy")]
    )
    one, two, draft = [await factories.drafted_run(connection, event_id) for _ in range(3)]
    await pairings.add_all(connection, one.id, [factories.pairing(first, second, told=True)])
    await pairings.add_all(connection, two.id, [factories.pairing(first, third, told=True)])
    await pairings.add_all(connection, draft.id, [factories.pairing(second, third)])
    assert (await snapshots.read(connection, event_id)).told == []
    for run, at in ((one, LATER), (two, AT)):
        await connection.execute("update match_run set state = 'released', released_at = $2 where id = $1", run.id, at)
    assert (await snapshots.read(connection, event_id)).told == [Told(first_id=first, second_id=second)]
    built = await snapshots.read(connection, event_id, builds_on=two.id)
    assert built.told == [Told(first_id=first, second_id=third)]
    assert (await snapshots.read(connection, event_id, builds_on=draft.id)).told == []


async def test_another_events_people_are_not_read(connection: Connection, event_id: EventId) -> None:
    await factories.attendee(connection, (await factories.event(connection)).id)
    assert (await snapshots.read(connection, event_id)).attendees == []


async def test_who_is_not_to_be_matched_or_introduced_is_left_out_of_what_they_do_not_want(
    connection: Connection, event_id: EventId
) -> None:
    ada = await factories.attendee(connection, event_id, "Ada")
    seated = await factories.attendee(connection, event_id, "Bob", introduced=False)
    await factories.attendee(connection, event_id, "Cy", matched=False)

    async def read(format: Format | None) -> set[str]:
        return {one.id for one in (await snapshots.read(connection, event_id, format=format)).attendees}

    assert await read(Format.INTRODUCTIONS) == {ada.id}
    assert await read(Format.ROUNDS) == await read(None) == {ada.id, seated.id}
