"""Files of decisions become answers."""

import io
import zipfile

import pytest

from matchmaker.intake.decisions import read
from matchmaker.intake.table import Unusable
from matchmaker.model.learning import Answered, Described

DATED = """iid,pid,wave,order,match,dec,dec_o,like,met,goal,sports,art
1,11,1,2,0,1,0,10,1,2,9,1
11,1,1,1,0,0,1,,2,1,3,
1,12,1,1,1,1.0,1,1,,2,9,1
"""
TAGGED = (
    "mentee_major,mentee_help_topics,mentee_experitse,mentor_major,mentor_help_topics,mentor_experitse,final_match\n"
    "['Law'],\"['Tax', 'Art']\",['Bank'],['Law'],['Tax'],[],1\n"
    "['Law'],\"['Tax', 'Art']\",['Bank'],['Art'],['Art'],[],0\n"
)


def test_each_line_is_one_sides_answer() -> None:
    found = read(DATED.encode())
    assert found.answers == [
        Answered(event="1", taker="1", giver="11", order=2, yes=True, useful=1.0, acquainted=True),
        Answered(event="1", taker="11", giver="1", order=1, yes=False),
        Answered(event="1", taker="1", giver="12", order=1, yes=True, useful=0.0),
    ]
    assert found.people == {
        "1": Described(ratings=[9, 1], facts=["goal=2"]),
        "11": Described(ratings=[3, 5], facts=["goal=1"]),
        "12": Described(),
    }
    assert found.left_out == []


def test_event_stands_for_wave() -> None:
    assert read(DATED.replace("wave", "event").encode()).answers == read(DATED.encode()).answers


@pytest.mark.parametrize(
    "line",
    [
        "1,,1,3,0,1,0,5,2,2,9,1",
        "1,13,1,3,0,yes,0,5,2,2,9,1",
        "1,13,1,3,0,1,0,a,2,2,9,1",
        "1,1,1,3,0,1,0,5,2,2,9,1",
        "1,11,1,3",
    ],
)
def test_a_line_that_cannot_be_used_is_named(line: str) -> None:
    found = read(f"{DATED}{line}\n".encode())
    assert found.left_out == [5]
    assert found.answers == read(DATED.encode()).answers


def test_a_second_answer_of_the_same_two_is_left_out() -> None:
    assert read((DATED + "1,11,1,3,0,0,0,5,2,2,9,1\n").encode()).left_out == [5]


def test_mentees_and_mentors_are_known_by_their_tags() -> None:
    first, second = read(TAGGED.encode()).answers
    assert (first.yes, second.yes) == (True, False)
    assert (first.order, second.order) == (1, 2)
    assert (first.taker, first.event) == (second.taker, second.event)
    people = read(TAGGED.encode()).people
    assert people[first.taker] == Described(facts=["Law", "Bank"], seeks=["Tax", "Art"])
    assert people[second.giver] == Described(facts=["Art"], offers=["Art"])


@pytest.mark.parametrize("cell", ["Law", "[", "{'a': 1}", ""])
def test_tags_that_are_no_list_cost_their_line(cell: str) -> None:
    line = f"{cell},[],[],[],[],[],1\n"
    found = read((TAGGED + line).encode())
    assert found.left_out == ([] if cell == "" else [4])


def test_a_zip_of_one_csv_is_read() -> None:
    assert read(zipped(**{"one.csv": DATED})).answers == read(DATED.encode()).answers


def zipped(**files: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return held.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_decisions"),
        (b"name,email\nAda,a@example.org\n", "not_decisions"),
        (DATED.split("\n")[0].encode() + b"\n", "no_rows"),
        (DATED.encode() + b"\xff\n", "not_utf8"),
        (b"PK\x03\x04 and no archive", "not_one_csv"),
        (zipped(**{"one.csv": DATED, "two.csv": DATED}), "not_one_csv"),
        (DATED.encode() + b"1," * 3 + b"x" * 140_000 + b"\n", "broken"),
    ],
)
def test_a_file_without_decisions_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Unusable) as refused:
        read(data)
    assert refused.value.code == code
    assert refused.value.cure
