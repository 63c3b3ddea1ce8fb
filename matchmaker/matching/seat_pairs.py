"""What pairs gain at one table, and what speaks against them: from the room as the run saw it, without planning again."""

from collections.abc import Iterator

import numpy as np

from matchmaker.matching.edges import Edges, edges_between
from matchmaker.matching.formats import Made, Mask, Task, met_among, room_in
from matchmaker.matching.pairs import Room, values_among
from matchmaker.matching.pipeline import pairings_of
from matchmaker.model.run import Format
from matchmaker.model.seating import Break, SeatPair, SeatPairs, SeatsQuestion


def seat_pairs(task: Task, format: Format, question: SeatsQuestion) -> SeatPairs:
    """The pairs of the question, whose people are of the roster, in its order."""
    if not question.pairs:
        return SeatPairs(pairs=[])
    room, row = room_in(task, format), {one: at for at, one in enumerate(task.roster.ids)}
    first, second = np.array([[row[one], row[other]] for one, other in question.pairs], np.int64).T
    rows = np.unique([first, second])
    value, barred = values_among(room, rows)
    one, other = np.searchsorted(rows, first), np.searchsorted(rows, second)
    edges = edges_between(first, second, value[one, other], value[other, one])
    none, met = np.zeros(len(edges), np.int64), met_among(room, rows)[one, other]
    pairings = pairings_of(task, Made(pairs=edges, round=none, table=none), np.arange(len(edges)))
    floor = max(room.rules.floor, 1e-9)
    fits = np.minimum(edges.to_first, edges.to_second) >= floor
    return SeatPairs(
        pairs=[
            SeatPair(
                pairing=pairing,
                breaks=list(_breaks(room, edges, at, bool(barred[one[at], other[at]]))),
                fits=bool(fits[at]),
                met=bool(met[at]),
            )
            for at, pairing in enumerate(pairings)
        ]
    )


def _breaks(room: Room, edges: Edges, at: int, barred: bool) -> Iterator[Break]:
    rules, special, pair = room.rules, room.rules.special, [int(edges.first[at]), int(edges.second[at])]
    never = (special.first == pair[0]) & (special.second == pair[1]) & (special.factor == 0)
    named: dict[Break, Mask] = {
        Break.EXCLUDED: special.excluded,
        Break.REJECTED: special.rejected,
        Break.KNOWN_APART: special.known_apart,
        Break.MET_APART: special.met_apart,
    }
    found = [why for why, mask in named.items() if (never & mask).any()]
    colleagues = bool(rules.organisation[pair[0]] == rules.organisation[pair[1]] >= 0)
    if (rules.quota[pair] == 0).any():
        found.append(Break.NOT_OPEN)
    if colleagues:
        found.append(Break.COLLEAGUES)
    if any(table.factor[tuple(table.code[pair])] == 0 for table in rules.tables):
        found.append(Break.GROUP_RULE)
    yield from found or ([Break.GROUP_RULE] if barred else [])
