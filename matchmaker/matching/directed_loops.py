"""The loops of the directed value, compiled: products of seeks and offers become what the rows gain and what they give."""

import numpy as np

from matchmaker.matching.jit import Real, compiled
from matchmaker.matching.roster import Floats, Ints


@compiled
def receive(
    products: Floats,
    share: Floats,
    seek_strength: Floats,
    offer_strength: Floats,
    seek_starts: Ints,
    offer_starts: Ints,
    least: Real,
    stretch: Real,
    steepness: Real,
    full: Real,
    tail: Real,
    echo: Real,
    shares: Floats,
    received: Floats,
) -> None:
    """Fill `received` `(r, c)` from `products` `(seeks of the rows, offers of the columns)`, which are used up."""
    rows, columns = received.shape
    best = np.zeros((shares.shape[0], columns), np.float32)
    single = _single(offer_starts)
    for row in range(rows):
        count = seek_starts[row + 1] - seek_starts[row]
        for rank in range(count):
            seek = seek_starts[row] + rank
            answered = products[seek]
            relevant(answered, least, stretch, steepness, full, tail, echo)
            for offer in range(answered.size):
                answered[offer] *= offer_strength[offer]
            if share.size:
                answered *= share[seek]
            strength = seek_strength[seek]
            for column in range(columns):
                most = answered[column] if single else _most(answered, offer_starts[column], offer_starts[column + 1])
                best[rank, column] = most * strength
        _diminish(best, count, shares[count], received[row])


@compiled
def give(
    products: Floats,
    share: Floats,
    offer_strength: Floats,
    seek_strength: Floats,
    offer_starts: Ints,
    seek_starts: Ints,
    least: Real,
    stretch: Real,
    steepness: Real,
    full: Real,
    tail: Real,
    echo: Real,
    shares: Floats,
    given: Floats,
) -> None:
    """Fill `given` `(r, c)` from `products` `(offers of the rows, seeks of the columns)`, which are used up."""
    rows, columns = given.shape
    seeks = products.shape[1]
    best = np.zeros(seeks, np.float32)
    own = np.zeros(shares.shape[0], np.float32)
    single = _single(seek_starts)
    for row in range(rows):
        best[:] = 0
        for offer in range(offer_starts[row], offer_starts[row + 1]):
            answered = products[offer]
            relevant(answered, least, stretch, steepness, full, tail, echo)
            if share.size:
                answered *= share[offer]
            strength = offer_strength[offer]
            for seek in range(seeks):
                best[seek] = max(best[seek], answered[seek] * strength)
        for seek in range(seeks):
            best[seek] *= seek_strength[seek]
        if single:
            for column in range(columns):
                given[row, column] = best[column]
            continue
        for column in range(columns):
            begin = seek_starts[column]
            given[row, column] = _fallen(best, begin, seek_starts[column + 1] - begin, shares, own)


@compiled
def warm(
    near: Floats,
    least: Real,
    stretch: Real,
    steepness: Real,
    full: Real,
    tail: Real,
    echo: Real,
    warmth: Real,
    top: Real,
    received: Floats,
    given: Floats,
) -> None:
    """Keep `1 - warmth` of both values, and the rest as interests are shared: most at closeness `top`, less beyond it."""
    for row in range(near.shape[0]):
        shared = near[row]
        relevant(shared, least, stretch, steepness, full, tail, echo)
        for column in range(shared.size):
            if shared[column] <= top:
                kept = shared[column] / top if top > 0 else np.float32(1)
            else:
                kept = (np.float32(1) - shared[column]) / (np.float32(1) - top)
            factor = (np.float32(1) - warmth) + warmth * kept
            received[row, column] *= factor
            given[row, column] *= factor


@compiled
def relevant(cosines: Floats, least: Real, stretch: Real, steepness: Real, full: Real, tail: Real, echo: Real) -> None:
    """Closeness → relevance, in place."""
    for at in range(cosines.size):
        beyond = min(max((cosines[at] - full) * tail, np.float32(0)), echo)
        near = min(max((cosines[at] - least) * stretch, np.float32(0)), np.float32(1))
        if steepness == np.float32(2):
            near *= near
        elif steepness == np.float32(3):
            near *= near * near
        elif steepness != np.float32(1) and near > 0:
            near = near**steepness
        cosines[at] = near * (np.float32(1) - echo) + beyond


@compiled
def _most(answered: Floats, begin: int, end: int) -> Real:
    """The maximum of a stretch of `answered`; zero of nothing."""
    most = np.float32(0)
    for at in range(begin, end):
        most = max(most, answered[at])
    return most


@compiled
def _single(starts: Ints) -> bool:
    """Whether everyone has just one."""
    return bool(np.all(np.diff(starts) == 1))


@compiled
def _diminish(best: Floats, count: int, shares: Floats, value: Floats) -> None:
    """`value` `(c,)`: of each column of `best`, the first `count` rows, the largest first, by `shares`."""
    if count == 1:
        for column in range(value.size):
            value[column] = best[0, column]
        return
    own = np.zeros(max(count, 1), np.float32)
    for column in range(value.size):
        total = np.float32(0)
        for rank in range(count):
            _insert(own, rank, best[rank, column])
        for rank in range(count):
            total += own[rank] * shares[rank]
        value[column] = total


@compiled
def _fallen(best: Floats, begin: int, count: int, shares: Floats, own: Floats) -> Real:
    """The sum of `count` entries from `begin`, the largest first, by their shares."""
    if count == 1:
        return best[begin]
    total = np.float32(0)
    for rank in range(count):
        _insert(own, rank, best[begin + rank])
    for rank in range(count):
        total += own[rank] * shares[count, rank]
    return total


@compiled
def _insert(own: Floats, size: int, value: Real) -> None:
    """Put a value into the first `size` entries, which fall."""
    at = size
    while at > 0 and own[at - 1] < value:
        own[at] = own[at - 1]
        at -= 1
    own[at] = value
