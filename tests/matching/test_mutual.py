import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.matching.mutual import mutual_values
from tests.worlds import steady

SHARES = st.lists(st.floats(0, 1, width=32), min_size=1, max_size=8)


def of(one: list[float], other: list[float]) -> np.ndarray:
    return mutual_values(np.array(one, np.float32), np.array(other, np.float32))


def test_it_is_the_harmonic_mean() -> None:
    np.testing.assert_allclose(of([1, 0.5, 0.2, 0.3], [1, 1, 0.8, 0.6]), [1, 2 / 3, 0.32, 0.4], rtol=1e-6)


def test_it_is_nothing_as_soon_as_one_side_gains_nothing() -> None:
    assert of([0, 1, 0], [1, 0, 0]).tolist() == [0, 0, 0]


@given(SHARES, SHARES)
@steady
def test_it_is_symmetric_and_between_the_less_and_its_double(one: list[float], other: list[float]) -> None:
    both = list(zip(one, other, strict=False))
    one, other = [a for a, _ in both], [b for _, b in both]
    mutual = of(one, other)
    assert mutual.tolist() == of(other, one).tolist()
    less = np.minimum(one, other).astype(np.float32)
    assert np.all(mutual <= 2 * less + 1e-6)
    assert np.all(mutual <= 1)
    assert np.all((mutual >= less - 1e-6) | (less < 1e-30))
