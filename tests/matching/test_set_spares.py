"""A spare of a set is close to it, free whenever it may sit, and kept apart from no one but whom they would replace."""

import numpy as np

from matchmaker.matching.set_spares import Spare, spares
from matchmaker.matching.sets import Sets
from tests.matching.squares import mask
from tests.matching.test_sets import World, topics, world


def of(world: World, *member_of: int, left: tuple[int, ...] = (), each: int = 5) -> list[Spare]:
    """The spares of sets that are as given."""
    given = np.array(member_of)
    common = [world["free"][given == number].all(axis=0) for number in range(given.max() + 1)]
    sets = Sets(
        member_of=given,
        common=np.array(common),
        cohesion=np.zeros(len(common)),
        medoid=np.zeros(len(common), np.int64),
        presenters=(),
        unplaced={"left": np.array(left, np.int64)},
    )
    return spares(sets, **world, each=each)


def alike(*of: int, **rules: object) -> World:
    return world(len(of), 2, 3, similarity=topics(*of), mutual=np.zeros((len(of), len(of)), np.float32), **rules)


def test_the_closest_comes_first_and_only_so_many_are_told() -> None:
    room = alike(1, 1, 2, 2, 2, 1)
    assert of(room, 0, 0, 1, 1, -1, -1) == [(0, 5, -1), (0, 4, -1), (1, 4, -1), (1, 5, -1)]
    assert of(room, 0, 0, 1, 1, -1, -1, each=1) == [(0, 5, -1), (1, 4, -1)]


def test_who_has_a_set_or_has_left_is_no_spare() -> None:
    assert of(alike(1, 1, 1, 1), 0, 0, 0, -1, left=(3,)) == []
    assert of(alike(1, 1, 1, 1), 0, 0, 1, 1) == []


def test_who_is_kept_apart_from_one_may_replace_that_one_and_from_two_nobody() -> None:
    one = mask(4)
    one[1, 3] = one[3, 1] = True
    assert of(alike(1, 1, 1, 1, forbidden=one), 0, 0, 0, -1) == [(0, 3, 1)]
    one[2, 3] = one[3, 2] = True
    assert of(alike(1, 1, 1, 1, forbidden=one), 0, 0, 0, -1) == []


def test_a_spare_is_free_whenever_the_set_may_sit() -> None:
    free = np.array([[True, True, False], [True, True, True], [True, False, True], [True, True, False]])
    assert of(alike(1, 1, 1, 1, free=free), 0, 0, -1, -1) == [(0, 3, -1)]
