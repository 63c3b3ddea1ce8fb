"""The search for action-learning sets: moves from no sets at all, then whoever still fits somewhere goes there."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matchmaker.matching.groups import Mask, cooled, sound
from matchmaker.matching.network import Doubles
from matchmaker.matching.roster import Floats, Ints
from matchmaker.matching.set_moves import DRAWS, Forming, move_many
from matchmaker.matching.vectors import Progress

MOVES_MAX = 8_000_000
STARTS_MAX, STARTS_PEOPLE = 8, 400
HOT, COLD = 1.0, 0.01
WARMTH = 0.2  # what mutual value counts beside a shared challenge
ROUNDS_MAX = 62  # a bit each
FAVOURITES = 32


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Who may be in a set with whom, `(n, n)` or `(n, R)` each, and what a set is; `bond` is how close two are."""

    similarity: Doubles
    bond: Doubles
    forbidden: Mask
    free: Mask
    dates: int
    least: int
    most: int


def terms_of(
    similarity: Floats, mutual: Floats, forbidden: Mask, free: Mask, dates: int, least: int, most: int
) -> Terms:
    """The terms as one thing. Raises `ValueError` for NaN, arrays that do not fit, and sizes that allow no set."""
    people = len(similarity)
    for name, matrix in (("similarity", similarity), ("mutual", mutual), ("forbidden", forbidden)):
        sound(name, matrix, people)
    if free.shape != (people, min(free.shape[-1], ROUNDS_MAX)):
        raise ValueError(f"free has the shape {free.shape} instead of {people} people and at most {ROUNDS_MAX} rounds")
    if not 2 <= least <= most:
        raise ValueError(f"a set of {least} to {most} members is none")
    other = ~np.eye(people, dtype=bool)
    return Terms(
        similarity=similarity.astype(np.float64) * other,
        bond=(similarity.astype(np.float64) + WARMTH * mutual) / (1 + WARMTH) * other,
        forbidden=forbidden & other,
        free=free,
        dates=dates,
        least=least,
        most=most,
    )


def among(terms: Terms, rows: Ints) -> Terms:
    """The same among some people."""
    square = np.ix_(rows, rows)
    return dataclasses.replace(
        terms,
        similarity=terms.similarity[square],
        bond=terms.bond[square],
        forbidden=terms.forbidden[square],
        free=terms.free[rows],
    )


def best_sets(terms: Terms, *, effort: int, rng: np.random.Generator, progress: Progress) -> Ints:
    """`(n,)`: the set of each, -1 for none, where most people have one, in sets of middling size if that will do, and then
    are closest, of several starts. `effort` is how many moves are tried a person and start."""
    people = len(terms.free)
    starts = min(max(STARTS_PEOPLE // max(people, 1), 1), STARTS_MAX)
    best, reached = np.full(people, -1), (0, 0, 0.0)
    numbers = _numbers(people, terms)
    for turn, number in enumerate(numbers):
        for start in range(starts if reached[0] < people else 0):
            forming = _forming(number, terms)
            for share in _moved(forming, terms, min(MOVES_MAX, effort * people), rng):
                progress("sets", (turn + (start + share) / starts) / len(numbers))
            member_of = _completed(forming.member_of.astype(np.int64), terms)
            placed, close = _reached(member_of, terms)
            if (placed, -turn, close) > reached:
                best, reached = member_of, (placed, -turn, close)
    return best


def _numbers(people: int, terms: Terms) -> list[int]:
    """How many sets to try: those of middling size, then as many as there can be."""
    highest = people // terms.least
    lowest = min(highest, -(-people // terms.most))
    middling = min(max(round(2 * people / (terms.least + terms.most)), lowest), highest)
    return [number for number in dict.fromkeys([middling, highest]) if number]


def _forming(number: int, terms: Terms) -> Forming:
    """`number` empty sets, everyone still without one."""
    people, rounds = terms.free.shape
    wanted = np.where(terms.forbidden, 0.0, -terms.bond)
    return Forming(
        member_of=np.full(people, -1, np.int32),
        members=np.full((number, terms.most), -1, np.int32),
        size=np.zeros(number, np.int32),
        place=np.zeros(people, np.int32),
        bonds=np.zeros(number),
        bond=terms.bond,
        forbidden=terms.forbidden,
        free=terms.free @ (1 << np.arange(rounds)),
        favourites=np.argsort(wanted, axis=1, kind="stable")[:, :FAVOURITES].astype(np.int32),
    )


def _moved(forming: Forming, terms: Terms, moves: int, rng: np.random.Generator) -> Iterator[float]:
    """Anneal `forming` in place; tells the share done before each step."""
    for share, temperature, draws in cooled(moves, hot=HOT, cold=COLD, columns=DRAWS, rng=rng):
        yield share
        move_many(forming, draws, terms.least, terms.dates, temperature)


def _completed(member_of: Ints, terms: Terms) -> Ints:
    """Dissolve what is too small for a set, and give its people whatever room they fit."""
    size = np.bincount(member_of + 1, minlength=1)[member_of + 1]
    member_of = np.where(size >= terms.least, member_of, -1)
    for row in np.flatnonzero(member_of < 0).tolist():
        sets = {number: member_of == number for number in np.unique(member_of[member_of >= 0]).tolist()}
        room = [number for number, members in sets.items() if not obstacle(row, members, terms)]
        member_of[row] = max(room, key=lambda number: terms.bond[row, sets[number]].mean(), default=-1)
    return member_of


def obstacle(row: int, members: Mask, terms: Terms) -> str:
    """By code, why someone cannot join a set; nothing if they can."""
    if members.sum() >= terms.most:
        return "odd"
    if terms.forbidden[row, members].any():
        return "no_peers"
    common = terms.free[members].all(axis=0) & terms.free[row]
    return "" if common.sum() >= terms.dates else "no_common_time"


def _reached(member_of: Ints, terms: Terms) -> tuple[int, float]:
    """How many have a set, and how close each is to the others there, on average, summed up."""
    together = (member_of[:, None] == member_of) & (member_of >= 0) & ~np.eye(len(member_of), dtype=bool)
    others = np.maximum(together.sum(axis=1), 1)
    return int((member_of >= 0).sum()), float(((terms.bond * together).sum(axis=1) / others).sum())
