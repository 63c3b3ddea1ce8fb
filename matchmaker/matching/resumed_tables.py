"""Rotating tables begun anew at a later round, with the least change (F39, F43).

Rounds before stay as they are, and who sat together there counts as having met. From then on everyone who is still there keeps
their seat. Who has none takes a seat that is free: rather among people they have not met and who are no colleagues, then at
the smallest table, then where both sides gain most. Where no seat is free another table is opened, and who would sit alone
there, or is left alone, joins others, or else one of a larger table joins them.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from matchmaker.matching.colouring import Mask
from matchmaker.matching.formats import Made, Task, alike, group_of, met_among, pairs_within
from matchmaker.matching.mutual import mutual_values
from matchmaker.matching.pairs import values_among
from matchmaker.matching.roster import Floats, Ints
from matchmaker.model.group import GroupKind
from matchmaker.model.snapshot import Earlier

LEAST = 2
Cost = tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Company:
    """What stands between `r` people, `(r, r)` each: what they gain, who is kept apart, colleagues, who `met`, which grows."""

    mutual: Floats
    barred: Mask
    colleague: Mask
    met: Mask


@dataclass(frozen=True, kw_only=True)
class Hall:
    """The tables: `seats` by number, those that are `accessible`, and `needs` `(r,)` who needs one of these."""

    seats: dict[int, int]
    accessible: frozenset[int]
    needs: Mask

    def suits(self, who: int, table: int) -> bool:
        """Whether a table is there, and for that person."""
        return table in self.seats and (not self.needs[who] or table in self.accessible)


def resumed_tables(task: Task, earlier: Earlier) -> Made:
    """The tables of the rounds from `earlier.from_round` on, with as few changes as may be; those before are not among them."""
    room, rows = task.room, np.flatnonzero(task.room.rules.quota > 0)
    value, barred = values_among(room, rows)
    company = Company(
        mutual=mutual_values(value, value.T),
        barred=barred & ~np.eye(len(rows), dtype=np.bool_),
        colleague=alike(task.roster.organisation[rows]),
        met=met_among(room, rows),
    )
    hall, available, begin = _hall(task, rows), task.programme.available[rows].T, earlier.from_round - 1
    seated = _seats_of(earlier, task, rows, len(available))
    for here, there in zip(seated[begin:], available[begin:], strict=True):
        _keep(here, there, company, hall)
    for here in seated:
        _remember(company, here)
    for here, there in zip(seated[begin:], available[begin:], strict=True):
        _seat(here, np.flatnonzero(there & (here == 0)).tolist(), company, hall)
        _remember(company, here)
    without = {"too_few_seats": rows[(available[begin:] & (seated[begin:] == 0)).any(axis=0)]}
    seated[:begin] = 0
    return _made(task, rows, value, seated, {code: who for code, who in without.items() if len(who)})


def _hall(task: Task, rows: Ints) -> Hall:
    """The named tables; else as many as there could be need of, each of as many seats as the policy says."""
    programme, needs = task.programme, task.programme.needs_accessible[rows]
    if len(programme.number):
        seats = dict(zip(programme.number.tolist(), programme.seats.tolist(), strict=True))
        return Hall(seats=seats, accessible=frozenset(programme.number[programme.accessible].tolist()), needs=needs)
    every = range(1, len(rows) + 2)
    return Hall(seats=dict.fromkeys(every, task.policy.table_seats), accessible=frozenset(every), needs=needs)


def _seats_of(earlier: Earlier, task: Task, rows: Ints, rounds: int) -> Ints:
    """`(R, r)`: at which table each of `rows` sat by the earlier run, 0 for nowhere."""
    place_of = {task.roster.ids[row]: place for place, row in enumerate(rows.tolist())}
    seated = np.zeros((rounds, len(rows)), np.int64)
    for group in earlier.groups:
        if group.kind is GroupKind.TABLE and group.round is not None and group.round <= rounds:
            seated[group.round - 1, [place_of[one] for one in group.members if one in place_of]] = group.number
    return seated


def _keep(here: Ints, there: Mask, company: Company, hall: Hall) -> None:
    """Clear the seats of who is not there, of tables that are gone or unfit, and of the second of two now kept apart."""
    here[~there] = 0
    for who in np.flatnonzero(here).tolist():
        mates = (here == here[who]) & (np.arange(len(here)) < who)
        full = mates.sum() >= hall.seats.get(int(here[who]), 0)
        if full or not hall.suits(who, int(here[who])) or (mates & company.barred[who]).any():
            here[who] = 0


def _remember(company: Company, here: Ints) -> None:
    """Who sits together has met."""
    np.logical_or(company.met, (here[:, None] == here) & (here > 0), out=company.met)


def _seat(here: Ints, waiting: list[int], company: Company, hall: Hall) -> None:
    """Give everyone who waits a seat, as far as there are any, and everyone who sits alone company."""
    left = []
    for who in sorted(waiting, key=lambda who: (not hall.needs[who], who)):
        here[who] = _best_table(who, here, company, hall)
        if not here[who]:
            left.append(who)
    for who in left:  # at a table that the one before opened, or at another new one
        here[who] = _best_table(who, here, company, hall) or _new_table(who, here, hall)
    for who in np.flatnonzero(here).tolist():
        if np.count_nonzero(here == here[who]) < LEAST:
            _join(who, here, company, hall)


def _best_table(who: int, here: Ints, company: Company, hall: Hall) -> int:
    """The table with people and a free seat that is best for someone; 0 for none."""
    found = []
    for table in np.unique(here[(here > 0) & (here != here[who])]).tolist():
        mates = np.flatnonzero(here == table)
        if len(mates) < hall.seats.get(table, 0) and hall.suits(who, table) and not company.barred[who, mates].any():
            found.append((_cost(who, mates, company), table))
    return min(found)[1] if found else 0


def _cost(who: int, mates: Ints, company: Company) -> Cost:
    """Whom one has met there, colleagues, how many sit there, and what both gain, the least being the best."""
    met, colleagues = company.met[who, mates].sum(), company.colleague[who, mates].sum()
    return int(met), int(colleagues), len(mates), -float(company.mutual[who, mates].mean())


def _new_table(who: int, here: Ints, hall: Hall) -> int:
    """The lowest table nobody sits at that is for someone; 0 for none."""
    taken = set(here.tolist())
    return next((table for table in sorted(hall.seats) if table not in taken and hall.suits(who, table)), 0)


def _join(who: int, here: Ints, company: Company, hall: Hall) -> None:
    """Bring who sits alone to others, or one of a larger table to them."""
    table = _best_table(who, here, company, hall)
    if table:
        here[who] = table
        return
    mates = _who_may_move(who, here, company, hall)
    if mates:
        here[min(mates)[1]] = here[who]


def _who_may_move(who: int, here: Ints, company: Company, hall: Hall) -> list[tuple[Cost, int]]:
    """Those who would do as company, who leave at least two behind, the most at the largest tables."""
    sizes = {table: int(np.count_nonzero(here == table)) for table in np.unique(here[here > 0]).tolist()}

    def may(mate: int) -> bool:
        larger = sizes[int(here[mate])] > LEAST
        return larger and hall.suits(mate, int(here[who])) and not bool(company.barred[who, mate])

    seated: Iterable[int] = np.flatnonzero(here).tolist()
    return [
        ((-sizes[int(here[mate])], *_cost(who, np.array([mate]), company)), mate)
        for mate in seated
        if mate != who and may(mate)
    ]


def _made(task: Task, rows: Ints, value: Floats, seated: Ints, without: dict[str, Ints]) -> Made:
    groups = [
        group_of(
            task.roster,
            rows[members],
            value[np.ix_(members, members)],
            kind=GroupKind.TABLE,
            number=number,
            round=round_,
        )
        for round_, here in enumerate(seated, start=1)
        for number in np.unique(here[here > 0]).tolist()
        if len(members := np.flatnonzero(here == number)) >= LEAST
    ]
    numbers = np.arange(1, seated.max(initial=0) + 2)
    return Made(**pairs_within(task.room, rows, value, seated - 1, numbers), groups=groups, without=without)
