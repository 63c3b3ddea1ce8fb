"""Action-learning sets: groups of peers with a shared challenge who meet again and again (L6; Revans 1982).

Each set has between `least` and `most` members, no forbidden pair, and at least `dates` rounds in which all are free. As
many people as can be have a place; then each is to be close to the others of their set.
"""

import dataclasses
from dataclasses import dataclass

import numpy as np

from matchmaker.matching.forming import Terms, among, best_sets, obstacle, terms_of
from matchmaker.matching.groups import Mask
from matchmaker.matching.network import Doubles
from matchmaker.matching.roster import Floats, Ints
from matchmaker.matching.vectors import Progress

EFFORT = 8_000


@dataclass(frozen=True, kw_only=True)
class Sets:
    """`member_of` `(n,)`: the set of each, from 0, -1 without one; of each of `k` sets the `common` `(k, R)` rounds in which
    all are free, its `cohesion` `(k,)`, the mean similarity of two members, its `medoid` `(k,)`, the member whose challenge
    is most like the others' and names it, and its `presenters`, all members in turn, at first the medoid. `unplaced` names,
    by code, the rows without a set: `no_peers`, `no_common_time`, `odd` where the others do not come out even, `left`.
    """

    member_of: Ints
    common: Mask
    cohesion: Doubles
    medoid: Ints
    presenters: tuple[Ints, ...]
    unplaced: dict[str, Ints]


@dataclass(frozen=True, kw_only=True)
class Replacement:
    """The sets after someone left: who took the place, -1 for nobody, and from which set, -1 from none."""

    sets: Sets
    newcomer: int
    source: int


def action_learning_sets(
    *,
    similarity: Floats,
    mutual: Floats,
    forbidden: Mask,
    free: Mask,
    dates: int,
    least: int,
    most: int,
    rng: np.random.Generator,
    effort: int = EFFORT,
    progress: Progress = lambda stage, share: None,
) -> Sets:
    """Sets of `n` people, by the `similarity` `(n, n)` in [0, 1] of their challenges and a little of their `mutual` value.

    `forbidden` `(n, n)` are rivals, colleagues, exclusions; `free` `(n, R)` is who is free in which round, of at most 62.
    Sets are of middling size, unless more and smaller ones place more people. `effort` is how many moves are tried a person.
    Raises `ValueError` for NaN, arrays that do not fit, and sizes that allow no set.
    """
    terms = terms_of(similarity, mutual, forbidden, free, dates, least, most)
    hopeless = _hopeless(terms)
    rows = np.flatnonzero(~np.logical_or.reduce(list(hopeless.values())))
    member_of = np.full(len(free), -1)
    member_of[rows] = best_sets(among(terms, rows), effort=effort, rng=rng, progress=progress)
    member_of = _numbered(member_of)
    return _sets(member_of, int(member_of.max(initial=-1)) + 1, terms, _unplaced(member_of, terms, hopeless))


def _hopeless(terms: Terms) -> dict[str, Mask]:
    """By code, `(n,)`: who has too few others for a set, whatever the others do."""
    peers = ~terms.forbidden & ~np.eye(len(terms.free), dtype=bool)
    shared = terms.free.astype(np.float32) @ terms.free.T.astype(np.float32)
    timely = peers & (shared >= terms.dates)
    lonely = peers.sum(axis=1) < terms.least - 1
    return {"no_peers": lonely, "no_common_time": ~lonely & (timely.sum(axis=1) < terms.least - 1)}


def _numbered(member_of: Ints) -> Ints:
    """The same sets, numbered by their first members."""
    rows = np.flatnonzero(member_of >= 0)
    _, begins, number = np.unique(member_of[rows], return_index=True, return_inverse=True)
    numbered = member_of.copy()
    numbered[rows] = np.argsort(np.argsort(begins))[number]
    return numbered


def _unplaced(member_of: Ints, terms: Terms, hopeless: dict[str, Mask]) -> dict[str, Ints]:
    """By code, the rows without a set."""
    rows = np.flatnonzero((member_of < 0) & ~np.logical_or.reduce(list(hopeless.values())))
    sets = [member_of == number for number in range(int(member_of.max(initial=-1)) + 1)]
    met = [{obstacle(row, members, terms) for members in sets} for row in rows.tolist()]
    rest = "odd"
    if len(rows) >= terms.least:  # enough for a set of their own: then a rule is in the way
        rest = "no_peers" if terms.free[rows].all(axis=0).sum() >= terms.dates else "no_common_time"
    reasons = [next((code for code in ("no_common_time", "no_peers") if code in codes), rest) for codes in met]
    why = {row: code for code, mask in hopeless.items() for row in np.flatnonzero(mask).tolist()}
    why |= dict(zip(rows.tolist(), reasons, strict=True))
    return {code: np.array(sorted(row for row in why if why[row] == code)) for code in sorted(set(why.values()))}


def _sets(member_of: Ints, count: int, terms: Terms, unplaced: dict[str, Ints]) -> Sets:
    """`count` sets, and what is told of each."""
    groups = [np.flatnonzero(member_of == number) for number in range(count)]
    likeness = [terms.similarity[np.ix_(rows, rows)].sum(axis=1) for rows in groups]
    presenters = [rows[np.argsort(-like, kind="stable")] for rows, like in zip(groups, likeness, strict=True)]
    return Sets(
        member_of=member_of,
        common=np.array([terms.free[rows].all(axis=0) for rows in groups]).reshape(count, terms.free.shape[1]),
        cohesion=np.array([like.sum() / max(len(like) * (len(like) - 1), 1) for like in likeness]),
        medoid=np.array([order[0] if len(order) else -1 for order in presenters], np.int64),
        presenters=tuple(presenters),
        unplaced=unplaced,
    )


def replace(
    sets: Sets,
    leaver: int,
    *,
    similarity: Floats,
    mutual: Floats,
    forbidden: Mask,
    free: Mask,
    dates: int,
    least: int,
    most: int,
) -> Replacement:
    """Someone leaves; who suits the others best, of those without a set, takes the place and the turn. If nobody does, and
    the set becomes too small, someone comes from a set that can spare them. Nobody else is moved. The arguments are those
    of `action_learning_sets`. Raises `ValueError` if `leaver` has no set."""
    terms = terms_of(similarity, mutual, forbidden, free, dates, least, most)
    number = int(sets.member_of[leaver])
    if number < 0:
        raise ValueError(f"row {leaver} has no set to leave")
    left = np.sort(np.append(sets.unplaced.get("left", np.zeros(0, np.int64)), leaver))
    member_of = sets.member_of.copy()
    member_of[leaver] = -1
    newcomer = _newcomer(member_of, number, left, terms)
    source = int(member_of[newcomer]) if newcomer >= 0 else -1
    if newcomer >= 0:
        member_of[newcomer] = number
    unplaced = {code: rows[rows != newcomer] for code, rows in sets.unplaced.items()} | {"left": left}
    fresh = _sets(member_of, len(sets.medoid), terms, {code: rows for code, rows in unplaced.items() if len(rows)})
    return Replacement(sets=_kept(sets, fresh, leaver, newcomer), newcomer=newcomer, source=source)


def _newcomer(member_of: Ints, number: int, left: Ints, terms: Terms) -> int:
    """The row of who is to join the set, -1 for nobody."""
    rest = member_of == number
    common = terms.free & terms.free[rest].all(axis=0)
    fits = ~terms.forbidden[:, rest].any(axis=1) & (common.sum(axis=1) >= terms.dates)
    fits[left] = False
    closeness = terms.bond[:, rest].sum(axis=1)
    waiting = fits & (member_of < 0)
    if waiting.any() or rest.sum() >= terms.least:
        return _highest(closeness, waiting)
    size = np.bincount(member_of + 1)[member_of + 1]
    lost = (terms.bond * (member_of[:, None] == member_of)).sum(axis=1) / np.maximum(size - 1, 1)
    spare = fits & (member_of >= 0) & (member_of != number) & (size > terms.least)
    return _highest(closeness / max(rest.sum(), 1) - lost, spare)


def _highest(score: Doubles, some: Mask) -> int:
    """The first row with the highest score among some, -1 if there is none."""
    return int(np.argmax(np.where(some, score, -np.inf))) if some.any() else -1


def _kept(sets: Sets, fresh: Sets, leaver: int, newcomer: int) -> Sets:
    """The sets after someone left, with the turns and the names they had, where those who gave them are still there."""
    turns = [[newcomer if row == leaver else row for row in order if row != newcomer] for order in sets.presenters]
    stays = fresh.member_of[sets.medoid] == np.arange(len(sets.medoid))
    return dataclasses.replace(
        fresh,
        presenters=tuple(np.array([row for row in turn if row >= 0], np.int64) for turn in turns),
        medoid=np.where(stays, sets.medoid, fresh.medoid),
    )
