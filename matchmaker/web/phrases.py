"""The words of the pages, a file a language. What people wrote is put into them as it is, and escaped by the template."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from matchmaker.model.counting import COUNTING

LANGUAGE = "en"
LANGUAGES = ("en", "de")


class Phrases:
    """The words of one language: `phrases("error.unknown.title")`, with what belongs into them as keywords."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._words = words_of(language)

    def __call__(self, key: str, **values: object) -> str:
        return COUNTING.vformat(str(self._words[key]), (), values)

    def __contains__(self, key: str) -> bool:
        return key in self._words

    def lines(self, key: str) -> list[str]:
        """A list of words, such as the months."""
        return list(self._words[key])

    def day(self, at: datetime, time_zone: str) -> str:
        """A day as people say it: “Friday 4 December”."""
        return self._day(at.astimezone(zone(time_zone)).date())

    def day_of_year(self, day: date) -> str:
        """A day with its year: “Friday 4 December 2026”."""
        return f"{self._day(day)} {day.year}"

    def number(self, value: float) -> str:
        """A number with one decimal, as the language writes it."""
        return f"{value:.1f}".replace(".", self("number.decimal"))

    def hour(self, at: datetime, time_zone: str) -> str:
        """A day and an hour: “Friday 4 December, 17:00”."""
        local = at.astimezone(zone(time_zone))
        return self("date.hour", day=self.day(at, time_zone), hour=f"{local:%H:%M}")

    def _day(self, day: date) -> str:
        return self(
            "date.day",
            weekday=self.lines("date.weekdays")[day.weekday()],
            day=day.day,
            month=self.lines("date.months")[day.month - 1],
        )


@cache
def phrases(language: str) -> Phrases:
    """The words of a language of ours."""
    return Phrases(language)


def language_of(spoken: Iterable[str], accepted: str = "") -> str:
    """The first language of someone's own that we have, else the one their browser likes best, else English."""
    wished = [*spoken, *_accepted(accepted)]
    return next((short for one in wished if (short := one[:2].lower()) in LANGUAGES), LANGUAGE)


def zone(name: str) -> ZoneInfo:
    """A time zone by its name; UTC where there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


@cache
def words_of(language: str) -> Mapping[str, Any]:
    """The files of a language, their tables made flat: `error.unknown.title`. A family of pages may have a file of its own.

    Raises `ValueError` where two files say the same key.
    """
    folder = resources.files("matchmaker.web").joinpath("languages")
    files = [folder.joinpath(f"{language}.toml"), *folder.joinpath(language).iterdir()]
    words: dict[str, Any] = {}
    for file in sorted((one for one in files if one.name.endswith(".toml")), key=lambda one: one.name):
        found = dict(_flat(tomllib.loads(file.read_text("utf-8"))))
        if twice := found.keys() & words.keys():
            raise ValueError(f"{file.name} says again: {', '.join(sorted(twice))}")
        words |= found
    return words


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _accepted(header: str) -> list[str]:
    """The languages of an Accept-Language header, the best liked first."""
    found = []
    for place, one in enumerate(header[:500].split(",")):
        name, _, parameter = one.strip().partition(";")
        found.append((-_quality(parameter), place, name.strip()))
    return [name for weight, _, name in sorted(found) if name and weight < 0]


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0
