"""Cells as hostile and as foreign as people write them, by a seed, to be written and read again."""

from random import Random

STARTS = (
    "",
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    " ",
    "  =",
    "\u3000＝",
    "＝",
    "＋",
    "－",
    "＠",
    "'",
    "''",
    "'=",
    "\u200b=",
    "\xa0@",
)
WORDS = (
    "1+1", "cmd|' /C calc'!A0", 'HYPERLINK("http://x.example","click")', "SUM(A1:A9)", "http://x.example/", "mailto:a@b.example",
    "internal:Sheet1!A1", "12345678901234567890", "007", "1e5", "TRUE", "3/4", "2027-03-18", "_x0041_", "a,b;c", 'say "no"',
    "{=1}", "[[x]]", "#REF!", "محمد", "王小明", "김민준", "😀", "Ελένη", "a\nb", "x" * 200, "<b>&amp;</b>", "]]>", "%0A", "\\n",
)  # fmt: skip


def cells(count: int, *, seed: int) -> list[str]:
    """So many texts; none is blank, since a blank cell is no cell, and none holds what no field of ours may."""
    rng = Random(seed)
    return [rng.choice(STARTS) + rng.choice(WORDS) + rng.choice(("", " ", "\t=2", "'")) for _ in range(count)]


def rows(count: int, *, wide: int = 10, seed: int = 1) -> list[list[str]]:
    """The same in rows of ten."""
    flat = cells(count, seed=seed)
    return [flat[begin : begin + wide] for begin in range(0, count, wide)]
