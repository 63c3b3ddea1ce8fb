"""Texts that count: a phrase that says one thing of one and another of many, for pages and letters alike."""

import re
from string import Formatter
from typing import Any

COUNTED = re.compile(r"\|[^|{}]*\|[^|{}]*")


class Counting(Formatter):
    """`str.format` that can count: `{people} {people:|person|people}` says “1 person” and “2 people”.

    The text after the first bar is said of exactly one, the other of none and of many, as English and German do.
    """

    def format_field(self, value: Any, format_spec: str) -> str:
        if not format_spec.startswith("|"):
            return str(super().format_field(value, format_spec))
        one, other = format_spec[1:].split("|")
        return one if str(value) == "1" else other


COUNTING = Counting()


def counted(number: int, one: str, other: str) -> str:
    """`1 person`, `2,000 people`."""
    return f"{number:,} {one if number == 1 else other}"
