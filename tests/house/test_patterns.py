"""No pattern that is searched for begins with a run of any length and then asks for more.

Where the more is missing, each letter of the run is a beginning of its own, and a text that is one long word takes its length
squared. A run that is looked behind, or comes at the beginning of a line or a text, is tried once.
"""

import importlib
import pkgutil
import re
import re._constants as codes  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
from typing import Any

import pytest

import matchmaker

# Which are only ever asked whether a text begins so, or is so as a whole; and those of files that we wrote ourselves.
MATCHED = {"export.csv._RUN_BY_SPREADSHEETS", "export.joined._NUMBERED"}
# Headers of a sheet, which are short.
SHORT = {"intake.recognise._COURTESY"}
REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT)


def patterns() -> dict[str, re.Pattern[Any]]:
    """Those that the package keeps, by name."""
    found = {}
    for module in pkgutil.walk_packages(matchmaker.__path__, "matchmaker."):
        if ".bench" in module.name or module.name.endswith("__main__"):
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, re.Pattern):
                found[f"{module.name.removeprefix('matchmaker.')}.{name}"] = value
    return found


def parsed(pattern: re.Pattern[Any]) -> Any:
    return parser.parse(pattern.pattern, 0 if isinstance(pattern.pattern, bytes) else pattern.flags)


def runs_away(pattern: Any) -> bool:
    """Whether one of its alternatives begins with a run of any length, with something after it that has to be there."""
    items = list(pattern)
    while items and items[0][0] is codes.SUBPATTERN and len(items) == 1:
        items = list(items[0][1][3])
    if not items:
        return False
    first, value = items[0]
    if first is codes.BRANCH and len(items) == 1:
        return any(runs_away(each) for each in value[1])
    if first is codes.SUBPATTERN:
        return runs_away([*value[3], *items[1:]])
    if first in REPEATS and value[1] == 1 and value[0] == 0:
        return runs_away([*value[2], *items[1:]]) or runs_away(items[1:])
    return first in REPEATS and value[1] is codes.MAXREPEAT and any(_has_to_be(one) for one in items[1:])


def _has_to_be(item: tuple[Any, Any]) -> bool:
    if item[0] is codes.SUBPATTERN:
        return any(_has_to_be(one) for one in item[1][3])
    return not (item[0] in REPEATS and item[1][0] == 0)


@pytest.mark.parametrize(
    ("pattern", "runs"),
    [
        (r"[^ ]+@", True), (r"<?[^ ]+@x", True), (r"(?:a|\w+b)", True), (r"\w+", False), (r"\w+ ?", False),
        (r"\w+(\s?)", False), (r"\w+(b)", True), (r"(?<!\w)\w+b", False), (r"^ *x", False), (r"\w{1,9}@", False),
    ],
)  # fmt: skip
def test_what_runs_away_is_known(pattern: str, runs: bool) -> None:
    assert runs_away(parser.parse(pattern)) is runs


def test_no_pattern_that_is_searched_runs_away() -> None:
    found = patterns()
    away = {name for name, one in found.items() if runs_away(parsed(one))}
    assert len(found) > 50
    assert sorted(away) == sorted(MATCHED | SHORT)
