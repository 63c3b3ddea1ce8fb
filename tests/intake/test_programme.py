"""A programme is read from TOML; one that cannot be kept is refused with what is wrong and the cure."""

from datetime import UTC, datetime

import pytest

from matchmaker.intake.programme import Programme, Slot, Table, read
from matchmaker.intake.table import Unusable

WHOLE = """
[[slot]]
number = 2
starts_at = 2027-03-18T10:20:00Z
ends_at = 2027-03-18T10:35:00Z

[[slot]]
number = 1
starts_at = 2027-03-18T10:00:00Z
ends_at = 2027-03-18T10:20:00Z

[[slot]]
number = 7

[[table]]
number = 5
seats = 8
accessible = false
name = "Window"
place = "Room B"

[[table]]
number = 1
"""


def test_slots_and_tables_are_read_in_order_of_their_numbers() -> None:
    def time(minute: int) -> datetime:
        return datetime(2027, 3, 18, 10, minute, tzinfo=UTC)

    assert read(WHOLE.encode()) == Programme(
        slots=[
            Slot(number=1, starts_at=time(0), ends_at=time(20)),
            Slot(number=2, starts_at=time(20), ends_at=time(35)),
            Slot(number=7),
        ],
        tables=[Table(number=1), Table(number=5, seats=8, accessible=False, name="Window", place="Room B")],
    )


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf# none yet\n"])
def test_nothing_is_an_empty_programme(data: bytes) -> None:
    assert read(data) == Programme()


def slot(number: int, begin: str | None = None, end: str | None = None) -> str:
    times = (f"{name} = {time}\n" for name, time in (("starts_at", begin), ("ends_at", end)) if time)
    return f"[[slot]]\nnumber = {number}\n{''.join(times)}"


TEN, ELEVEN, TWELVE = (f"2027-03-18T{hour}:00:00" for hour in (10, 11, 12))


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("[[slot]\n", "not_a_programme", ["line 1", "[[slot]] (number"]),
        ("[[slot]]\nnumber = 0\n", "not_a_programme", ["$.slot[0].number"]),
        ("[[slot]]\nnumber = 51\n", "not_a_programme", ["$.slot[0].number"]),
        ("[[slot]]\nstarts = 1\nnumber = 1\n", "not_a_programme", ["starts"]),
        ("[[slots]]\nnumber = 1\n", "not_a_programme", ["slots"]),
        ("[[table]]\nnumber = 1\nseat = 4\n", "not_a_programme", ["seat"]),
        ("[[table]]\nnumber = 1\nseats = 1\n", "not_a_programme", ["$.table[0].seats"]),
        ("[[table]]\nseats = 4\n", "not_a_programme", ["number"]),
        (slot(1) + slot(1), "slot_twice", ["two slots number 1", "once"]),
        ("[[table]]\nnumber = 3\n" * 2, "table_twice", ["two tables number 3"]),
        (slot(1, TEN), "slot_times_unlike", ["one time only", "ends_at = 2027"]),
        (slot(1, None, TEN), "slot_times_unlike", ["one time only"]),
        (slot(1, TEN, ELEVEN + "Z"), "slot_times_unlike", ["offset"]),
        (slot(1, TEN, ELEVEN) + slot(2, ELEVEN + "Z", TWELVE + "Z"), "slot_times_unlike", ["offset"]),
        (slot(1, "10:00:00", "11:00:00"), "not_a_programme", ["datetime"]),
        (slot(4, ELEVEN, TEN), "slot_backwards", ["Slot 4 ends before"]),
        (slot(4, TEN, TEN), "slot_backwards", ["Slot 4"]),
        (slot(1, TEN, TWELVE) + slot(2, ELEVEN, TWELVE), "slots_overlap", ["Slot 2 begins before slot 1 has ended"]),
        (slot(2, TEN, ELEVEN) + slot(1, ELEVEN, TWELVE), "slots_overlap", ["in the order of their times"]),
    ],
)
def test_one_that_cannot_be_kept_is_refused_with_the_cure(text: str, code: str, words: list[str]) -> None:
    with pytest.raises(Unusable) as refused:
        read(text.encode())
    assert refused.value.code == code
    said = f"{refused.value.detail} {refused.value.cure}"
    assert [word for word in words if word not in said] == []


def test_one_that_is_not_utf8_is_refused() -> None:
    with pytest.raises(Unusable, match="utf-8"):
        read("# Zoë".encode("latin-1"))


def test_slots_may_touch() -> None:
    assert len(read((slot(1, TEN, ELEVEN) + slot(2, ELEVEN, TWELVE)).encode()).slots) == 2
