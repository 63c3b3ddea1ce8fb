"""TOML → the programme: `[[slot]]` (number, starts_at, ends_at) and `[[table]]` (number, seats, accessible, name, place)."""

import tomllib
from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated

from msgspec import Meta, Struct, ValidationError, convert

from matchmaker.intake.table import Unusable
from matchmaker.model import programme
from matchmaker.model.text import ROUNDS_MAX

TABLES_MAX = 100_000
TIMES = "Write them as starts_at = 2027-03-18T10:00:00 and ends_at = 2027-03-18T10:15:00, all with an offset or all without."


class Slot(programme.Slot, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A slot as a writer sets it."""


class Table(programme.Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table as a writer sets it."""


class Programme(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"slots": "slot", "tables": "table"}
):
    """The slots and the tables of an event; either may be missing."""

    slots: Annotated[list[Slot], Meta(max_length=ROUNDS_MAX)] = []
    tables: Annotated[list[Table], Meta(max_length=TABLES_MAX)] = []


def read(data: bytes) -> Programme:
    """The programme in a TOML file, slots and tables by number. Raises `Unusable` where it is none, or cannot be kept."""
    try:
        found = convert(tomllib.loads(data.decode("utf-8-sig")), Programme)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise Unusable(
            "not_a_programme",
            f"This is not a programme: {error}.",
            cure="It is TOML with [[slot]] (number, starts_at, ends_at) and [[table]] (number, seats, accessible, name, place).",
        ) from None
    _check_numbers("slot", [slot.number for slot in found.slots])
    _check_numbers("table", [table.number for table in found.tables])
    slots = sorted(found.slots, key=lambda slot: slot.number)
    _check_times(slots)
    return Programme(slots=slots, tables=sorted(found.tables, key=lambda table: table.number))


def _check_numbers(noun: str, numbers: Sequence[int]) -> None:
    twice = [number for number, following in pairwise(sorted(numbers)) if number == following]
    if twice:
        raise Unusable(f"{noun}_twice", f"There are two {noun}s number {twice[0]}.", cure=f"Number each {noun} once.")


def _check_times(slots: Sequence[Slot]) -> None:
    """Raises `Unusable` unless each slot has both times or neither, and each begins when those before it have ended."""
    timed = [(slot.number, slot.starts_at, slot.ends_at) for slot in slots if slot.starts_at or slot.ends_at]
    if len({time and time.utcoffset() is None for _, *times in timed for time in times}) > 1:
        raise Unusable(
            "slot_times_unlike", "A slot has one time only, or times differ in having an offset.", cure=TIMES
        )
    whole = [(number, begin, end) for number, begin, end in timed if begin and end]
    for number, begin, end in whole:
        if end <= begin:
            raise Unusable("slot_backwards", f"Slot {number} ends before it begins.", cure=TIMES)
    for (number, _, end), (following, begin, _) in pairwise(whole):
        if begin < end:
            raise Unusable(
                "slots_overlap",
                f"Slot {following} begins before slot {number} has ended.",
                cure="Number the slots in the order of their times, and let none begin before the one before it has ended.",
            )
