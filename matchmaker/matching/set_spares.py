"""Spares of action-learning sets: who, of those without a set, could take a place that falls free in one."""

import numpy as np

from matchmaker.matching.forming import Terms, terms_of
from matchmaker.matching.groups import Mask
from matchmaker.matching.roster import Floats, Ints
from matchmaker.matching.sets import Sets

Spare = tuple[int, int, int]  # the set from 0, the row, the row of the one member in whose stead alone, or -1


def spares(
    sets: Sets,
    *,
    similarity: Floats,
    mutual: Floats,
    forbidden: Mask,
    free: Mask,
    dates: int,
    least: int,
    most: int,
    each: int,
) -> list[Spare]:
    """Of each set its `each` best spares, the closest to its members first; the other arguments are those of the sets.

    A spare is free whenever the set may sit, and kept apart from none of its members, or from one, and then comes in no one
    else's stead.
    """
    terms = terms_of(similarity, mutual, forbidden, free, dates, least, most)
    waiting = np.flatnonzero(sets.member_of < 0)
    waiting = np.setdiff1d(waiting, sets.unplaced.get("left", np.zeros(0, np.int64)))
    found: list[Spare] = []
    for number, common in enumerate(sets.common):
        members = np.flatnonzero(sets.member_of == number)
        found += [(number, row, instead) for row, instead in _of_set(members, common, waiting, terms)[:each]]
    return found


def _of_set(members: Ints, common: Mask, waiting: Ints, terms: Terms) -> list[tuple[int, int]]:
    """The spares of one set, all of them, each with the member in whose stead alone, or -1."""
    barred = terms.forbidden[np.ix_(waiting, members)]
    fits = (barred.sum(axis=1) <= 1) & terms.free[np.ix_(waiting, np.flatnonzero(common))].all(axis=1)
    closeness = terms.bond[np.ix_(waiting, members)].sum(axis=1)
    order = [at for at in np.argsort(-closeness, kind="stable").tolist() if fits[at]]
    return [(int(waiting[at]), int(members[barred[at].argmax()]) if barred[at].any() else -1) for at in order]
