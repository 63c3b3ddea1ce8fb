"""What letters say in each language, from `phrases/`, and how it writes days and times. English where there is no other."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo

from matchmaker.model.counting import COUNTED, COUNTING

FOLDER = Path(__file__).parent / "phrases"
DEFAULT = "en"
LANGUAGES = ("en", "de")
ALWAYS = frozenset({"to", "sender", "event_name"})  # every letter has these, so any phrase may name them
FIXED = frozenset({"and"})  # is said while a letter's fields are read, before anybody's own words


def spoken(language: str) -> str:
    """The language we write to a reader of `language`: `de` for `de-AT`, English for what we do not speak."""
    first = language.lower().partition("-")[0]
    return first if first in LANGUAGES else DEFAULT


@cache
def phrases(language: str) -> Mapping[str, Mapping[str, Any]]:
    """Every phrase of one of `LANGUAGES`, by letter and key."""
    return tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))


def phrase(
    language: str, kind: str, key: str, values: Mapping[str, object], own: Mapping[str, str] | None = None
) -> str:
    """A phrase in an association's `own` words, else the letter's, else one of all letters, with `values` filled in.

    Raises `KeyError` for what is not there.
    """
    of_all = phrases(language)
    text: str = of_all[kind][key] if key in of_all[kind] else of_all["all"][key]
    return COUNTING.vformat((own or {}).get(key, text), (), values)


def shipped(language: str, kind: str) -> dict[str, str]:
    """Every phrase that a letter has, as it came and as an association may say it otherwise."""
    of_all = phrases(language)
    return {key: text for key, text in {**of_all["all"], **of_all[kind]}.items() if key not in FIXED}


def may_name(text: str) -> frozenset[str]:
    """What own words may name that stand for a shipped phrase: what that names, and what every letter has."""
    return named(text) | ALWAYS


def named(text: str) -> frozenset[str]:
    """The names in braces, plain or with what is said of one and of many, `{minutes:|minute|minutes}`.

    Raises `ValueError` for a brace that is not closed, and for anything else in one.
    """
    parts = list(Formatter().parse(text))
    if any(
        name is not None and (turn or not name.isidentifier() or not _may_form(form)) for _, name, form, turn in parts
    ):
        raise ValueError("Only a plain name may stand in braces, with what is said of one and of many.")
    return frozenset(name for _, name, _, _ in parts if name is not None)


def _may_form(form: str | None) -> bool:
    return not form or COUNTED.fullmatch(form) is not None


def fitting(language: str, kind: str, own: Mapping[str, str]) -> dict[str, str]:
    """Of an association's own words those that can still be said: a phrase may have gone, or name less, since they were kept."""
    known = shipped(language, kind)
    return {key: text for key, text in own.items() if key in known and named(text) <= may_name(known[key])}


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
