"""Where the dots of a network's picture stand: near whom they are tied with, apart from all others (Fruchterman, Reingold 1991).

The same network gives the same places: the start is a spiral, and nothing is drawn by lot. Who has no tie stands in rows below.
"""

import numpy as np

from matchmaker.matching.network import Doubles
from matchmaker.matching.roster import Ints

STEPS = 150
PULL = 0.6  # towards the middle, so that pieces stay in the picture
CALM = 0.6
GOLDEN = np.pi * (3 - np.sqrt(5))
MARGIN = 8
ROW_HEIGHT = 11


def layout(first: Ints, second: Ints, nodes: int, *, side: int) -> Ints:
    """`(n, 2)`: whole places from 0 to `side`, of nodes with the edges `(m,)`."""
    tied = np.zeros(nodes, np.bool_)
    tied[first] = tied[second] = True
    rows_of_alone = -(-int((~tied).sum()) // max((side - 2 * MARGIN) // ROW_HEIGHT, 1))
    place = np.zeros((nodes, 2), np.int64)
    place[~tied] = _in_rows(int((~tied).sum()), side)
    if tied.any():
        number = np.cumsum(tied) - 1
        free = _settled(number[first], number[second], int(tied.sum()))
        place[tied] = _fitted(free, side, side - ROW_HEIGHT * rows_of_alone)
    return place


def _settled(first: Ints, second: Ints, nodes: int) -> Doubles:
    """Places after the forces have had their say, with steps that grow smaller."""
    at = np.arange(nodes)
    place = np.sqrt((at + 0.5) / nodes)[:, None] * np.stack([np.cos(at * GOLDEN), np.sin(at * GOLDEN)], axis=1)
    apart = 1 / np.sqrt(nodes)  # how far apart two would like to be, in a room two wide
    for step in range(STEPS):
        move = _pushed(place, apart)
        pull = place[second] - place[first]
        pull *= np.linalg.norm(pull, axis=1, keepdims=True) / apart
        np.add.at(move, first, pull)
        np.add.at(move, second, -pull)
        move -= PULL * place
        length = np.maximum(np.linalg.norm(move, axis=1, keepdims=True), 1e-9)
        place = place + move / length * np.minimum(length, 0.2 * (1 - step / STEPS))
    return place


def _pushed(place: Doubles, apart: float) -> Doubles:
    """`(n, 2)`: how all others push each away."""
    between = place[:, None, :] - place[None, :, :]
    square = np.maximum((between**2).sum(axis=2), 1e-6)
    pushed: Doubles = (between * (apart * apart / square)[:, :, None]).sum(axis=1)
    return pushed


def _fitted(place: Doubles, width: int, height: int) -> Ints:
    """Stretched to the room there is."""
    from_middle = place - place.mean(axis=0)
    far = np.linalg.norm(from_middle, axis=1, keepdims=True)
    place = from_middle * np.maximum(far, 1e-9) ** (CALM - 1)  # who stands far off comes nearer, the middle gets room
    low, high = place.min(axis=0), place.max(axis=0)
    share = (place - low) / np.maximum(high - low, 1e-9)
    share[:, high - low < 1e-9] = 0.5
    room = np.array([width - 2 * MARGIN, max(height - 2 * MARGIN, 1)])
    fitted: Ints = np.rint(MARGIN + share * room).astype(np.int64)
    return fitted


def _in_rows(count: int, side: int) -> Ints:
    """The places of those without a tie: rows from the bottom up."""
    each = max((side - 2 * MARGIN) // ROW_HEIGHT, 1)
    at = np.arange(count)
    placed: Ints = np.stack([MARGIN + ROW_HEIGHT * (at % each), side - MARGIN - ROW_HEIGHT * (at // each)], axis=1)
    return placed
