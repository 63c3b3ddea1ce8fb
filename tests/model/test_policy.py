"""Every field of a policy has a default and a range, and an unknown one is refused."""

import pytest
from msgspec import ValidationError, convert, json

from matchmaker.model.policy import Acquainted, Policy
from matchmaker.model.weights import BUILTIN, Weights


def test_nothing_chosen_is_a_policy() -> None:
    assert convert({}, Policy) == Policy()
    assert json.decode(json.encode(Policy()), type=Policy) == Policy()


@pytest.mark.parametrize(
    "chosen",
    [
        {"quota": -1}, {"quota": 51}, {"quota": 2.5}, {"quota": "3"}, {"floor": -0.1}, {"floor": 100.1},
        {"acquaintances": "never"}, {"colleagues": None}, {"acquainted_discount": 1.1}, {"unstated_discount": -0.1},
        {"warmth": 2}, {"model": "gpt"}, {"quotas": 3}, {"goal_kinds_off": ["job"]}, {"goal_kinds_off": "hire"},
    ],
)  # fmt: skip
def test_what_is_out_of_range_or_unknown_is_refused(chosen: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        convert(chosen, Policy)


def test_the_ends_of_each_range_are_allowed() -> None:
    least = convert({"quota": 0, "floor": 0, "acquainted_discount": 0, "unstated_discount": 0, "warmth": 0}, Policy)
    most = convert({"quota": 50, "floor": 100, "acquainted_discount": 1, "unstated_discount": 1, "warmth": 1}, Policy)
    assert (least.quota, most.quota) == (0, 50)
    assert convert({"colleagues": "apart"}, Policy).colleagues is Acquainted.APART


def test_the_builtin_weights_keep_their_own_bounds() -> None:
    for weights in BUILTIN.values():
        assert json.decode(json.encode(weights), type=Weights) == weights
        assert weights.cosine_least < weights.cosine_full
