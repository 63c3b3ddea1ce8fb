"""Letters leave in the reader's daytime, not at weekends, one a day; a deadline overrides, in that order from behind."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from matchmaker.model.window import MARGIN, Window, departure, is_open, zone_of

PLAIN = Window()
QUARTER = timedelta(minutes=15)
# Forty, with every odd offset, both hemispheres' clock changes, and the edges of the date line.
ZONES = [
    *(
        "Pacific/Kiritimati",
        "Pacific/Apia",
        "Pacific/Chatham",
        "Pacific/Auckland",
        "Pacific/Fiji",
        "Australia/Lord_Howe",
    ),
    *("Australia/Sydney", "Australia/Adelaide", "Australia/Eucla", "Asia/Tokyo", "Asia/Shanghai", "Asia/Singapore"),
    *("Asia/Bangkok", "Asia/Yangon", "Asia/Dhaka", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Karachi", "Asia/Kabul"),
    *(
        "Asia/Dubai",
        "Asia/Tehran",
        "Europe/Moscow",
        "Africa/Nairobi",
        "Asia/Jerusalem",
        "Africa/Cairo",
        "Europe/Athens",
    ),
    *(
        "Europe/Berlin",
        "Africa/Lagos",
        "Europe/London",
        "Africa/Casablanca",
        "UTC",
        "Atlantic/Azores",
        "America/Sao_Paulo",
    ),
    *("America/St_Johns", "America/Santiago", "America/New_York", "America/Mexico_City", "America/Los_Angeles"),
    *("Pacific/Honolulu", "Pacific/Niue"),
]
STARTS = datetime(2026, 1, 1, tzinfo=UTC)


def day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def stepped(zone: ZoneInfo, at: datetime, last_at: datetime | None) -> datetime:
    """The same by trying every quarter of an hour."""
    while not (
        8 <= at.astimezone(zone).hour < 19
        and at.astimezone(zone).isoweekday() < 6
        and (last_at is None or day(at, zone) > day(last_at, zone))
    ):
        at += QUARTER
    return at


moments = st.integers(0, 4 * 24 * 365).map(lambda quarters: STARTS + quarters * QUARTER)
zones = st.sampled_from(ZONES).map(ZoneInfo)


def test_there_are_forty_zones() -> None:
    assert len(set(ZONES)) == 40
    assert all(str(zone_of(name)) == name for name in ZONES)


@given(zone=zones, at=moments, ago=st.none() | st.integers(0, 200))
def test_a_letter_leaves_at_the_first_moment_that_is_allowed(zone: ZoneInfo, at: datetime, ago: int | None) -> None:
    last_at = None if ago is None else at - ago * QUARTER
    found = departure(PLAIN, zone, at, last_at=last_at)
    assert (found.at, found.overrode) == (stepped(zone, at, last_at), False)


@given(zone=zones, at=moments, left=st.integers(0, 500), ago=st.none() | st.integers(0, 200))
def test_no_deadline_is_missed_and_only_a_deadline_overrides(
    zone: ZoneInfo, at: datetime, left: int, ago: int | None
) -> None:
    last_at, deadline = None if ago is None else at - ago * QUARTER, at + left * QUARTER
    found = departure(PLAIN, zone, at, last_at=last_at, deadline=deadline)
    assert at <= found.at <= max(at, deadline - MARGIN)
    kept = is_open(PLAIN, zone, found.at) and (last_at is None or day(found.at, zone) > day(last_at, zone))
    assert found.overrode == (not kept)
    if kept:
        assert found.at == stepped(zone, at, last_at)
    else:
        assert stepped(zone, at, last_at) > deadline - MARGIN


@pytest.mark.parametrize(
    ("deadline", "leaves", "why"),
    [
        (None, "2026-12-01T08:00", "Monday, when one left already, is over"),
        ("2026-12-01T09:00", "2026-12-01T08:00", "there is time"),
        ("2026-12-01T08:14", "2026-11-30T08:00", "a second one on Monday, since Tuesday is too close"),
        ("2026-12-01T07:00", "2026-11-30T08:00", "a second one on Monday"),
        ("2026-11-30T07:00", "2026-11-29T08:00", "on Sunday, by day"),
        ("2026-11-29T06:00", "2026-11-28T20:00", "at once, on Saturday night"),
    ],
)
def test_the_cap_gives_way_first_then_the_weekend_and_last_the_night(
    deadline: str | None, leaves: str, why: str
) -> None:
    saturday = datetime(2026, 11, 28, 20, tzinfo=UTC)
    monday = datetime(2026, 11, 30, 0, tzinfo=UTC)
    until = None if deadline is None else datetime.fromisoformat(deadline + "Z")
    found = departure(PLAIN, UTC, saturday, last_at=monday, deadline=until)
    assert found.at == datetime.fromisoformat(leaves + "Z"), why
    assert found.overrode == (leaves < "2026-12-01")


@pytest.mark.parametrize(
    ("zone", "friday", "monday"),
    [
        ("Europe/London", "2026-03-27T08:00Z", "2026-03-30T07:00Z"),
        ("Europe/London", "2026-10-23T07:00Z", "2026-10-26T08:00Z"),
        ("Australia/Lord_Howe", "2026-04-02T21:00Z", "2026-04-05T21:30Z"),
    ],
)
def test_eight_is_eight_before_and_after_the_clocks_change(zone: str, friday: str, monday: str) -> None:
    before, after = datetime.fromisoformat(friday), datetime.fromisoformat(monday)
    there = ZoneInfo(zone)
    assert departure(PLAIN, there, before - QUARTER).at == before
    assert departure(PLAIN, there, before, last_at=before).at == after


@given(at=moments)
@example(datetime(2026, 3, 29, 1, tzinfo=UTC))
def test_an_hour_that_is_left_out_is_the_one_after_it(at: datetime) -> None:
    """At one in the morning, which on 29 March is two in London."""
    night, london = Window(opens_hour=1, closes_hour=3, weekends=True), ZoneInfo("Europe/London")
    assert is_open(night, london, departure(night, london, at).at)


def test_the_first_zone_that_there_is_counts() -> None:
    assert str(zone_of(None, "Mars/Olympus", "Asia/Tokyo", "Europe/London")) == "Asia/Tokyo"
    assert zone_of("../../etc/passwd", "Europe", "", None) is UTC
