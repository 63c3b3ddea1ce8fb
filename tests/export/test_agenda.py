"""An agenda says what a person does in each round: where, with whom and why, or that it is a bye."""

import csv
import io
from typing import Any

from matchmaker.export.agenda import PARTS, Sitting, agenda_csv, agendas
from matchmaker.model.run import Proposal
from tests.export.people import AT_TABLES, IN_ROUNDS, IN_SETS, SLOTS, TABLES, WHO, A, B, C, D


def rows(found: Proposal, **programme: Any) -> list[dict[str, str]]:
    text = agenda_csv(found, WHO, **programme).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_nobody_is_in_two_places_and_rounds_stand_in_order() -> None:
    everyone = agendas(IN_ROUNDS, WHO)
    assert list(everyone) == [A, B, C, D]
    assert {one: [sitting.round for sitting in theirs] for one, theirs in everyone.items()} == {
        A: [1, 2], B: [2, 3], C: [1, 2, 3], D: [1, 2, 3],
    }  # fmt: skip


def test_a_third_joins_the_pair_at_their_table() -> None:
    everyone = agendas(IN_ROUNDS, WHO)
    assert everyone[B][1] == Sitting(round=3, table=1, others=[C, D], pairing=3)
    assert everyone[D][2] == Sitting(round=3, table=1, others=[B, C])


def test_every_round_has_its_columns() -> None:
    text = agenda_csv(IN_ROUNDS, WHO).decode("utf-8-sig")
    assert text.splitlines()[0].split(",") == ["id", "name", "email", "organisation", "meetings", "byes"] + [
        f"{part}_{number}" for number in (1, 2, 3) for part in PARTS
    ]


def test_a_person_reads_when_where_with_whom_and_why() -> None:
    ada, bob, cyd, dot = rows(IN_ROUNDS, slots=SLOTS, tables=TABLES)
    assert (ada["meetings"], ada["byes"]) == ("2", "")
    assert [ada[f"{part}_1"] for part in PARTS] == [
        "2027-03-18 10:05", "2", "'-Hall", "c", "Cyd", "cyd@example.org", "'-Zeta", "40.0", "30.0",
        "You asked for “maps”; Cyd offers “charts”.", "",
    ]  # fmt: skip
    assert [ada[f"{part}_2"] for part in PARTS[:5]] == ["", "1", "Window, Room B", "b", "'=Bob"]
    assert (bob["value_2"], bob["reason_2"]) == ("100.0", "You asked for “soup”; Ada offers “'soup'”.")
    assert (cyd["meetings"], cyd["byes"], dot["meetings"], dot["byes"]) == ("2", "2", "1", "1|2")
    assert {dot[f"{part}_1"] for part in PARTS} == {""}


def test_several_at_a_table_stand_in_one_cell_without_a_value_for_a_pair() -> None:
    ada, *_, dot = rows(AT_TABLES)
    assert [ada[f"{part}_1"] for part in ("table", "id", "name", "value")] == ["1", "b|c", "'=Bob|Cyd", ""]
    assert [dot[f"{part}_2"] for part in ("table", "id")] == ["2", "b"]
    assert (dot["meetings"], dot["table_1"]) == ("1", "")
    assert [rows(IN_ROUNDS)[1][f"{part}_3"] for part in ("id", "value")] == ["c|d", ""]


def test_without_rounds_everyone_has_a_row_that_says_so() -> None:
    assert [(row["id"], row["meetings"], len(row)) for row in rows(IN_SETS)] == [(one, "0", 6) for one in "abcd"]
