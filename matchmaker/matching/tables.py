"""Rotating tables: everybody at a table in every round, with new people each time, to the gain of each (F43).

In order of importance: nobody sits with whom they must not; no pair sits together twice, or again, while that is possible;
colleagues sit apart; then a concave sum of what each person gains, so that the worst-off count most.
"""

from dataclasses import dataclass

import numpy as np

from matchmaker.matching.groups import Mask, sound
from matchmaker.matching.network import Doubles
from matchmaker.matching.roster import Floats, Ints
from matchmaker.matching.seatplan import Wishes, best_plan, faults, gained, mates_of, pairs_of, repeated, wishes_of
from matchmaker.matching.seats import Seats, seats_of
from matchmaker.matching.swaps import COLLEAGUES, FORBIDDEN
from matchmaker.matching.vectors import Progress

EFFORT = 8_000


@dataclass(frozen=True, kw_only=True)
class Seating:
    """Who sits where: `table` `(R, n)`, from 0, -1 where someone is absent or without a seat.

    `repeats` counts how often a pair sits together that did so before, here or earlier; `colleagues` how often two colleagues
    do. `gained` `(n,)` is what each person gains, the sum of mutual values with everyone they sit with; `value` the sum over
    pairs, half of that. `notes` names, by code, the rows whom something touches that could not be as it should.
    """

    table: Ints
    repeats: int
    colleagues: int
    value: float
    gained: Doubles
    notes: dict[str, Ints]


def rotating_tables(
    *,
    mutual: Floats,
    forbidden: Mask,
    colleague: Mask,
    met: Mask,
    rounds: int,
    seats: int,
    rng: np.random.Generator,
    tables: Ints | None = None,
    accessible: Mask | None = None,
    needs_accessible: Mask | None = None,
    available: Mask | None = None,
    stays: Mask | None = None,
    effort: int = EFFORT,
    progress: Progress = lambda stage, share: None,
) -> Seating:
    """A seating of `n` people over `rounds` at tables of `seats`, or fewer where that does not come out even.

    `mutual` `(n, n)` in [0, 1] is what both gain, `forbidden` who never share a table, `colleague` and `met` who do not if
    that can be, all symmetric. `tables` `(T,)` are capacities, where there are given tables; `accessible` `(T,)` says which
    of them are for everyone, and `needs_accessible` `(n,)` who needs that. `available` `(n, R)` is who is there when, `stays`
    `(n,)` who keeps one table (a host, or who would rather not move). `effort` is how many swaps are tried a seat and aim.

    Notes: `no_round` for who is never there, `too_few_seats`, `too_few_accessible_seats`, `kept_apart` for who lost a seat to
    a forbidden pair, `must_move` for who could not stay, `alone`, `repeats`, `colleagues`.
    Raises `ValueError` for NaN and for arrays that do not fit.
    """
    people = len(mutual)
    for name, matrix in (("mutual", mutual), ("forbidden", forbidden), ("colleague", colleague), ("met", met)):
        sound(name, matrix, people)
    if rounds < 1 or seats < 2:
        raise ValueError("tables need at least one round and two seats")
    there = _given("available", available, np.ones((people, rounds), bool))
    if tables is None:
        tables = np.full(-(-int(there.sum(axis=0).max(initial=0)) // seats), seats)
    staying = _given("stays", stays, np.zeros(people, bool))
    places = seats_of(
        available=there,
        seats=seats,
        capacity=tables,
        accessible=_given("accessible", accessible, np.ones(len(tables), bool)),
        needy=_given("needs_accessible", needs_accessible, np.zeros(people, bool)),
        stays=staying,
        rng=rng,
    )
    wishes = wishes_of(mutual=mutual, forbidden=forbidden, colleague=colleague, met=met, mates=rounds * (seats - 1))
    table = best_plan(places, wishes, effort=effort, rng=rng, progress=progress)
    notes = {
        "no_round": there.sum(axis=1) == 0,
        "too_few_seats": places.seatless,
        "too_few_accessible_seats": places.inaccessible,
        "kept_apart": _keep_apart(table, places, wishes),
        "must_move": staying & _moving(table),
    }
    return _seating(table, wishes, notes)


def _given(name: str, mask: Mask | None, otherwise: Mask) -> Mask:
    """The mask, or what holds without one."""
    if mask is not None and mask.shape != otherwise.shape:
        raise ValueError(f"{name} has the shape {mask.shape} instead of {otherwise.shape}")
    return otherwise if mask is None else mask


def _keep_apart(table: Ints, places: Seats, wishes: Wishes) -> Mask:
    """Where a forbidden pair is left at a table, one of them moves to a seat to spare elsewhere; if there is none, one loses
    theirs: who has most such mates, and then who lost least so far. `(n,)`: who does. Changes `table` in place."""
    barred = wishes.rule == FORBIDDEN
    lost = np.zeros(len(barred), np.int64)
    for here in table:
        while (count := (barred & (here[:, None] == here) & (here >= 0)).sum(axis=1)).any():
            rows = np.lexsort((lost, -count))[: np.count_nonzero(count)].tolist()
            spare = ((row, _spare_table(row, here, places, barred[row])) for row in rows)
            row, other = next((move for move in spare if move[1] >= 0), (rows[0], -1))
            here[row] = other
            lost[row] += other < 0
    return lost > 0


def _spare_table(row: int, here: Ints, places: Seats, barred: Mask) -> int:
    """The emptiest table with a seat to spare that is for this person, and with nobody who is not; -1 if there is none."""
    taken = np.bincount(here[here >= 0], minlength=len(places.capacity))
    suits = (taken < places.capacity) & ~places.barred[row]
    suits[here[barred & (here >= 0)]] = False
    return int(np.argmin(np.where(suits, taken, len(here)))) if suits.any() else -1


def _moving(table: Ints) -> Mask:
    """`(n,)`: who sits at more than one table."""
    highest = table.max(axis=0)
    moving: Mask = np.where(table < 0, highest, table).min(axis=0) < highest
    return moving


def _seating(table: Ints, wishes: Wishes, notes: dict[str, Mask]) -> Seating:
    """The seating with its figures, and the notes that touch anyone."""
    mates, _ = mates_of(table, int(table.max(initial=-1)) + 1)
    first, second = pairs_of(mates)
    _, repeats, colleagues = faults(mates, wishes).tolist()
    rows = {code: np.flatnonzero(touched) for code, touched in notes.items()}
    rows["alone"] = np.unique(mates[(mates >= 0).sum(axis=2) == 1].max(axis=1, initial=-1))
    for code, pairs in (
        ("repeats", repeated(first, second, wishes.met)),
        ("colleagues", wishes.rule[first, second] == COLLEAGUES),
    ):
        rows[code] = np.unique([first[pairs], second[pairs]])
    gain = gained(first, second, wishes.mutual)
    return Seating(
        table=table,
        repeats=repeats,
        colleagues=colleagues,
        value=float(gain.sum() / 2),
        gained=gain,
        notes={code: who.astype(np.int64) for code, who in rows.items() if len(who)},
    )
