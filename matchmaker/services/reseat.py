"""Change who sits where in a round of a draft, by hand: what it would do is told before, and it is kept only as it was told.

A change touches two tables and those at them. What pairs gain there is asked of what the run read, as all values of the run are,
and takes seconds, so nothing waits for it in a transaction: `asked` gives the question, and its answer goes with the change. The
run's own report stays that of its proposal.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations

from msgspec import Struct, structs

from matchmaker.errors import Conflict
from matchmaker.model.attendee import AttendeeReply
from matchmaker.model.group import Bye, Group, GroupKind
from matchmaker.model.ids import AttendeeId, EventId, RunId
from matchmaker.model.run import SEATING, Format, MatchRun, RunState
from matchmaker.model.seating import (
    Against,
    PersonEffect,
    SeatChange,
    SeatEffect,
    SeatPair,
    SeatPairs,
    SeatsQuestion,
    TableEffect,
    Two,
)
from matchmaker.model.text import GROUP_PEOPLE_MAX
from matchmaker.services import pair_up, review
from matchmaker.store import attendees, events, groups, programmes, seatings, unseated
from matchmaker.store.connection import Connection

Pair = tuple[AttendeeId, AttendeeId]
Tables = Mapping[int, Sequence[AttendeeId]]

COMPANY_MAX = 100_000


class SeatsFixed(Conflict):
    """The run is released, or gave way to another, or seats nobody: its seats do not change any more."""


class SeatsMoved(Conflict):
    """Somebody sits elsewhere by now."""


class SeatsImpossible(Conflict):
    """A rule that outranks the organiser's hand, or the room itself, stands in the way."""


class Looked(Struct, frozen=True, kw_only=True):
    """A change, the tables it touches as they are and would be, what the pairs there gain, and what all that comes to."""

    run: MatchRun
    change: SeatChange
    before: Tables
    after: Tables
    pairs: Mapping[Pair, SeatPair]
    effect: SeatEffect


async def asked(connection: Connection, event_id: EventId, run_id: RunId, change: SeatChange) -> SeatsQuestion:
    """What has to be known of a change. Raises `NotFound`, `RunNotDrafted`, `SeatsFixed`, `SeatsMoved`."""
    await _open_run(connection, event_id, run_id)
    before, after = await _tables(connection, event_id, run_id, change)
    return SeatsQuestion(pairs=sorted(_together(before) | _together(after)))


async def look(
    connection: Connection, event_id: EventId, run_id: RunId, change: SeatChange, answer: SeatPairs
) -> Looked:
    """What a change would do; nothing is changed. Raises as `asked` does, also where the tables changed since it was."""
    run = await _open_run(connection, event_id, run_id)
    before, after = await _tables(connection, event_id, run_id, change)
    pairs = {(one.pairing.first, one.pairing.second): one for one in answer.pairs}
    if not pairs.keys() >= _together(before) | _together(after):
        raise SeatsMoved
    effect = await _effect(connection, run, change, before, after, pairs)
    return Looked(run=run, change=change, before=before, after=after, pairs=pairs, effect=effect)


async def keep(
    connection: Connection, event_id: EventId, run_id: RunId, change: SeatChange, answer: SeatPairs
) -> SeatEffect:
    """Make a change. Nobody releases the run meanwhile. Raises as `look` does, and `SeatsImpossible`."""
    await events.lock(connection, event_id)
    looked = await look(connection, event_id, run_id, change, answer)
    if not looked.effect.possible:
        raise SeatsImpossible
    await _seat(connection, event_id, run_id, change)
    await _regroup(connection, looked)
    await pair_up.again(connection, looked.run, change, looked.pairs)
    return looked.effect


async def _open_run(connection: Connection, event_id: EventId, run_id: RunId) -> MatchRun:
    run = await review.run(connection, event_id, run_id)
    if run.state is not RunState.DRAFTED or run.format not in SEATING:
        raise SeatsFixed
    return run


async def _check_places(connection: Connection, event_id: EventId, run_id: RunId, change: SeatChange) -> None:
    """Whether everyone sits where the change says."""
    said = {change.attendee_id: change.table_from}
    if change.other_id is not None:
        said[change.other_id] = change.table_to
    if await seatings.places(connection, event_id, run_id, change.round, list(said)) != said:
        raise SeatsMoved


async def _tables(
    connection: Connection, event_id: EventId, run_id: RunId, change: SeatChange
) -> tuple[Tables, Tables]:
    """The tables that a change touches, as they are and as it makes them. Raises `SeatsMoved`."""
    await _check_places(connection, event_id, run_id, change)
    numbers = [number for number in (change.table_from, change.table_to) if number is not None]
    found: dict[int, list[AttendeeId]] = {number: [] for number in numbers}
    rows = await seatings.at_tables(connection, run_id, change.round, numbers, limit=2 * GROUP_PEOPLE_MAX)
    for attendee_id, number in rows:
        found[number].append(attendee_id)
    return found, {number: _changed(change, number, members) for number, members in found.items()}


def _changed(change: SeatChange, number: int, members: Sequence[AttendeeId]) -> list[AttendeeId]:
    """Who sits at a table after the change, everyone else at their seat."""
    leaves, comes = change.attendee_id, change.other_id
    if number == change.table_to:
        leaves, comes = comes, leaves  # type: ignore[assignment]
    seats = [comes if one == leaves else one for one in members]
    if leaves not in members:
        seats.append(comes)
    return [one for one in seats if one is not None]


async def _effect(
    connection: Connection,
    run: MatchRun,
    change: SeatChange,
    before: Tables,
    after: Tables,
    pairs: Mapping[Pair, SeatPair],
) -> SeatEffect:
    new = sorted(_together(after) - _together(before))
    elsewhere = await _elsewhere(connection, run, change)
    known = await attendees.find_by_ids(connection, run.event_id, _moving(change))
    numbers = sorted(before)
    return SeatEffect(
        tables=[
            TableEffect(
                table=number,
                value_before=_value(before[number], pairs),
                value_after=_value(after[number], pairs),
            )
            for number in numbers
        ],
        people=_people(change, before, after, pairs),
        against=[Against(first=pair[0], second=pair[1], why=why) for pair in new for why in pairs[pair].breaks],
        again=[Two(first=pair[0], second=pair[1]) for pair in new if pairs[pair].met or pair in elsewhere],
        unpinned=[
            Two(first=pair[0], second=pair[1])
            for pair in sorted(_together(before) - _together(after))
            if pairs[pair].pairing.pinned and pair not in elsewhere
        ],
        away=[one for one in _coming(change) if one in known and _is_away(known[one], change.round)],
        hinders=await _hinders(connection, run, change, after, known, [pair for pair in new if pair in elsewhere]),
    )


async def _elsewhere(connection: Connection, run: MatchRun, change: SeatChange) -> frozenset[Pair]:
    """Which pairs of whoever moves sit together in another round of the run."""
    rows = await seatings.company(connection, run.id, _moving(change), limit=COMPANY_MAX)
    return frozenset((min(one, other), max(one, other)) for one, other, number, _ in rows if number != change.round)


def _people(change: SeatChange, before: Tables, after: Tables, pairs: Mapping[Pair, SeatPair]) -> list[PersonEffect]:
    """Whoever moves first, then those at the two tables."""
    was, will = _company(before), _company(after)
    moving = _moving(change)
    others = sorted((was.keys() | will.keys()) - set(moving))
    return [
        PersonEffect(
            attendee_id=one,
            leaves=sorted(was.get(one, frozenset()) - will.get(one, frozenset())),
            joins=sorted(will.get(one, frozenset()) - was.get(one, frozenset())),
            value_before=_gain(one, was.get(one), pairs),
            value_after=_gain(one, will.get(one), pairs),
        )
        for one in [*moving, *others]
    ]


async def _hinders(
    connection: Connection,
    run: MatchRun,
    change: SeatChange,
    after: Tables,
    known: Mapping[AttendeeId, AttendeeReply],
    twice: Sequence[Pair],
) -> list[str]:
    """Codes of what makes a change impossible, whatever anyone gains."""
    tables = {one.number: one for one in await programmes.tables(connection, run.event_id)}
    goes = [
        (one, number)
        for one, number in ((change.attendee_id, change.table_to), (change.other_id, change.table_from))
        if one is not None
    ]
    target = tables.get(change.table_to or 0)
    seats = target.seats if target is not None else run.policy.table_seats
    found = {
        "same_table": change.table_from == change.table_to is not None,
        "to_nowhere": change.table_from is change.table_to is None,
        "pairs_only": change.other_id is None and run.format is Format.ROUNDS,
        "full": change.other_id is None and len(after.get(change.table_to or 0, ())) > seats,
        "not_part": any(one in known and not (known[one].opted_in and known[one].matched) for one in _coming(change)),
        "alone": any(len(members) < 2 for members in after.values()),
        "twice": run.format is Format.ROUNDS and bool(twice),
        "not_accessible": any(
            one in known and known[one].needs_accessible and number in tables and not tables[number].accessible
            for one, number in goes
        ),
    }
    return [code for code, holds in found.items() if holds]


async def _seat(connection: Connection, event_id: EventId, run_id: RunId, change: SeatChange) -> None:
    one, other, number = change.attendee_id, change.other_id, change.round
    if other is not None and change.table_from is None:
        await _hand_over(connection, run_id, number, other, one)
    elif other is not None and change.table_to is None:
        await _hand_over(connection, run_id, number, one, other)
    elif change.table_to is None:
        await unseated.stand(connection, run_id, number, one)
    elif change.table_from is None:
        await seatings.remove_bye(connection, run_id, number, one)
        await unseated.sit(connection, run_id, number, one, change.table_to)
    else:
        await seatings.move(connection, event_id, run_id, number, one, change.table_to)
        if other is not None:
            await seatings.move(connection, event_id, run_id, number, other, change.table_from)


async def _hand_over(connection: Connection, run_id: RunId, round: int, leaves: AttendeeId, comes: AttendeeId) -> None:
    """A seat goes to who has none; whoever leaves it gets what the other had: their bye, if they had one."""
    await seatings.hand_over(connection, run_id, round, leaves, comes)
    if await seatings.remove_bye(connection, run_id, round, comes):
        await groups.add_byes(connection, run_id, [Bye(attendee_id=leaves, round=round)])


async def _regroup(connection: Connection, looked: Looked) -> None:
    """Write the tables and trios anew whose people changed, each at its rank."""
    run_id, change = looked.run.id, looked.change
    found = await seatings.groups_at(connection, run_id, change.round, list(looked.after))
    for rank, group in found:
        members = _changed(change, group.number, group.members)
        await seatings.remove_group(connection, run_id, rank)
        await seatings.add_group(connection, run_id, rank, _valued(group, members, looked.pairs))
        await seatings.add_members(connection, run_id, rank, members)
    alone = set(looked.after) - {group.number for _, group in found}
    if looked.run.format is Format.TABLES and alone:
        rank = await seatings.group_rank_last(connection, run_id)
        for at, number in enumerate(sorted(alone), start=rank + 1):
            members = list(looked.after[number])
            plain = Group(
                kind=GroupKind.TABLE, number=number, members=members, mutual_value=0, value_least=0, round=change.round
            )
            await seatings.add_group(connection, run_id, at, _valued(plain, members, looked.pairs))
            await seatings.add_members(connection, run_id, at, members)


def _valued(group: Group, members: list[AttendeeId], pairs: Mapping[Pair, SeatPair]) -> Group:
    gains = [_gain(one, frozenset(members) - {one}, pairs) or 0.0 for one in members]
    return structs.replace(
        group, members=members, mutual_value=_value(members, pairs) or 0.0, value_least=min(gains, default=0.0)
    )


def _moving(change: SeatChange) -> list[AttendeeId]:
    return [one for one in (change.attendee_id, change.other_id) if one is not None]


def _coming(change: SeatChange) -> list[AttendeeId]:
    """Who gets a seat without having had one."""
    goes = [(change.attendee_id, change.table_from), (change.other_id, change.table_to)]
    return [one for one, before in goes if one is not None and before is None]


def _is_away(attendee: AttendeeReply, round: int) -> bool:
    return attendee.available is not None and round not in attendee.available


def _together(tables: Tables) -> set[Pair]:
    return {pair for members in tables.values() for pair in combinations(sorted(members), 2)}


def _company(tables: Tables) -> dict[AttendeeId, frozenset[AttendeeId]]:
    found: dict[AttendeeId, frozenset[AttendeeId]] = defaultdict(frozenset)
    for members in tables.values():
        for one in members:
            found[one] = frozenset(members) - {one}
    return dict(found)


def _value(members: Sequence[AttendeeId], pairs: Mapping[Pair, SeatPair]) -> float | None:
    """The mean mutual value of the pairs within; None where there are none."""
    found = [pairs[pair].pairing.mutual_value for pair in combinations(sorted(members), 2)]
    return round(sum(found) / len(found), 1) if found else None


def _gain(one: AttendeeId, others: frozenset[AttendeeId] | None, pairs: Mapping[Pair, SeatPair]) -> float | None:
    """What one gains from the others at their table, on average; None for whoever sits with nobody."""
    if not others:
        return None
    gains = []
    for other in others:
        pairing = pairs[min(one, other), max(one, other)].pairing
        gains.append(pairing.value_to_first if pairing.first == one else pairing.value_to_second)
    return round(sum(gains) / len(gains), 1)
