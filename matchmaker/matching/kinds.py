"""Goal kinds suggested from text: cues in the encoder's sixteen languages, read by where they stand.

A stem that tells which side someone is on (`to invest in`, `hiring`) names its kind; one that both sides use (`mentor`,
`pricing`) is read by its box: among seeks as a wish, among offers as a gift. Suggestions, for a person to confirm.
"""

import re
import unicodedata
from collections import defaultdict
from functools import lru_cache

from matchmaker.matching.kind_cues import BOXED, TOLD
from matchmaker.model.goal import GoalKind

SURE_AT = 2.0
CONFIDENCE_DECIMALS = 2
TOLD_WEIGHT, BOX_WEIGHT, HINT_WEIGHT = 2.0, 1.0, 0.5
CHARS_READ_MAX = 600

Meant = GoalKind | tuple[GoalKind, GoalKind]


def kinds_of(text: str, *, sought: bool) -> dict[GoalKind, float]:
    """The kinds a text suggests, the likeliest first, with confidences in [0, 1] that add up to at most one; often none.

    `sought` says whether it stands among seeks or among offers.
    """
    return dict(_kinds(text[:CHARS_READ_MAX], sought))


def kind_of(text: str, *, sought: bool, least: float = 0.0) -> GoalKind | None:
    """The likeliest kind of a text, if it has at least that confidence."""
    return next((kind for kind, confidence in kinds_of(text, sought=sought).items() if confidence >= least), None)


@lru_cache(maxsize=65536)
def _kinds(text: str, sought: bool) -> tuple[tuple[GoalKind, float], ...]:
    scores: dict[GoalKind, float] = defaultdict(float)
    for meant, places in _found(text).items():
        kind = meant if isinstance(meant, GoalKind) else meant[0 if sought else 1]
        weight = TOLD_WEIGHT if isinstance(meant, GoalKind) else BOX_WEIGHT
        scores[kind] += weight * (len(places) + 1) / 2  # each further cue says half as much
    if sought and "?" in text:
        scores[GoalKind.LEARN] += HINT_WEIGHT
    total = sum(scores.values())
    if total < BOX_WEIGHT:
        return ()
    sure = min(1.0, max(scores.values()) / SURE_AT)
    order = sorted(scores, key=lambda kind: (-scores[kind], kind.value))
    return tuple((kind, round(sure * scores[kind] / total, CONFIDENCE_DECIMALS)) for kind in order)


def _found(text: str) -> dict[Meant, set[int]]:
    """Where the cues of each meaning begin."""
    text = unicodedata.normalize("NFC", text.replace("İ", "i")).lower().replace("’", "'") + " "
    found: dict[Meant, set[int]] = {}
    for start in (*_BEGINS.finditer(text), *_ANYWHERE.finditer(text)):
        for length in _LENGTHS:
            for meant in _INDEX.get(text[start.start() : start.start() + length], ()):
                found.setdefault(meant, set()).add(start.start())
    return found


def _indexed() -> dict[str, list[Meant]]:
    """What each cue means."""
    index: dict[str, list[Meant]] = {}
    table: list[tuple[Meant, str]] = [*TOLD.items(), *BOXED.items()]
    for meant, cues in table:
        for cue in cues.split():
            index.setdefault(cue.replace("_", " "), []).append(meant)
    return index


_BEGINS = re.compile(r"(?<!\w)[^\W\u0e00-\uffff]")
_ANYWHERE = re.compile(r"[\u0e00-\uffff]")
_INDEX = _indexed()
_LENGTHS = sorted({len(cue) for cue in _INDEX})
