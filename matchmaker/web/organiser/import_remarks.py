"""What is wrong with rows, or was read in a certain way, gathered: what is said of many is said once, with their lines."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from msgspec import Struct

from matchmaker.model.attendee_import import RowError

GATHERED_MAX = 50
RANGES_MAX = 100
EACH_MAX = 20


class Gathered(Struct, frozen=True, kw_only=True):
    """One thing that is said of some rows: of them all, or of each in `each` in words of its own, up to a few."""

    first: RowError
    rows: int
    lines: str
    each: list[RowError]
    more: bool


def gathered(errors: Iterable[RowError]) -> list[Gathered]:
    """By column and kind, in the order of the first row of each."""
    alike: dict[tuple[str, str], list[RowError]] = defaultdict(list)
    for error in errors:
        alike[error.column, error.code].append(error)
    return [_one(found) for found in alike.values()][:GATHERED_MAX]


def _one(found: Sequence[RowError]) -> Gathered:
    lines, ranges = ranges_of({error.line for error in found}), RANGES_MAX
    differ = len({error.message for error in found}) > 1
    return Gathered(
        first=found[0],
        rows=len({error.row for error in found}),
        lines=", ".join(lines[:ranges]),
        each=list(found[:EACH_MAX]) if differ else [],
        more=len(found) > EACH_MAX if differ else len(lines) > ranges,
    )


def ranges_of(numbers: Iterable[int]) -> list[str]:
    """Numbers as people write many of them: `2–4`, `7`."""
    ranges: list[list[int]] = []
    for number in sorted(numbers):
        if ranges and number == ranges[-1][-1] + 1:
            ranges[-1][1:] = [number]
        else:
            ranges.append([number])
    return ["–".join(map(str, one)) for one in ranges]
