"""Who has a seat in each round, how many sit at each table, and a first seating: everybody, at tables of even size, while
there are seats."""

from dataclasses import dataclass

import numpy as np

from matchmaker.matching.designs import design
from matchmaker.matching.groups import Mask
from matchmaker.matching.roster import Ints


@dataclass(frozen=True, kw_only=True)
class Seats:
    """`size` `(R, T)`: how many sit at each table; `capacity` `(T,)`; `seated` `(R, n)`; `barred` `(n, T)`: tables that are
    not for this person; `seatless`, `inaccessible` `(n,)`: who goes without in some round for want of seats, or of
    accessible ones; `home` `(n,)`: the one table of who stays, -1 for who moves."""

    size: Ints
    capacity: Ints
    seated: Mask
    barred: Mask
    seatless: Mask
    inaccessible: Mask
    home: Ints


def seats_of(
    *, available: Mask, seats: int, capacity: Ints, accessible: Mask, needy: Mask, stays: Mask, rng: np.random.Generator
) -> Seats:
    """Seats for those `available` `(n, R)` at tables of `seats`, or of `capacity` `(T,)` where those are too few.

    Who is `needy` `(n,)` sits at an `accessible` table `(T,)`. Where some must go without, they take turns: whoever went
    without least so far, by lot among equals.
    """
    people, rounds = available.shape
    seated = np.zeros((rounds, people), bool)
    size = np.zeros((rounds, len(capacity)), np.int64)
    for round_ in range(rounds):
        without = (available[:, :round_].T & ~seated[:round_]).sum(axis=0)
        queue = np.lexsort((rng.permutation(people), -without))
        queue = queue[available[queue, round_]]
        seated[round_, queue] = _served(needy[queue], int(capacity.sum()), int(capacity[accessible].sum()))
        here = seated[round_]
        size[round_] = _sizes(int(here.sum()), int((here & needy).sum()), seats, capacity, accessible)
    barred = needy[:, None] & ~accessible
    without = available.T & ~seated
    scarce = needy & ((available & needy[:, None]).sum(axis=0) > capacity[accessible].sum())[:, None]
    return Seats(
        size=size,
        capacity=capacity,
        seated=seated,
        barred=barred,
        seatless=(without & ~scarce).any(axis=0),
        inaccessible=(without & scarce).any(axis=0),
        home=_homes(size, seated, barred, stays, rng),
    )


def _served(needy: Mask, seats: int, accessible: int) -> Mask:
    """Who of a queue gets a seat: first come, while those who need an accessible one fit there, and all fit in all."""
    admitted = ~needy | (np.cumsum(needy) <= accessible)
    return admitted & (np.cumsum(admitted) <= seats)


def _sizes(people: int, needy: int, seats: int, capacity: Ints, accessible: Mask) -> Ints:
    """`(T,)`: even sizes of at most `seats` on as few tables as that takes, or, where tables are too few, of at most
    `capacity`. With `needy` people, accessible tables come first and hold at least as many seats."""
    usual = np.minimum(capacity, seats)
    order = np.lexsort((-usual, ~accessible & (needy > 0)))
    opened = np.zeros(len(capacity), bool)
    opened[order] = np.cumsum(usual[order]) - usual[order] < people
    least = _level(needy, np.zeros_like(capacity), np.where(opened & accessible, capacity, 0))
    most = np.where(opened, np.maximum(usual, least), 0)
    return _level(people, least, most if most.sum() >= people else capacity)


def _level(people: int, least: Ints, most: Ints) -> Ints:
    """Sizes as even as they can be between `least` and `most` whose sum is `people`; the first ones are larger by one."""
    levels = np.clip(np.arange(people + 1)[:, None], least, most)
    level = int(np.flatnonzero(levels.sum(axis=1) <= people)[-1])
    size = levels[level]
    raised = np.flatnonzero((least <= level) & (level < most))[: people - size.sum()]
    size[raised] += 1
    return size


def _homes(size: Ints, seated: Mask, barred: Mask, stays: Mask, rng: np.random.Generator) -> Ints:
    """`(n,)`: the table of each who stays, -1 for who moves. It is shared as little as can be, open whenever they are there,
    and no accessible one, where seats at those are needed."""
    people, tables = barred.shape
    home, guests = np.full(people, -1), np.zeros(tables, np.int64)
    scarce = barred.any(axis=0)
    for row in rng.permutation(np.flatnonzero(stays & seated.any(axis=0))):
        suits = ~barred[row] if barred[row].any() else scarce | ~scarce.any()
        suits = suits & (size[seated[:, row]] > guests).all(axis=0)
        if suits.any():
            home[row] = np.argmin(np.where(suits, guests, people))
            guests[home[row]] += 1
    return home


def first_seating(seats: Seats, rng: np.random.Generator) -> Ints:
    """`(R, n)`: a table for everyone seated, -1 for the others: without repeats where `designs` knows how, and nobody is
    away, stays, or needs a table of their own."""
    rounds, people = seats.seated.shape
    table = np.full((rounds, people), -1)
    used = np.flatnonzero(seats.size.any(axis=0))
    if not len(used):
        return table
    wanted = used[design(people, tables=len(used), rounds=rounds)[:, rng.permutation(people)]]
    wanted = np.where(seats.home >= 0, seats.home, wanted)
    needy = seats.barred.any(axis=1)
    rank = np.where(seats.home >= 0, 0, np.where(needy, 1, 2))
    for round_ in range(rounds):
        room = seats.size[round_].copy()
        for whose in range(3):
            rows = np.flatnonzero(seats.seated[round_] & (rank == whose))
            table[round_, rows] = _fitted(wanted[round_, rows], rows, seats.barred, room)
    return table


def _fitted(wanted: Ints, rows: Ints, barred: Mask, room: Ints) -> Ints:
    """A table for each of `rows`, the one that is `wanted` while there is room; takes from `room` `(T,)`."""
    order = np.argsort(wanted, kind="stable")
    behind = np.empty_like(order)
    behind[order] = np.arange(len(order)) - np.searchsorted(wanted[order], wanted[order])
    fits = (behind < room[wanted]) & ~barred[rows, wanted]
    room -= np.bincount(wanted[fits], minlength=len(room))
    nearest = np.argsort(barred[rows].any(axis=0), kind="stable")
    table = wanted.copy()
    table[~fits] = np.repeat(nearest, room[nearest])[: np.count_nonzero(~fits)]
    room -= np.bincount(table[~fits], minlength=len(room))
    return table
