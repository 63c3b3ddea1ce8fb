"""What no field may hold is the same for the types, the cleaning and the test for dirt."""

import time
import unicodedata

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.model.text import Line, Text, clean_line, clean_text, is_dirty
from tests.worlds import steady

ANY = (
    st.text(max_size=20)
    | st.text("a\u0344\u0300\u0316\u0f73", max_size=100)
    | st.text("a \t\n\r\x00\x07\x85\u2028\u202e\u2066\ufeff", max_size=8)
)


def fits(value: str, kind: object) -> bool:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return False
    return True


@given(ANY)
@steady
def test_what_was_cleaned_fits_the_type_unless_it_is_empty(value: str) -> None:
    assert fits(clean_line(value), Line) == bool(clean_line(value))
    assert fits(clean_text(value), Text) == bool(clean_text(value))


@given(ANY)
@steady
def test_cleaning_twice_changes_nothing_more(value: str) -> None:
    assert clean_text(clean_text(value)) == clean_text(value)
    assert clean_line(clean_line(value)) == clean_line(value)
    assert unicodedata.is_normalized("NFC", clean_text(value))
    assert not is_dirty(clean_text(value))


@pytest.mark.parametrize(
    "bad", ["\x00", "\x07", "\x7f", "\x9f", "\u202a", "\u202e", "\u2066", "\u2069", chr(0xD800), chr(0xDFFF)]
)
def test_what_breaks_databases_or_lies_about_names_fits_nowhere(bad: str) -> None:
    assert is_dirty(bad)
    assert clean_text(f"a{bad}b") == "ab"
    if not 0xD800 <= ord(bad) <= 0xDFFF:  # cannot even be said in UTF-8
        assert not fits(f"a{bad}b", Line)
        assert not fits(f"a{bad}b", Text)


@pytest.mark.parametrize("gap", ["\t", "\n", "\r\n", "\u2028", "\u2029"])
def test_several_lines_fit_a_text_and_become_one_in_a_line(gap: str) -> None:
    assert not fits(f"a{gap}b", Line)
    assert fits(f"a{gap}b", Text)
    assert clean_line(f"a{gap}b") == "a b"
    assert clean_text(f"a{gap}b") == f"a{gap}b"


@pytest.mark.parametrize("good", ["Zoë", "日本語", "👩‍🔬", "שלום", "\u200fשלום", "O’Neill"])
def test_every_writing_is_welcome(good: str) -> None:
    assert fits(good, Line)
    assert clean_line(good) == good


@pytest.mark.parametrize(("kind", "most"), [(Line, 200), (Text, 8_000)])
def test_lengths_are_from_one_to_the_most(kind: object, most: int) -> None:
    assert [fits("x" * count, kind) for count in (0, 1, most, most + 1)] == [False, True, True, False]


@pytest.mark.parametrize("marks", ["\u0300\u0316", "\u0315\u0300", "\u0f73\u0344", "\u05b0\u0591"])
def test_a_tower_of_marks_is_cut_before_it_costs_the_square_of_its_height(marks: str) -> None:
    """Uncut, these 400 kB would hold up everybody for a minute and more."""
    began = time.perf_counter()
    assert len(clean_line("a" + marks * 100_000 + " b")) <= 1 + 30 + 2
    assert time.perf_counter() - began < 1


def test_as_many_marks_as_any_writing_has_stay() -> None:
    tower = unicodedata.normalize("NFC", "q" + "\u0316" * 15 + "\u0301" * 15)
    assert clean_line(tower) == tower
    assert clean_line(tower + "\u0301") == tower
