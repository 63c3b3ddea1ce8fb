"""Near-duplicate tags are one, and the first written stands for them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.matching.tags import folded_tags, normal_form
from tests.worlds import steady


@pytest.mark.parametrize(
    "alike",
    [
        ["AI", "A.I.", "a. i.", "artificial-intelligence", "Artificial Intelligence", "KI", "人工知能", "ＡＩ"],
        ["start-ups", "startup", "Start ups"],
        ["R&D", "R & D", "research and development"],
        ["grants and funding", "Grants & Funding"],
    ],
)
def test_ways_to_write_a_tag_are_one(alike: list[str]) -> None:
    assert len({normal_form(tag) for tag in alike}) == 1


@pytest.mark.parametrize(("one", "other"), [("C++", "C#"), ("glass", "gla"), ("bus", "bu"), ("AI", "art"), ("!", "?")])
def test_different_tags_stay_two(one: str, other: str) -> None:
    assert normal_form(one) != normal_form(other)


def test_the_first_written_stands_for_all() -> None:
    assert folded_tags(["AI", "tea", "A.I."]) == {"AI": ["AI", "A.I."], "tea": ["tea"]}


@given(st.text(max_size=30))
@steady
def test_a_normal_form_does_not_depend_on_case_or_outer_blanks(tag: str) -> None:
    assert normal_form(f" {tag} ") == normal_form(tag)
