"""What becomes of a room in each format: introductions, introductions in rounds, rotating tables, action-learning sets."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.directed import dense, mean_of, product, relevance
from matchmaker.matching.edges import Edges, edges_between
from matchmaker.matching.mutual import mutual_values
from matchmaker.matching.pairs import Room, values_among
from matchmaker.matching.plan import Plan, best_plan
from matchmaker.matching.roster import Floats, Ints, Roster
from matchmaker.matching.rounds import Timetable, Why, timetable
from matchmaker.matching.set_spares import spares
from matchmaker.matching.sets import action_learning_sets
from matchmaker.matching.tables import rotating_tables
from matchmaker.matching.vectors import Matrix, Progress
from matchmaker.model.group import Bye, Group, GroupKind, SetReserve
from matchmaker.model.policy import Policy
from matchmaker.model.run import Format
from matchmaker.model.snapshot import Earlier, Snapshot
from matchmaker.model.text import folded
from matchmaker.model.weights import Weights

Mask = NDArray[np.bool_]

SPARES_EACH = 5


@dataclass(frozen=True, kw_only=True)
class Programme:
    """Rounds and tables as arrays: `available` `(n, R)` who is there when; `seats`, `accessible` `(T,)` of the tables, whose
    `number` it is; `needs_accessible` `(n,)`, `byes` `(n,)` had before, and who `hosts` topics `(n,)`.

    Without named tables there are none here.
    """

    available: Mask
    number: Ints
    seats: Ints
    accessible: Mask
    needs_accessible: Mask
    byes: Ints
    hosts: Mask


@dataclass(frozen=True, kw_only=True)
class Task:
    """What a format is made from: the people as rows, their texts' `vectors`, the room, the programme, and the policy.

    `explored` `(n,)` are those of whom what was learned is set aside, `switched_off` the rows of those some of whose seeks
    are of a kind that the policy switches off, and so not among the roster's. `backend` names the joblib backend whose workers
    seek the candidates of a large room; else this machine's threads do. `earlier` is what rounds before stay as, where the format
    begins anew at a later one.
    """

    roster: Roster
    room: Room
    vectors: Matrix
    weights: Weights
    programme: Programme
    policy: Policy
    rng: np.random.Generator
    progress: Progress
    explored: Mask
    switched_off: Ints
    backend: str | None = None
    earlier: Earlier | None = None


@dataclass(frozen=True, kw_only=True)
class Made:
    """What a format made: pairs, with their `round` and `table` from 1, or 0; groups, byes, and by code whom it left without."""

    pairs: Edges
    round: Ints
    table: Ints
    plan: Plan | None = None
    groups: list[Group] = field(default_factory=list)
    byes: list[Bye] = field(default_factory=list)
    set_reserves: list[SetReserve] = field(default_factory=list)
    without: dict[str, Ints] = field(default_factory=dict)


def programme_of(snapshot: Snapshot, policy: Policy) -> Programme:
    """The programme of a canonical snapshot: its slots and tables, else the policy's number of rounds and no named tables."""
    people = snapshot.attendees
    rounds = max((slot.number for slot in snapshot.slots), default=policy.rounds)
    numbers = np.array([slot.number for slot in snapshot.slots] or range(1, rounds + 1), np.int64)
    available = np.zeros((len(people), rounds), np.bool_)
    for row, one in enumerate(people):
        free = numbers if one.available is None else np.intersect1d(numbers, np.array(one.available, np.int64))
        available[row, free - 1] = True
    tables = sorted(snapshot.tables, key=lambda table: (not table.accessible, table.number))
    return Programme(
        available=available,
        number=np.array([table.number for table in tables], np.int64),
        seats=np.array([table.seats for table in tables], np.int64),
        accessible=np.array([table.accessible for table in tables], np.bool_),
        needs_accessible=np.array([one.needs_accessible for one in people], np.bool_),
        byes=np.array([one.byes for one in people], np.int64),
        hosts=np.array([folded(policy.topic_hosts) in map(folded, one.groups) for one in people], np.bool_),
    )


def room_in(task: Task, format: Format) -> Room:
    """The room as a format plans it: in rounds nobody wants more introductions than there are rounds they are free in."""
    if format is not Format.ROUNDS:
        return task.room
    rules = task.room.rules
    quota = np.minimum(rules.quota, task.programme.available.sum(axis=1))
    return replace(task.room, rules=replace(rules, quota=quota, least=np.minimum(rules.least, quota)))


def introductions(task: Task) -> Made:
    """The plan's pairs as they are."""
    plan = best_plan(task.room, task.rng, task.progress, backend=task.backend)
    pairs = plan.edges.take(plan.chosen)
    none = np.zeros(len(pairs), np.int64)
    return Made(pairs=pairs, round=none, table=none, plan=plan)


def rounds(task: Task) -> Made:
    """The plan's pairs, each in a round at a table; in speed networking whoever is free in a round is paired anew."""
    programme, policy, roster = task.programme, task.policy, task.roster
    room = room_in(task, Format.ROUNDS)
    plan = best_plan(room, task.rng, task.progress, backend=task.backend)
    task.progress("rounds", 0.0)
    named = len(programme.number) > 0
    table_count = len(programme.number) if named else policy.tables_most
    found = timetable(
        first=plan.edges.first,
        second=plan.edges.second,
        weight=plan.edges.weight.astype(np.float64),
        chosen=plan.chosen,
        pinned=plan.forced,
        quota=room.rules.quota,
        available=programme.available,
        rng=task.rng,
        tables_most=table_count,
        accessible_tables=int(programme.accessible.sum()) if named else None,
        needs_accessible=programme.needs_accessible,
        in_a_row_most=policy.in_a_row_most,
        byes=programme.byes,
        fill=policy.busy,
        trios=policy.trios,
    )
    placed = np.flatnonzero(found.round > 0)
    table = programme.number[found.table - 1] if named else found.table
    return Made(
        pairs=plan.edges.take(placed),
        plan=plan,
        round=found.round[placed],
        table=table[placed],
        groups=[_trio(roster, room, plan.edges, found, table, at) for at in np.flatnonzero(found.third >= 0).tolist()],
        byes=[Bye(attendee_id=roster.ids[row], round=round_) for row, round_ in found.byes.tolist()],
        without={why.value: _ends(plan.edges, found, why) for why in Why},
    )


def _ends(edges: Edges, found: Timetable, why: Why) -> Ints:
    """The rows of the people whose chosen pair has no round, for one of the reasons."""
    some = edges.take(found.unplaced[[one is why for one in found.why]])
    return np.unique(np.concatenate([some.first, some.second]))


def _trio(roster: Roster, room: Room, edges: Edges, found: Timetable, table: Ints, at: int) -> Group:
    """A pair and the odd one who joins it."""
    rows = np.sort([edges.first[at], edges.second[at], found.third[at]])
    value, _ = values_among(room, rows)
    return group_of(roster, rows, value, kind=GroupKind.TRIO, number=int(table[at]), round=int(found.round[at]))


def tables(task: Task) -> Made:
    """Rotating tables for everyone who wants introductions: everybody seated each round, with new people each time."""
    roster, room, programme = task.roster, task.room, task.programme
    rows = np.flatnonzero(room.rules.quota > 0)
    value, barred = values_among(room, rows)
    mutual = mutual_values(value, value.T)
    organisation = roster.organisation[rows]
    named = len(programme.number) > 0
    order = np.argsort(programme.number)
    seating = rotating_tables(
        mutual=mutual,
        forbidden=barred & ~np.eye(len(rows), dtype=np.bool_),
        colleague=alike(organisation),
        met=met_among(room, rows),
        rounds=programme.available.shape[1],
        seats=task.policy.table_seats,
        rng=task.rng,
        tables=programme.seats[order] if named else None,
        accessible=programme.accessible[order] if named else None,
        needs_accessible=programme.needs_accessible[rows],
        available=programme.available[rows],
        progress=task.progress,
    )
    numbers = programme.number[order] if named else np.arange(1, seating.table.max(initial=0) + 2)
    groups = [
        group_of(
            roster,
            rows[members],
            value[np.ix_(members, members)],
            kind=GroupKind.TABLE,
            number=int(numbers[at]),
            round=round_,
        )
        for round_, seated in enumerate(seating.table, start=1)
        for at in np.unique(seated[seated >= 0])
        if len(members := np.flatnonzero(seated == at)) > 1
    ]
    return Made(
        **pairs_within(room, rows, value, seating.table, numbers),
        groups=groups,
        without={code: rows[where] for code, where in seating.notes.items()},
    )


def sets(task: Task) -> Made:
    """Action-learning sets of everyone who wants introductions, by how alike their challenges are."""
    roster, room, policy = task.roster, task.room, task.policy
    rows = np.flatnonzero(room.rules.quota > 0)
    value, barred = values_among(room, rows)
    terms: dict[str, Any] = {
        "similarity": _peers(task)[np.ix_(rows, rows)],
        "mutual": mutual_values(value, value.T),
        "forbidden": (barred | alike(roster.organisation[rows]) | met_among(room, rows))
        & ~np.eye(len(rows), dtype=np.bool_),
        "free": task.programme.available[rows],
        "dates": policy.set_dates,
        "least": min(policy.set_least, policy.set_most),
        "most": policy.set_most,
    }
    found = action_learning_sets(**terms, rng=task.rng, progress=task.progress)
    ids = [roster.ids[row] for row in rows]
    reserves = [
        SetReserve(rank=number + 1, attendee_id=ids[row], instead_of=None if instead < 0 else ids[instead])
        for number, row, instead in spares(found, **terms, each=SPARES_EACH)
    ]
    groups = [
        group_of(
            roster,
            rows[presenters],
            value[np.ix_(presenters, presenters)],
            kind=GroupKind.SET,
            number=number,
            rounds=(np.flatnonzero(found.common[number - 1]) + 1).tolist(),
            challenge=_challenge(roster, rows[found.medoid[number - 1]]),
        )
        for number, presenters in enumerate(found.presenters, start=1)
    ]
    seated = found.member_of[None, :]
    numbers = np.arange(1, len(groups) + 2)
    within = pairs_within(room, rows, value, seated, numbers)
    none = np.zeros(len(within["pairs"]), np.int64)
    without = {code: rows[where] for code, where in found.unplaced.items()}
    return Made(pairs=within["pairs"], round=none, table=none, groups=groups, set_reserves=reserves, without=without)


def _peers(task: Task) -> Floats:
    """`(n, n)` in [0, 1]: how alike two people's challenges are; who states none is taken to work on what they seek."""
    challenges, seeks = (mean_of(task.vectors, stated) for stated in (task.roster.challenges, task.roster.seeks))
    stated = np.diff(task.roster.challenges.starts) > 0
    whose = challenges if stated.all() else np.where(stated[:, None], dense(challenges), dense(seeks))
    alike = relevance(product(whose, whose), task.weights)
    peers: Floats = np.maximum(alike, alike.T)
    np.fill_diagonal(peers, 0)
    return peers


def _challenge(roster: Roster, row: int) -> str | None:
    """The words of someone's challenge; else of their first seek."""
    stated = (statements.text[at] for statements in (roster.challenges, roster.seeks) for at in statements.of(row))
    return next((roster.texts[text] for text in stated), None)


def group_of(roster: Roster, rows: Ints, value: Floats, **fields: Any) -> Group:
    """A group of `rows`, whose values among each other are `value` `(g, g)`."""
    mutual = mutual_values(value, value.T)
    others = max(len(rows) - 1, 1)
    upper = mutual[np.triu_indices(len(rows), 1)]
    return Group(
        members=[roster.ids[row] for row in rows.tolist()],
        mutual_value=percent(upper.mean()),
        value_least=percent((value.sum(axis=1) / others).min()),
        **fields,
    )


def pairs_within(room: Room, rows: Ints, value: Floats, table: Ints, numbers: Ints) -> dict[str, Any]:
    """The pairs who share a table and both gain at least the floor, each where they first sit together."""
    floor = max(room.rules.floor, 1e-9)
    fits = np.triu(np.minimum(value, value.T) >= floor, 1)
    round_of, table_of = np.zeros((2, *fits.shape), np.int64)
    for round_, seated in reversed(list(enumerate(table, start=1))):
        together = (seated[:, None] == seated) & (seated >= 0)
        round_of[together], table_of[together] = (
            round_,
            numbers[np.maximum(seated, 0)][:, None].repeat(len(seated), axis=1)[together],
        )
    one, other = np.nonzero(fits & (round_of > 0))
    return {
        "pairs": edges_between(rows[one], rows[other], value[one, other], value[other, one]),
        "round": round_of[one, other],
        "table": table_of[one, other],
    }


def alike(codes: Ints) -> Mask:
    """`(n, n)`: whose codes are the same; -1 is of no kind."""
    return (codes[:, None] == codes) & (codes >= 0) & ~np.eye(len(codes), dtype=np.bool_)


def met_among(room: Room, rows: Ints) -> Mask:
    """`(r, r)`: who has met, or sat together, before."""
    special, met = room.rules.special, np.zeros((len(room), len(room)), np.bool_)
    met[special.first[special.met], special.second[special.met]] = True
    met |= met.T
    return met[np.ix_(rows, rows)]


def percent(value: float) -> float:
    """A value in [0, 1] as it is shown: 0 to 100, one decimal."""
    return round(float(value) * 100, 1)


FORMATS: dict[Format, Callable[[Task], Made]] = {
    Format.INTRODUCTIONS: introductions,
    Format.ROUNDS: rounds,
    Format.TABLES: tables,
    Format.SETS: sets,
}
