"""Cells become an attendee; what is cut, cleaned or left out is counted or told."""

from collections import Counter
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.intake.fields import attendee_of, entries, target_of, without_guard
from matchmaker.model.attendee import ImportRow
from tests.worlds import steady


class Read(NamedTuple):
    row: ImportRow
    told: list[tuple[str, str, bool]]
    notes: dict[str, int]


def read(**cells: str) -> Read:
    told: list[tuple[str, str, bool]] = []
    notes: Counter[str] = Counter()
    extra: dict[str, str] = {}

    def complain(column: str, code: str, message: str, kept: bool) -> None:
        assert message.endswith(".")
        told.append((column, code, kept))

    row = attendee_of({column: [cell] for column, cell in cells.items()}, extra, complain, notes)
    return Read(row, told, dict(+notes))


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("name", "name"), (" Full Name ", "name"), ("E-Mail", "email"), ("Email Address", "email"), ("ID", "external_id"),
        ("Company", "organisation"), ("Organization", "organisation"), ("JOB-TITLE", "role"), ("shoe size", "shoe_size"),
        ("Must meet", "must_meet"), ("Availability", "available"), ("needs-accessible", "needs_accessible"),
    ],
)  # fmt: skip
def test_a_header_names_a_column_by_any_of_its_names(header: str, column: str) -> None:
    assert target_of(header) == column


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        ("", []),
        (" | ", []),
        ("a|b", ["a", "b"]),
        ("a\nb\r\nc", ["a", "b", "c"]),
        ("a; b ;c", ["a", "b", "c"]),
        ("a;" + "b" * 80, ["a", "b" * 80]),
        ("a;" + "b" * 81, ["a;" + "b" * 81]),
        ("a;" + "b" * 81 + "|c;d", ["a;" + "b" * 81, "c", "d"]),
        ("one, two", ["one, two"]),
        ("a\n\nb\nc", ["a", "b", "c"]),
    ],
)
def test_a_list_is_split_at_bars_and_breaks_and_at_semicolons_only_where_all_parts_are_short(
    cell: str, parts: list[str]
) -> None:
    assert entries(cell) == parts


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_prose_of_several_paragraphs_is_one_text(end: str) -> None:
    """A bar parts even there; without blank lines, or with short ones between them, a line is an entry."""
    prose = "AIM\n" + "a" * 300 + "\n \n\nRESULTS\nb"
    assert entries(f"{prose}\n\n".replace("\n", end)) == [prose]
    assert entries(f"{prose}|c\nd".replace("\n", end)) == [prose, "c", "d"]
    assert entries(prose.replace("\n \n\n", "\n").replace("\n", end)) == ["AIM", "a" * 300, "RESULTS", "b"]
    assert entries(prose.replace("a" * 300, "a" * 299).replace("\n", end)) == ["AIM", "a" * 299, "RESULTS", "b"]


def test_every_column_finds_its_field() -> None:
    row, told, notes = read(
        external_id="7", name="Ada", email="Ada@Example.ORG", organisation="Acme", role="Head", seniority="senior",
        sector="health", region="north", languages="en, pt-BR", interests="a|b", seeks="c", offers="d", quota="2",
        groups="g", knows="Bob|8", avoids="org:Zeta", least="1", minutes="45", challenge="c|d", available="1-2",
        needs_accessible="x", must_meet="Cyd", would_like="8;9", rather_not="org:Acme",
    )  # fmt: skip
    assert row == ImportRow(
        external_id="7", name="Ada", email="Ada@example.org", organisation="Acme", role="Head", seniority="senior",
        sector="health", region="north", languages=["en", "pt-BR"], interests=["a", "b"], seeks=["c"], offers=["d"],
        quota=2, groups=["g"], knows=["Bob", "8"], avoids=["org:Zeta"], least=1, minutes=45, challenge="c|d",
        available=[1, 2], needs_accessible=True, must_meet=["Cyd"], would_like=["8", "9"], rather_not=["org:Acme"],
    )  # fmt: skip
    assert (told, notes) == ([], {})


def test_a_name_is_made_of_the_e_mail_or_the_id_where_there_is_none() -> None:
    assert read(email="ada@example.org", external_id="7").row.name == "ada"
    assert read(external_id="7").row.name == "7"


def test_a_row_with_none_of_them_is_left_out() -> None:
    assert read(seeks="a").told == [("name", "nameless", False)]


@pytest.mark.parametrize(
    "cell", ["ada", "ada@", "@example.org", "Ada <ada@example.org>", "a@b@c.org", "a" * 300 + "@x.org"]
)
def test_a_malformed_e_mail_is_kept_aside_and_told(cell: str) -> None:
    row, told, _ = read(name="Ada", email=cell)
    assert told == [("email", "email_malformed", True)]
    assert row.email is None
    assert row.extra == {"email": cell}


@pytest.mark.parametrize(("cell", "quota"), [("", None), ("0", 0), (" 3 ", 3), ("3.0", 3), ("50", 50)])
def test_a_quota_is_a_whole_number(cell: str, quota: int | None) -> None:
    assert read(name="Ada", quota=cell).row.quota == quota


@pytest.mark.parametrize("cell", ["51", "-1", "2.5", "many", "1e1", "9" * 40, "NaN", "٣٣٣"])
def test_any_other_quota_leaves_the_row_out(cell: str) -> None:
    assert read(name="Ada", quota=cell).told == [("quota", "quota_invalid", False)]


def test_a_language_that_is_no_code_is_left_out_and_told() -> None:
    row, told, _ = read(name="Ada", languages="en;deutsch!;pt-BR en")
    assert row.languages == ["en", "pt-BR"]
    assert told == [("languages", "language_unknown", True)]
    assert row.extra == {"languages": "en;deutsch!;pt-BR en"}


def test_more_than_twelve_texts_are_cut_and_counted() -> None:
    row, told, notes = read(name="Ada", seeks="|".join(map(str, range(15))))
    assert (len(row.seeks), told, notes) == (12, [], {"seeks_over_12": 3})


def test_a_text_of_more_than_8000_characters_is_cut_and_counted() -> None:
    row, _, notes = read(name="Ada", offers="x" * 9_000)
    assert (len(row.offers[0]), notes) == (8_000, {"texts_cut": 1})


def test_a_line_of_more_than_200_characters_is_cut_and_counted() -> None:
    row, _, notes = read(name="x" * 201, seeks="a")
    assert (len(row.name), notes) == (200, {"name_cut": 1})


def test_more_names_than_a_list_holds_are_cut_and_counted() -> None:
    row, _, notes = read(
        name="Ada", seeks="a", knows="|".join(map(str, range(1_001))), groups="|".join(map(str, range(52)))
    )
    assert (len(row.knows), len(row.groups), notes) == (1_000, 50, {"knows_over_1000": 1, "groups_over_50": 2})


def test_repeated_texts_stand_once() -> None:
    assert read(name="Ada", seeks="a|b|a").row.seeks == ["a", "b"]


def test_a_row_without_words_is_counted() -> None:
    assert read(name="Ada").notes == {"rows_without_words": 1}
    assert read(name="Ada", challenge="a").notes == {}


def test_a_challenge_is_one_text_of_at_most_8000_characters() -> None:
    assert read(name="Ada", challenge=" a; b\nc\x07 ").row.challenge == "a; b\nc"
    row, _, notes = read(name="Ada", challenge="x" * 8_001)
    assert (len(row.challenge or ""), notes) == (8_000, {"texts_cut": 1})


def test_control_characters_and_turned_writing_are_cleaned_and_counted() -> None:
    row, _, notes = read(name="A\x00da \u202egnp.exe\u202c", seeks="a\x07b\u2066c|fine 👩‍🔬")
    assert row.name == "Ada gnp.exe"
    assert row.seeks == ["abc", "fine 👩‍🔬"]
    assert notes == {"cells_cleaned": 2}


def test_letters_are_composed() -> None:
    assert read(name="Zoe\u0308", seeks="a").row.name == "Zoë"


@pytest.mark.parametrize(
    ("cell", "bare"),
    [
        ("'=1+1", "=1+1"), ("'@ada", "@ada"), ("'  -x", "  -x"), ("'\tx", "\tx"), ("'＝1", "＝1"), ("''=1", "'=1"),
        ("'quoted'", "'quoted'"), ("'Lean' - methods", "'Lean' - methods"), ("=1", "=1"), ("'", "'"), ("' \tx", "' \tx"),
    ],
)  # fmt: skip
def test_only_our_own_guard_is_taken_off(cell: str, bare: str) -> None:
    assert without_guard(cell) == bare


@given(
    st.dictionaries(st.sampled_from(["name", "email", "quota", "languages", "seeks", "knows"]), st.text(max_size=60))
)
@steady
def test_any_cells_give_an_attendee(cells: dict[str, str]) -> None:
    assert read(**cells).row.name


def test_a_list_of_people_is_split_at_every_semicolon() -> None:
    long = "University of " + "Somewhere " * 10
    row = attendee_of({"avoids": [f"Ann Lee;{long};Bob Roe"]}, {}, lambda *said: None, Counter())
    assert row.avoids == ["Ann Lee", long.strip(), "Bob Roe"]
