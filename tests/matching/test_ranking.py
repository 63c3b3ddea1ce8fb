import numpy as np

from matchmaker.matching.edges import Edges
from matchmaker.matching.ranking import ranked


def test_the_most_valuable_first_then_the_fairer_then_by_row() -> None:
    rows = [
        (2, 3, 0.5, 0.5, 0.5),
        (0, 4, 0.5, 0.5, 0.5),
        (0, 1, 0.5, 0.9, 0.4),
        (1, 2, 0.8, 0.1, 0.1),
        (0, 3, 0.5, 0.5, 0.5),
    ]
    first, second, mutual, to_first, to_second = (np.array(column) for column in zip(*rows, strict=True))
    weight = np.arange(5, dtype=np.float32)
    edges = Edges(first=first, second=second, mutual=mutual, to_first=to_first, to_second=to_second, weight=weight)
    assert ranked(edges).tolist() == [3, 4, 1, 0, 2]
