"""What is wrong with a timetable, by plain counting: it shares no thought with what makes one."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.roster import Ints
from matchmaker.matching.rounds import Timetable

Mask = NDArray[np.bool_]


class Meeting(NamedTuple):
    """Two people, or three, at a table in a round."""

    round: int
    table: int
    people: tuple[int, ...]


def check_timetable(
    timetable: Timetable,
    *,
    first: Ints,
    second: Ints,
    chosen: Mask,
    quota: Ints,
    available: Mask,
    tables_most: Ints | int | None = None,
    accessible_tables: Ints | int | None = None,
    needs_accessible: Mask | None = None,
    in_a_row_most: int | None = None,
) -> list[str]:
    """Every broken rule, in words, none if all is well; arguments as for `timetable`. Rounds and tables count from 1."""
    rounds = available.shape[1]
    pairs = list(zip(first.tolist(), second.tolist(), strict=True))
    whole = zip(timetable.round.tolist(), timetable.table.tolist(), pairs, timetable.third.tolist(), strict=True)
    meetings = [Meeting(at, table, pair if third < 0 else (*pair, third)) for at, table, pair, third in whole if at > 0]
    when: dict[int, list[int]] = defaultdict(list)
    for meeting in meetings:
        for person in meeting.people:
            when[person].append(meeting.round)
    needing = set() if needs_accessible is None else set(np.flatnonzero(needs_accessible).tolist())
    return [
        *_people(when, quota, available, rounds if in_a_row_most is None else in_a_row_most),
        *_tables(meetings, _limits(tables_most, rounds), _limits(accessible_tables, rounds), needing),
        *_company(meetings, set(pairs)),
        *_byes(timetable.byes.tolist(), when, quota, available),
        *_unplaced(timetable, chosen),
    ]


def _limits(most: Ints | int | None, rounds: int) -> list[float]:
    return [float("inf")] * rounds if most is None else np.broadcast_to(most, rounds).tolist()


def _people(when: dict[int, list[int]], quota: Ints, available: Mask, in_a_row: int) -> Iterator[str]:
    for person, rounds in when.items():
        if len(rounds) > quota[person]:
            yield f"{person} has {len(rounds)} meetings, more than {quota[person]}"
        for at, times in Counter(rounds).items():
            if times > 1:
                yield f"{person} is in {times} places in round {at}"
            if not available[person, at - 1]:
                yield f"{person} is not there in round {at}"
        for at in rounds:
            if all(later in rounds for later in range(at, at + in_a_row + 1)):
                yield f"{person} has more than {in_a_row} meetings in a row from round {at}"


def _tables(meetings: list[Meeting], most: list[float], accessible: list[float], needing: set[int]) -> Iterator[str]:
    for (at, table), times in Counter((meeting.round, meeting.table) for meeting in meetings).items():
        if times > 1:
            yield f"table {table} is taken {times} times in round {at}"
        if not 1 <= table <= most[at - 1]:
            yield f"there is no table {table} in round {at}"
    for meeting in meetings:
        if needing.intersection(meeting.people) and meeting.table > accessible[meeting.round - 1]:
            yield f"{meeting.people} need an accessible table in round {meeting.round}, not table {meeting.table}"


def _company(meetings: list[Meeting], candidates: set[tuple[int, int]]) -> Iterator[str]:
    for company, times in Counter(tuple(sorted(meeting.people)) for meeting in meetings).items():
        if times > 1:
            yield f"{company} meet {times} times"
        for pair in combinations(company, 2):
            if pair not in candidates:
                yield f"{pair} may not meet"


def _byes(byes: list[list[int]], when: dict[int, list[int]], quota: Ints, available: Mask) -> Iterator[str]:
    for person, at in byes:
        if at in when[person] or not available[person, at - 1]:
            yield f"{person} has a bye in round {at}, in which they meet or are not there"
    for person, times in Counter(person for person, _ in byes).items():
        if times > quota[person] - len(when[person]):
            yield f"{person} has {times} byes, more than meetings too few"


def _unplaced(timetable: Timetable, chosen: Mask) -> Iterator[str]:
    missing = np.flatnonzero(chosen & (timetable.round == 0)).tolist()
    if timetable.unplaced.tolist() != missing or len(timetable.why) != len(missing):
        yield f"{missing} have no round, but {timetable.unplaced.tolist()} are named"
