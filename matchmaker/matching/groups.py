"""What tables and action-learning sets share: sound matrices, and a cooling that is measured in moves, never in seconds."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]

STEPS = 60
MOVES_A_STEP_LEAST, MOVES_A_STEP_MAX = 64, 16_384


def cooled(
    moves: int, *, hot: float, cold: float, columns: int, rng: np.random.Generator
) -> Iterator[tuple[float, float, NDArray[np.float64]]]:
    """Steps of some `moves` in all: the share done before, a temperature that falls from `hot` to `cold` and at last to 0,
    and `(m, columns)` draws: even in [0, 1), in the last column exponential, to be held against a change over temperature."""
    steps = max(min(STEPS, moves // MOVES_A_STEP_LEAST), -(-moves // MOVES_A_STEP_MAX), 2)
    temperatures = [*np.geomspace(hot, cold, steps - 1).tolist(), 0.0]
    for step, temperature in enumerate(temperatures):
        draws = rng.random((-(-moves // steps), columns))
        draws[:, -1] = rng.standard_exponential(len(draws))
        yield step / steps, temperature, draws


def sound(name: str, matrix: NDArray[np.generic], people: int) -> None:
    """Raises `ValueError`, by `name`, unless the matrix is `(people, people)`, symmetric and, if of numbers, in [0, 1]."""
    if matrix.shape != (people, people):
        raise ValueError(f"{name} has the shape {matrix.shape} instead of {(people, people)}")
    if matrix.dtype != np.bool_:
        if np.isnan(matrix).any():
            raise ValueError(f"{name} holds NaN")
        if matrix.size and (matrix.min() < 0 or matrix.max() > 1):
            raise ValueError(f"{name} leaves [0, 1]")
    if not np.array_equal(matrix, matrix.T):
        raise ValueError(f"{name} is not symmetric")
