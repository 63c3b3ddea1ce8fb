"""What letters say in each language, from `phrases/`, and how it writes days and times. English where there is no other."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

FOLDER = Path(__file__).parent / "phrases"
DEFAULT = "en"
LANGUAGES = ("en", "de")


def spoken(language: str) -> str:
    """The language we write to a reader of `language`: `de` for `de-AT`, English for what we do not speak."""
    first = language.lower().partition("-")[0]
    return first if first in LANGUAGES else DEFAULT


@cache
def phrases(language: str) -> Mapping[str, Mapping[str, Any]]:
    """Every phrase of one of `LANGUAGES`, by letter and key."""
    return tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))


def phrase(language: str, kind: str, key: str, values: Mapping[str, object]) -> str:
    """A phrase of a letter, else one of all letters, with `values` filled in. Raises `KeyError` for what is not there."""
    of_all = phrases(language)
    text: str = of_all[kind][key] if key in of_all[kind] else of_all["all"][key]
    return text.format_map(values)


def joined(names: Sequence[str], language: str) -> str:
    """`Ada, Bob and Cy`"""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {phrase(language, 'all', 'and', {})} {names[-1]}"


def day(on: date, language: str) -> str:
    """`Thursday 4 December 2026`"""
    return _dated("day", on, language)


def moment(at: datetime, language: str, zone: ZoneInfo) -> str:
    """`Thursday 4 December 2026, 14:30 CET`: in the reader's zone, which is named."""
    local = at.astimezone(zone)
    return _dated("moment", local, language, day=day(local, language), time=clock(local), zone=zone_name(local))


def short(at: datetime, language: str, zone: ZoneInfo) -> str:
    """`Thursday 4 December, 14:30`: for a subject."""
    local = at.astimezone(zone)
    return _dated("short", local, language, time=clock(local))


def clock(local: datetime) -> str:
    """`14:30`"""
    return f"{local:%H:%M}"


def zone_name(local: datetime) -> str:
    """`CET`, or `UTC+07` where a zone has no letters."""
    name = local.tzname() or "UTC"
    return name if name[:1].isalpha() else f"UTC{name}"


def _dated(key: str, on: date, language: str, **values: str) -> str:
    dates = phrases(language)["dates"]
    text: str = dates[key]
    weekday, month = dates["days"][on.weekday()], dates["months"][on.month - 1]
    return text.format_map({"weekday": weekday, "number": on.day, "month": month, "year": on.year, **values})
