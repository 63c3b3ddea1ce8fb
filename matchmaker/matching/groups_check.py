"""Whether a seating and sets keep their promises, counted anew and in another way: what is broken, in words."""

from collections import Counter
from itertools import combinations, product

import numpy as np

from matchmaker.matching.groups import Mask
from matchmaker.matching.roster import Floats, Ints
from matchmaker.matching.sets import Sets
from matchmaker.matching.tables import Seating

EXCUSES = ("too_few_seats", "too_few_accessible_seats", "kept_apart")


def check_seating(
    seating: Seating,
    *,
    mutual: Floats,
    forbidden: Mask,
    colleague: Mask,
    met: Mask,
    rounds: int,
    seats: int,
    tables: Ints | None = None,
    accessible: Mask | None = None,
    needs_accessible: Mask | None = None,
    available: Mask | None = None,
    stays: Mask | None = None,
) -> list[str]:
    """What is wrong with a seating, given the arguments of `rotating_tables`; empty if nothing."""
    if seating.table.shape != (rounds, len(mutual)):
        return [f"the table is of shape {seating.table.shape}"]
    wrong: list[str] = []
    excused = {int(row) for code in EXCUSES for row in seating.notes.get(code, ())}
    together: Counter[tuple[int, int]] = Counter()
    for round_, here in enumerate(seating.table.tolist()):
        there = np.ones(len(here), bool) if available is None else available[:, round_]
        wrong += _wrong_places(round_, here, there.tolist(), excused)
        if needs_accessible is not None and accessible is not None:
            lost = [row for row in np.flatnonzero(needs_accessible) if here[row] >= 0 and not accessible[here[row]]]
            wrong += [f"{row} cannot sit at table {here[row]}" for row in lost]
        at = {table: [row for row, own in enumerate(here) if own == table] for table in sorted(set(here) - {-1})}
        size = {table: len(rows) for table, rows in at.items()}
        wrong += _wrong_sizes(round_, size, seats, tables, uneven=bool(excused or forbidden.any()))
        together.update(pair for rows in at.values() for pair in combinations(rows, 2))
    wrong += [f"{pair} share a table, forbidden" for pair in together if forbidden[pair]]
    if stays is not None:
        wrong += _wrong_moves(seating, stays)
    return wrong + _wrong_figures(seating, together, mutual, colleague, met)


def _wrong_places(round_: int, here: list[int], there: list[bool], excused: set[int]) -> list[str]:
    """Who sits and is away, or is there and has no seat, without excuse."""
    seated = [table >= 0 for table in here]
    rows = range(len(here))
    away = [f"{row} sits in round {round_} and is not there" for row in rows if seated[row] and not there[row]]
    lost = [row for row in rows if there[row] and not seated[row] and row not in excused]
    return away + [f"{row} has no seat in round {round_}" for row in lost]


def _wrong_sizes(round_: int, size: dict[int, int], seats: int, tables: Ints | None, *, uneven: bool) -> list[str]:
    """Tables that hold too many; and tables that are not of even size, unless they may be `uneven`."""
    limit = {table: seats if tables is None else int(tables[table]) for table in size}
    wrong = [f"table {table} holds {held} in round {round_}" for table, held in size.items() if held > limit[table]]
    if tables is None and not uneven and size and max(size.values()) - min(size.values()) > 1:
        wrong.append(f"sizes in round {round_} differ by more than one")
    return wrong


def _wrong_moves(seating: Seating, stays: Mask) -> list[str]:
    excused = set(seating.notes.get("must_move", np.zeros(0)).tolist())
    return [
        f"{row} changes tables"
        for row in np.flatnonzero(stays).tolist()
        if len(set(seating.table[:, row].tolist()) - {-1}) > 1 and row not in excused
    ]


def _wrong_figures(
    seating: Seating, together: Counter[tuple[int, int]], mutual: Floats, colleague: Mask, met: Mask
) -> list[str]:
    """Figures that are not what the seating comes to."""
    gained = [0.0] * len(mutual)
    for (first, second), times in together.items():
        gained[first] += times * float(mutual[first, second])
        gained[second] += times * float(mutual[first, second])
    repeats = sum(times - 1 + int(met[pair]) for pair, times in together.items())
    colleagues = sum(times for pair, times in together.items() if colleague[pair])
    wrong = [f"{seating.repeats} repeats, not {repeats}"] if seating.repeats != repeats else []
    if seating.colleagues != colleagues:
        wrong.append(f"{seating.colleagues} times colleagues, not {colleagues}")
    if not np.allclose(seating.gained, gained) or not np.isclose(seating.value, sum(gained) / 2):
        wrong.append("what people gain is added up wrongly")
    return wrong


def check_sets(sets: Sets, *, forbidden: Mask, free: Mask, dates: int, least: int, most: int) -> list[str]:
    """What is wrong with sets, given the arguments of `action_learning_sets`; empty if nothing."""
    wrong: list[str] = []
    for number, (presenters, medoid) in enumerate(zip(sets.presenters, sets.medoid.tolist(), strict=True)):
        rows = np.flatnonzero(sets.member_of == number).tolist()
        if sorted(presenters.tolist()) != rows or medoid not in rows:
            wrong.append(f"set {number} is presented by {presenters.tolist()} and named by {medoid}")
        if not least <= len(rows) <= most:
            wrong.append(f"set {number} has {len(rows)} members")
        wrong += [f"{pair} share a set, forbidden" for pair in combinations(rows, 2) if forbidden[pair]]
        common = [bool(all(free[row, round_] for row in rows)) for round_ in range(free.shape[1])]
        if sum(common) < dates or common != sets.common[number].tolist():
            wrong.append(f"set {number} has {sum(common)} common rounds")
    without = sorted(row for rows in sets.unplaced.values() for row in rows.tolist())
    if without != np.flatnonzero(sets.member_of < 0).tolist():
        wrong.append("who is without a set, and why, do not agree")
    for row, number in product(
        set(without) - set(sets.unplaced.get("left", np.zeros(0)).tolist()), range(len(sets.medoid))
    ):
        members = np.flatnonzero(sets.member_of == number)
        shared = sets.common[number] & free[row]
        if len(members) < most and not forbidden[row, members].any() and shared.sum() >= dates:
            wrong.append(f"{row} would fit set {number}")
    return wrong
