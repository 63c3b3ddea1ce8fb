"""A CSV of feedback: good rows are understood, each other is told with its line and cure."""

import pytest

from matchmaker.intake.feedback import by_pair, read, resolved
from matchmaker.intake.people import Someone
from matchmaker.intake.table import Unusable
from matchmaker.model.feedback import FeedbackInput
from matchmaker.model.ids import AttendeeId

HEADER = "Attendee;Other;Accepted;Met;Useful;Reason\r\n"
PEOPLE = [
    Someone(
        id=AttendeeId(f"id-{name}"), external_id=f"x-{name}", email=f"{name}@example.org", name=shown, organisation=None
    )
    for name, shown in (("ada", "Ada"), ("bob", "Bob"), ("cy", "Sam Both"), ("di", "Sam Both"))
]
ADA, BOB = AttendeeId("id-ada"), AttendeeId("id-bob")


def told(rows: str) -> tuple[list[FeedbackInput], list[tuple[int, str, str]]]:
    good, errors = resolved(read((HEADER + rows).encode(), rows_max=10), PEOPLE)
    return [one for _, _, one in good], [(error.line, error.column, error.code) for error in errors]


def test_people_are_named_by_id_external_id_email_or_name() -> None:
    rows = "id-ada;x-bob;yes;;;\r\nbob@example.org; ADA ;no;nein;;\r\n"
    assert told(rows) == (
        [
            FeedbackInput(attendee_id=ADA, other_id=BOB, accepted=True),
            FeedbackInput(attendee_id=BOB, other_id=ADA, accepted=False, met=False),
        ],
        [],
    )


def test_a_rating_and_a_reason_are_read_as_they_are_written() -> None:
    (one,), errors = told('Ada;Bob;n/a;x;4.0;"He knew\r\nall of it."\r\n')
    assert errors == []
    assert (one.accepted, one.met, one.useful, one.reason) == (None, True, 4, "He knew\r\nall of it.")


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ("nobody;Bob;yes;;;", "attendee", "unknown"),
        (";Bob;yes;;;", "attendee", "unknown"),
        ("Ada;Sam Both;yes;;;", "other", "ambiguous"),
        ("Ada;Ada;yes;;;", "other", "same"),
        ("Ada;Bob;perhaps;;;", "accepted", "accepted_invalid"),
        ("Ada;Bob;;perhaps;;", "met", "met_invalid"),
        ("Ada;Bob;;;6;", "useful", "useful_invalid"),
        ("Ada;Bob;;;0;", "useful", "useful_invalid"),
        ("Ada;Bob;;no;3;", "useful", "not_met"),
        ("Ada;Bob;;;;", "", "says_nothing"),
        ('Ada;"B"ob;yes;;;', "", "quote_misplaced"),
    ],
)
def test_what_cannot_be_used_is_told_and_the_rest_is_kept(row: str, column: str, code: str) -> None:
    good, errors = told(f"{row}\r\n;;;;;\r\nBob;Ada;yes;;;\r\n")
    assert good == [FeedbackInput(attendee_id=BOB, other_id=ADA, accepted=True)]
    assert errors == [(2, column, code)]


def test_of_two_rows_of_the_same_two_the_first_is_kept() -> None:
    good, _ = resolved(read(f"{HEADER}Ada;Bob;yes;;;\nBob;Ada;yes;;;\nAda;Bob;no;;;\n".encode(), rows_max=10), PEOPLE)
    kept, errors = by_pair(good)
    assert [one.accepted for one in kept] == [True, True]
    assert [(error.row, error.line, error.code, error.message) for error in errors] == [
        (3, 4, "said_twice", "Line 2 says something of the same two.")
    ]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "no_header"),
        (b"attendee,other\na,b\n", "no_header"),
        (b"other,met\na,b\n", "no_header"),
        (b'"at"tendee,other,met\n', "no_header"),
        (b"attendee,other,met\n" + b"a,b,yes\n" * 11, "too_many_rows"),
        (b"attendee,other,met\n\xff,b,yes\n", "not_utf8"),
    ],
)
def test_a_file_without_feedback_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Unusable) as refused:
        read(data, rows_max=10)
    assert refused.value.code == code
