"""Which letters a font has, from its own table of characters (OpenType `cmap`, formats 4 and 12)."""

import struct
from collections.abc import Iterator
from pathlib import Path


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
