"""Cues: phrases by which someone who seeks is told from someone who gives, in sixteen languages.

The phrases stand in `lessons/cues.txt` by language, and a text is searched for all of them at once: attendees mix languages,
and a cue of one is rarely a word of another with the opposite meaning.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from unicodedata import normalize

import numpy as np

from matchmaker.lessons import CUES
from matchmaker.matching.roster import Floats

COUNT_MAX = 2
UNPARTED = frozenset({"zh", "ja", "ko", "th"})  # written without blanks, or with endings on every word
PREFIXES = {"ar": r"(?:[وفبل]|ال)?"}  # what is written in one with the next word


def counts(texts: Sequence[str]) -> Floats:
    """`(n, classes)`: how many cues of each class a text holds, two at most: saying it more often says no more."""
    found = np.zeros((len(texts), len(classes())), np.float32)
    for row, text in enumerate(texts):
        folded = normalize("NFC", text).casefold()
        for column, (parted, unparted) in enumerate(_patterns().values()):
            found[row, column] = len(parted.findall(folded)) + len(unparted.findall(folded))
    return np.minimum(found, COUNT_MAX)


def classes() -> list[str]:
    """What cues tell, in order: wish, same, give, past, and one for each side of a goal kind."""
    return list(_patterns())


@cache
def _patterns() -> dict[str, tuple[re.Pattern[str], re.Pattern[str]]]:
    """Of each class, one pattern for languages that part words and one for those that do not."""
    parted: dict[str, set[str]] = defaultdict(set)
    unparted: dict[str, set[str]] = defaultdict(set)
    for line in CUES.read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        language, tells, phrases = line.split(": ", 2)
        for phrase in phrases.split("|"):
            word = re.escape(phrase.strip().removesuffix("*").casefold())
            ending = r"\w*" if phrase.endswith("*") else ""
            if language in UNPARTED:
                unparted[tells].add(word)
            else:
                parted[tells].add(PREFIXES.get(language, "") + word + ending)
    return {
        tells: (re.compile(rf"(?<!\w)(?:{_any(parted[tells])})(?!\w)"), re.compile(_any(unparted[tells])))
        for tells in parted
    }


def _any(words: set[str]) -> str:
    """One of the words, the longest that fits."""
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))
