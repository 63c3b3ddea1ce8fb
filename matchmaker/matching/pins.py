"""Special pairs anew: some of them, or with one more pair pinned."""

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.roster import Ints
from matchmaker.matching.rules import Special, partners_of

PAIR_COLUMNS = tuple(name for name in Special.__annotations__ if name not in ("starts", "partners"))


def special_where(special: Special, which: NDArray[np.bool_] | Ints, people: int) -> Special:
    """Some of the special pairs; `which` is in order of pair."""
    columns = {name: getattr(special, name)[which] for name in PAIR_COLUMNS}
    starts, partners = partners_of(columns["first"], columns["second"], people)
    return Special(**columns, starts=starts, partners=partners)


def with_pin(special: Special, first: int, second: int, people: int) -> Special:
    """The same with one more pair pinned, `first < second`; it may be then, unless it is excluded or rejected."""
    at = int(np.searchsorted(special.first * people + special.second, first * people + second))
    here = slice(at, at + 1)
    known = bool(np.any((special.first[here] == first) & (special.second[here] == second)))
    blank = dict.fromkeys(PAIR_COLUMNS, 0) | {"first": first, "second": second}
    columns = {
        name: getattr(special, name).copy() if known else np.insert(getattr(special, name), at, blank[name])
        for name in PAIR_COLUMNS
    }
    columns["pinned"][at] = True
    if columns["factor"][at] == 0 and not (columns["excluded"][at] or columns["rejected"][at]):
        columns["factor"][at] = 1
    starts, partners = partners_of(columns["first"], columns["second"], people)
    return Special(**columns, starts=starts, partners=partners)
