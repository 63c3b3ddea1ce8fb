"""Rounds and tables as one says them."""

from datetime import UTC, date, datetime, time, timedelta

from matchmaker.model.event_kind import Hours
from matchmaker.model.ids import EventId
from matchmaker.model.programme import TableReply
from matchmaker.services.lay_out import hours_of, laid_out

SIX = Hours(rounds=6, minutes=15, pause=5, tables=30, seats=2)


def test_six_rounds_of_fifteen_minutes_from_ten_are_over_at_five_to_twelve() -> None:
    programme = laid_out(SIX, day=date(2026, 12, 4), begins=time(10), time_zone="Europe/Berlin")
    assert [slot.number for slot in programme.slots] == [1, 2, 3, 4, 5, 6]
    assert programme.slots[0].starts_at == datetime(2026, 12, 4, 9, 0, tzinfo=UTC)
    assert programme.slots[1].starts_at == datetime(2026, 12, 4, 9, 20, tzinfo=UTC)
    assert programme.slots[5].ends_at == datetime(2026, 12, 4, 10, 55, tzinfo=UTC)
    assert ({table.seats for table in programme.tables}, len(programme.tables)) == ({2}, 30)


def test_a_round_across_a_change_of_the_clocks_is_as_long_as_the_others() -> None:
    night = laid_out(SIX, day=date(2026, 10, 25), begins=time(2, 30), time_zone="Europe/Berlin")
    assert {slot.ends_at - slot.starts_at for slot in night.slots} == {timedelta(minutes=15)}


def test_a_table_keeps_its_name_and_place_under_its_number() -> None:
    named = TableReply(event_id=EventId("e"), number=2, seats=8, accessible=False, name="Elm", place="garden")
    first, second = laid_out(
        Hours(rounds=0, minutes=15, pause=0, tables=2, seats=4),
        day=date(2026, 12, 4),
        begins=time(10),
        time_zone="UTC",
        before=[named],
    ).tables
    assert (first.name, first.accessible) == (None, True)
    assert (second.name, second.place, second.accessible, second.seats) == ("Elm", "garden", False, 4)


def test_what_was_laid_out_is_said_as_it_was() -> None:
    programme = laid_out(SIX, day=date(2026, 12, 4), begins=time(10), time_zone="UTC")
    slots = [(slot.starts_at, slot.ends_at) for slot in programme.slots]
    tables = [
        TableReply(event_id=EventId("e"), number=one.number, seats=one.seats, accessible=True, name=None, place=None)
        for one in programme.tables
    ]
    assert hours_of(slots, tables) == SIX
    assert hours_of([*slots, (slots[-1][1], slots[-1][1] + timedelta(minutes=9))], tables) is None
    assert hours_of([], tables) is None
