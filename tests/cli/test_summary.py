"""What a person reads of a run: the best of each format, how near the best it is, what could not be and the cure."""

from typing import Any

import pytest
from msgspec import structs

from matchmaker.cli.summary import say_summary, show
from matchmaker.model.group import Remark, Shortfall
from matchmaker.model.pairing import Unmatched
from matchmaker.model.run import Extreme, Format, Proposal
from matchmaker.services.match_file import FileMatch
from tests.export.people import ADA_BOB, AT_TABLES, BEYOND_PAIRS, IN_ROUNDS, IN_SETS, WHO, A, B, D, proposal

Capture = pytest.CaptureFixture[str]


def shown(capsys: Capture, found: Proposal) -> list[str]:
    """The lines of the screen, blanks and frames aside."""
    show(FileMatch(proposal=found, who=dict(WHO)))
    return [" ".join(line.replace("│", " ").split()) for line in capsys.readouterr().out.splitlines()]


def said(capsys: Capture, found: Proposal, **report: Any) -> list[str]:
    changed = structs.replace(found, report=structs.replace(found.report, **report))
    say_summary(FileMatch(proposal=changed, who=dict(WHO)), {"reading": 0.1})
    return capsys.readouterr().err.splitlines()


def test_introductions_show_the_best_with_what_each_gains(capsys: Capture) -> None:
    lines = shown(capsys, BEYOND_PAIRS)
    assert [line for line in lines if line.startswith("1 Ada 75.0 Ada: You named no seek")]


def test_rounds_show_who_sits_where_in_the_first_and_who_sits_out(capsys: Capture) -> None:
    lines = shown(capsys, IN_ROUNDS)
    assert "2 Ada and Cyd 40.0" in lines
    assert "bye: Dot" in lines
    assert not [line for line in lines if "=Bob" in line]


def test_a_trio_in_the_first_round_is_shown(capsys: Capture) -> None:
    first = structs.replace(IN_ROUNDS, groups=[structs.replace(IN_ROUNDS.groups[0], round=1)], byes=[])
    lines = shown(capsys, first)
    assert "1 =Bob, Cyd, Dot 50.0" in lines
    assert not [line for line in lines if "bye" in line]


def test_tables_show_the_first_round(capsys: Capture) -> None:
    assert shown(capsys, AT_TABLES)[3:-1] == ["1 Ada, =Bob, Cyd 50.0"]


def test_the_first_round_may_have_any_number(capsys: Capture) -> None:
    assert "1 Ada and =Bob 75.0" in shown(capsys, structs.replace(IN_ROUNDS, pairings=IN_ROUNDS.pairings[:1]))
    second = shown(capsys, structs.replace(AT_TABLES, groups=AT_TABLES.groups[:2]))
    assert second[3:-1] == ["2 Dot, =Bob 50.0", "1 Ada, Cyd 50.0"]
    assert "round 2" in second[1]


def test_sets_show_their_challenge_members_and_rounds(capsys: Capture) -> None:
    lines = shown(capsys, IN_SETS)
    assert "2 =late trains Dot, Cyd 4" in lines
    assert "1 hiring =Bob, Ada 1, 3" in lines


def test_a_long_table_is_shown_in_part(capsys: Capture) -> None:
    long = structs.replace(AT_TABLES.groups[2], members=[A, B] * 10)
    lines = shown(capsys, structs.replace(AT_TABLES, groups=[long]))
    assert " ".join(lines).count("Ada") == 6
    assert "and 8 more" in " ".join(lines)


@pytest.mark.parametrize(
    ("found", "line"),
    [
        (
            BEYOND_PAIRS,
            (
                "4 people, 2 pairings, coverage 75.0%, one-way 0.0%, mean mutual value 57.5, 0 without a pairing, "
                "0 of them though someone fits."
            ),
        ),
        (
            structs.replace(IN_ROUNDS, unmatched=[Unmatched(id=D, code="full", reason="Full.")]),
            (
                "4 people, 2 pairings in 3 rounds with 3 byes, coverage 75.0%, one-way 0.0%, mean mutual value 57.5, "
                "1 without a pairing, 0 of them though someone fits."
            ),
        ),
        (AT_TABLES, "4 people, 4 of them in 3 tables in 2 rounds, 0 pairs who came together before."),
        (IN_SETS, "4 people, 4 of them in 2 sets, 0 pairs who came together before."),
    ],
)
def test_what_it_came_to_stands_first(capsys: Capture, found: Proposal, line: str) -> None:
    assert said(capsys, found)[0] == line


@pytest.mark.parametrize(
    ("objective", "upper_bound", "line"),
    [
        (1_234.5, 1_234.75, "Worth 99.97 % of what no plan can exceed (1,234.5 of at most 1,234.8)."),
        (9_998.0, 10_000.0, "Worth 99.98 % of what no plan can exceed (9,998.0 of at most 10,000.0)."),
        (99_999.9, 100_000.0, "Worth 99.99 % of what no plan can exceed (99,999.9 of at most 100,000.0)."),
        (171.0, 300.0, "Worth 57.00 % of what no plan can exceed (171.0 of at most 300.0)."),
        (50.0, 50.0, "Worth 100.00 % of what no plan can exceed (50.0 of at most 50.0)."),
        (115.0, None, "Worth 115.0; how near that is to the best was not proven."),
        (0.0, 0.0, "No allowed plan is worth anything."),
    ],
)
def test_how_near_the_best_it_is_is_never_rounded_up(
    capsys: Capture, objective: float, upper_bound: float | None, line: str
) -> None:
    assert said(capsys, BEYOND_PAIRS, objective=objective, upper_bound=upper_bound)[1] == line


def test_both_ends_of_the_dial_are_told_where_they_are_known(capsys: Capture) -> None:
    ends = {
        "best_scores": Extreme(objective=1_200.0, left_out=3),
        "nobody_left_out": Extreme(objective=1_150.5, left_out=0),
    }
    line = "The dial: at 0 worth 1,200.0 with 3 left out; at 1 worth 1,150.5 with 0 left out."
    assert line in said(capsys, BEYOND_PAIRS, **ends)
    assert not [line for line in said(capsys, BEYOND_PAIRS) if "dial" in line]


def test_circles_asks_and_connectors_are_told(capsys: Capture) -> None:
    lines = said(capsys, BEYOND_PAIRS)
    assert lines[2:5] == [
        "1 giving circle, in which each helps the next: =Bob → Cyd → Dot.",
        "1 one-way ask gets another door: queue 1.",
        "1 pair of strangers has a connector: Ada for =Bob and Dot.",
    ]
    assert said(capsys, proposal(Format.INTRODUCTIONS, pairings=[ADA_BOB]))[2:] == ["Seconds: reading 0.1."]


def test_promises_not_kept_and_remarks_are_told_with_the_cure(capsys: Capture) -> None:
    short = Shortfall(attendee_id=A, least=2, got=1, code="one_fits", reason="Only one person fits.")
    remark = Remark(code="too_few_seats", message="Two have no seat.", cure="Add a table.", attendees=[A, B], count=2)
    lines = said(capsys, AT_TABLES, shortfalls=[short], remarks=[remark], notes={"rows_repeated": 1})
    assert lines[2:] == [
        "Ada was promised 2 and has 1: Only one person fits.",
        "Two have no seat. (Ada, =Bob) Add a table.",
        "Notes: rows_repeated 1.",
        "Seconds: reading 0.1.",
    ]
    nobody = structs.replace(remark, attendees=[])
    assert "Two have no seat. Add a table." in said(capsys, AT_TABLES, remarks=[nobody])


def test_of_many_the_first_five_are_told(capsys: Capture) -> None:
    short = Shortfall(attendee_id=A, least=2, got=1, code="one_fits", reason="Only one person fits.")
    remark = Remark(code="too_few_seats", message="Two have no seat.", cure="Add a table.")
    five = said(capsys, BEYOND_PAIRS, shortfalls=[short] * 5, remarks=[remark] * 5)
    assert not [line for line in five if "more" in line]
    many = structs.replace(BEYOND_PAIRS, groups=BEYOND_PAIRS.groups * 7, connectors=BEYOND_PAIRS.connectors * 8)
    lines = said(capsys, many, shortfalls=[short] * 6, remarks=[remark] * 9)
    assert (lines[2].count("→"), lines[2].endswith(" … and 2 more.")) == (10, True)
    assert lines[4].endswith(" … and 3 more.")
    assert lines[5:12] == ["Ada was promised 2 and has 1: Only one person fits."] * 5 + [
        "Promises not kept … and 1 more.",
        "Two have no seat. Add a table.",
    ]
    assert lines[16] == "Remarks … and 4 more."
