"""What can be printed: the letters that a font has, by its own table of characters (OpenType `cmap`, formats 4 and 12).

A page for screen readers must not hold what no font can draw: Typst refuses it, and one such sign in one name would keep a whole
room's badges from being printed. So signs that none of ours has, as most emoji, are left out, and a box stands for each letter.
"""

import re
import struct
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

FONTS = Path(str(files("matchmaker.export"))) / "fonts"
JOINER = "\u200d"
COLOURS = re.compile("[\u20e3\ufe0e\ufe0f]")  # which ask for a sign in colour, or on a key: print has neither
LETTERS = re.compile("[^\x00-\x7f]")
BOX = "□"
# Signs, arrows, dingbats, emoji, and what joins one to the next; blanks around a run go with it.
SIGNS = re.compile(
    f"(\\s?)([{JOINER}\u20d0-\u2bff\u3030\u303d\ufe00-\ufe0f\U0001f000-\U0001fbff\U000e0000-\U000e007f]+)(\\s?)"
)


def printable(text: str) -> str:
    """The text as our fonts can draw all of it."""
    plain = COLOURS.sub("", text)
    if all(ord(letter) in drawable() for letter in LETTERS.findall(plain)):
        return plain
    return LETTERS.sub(_boxed, SIGNS.sub(_drawn, plain))


def _drawn(run: re.Match[str]) -> str:
    before, signs, after = run.groups()
    kept = "".join(sign for sign in signs if ord(sign) in drawable())
    if kept != signs:
        kept = kept.replace(JOINER, "")
    if kept:
        return f"{before}{kept}{after}"
    return before and after


def _boxed(letter: re.Match[str]) -> str:
    return letter[0] if ord(letter[0]) in drawable() else BOX if letter[0].isalnum() else ""


@cache
def drawable() -> frozenset[int]:
    """The code points for which a font of ours has a glyph."""
    return frozenset().union(*(letters(font) for font in FONTS.glob("*.ttf")))


def letters(font: Path) -> set[int]:
    """The code points that the font has a glyph for."""
    data = font.read_bytes()
    (count,) = struct.unpack_from(">H", data, 4)
    tables = {data[at : at + 4]: struct.unpack_from(">I", data, at + 8)[0] for at in range(12, 12 + 16 * count, 16)}
    begin = tables[b"cmap"]
    (count,) = struct.unpack_from(">H", data, begin + 2)
    found: set[int] = set()
    for at in range(begin + 4, begin + 4 + 8 * count, 8):
        for first, last in _ranges(data, begin + struct.unpack_from(">I", data, at + 4)[0]):
            found.update(range(first, last + 1))
    return found


def _ranges(data: bytes, at: int) -> Iterator[tuple[int, int]]:
    (form,) = struct.unpack_from(">H", data, at)
    if form == 4:
        count = struct.unpack_from(">H", data, at + 6)[0] // 2
        lasts = struct.unpack_from(f">{count}H", data, at + 14)
        yield from zip(struct.unpack_from(f">{count}H", data, at + 16 + 2 * count), lasts, strict=True)
    elif form == 12:
        (count,) = struct.unpack_from(">I", data, at + 12)
        yield from (struct.unpack_from(">II", data, at + 16 + 12 * number) for number in range(count))
