"""Which letters the bundled fonts can draw, and what stands on paper for those they cannot.

PDF/UA-1 knows no empty box: one emoji in one name would keep everybody's badges from being made.
"""

import re
import struct
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

FONTS = Path(str(files("matchmaker.export"))) / "fonts"
MISSING = "\ufffd"  # which every reader of text knows as a sign that is missing
UNSEEN = ("Cc", "Cf", "Zs", "Zl", "Zp")  # what nobody sees needs no glyph
JOINERS = "\ufe0e\ufe0f\u200d\u20e3"  # what binds the parts of an emoji to each other


def drawable(text: str) -> str:
    """The text with what no font has as its plain form (① as 1), and each run of what has none as one sign."""
    if not (unknown := {one for one in set(text) if not is_drawn(one)}):
        return text
    plain = {one: form for one in unknown if all(map(is_drawn, form := unicodedata.normalize("NFKC", one)))}
    text = text.translate(str.maketrans(plain))
    signs = "".join(re.escape(one) for one in sorted(unknown - plain.keys()))
    return re.sub(f"[{signs}][{signs}{JOINERS}]*", MISSING, text) if signs else text


def is_drawn(one: str) -> bool:
    """Whether a letter has a glyph, or needs none."""
    return ord(one) in _covered() or unicodedata.category(one) in UNSEEN


@cache
def _covered() -> frozenset[int]:
    """Every code point that all files of one of the families can draw."""
    families: dict[str, list[set[int]]] = defaultdict(list)
    for path in sorted(FONTS.glob("*.ttf")):
        families[path.stem.partition("-")[0]].append(set(_drawn(path.read_bytes())))
    return frozenset().union(*(set.intersection(*each) for each in families.values()))


def _drawn(font: bytes) -> Iterator[int]:
    """The code points of a font's table `cmap`, of its parts of formats 4 and 12 (OpenType 1.9, “cmap”)."""
    (tables,) = struct.unpack_from(">H", font, 4)
    heads = (struct.unpack_from(">4s4xII", font, 12 + 16 * number) for number in range(tables))
    start = next(offset for tag, offset, _ in heads if tag == b"cmap")
    (parts,) = struct.unpack_from(">H", font, start + 2)
    for number in range(parts):
        platform, encoding, offset = struct.unpack_from(">HHI", font, start + 4 + 8 * number)
        if (platform, encoding) in ((0, 3), (0, 4), (3, 1), (3, 10)):
            yield from _part(font, start + offset)


def _part(font: bytes, at: int) -> Iterator[int]:
    (form,) = struct.unpack_from(">H", font, at)
    if form == 12:
        (groups,) = struct.unpack_from(">I", font, at + 12)
        for number in range(groups):
            first, last, _ = struct.unpack_from(">III", font, at + 16 + 12 * number)
            yield from range(first, last + 1)
    elif form == 4:
        yield from _segments(font, at)


def _segments(font: bytes, at: int) -> Iterator[int]:
    count = struct.unpack_from(">H", font, at + 6)[0] // 2
    numbers = f">{count}H"
    ends, starts, deltas, offsets = (
        struct.unpack_from(numbers, font, at + 14 + 2 * count * place + (2 if place else 0)) for place in range(4)
    )
    for segment, (first, last) in enumerate(zip(starts, ends, strict=True)):
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = code
            if offsets[segment]:
                place = at + 16 + 6 * count + 2 * segment + offsets[segment] + 2 * (code - first)
                (glyph,) = struct.unpack_from(">H", font, place)
                if not glyph:
                    continue
            if (glyph + deltas[segment]) % 65_536:
                yield code
