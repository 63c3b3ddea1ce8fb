"""Chance holds introductions back only between two who consent, and like is compared with like."""

from typing import Any

import pytest

from matchmaker.model.hold_back import PAIRS_LEAST, SHARE_MAX, is_held_back
from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.model.introduction import Release, ReleaseInput
from matchmaker.model.run import Format, MatchRun
from matchmaker.services import measure
from matchmaker.services import release as releasing
from matchmaker.store import encounters, feedback, hold_backs, introductions, pairings, snapshots
from matchmaker.store.connection import Connection
from tests import factories
from tests.factories import AT, LATER

Pair = tuple[AttendeeId, AttendeeId]


async def room(connection: Connection, event_id: EventId, count: int, **fields: bool) -> list[AttendeeId]:
    people = [await factories.attendee(connection, event_id, f"P{number}", **fields) for number in range(count)]
    return sorted(one.id for one in people)


def every_pair(people: list[AttendeeId]) -> list[Pair]:
    return [(one, other) for one in people for other in people if one < other]


async def drafted(connection: Connection, event_id: EventId, pairs: list[Pair], **fields: Any) -> MatchRun:
    run = await factories.drafted_run(connection, event_id, **fields)
    given = [factories.pairing(*pair, rank=rank) for rank, pair in enumerate(pairs, start=1)]
    await pairings.add_all(connection, run.id, given)
    return run


async def released(connection: Connection, run: MatchRun, share: float = SHARE_MAX) -> Release:
    return await releasing.release(connection, run.event_id, run.id, ReleaseInput(holdback_share=share), at=LATER)


async def drawn(connection: Connection) -> dict[Pair, bool]:
    rows = await connection.fetch("select first_id, second_id, held_back from hold_back")
    return {(row["first_id"], row["second_id"]): row["held_back"] for row in rows}


async def offered(connection: Connection, event_id: EventId) -> set[Pair]:
    return {(one.first_id, one.second_id) for one in await introductions.find(connection, event_id, limit=500)}


async def test_what_the_draw_says_is_kept_and_who_is_held_back_hears_nothing(
    connection: Connection, event_id: EventId
) -> None:
    pairs = every_pair(await room(connection, event_id, 12, may_hold_back=True))
    run = await drafted(connection, event_id, pairs)
    done = await released(connection, run)
    kept = await drawn(connection)
    assert kept == {pair: is_held_back(run.seed, *pair, SHARE_MAX) for pair in pairs}
    held = {pair for pair, is_held in kept.items() if is_held}
    assert held
    assert await offered(connection, event_id) == set(pairs) - held
    assert (done.offered, done.held_back, done.left_out) == (len(pairs) - len(held), len(held), 0)
    assert await connection.fetchval("select count(*) from message") == 2 * done.offered


@pytest.mark.parametrize(
    "without",
    [{"may_hold_back": False}, {"may_hold_back": True, "measured": False}],
)
async def test_it_takes_the_consent_of_both(
    connection: Connection, event_id: EventId, without: dict[str, bool]
) -> None:
    willing = await room(connection, event_id, 6, may_hold_back=True)
    unwilling = await room(connection, event_id, 6, **without)
    pairs = sorted((min(one, other), max(one, other)) for one in willing for other in unwilling)
    done = await released(connection, await drafted(connection, event_id, pairs))
    assert (await drawn(connection), done.offered, done.held_back) == ({}, len(pairs), 0)


async def test_nothing_is_drawn_unless_asked_and_never_of_rounds(connection: Connection, event_id: EventId) -> None:
    pairs = every_pair(await room(connection, event_id, 6, may_hold_back=True))
    await released(connection, await drafted(connection, event_id, pairs), share=0.0)
    rounds = (await factories.event(connection)).id
    seated = every_pair(await room(connection, rounds, 6, may_hold_back=True))
    await released(connection, await drafted(connection, rounds, seated, format=Format.ROUNDS))
    assert await drawn(connection) == {}


async def test_whom_chance_keeps_apart_stay_apart_at_this_event(connection: Connection, event_id: EventId) -> None:
    people = await room(connection, event_id, 12, may_hold_back=True)
    pairs = every_pair(people)
    await released(connection, await drafted(connection, event_id, pairs))
    held = {pair for pair, is_held in (await drawn(connection)).items() if is_held}
    read = await snapshots.read(connection, event_id)
    assert {(one.attendee_id, one.other_id) for one in read.exclusions} == held
    again = await released(connection, await drafted(connection, event_id, pairs, seed=2), share=0.0)
    assert (again.offered, again.kept, again.held_back) == (0, len(pairs) - len(held), len(held))


def test_the_draw_holds_about_its_share_back_and_a_larger_share_more_of_the_same() -> None:
    pairs = [(AttendeeId(f"a{number}"), AttendeeId("b")) for number in range(2_000)]
    small, large = ({pair for pair in pairs if is_held_back(7, *pair, share)} for share in (0.1, 0.2))
    assert 160 < len(small) < 240
    assert small < large
    assert {pair for pair in pairs if is_held_back(8, *pair, 0.1)} != small


async def arms(connection: Connection, event_id: EventId, count: int) -> tuple[list[Pair], list[Pair]]:
    """So many pairs that were introduced, and so many held back, of people who meet nobody else."""
    run = await factories.drafted_run(connection, event_id)
    people = await room(connection, event_id, 4 * count, may_hold_back=True)
    pairs = [(people[place], people[place + 1]) for place in range(0, len(people), 2)]
    introduced, held = pairs[:count], pairs[count:]
    rows = [factories.hold_back(run, *pair, held_back=pair in held) for pair in pairs]
    await hold_backs.add_all(connection, rows)
    return introduced, held


async def test_the_difference_comes_with_an_interval(connection: Connection, event_id: EventId) -> None:
    introduced, held = await arms(connection, event_id, PAIRS_LEAST)
    said = [factories.feedback(*pair, met=True, useful=4) for pair in introduced[:12]]
    said += [factories.feedback(second, first, met=True, useful=2) for first, second in introduced[12:15]]
    await feedback.put_all(connection, event_id, said, AT)
    for first, second in held[:2]:
        await encounters.add(connection, event_id, factories.encounter(first, second), AT)
    found = await measure.uplift(connection, event_id)
    assert (found.introduced.pairs, found.introduced.met, found.introduced.useful) == (20, 15, 12)
    assert (found.held_back.pairs, found.held_back.met, found.held_back.useful) == (20, 2, 0)
    assert found.met is not None
    assert found.useful is not None
    assert (found.met.value, found.useful.value, found.enough) == (0.65, 0.6, True)
    assert 0 < found.met.low < 0.65 < found.met.high < 1
    assert "more than chance" in found.summary
    assert "20 introduced" in found.summary


async def test_too_few_are_said_to_be_too_few_and_nothing_else_is_told(
    connection: Connection, event_id: EventId
) -> None:
    introduced, held = await arms(connection, event_id, PAIRS_LEAST)
    await connection.execute("update attendee set measured = false where id = $1", held[0][1])
    await feedback.put_all(connection, event_id, [factories.feedback(*introduced[0], met=True)], AT)
    found = await measure.uplift(connection, event_id)
    assert (found.introduced.pairs, found.held_back.pairs) == (PAIRS_LEAST, PAIRS_LEAST - 1)
    assert (found.enough, found.met, found.useful, found.introduced.met, found.held_back.useful) == (
        False,
        None,
        None,
        None,
        None,
    )
    assert found.summary.startswith("Too few to tell")


async def test_what_happens_at_another_event_does_not_count(connection: Connection, event_id: EventId) -> None:
    await arms(connection, event_id, 1)
    assert (await measure.uplift(connection, (await factories.event(connection)).id)).introduced.pairs == 0
