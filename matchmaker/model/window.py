"""When a letter may leave: in the reader's daytime, not at weekends, one a day; and what a deadline overrides."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct, structs

from matchmaker.model.sender import CLOSES_HOUR, OPENS_HOUR

# A letter with a deadline is sent so long before it at the latest, so that a busy worker is not late.
MARGIN = timedelta(minutes=15)
DAYS_AHEAD = 10


class Window(Struct, frozen=True, kw_only=True):
    """The hours of the reader's day in which letters may leave, the first included and the last not."""

    opens_hour: int = OPENS_HOUR
    closes_hour: int = CLOSES_HOUR
    weekends: bool = False


class Departure(Struct, frozen=True, kw_only=True):
    """When a letter leaves, and whether its deadline overrode the window or the daily cap."""

    at: datetime
    overrode: bool = False


def departure(
    window: Window, zone: tzinfo, at: datetime, *, last_at: datetime | None = None, deadline: datetime | None = None
) -> Departure:
    """The first moment from `at` on, in UTC, at which a letter may leave; `last_at` is when its reader's last one did.

    Where waiting would miss the deadline, first the daily cap gives way, then the weekend, and last the hours.
    """
    ways = ((window, last_at), (window, None), (structs.replace(window, weekends=True), None))
    latest = None if deadline is None else deadline - MARGIN
    for number, (hours, last) in enumerate(ways):
        opening = _opening(hours, zone, at, last)
        if opening is not None and (latest is None or opening <= latest):
            return Departure(at=opening, overrode=number > 0)
    return Departure(at=at, overrode=not is_open(window, zone, at) or _is_capped(zone, at, last_at))


def is_open(window: Window, zone: tzinfo, at: datetime) -> bool:
    """Whether letters may leave at `at`, by the clock of the reader."""
    there = at.astimezone(zone)
    return window.opens_hour <= there.hour < window.closes_hour and (window.weekends or there.weekday() < 5)


def zone_of(*names: str | None) -> tzinfo:
    """The first of the time zones that there is, UTC where there is none."""
    for name in filter(None, names):
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return UTC


def _opening(window: Window, zone: tzinfo, at: datetime, last_at: datetime | None) -> datetime | None:
    """The first moment from `at` on that is in the window, and on a later day of the reader's than `last_at`."""
    return next(
        (
            moment
            for opens in _days(window, zone, at)
            if is_open(window, zone, moment := max(at, opens)) and not _is_capped(zone, moment, last_at)
        ),
        None,
    )


def _days(window: Window, zone: tzinfo, at: datetime) -> Iterator[datetime]:
    """When the window opens today, tomorrow, and so on. An hour that a clock change leaves out is the one after it."""
    today = at.astimezone(zone).date()
    for days in range(DAYS_AHEAD):
        yield _moment(today + timedelta(days=days), window.opens_hour, zone)


def _moment(day: date, hour: int, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(hour), zone).astimezone(UTC)


def _is_capped(zone: tzinfo, at: datetime, last_at: datetime | None) -> bool:
    return last_at is not None and at.astimezone(zone).date() <= last_at.astimezone(zone).date()
