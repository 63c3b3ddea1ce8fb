"""A release offers each pairing to both sides once, and a later one tells only those whom it concerns."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from matchmaker.errors import NotFound
from matchmaker.model.ids import AssociationId, AttendeeId, EventId, RunId
from matchmaker.model.introduction import IntroductionState, Release, ReleaseInput
from matchmaker.model.run import Format, MatchRun, RunState
from matchmaker.services import release as releasing
from matchmaker.services.release import RunNotReleasable
from matchmaker.services.review import RunNotDrafted
from matchmaker.store import introductions, pairings, placements, runs, snapshots
from matchmaker.store.connection import Connection, Pool
from matchmaker.store.placements import DoubleBooked
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.factories import AT, LATER

Pair = tuple[AttendeeId, AttendeeId]


@pytest.fixture
async def people(connection: Connection, event_id: EventId) -> list[AttendeeId]:
    """Ada, Bob, Cy and Dee, in order."""
    return sorted([(await factories.attendee(connection, event_id, name)).id for name in ("Ada", "Bob", "Cy", "Dee")])


async def drafted(connection: Connection, event_id: EventId, *pairs: Pair, **fields: Any) -> MatchRun:
    run = await factories.drafted_run(connection, event_id, **fields)
    given = [factories.pairing(*pair, rank=rank) for rank, pair in enumerate(pairs, start=1)]
    await pairings.add_all(connection, run.id, given)
    return run


async def released(connection: Connection, run: MatchRun, **asked: Any) -> Release:
    return await releasing.release(connection, run.event_id, run.id, ReleaseInput(**asked), at=LATER)


async def letters(connection: Connection, *, state: str = "queued") -> list[tuple[str, AttendeeId]]:
    rows = await connection.fetch("select letter, attendee_id from message where state = $1", state)
    return sorted((row["letter"], row["attendee_id"]) for row in rows)


async def states(connection: Connection, event_id: EventId) -> dict[Pair, IntroductionState]:
    found = await introductions.find(connection, event_id, limit=100)
    return {(one.first_id, one.second_id): one.state for one in found}


async def test_every_pairing_is_offered_to_both(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    ada, bob, cy, _ = people
    run = await drafted(connection, event_id, (ada, bob), (bob, cy))
    done = await released(connection, run, answer_days=3)
    assert (done.run.state, done.offered, done.kept, done.left_out, done.withdrawn) == (RunState.RELEASED, 2, 0, 0, 0)
    assert await letters(connection) == sorted(("offered", one) for one in (ada, bob, bob, cy))
    (one, _) = await introductions.find(connection, event_id, limit=2)
    assert (one.offered_at, one.expires_at) == (LATER, LATER + timedelta(days=3))
    assert await connection.fetchval("select count(*) from message where deadline = $1", one.expires_at) == 4


async def test_a_run_is_released_once_and_only_when_it_is_drafted(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    run = await drafted(connection, event_id, (people[0], people[1]))
    await released(connection, run)
    with pytest.raises(RunNotReleasable):
        await released(connection, run)
    with pytest.raises(RunNotDrafted):
        await released(connection, await factories.run(connection, event_id))
    elsewhere = (await factories.event(connection)).id
    for event, wanted in ((elsewhere, run.id), (event_id, RunId(factories.association_id()))):
        with pytest.raises(NotFound):
            await releasing.release(connection, event, wanted, ReleaseInput(), at=LATER)
    assert len(await letters(connection)) == 2


async def test_a_later_release_tells_only_those_it_concerns(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    ada, bob, cy, dee = people
    earlier = await drafted(connection, event_id, (ada, bob), (cy, dee))
    await released(connection, earlier)
    later = await drafted(connection, event_id, (ada, bob), (ada, cy))
    done = await released(connection, later)
    assert (done.offered, done.kept, done.left_out, done.withdrawn) == (1, 1, 0, 1)
    assert await states(connection, event_id) == {
        (ada, bob): IntroductionState.OFFERED,
        (ada, cy): IntroductionState.OFFERED,
        (cy, dee): IntroductionState.WITHDRAWN,
    }
    assert await letters(connection) == sorted(("offered", one) for one in (ada, bob, ada, cy))
    assert await letters(connection, state="dropped") == [("offered", cy), ("offered", dee)]
    before = await runs.get(connection, event_id, earlier.id)
    assert before is not None
    assert before.state is RunState.SUPERSEDED


async def test_releases_of_two_formats_stand_beside_each_other(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    ada, bob, cy, _ = people
    one = await drafted(connection, event_id, (ada, bob))
    await released(connection, one)
    done = await released(connection, await drafted(connection, event_id, (ada, cy), format=Format.ROUNDS))
    before = await runs.get(connection, event_id, one.id)
    assert before is not None
    assert (done.withdrawn, before.state) == (0, RunState.RELEASED)


async def test_who_wants_no_introductions_any_more_is_offered_none(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    ada, bob, cy, _ = people
    await connection.execute("update attendee set introduced = false where id = $1", ada)
    done = await released(connection, await drafted(connection, event_id, (ada, bob), (bob, cy)))
    assert (done.offered, done.left_out) == (1, 1)
    assert await letters(connection) == sorted(("offered", one) for one in (bob, cy))


async def test_who_said_no_or_nothing_is_not_asked_again(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    pair = (people[0], people[1])
    await released(connection, await drafted(connection, event_id, pair))
    await connection.execute("update introduction set state = 'expired'")
    done = await released(connection, await drafted(connection, event_id, pair))
    assert (done.offered, done.kept, done.left_out) == (0, 0, 1)
    read = await snapshots.read(connection, event_id)
    assert [(one.attendee_id, one.other_id) for one in read.exclusions] == [pair]


async def test_who_has_paused_is_left_out_of_releases_and_of_runs(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    ada, bob, cy, _ = people
    await connection.execute(
        "insert into pause (person_id, scope, cause, began_at, ends_at) "
        "select person_id, 'everything', 'asked', $2, $3 from attendee where id = $1", ada, AT, LATER + timedelta(days=1),
    )  # fmt: skip
    done = await released(connection, await drafted(connection, event_id, (ada, bob), (bob, cy)))
    assert (done.offered, done.left_out) == (1, 1)
    read = [await snapshots.read(connection, event_id, at=at) for at in (None, LATER, LATER + timedelta(days=1))]
    assert [len(one.attendees) for one in read] == [4, 3, 4]


async def test_what_was_told_is_known_to_the_next_run(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    run = await drafted(connection, event_id, (people[0], people[1]))
    assert (await snapshots.read(connection, event_id)).told == []
    await released(connection, run)
    (told,) = (await snapshots.read(connection, event_id)).told
    assert (told.first_id, told.second_id) == (people[0], people[1])


async def test_byes_of_other_events_are_remembered(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    person_id = await connection.fetchval("select person_id from attendee where id = $1", people[0])
    elsewhere = (await factories.event(connection)).id
    there = (await factories.attendee(connection, elsewhere)).id
    await connection.execute("update attendee set person_id = $2 where id = $1", there, person_id)
    run = await drafted(connection, elsewhere)
    await connection.execute("insert into run_bye (run_id, attendee_id, round) values ($1, $2, 1)", run.id, there)
    assert {one.byes for one in (await snapshots.read(connection, event_id)).attendees} == {0}
    await released(connection, run)
    byes = {one.id: one.byes for one in (await snapshots.read(connection, event_id)).attendees}
    assert byes == dict.fromkeys(people, 0) | {people[0]: 1}
    assert [one.byes for one in (await snapshots.read(connection, elsewhere)).attendees] == [0]


async def test_seats_of_a_superseded_release_are_free_again(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    for format_ in (Format.ROUNDS, Format.ROUNDS, Format.TABLES):
        run = await drafted(connection, event_id, format=format_)
        await placements.add_round(connection, run.id, 1, [(people[0], 1)], hours=None)
        if format_ is Format.ROUNDS:
            await released(connection, run)
        else:
            with pytest.raises(DoubleBooked):
                await released(connection, run)


async def test_of_two_releases_at_once_one_wins(pool: Pool, association_id: AssociationId) -> None:
    async with tenant_transaction(pool, association_id) as connection:
        event = await factories.event(connection)
        run = await drafted(connection, event.id, await factories.two_attendees(connection, event.id))

    async def release_once() -> Release:
        async with tenant_transaction(pool, association_id) as connection:
            return await released(connection, run)

    done = await asyncio.gather(*(release_once() for _ in range(4)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["Release"] + ["RunNotReleasable"] * 3
    async with tenant_transaction(pool, association_id) as connection:
        assert len(await letters(connection)) == 2


async def test_five_hundred_people_with_six_introductions_each_are_all_written_to(
    connection: Connection, event_id: EventId
) -> None:
    await connection.execute(
        """
        with someone as (insert into person (created_at) select $2 from generate_series(1, 500) returning id)
        insert into attendee (event_id, person_id, languages, groups, interests, seeks, offers, opted_in, extra, created_at,
                              updated_at)
        select $1, id, '{}', '{}', '{}', '{}', '{}', true, '{}', $2, $2 from someone
        """,
        event_id,
        AT,
    )
    ids = [row["id"] for row in await connection.fetch("select id from attendee order by id")]
    pairs = sorted(
        {(min(pair), max(pair)) for step in (1, 2, 3) for pair in zip(ids, ids[step:] + ids[:step], strict=True)}
    )
    run = await drafted(connection, event_id, *pairs)
    done = await released(connection, run)
    assert (done.offered, len(await letters(connection))) == (1_500, 3_000)
