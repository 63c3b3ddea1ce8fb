"""Printed things → PDF by Typst, from templates of ours and fonts that are bundled.

What people wrote is data: it reaches a template as JSON and is set as text, so no word of theirs is markup, and a template
has nothing to read but what it is given here. Typst sees no folder but that of the fonts, and takes no package from anywhere.
"""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import typst
from msgspec import Struct

FOLDER = Path(str(files("matchmaker.export")))
FONTS, TEMPLATES = FOLDER / "fonts", FOLDER / "typst"
COMMON = "common.typ"


class Print(Struct, frozen=True, kw_only=True):
    """Something to print: a template's name, its data as JSON, and pictures as SVG by file name."""

    template: str
    data: bytes
    pictures: Mapping[str, bytes] = {}


def pdf(print_: Print) -> bytes:
    """The pages as PDF, without a clock in them: the same print gives the same bytes. Takes a second for 200 pages.

    They are tagged, and Typst refuses what would not be PDF/UA-1: a screen reader is told the language, the order, what is a
    table's header, and what a picture says.
    """
    sources = {
        "main.typ": (TEMPLATES / f"{print_.template}.typ").read_bytes(),
        COMMON: (TEMPLATES / COMMON).read_bytes(),
        "data.json": print_.data,
        **print_.pictures,
    }
    only = str(FONTS)
    made: bytes = typst.compile(
        sources,  # type: ignore[call-overload] # as its manual has it: files by name
        root=only,
        font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[only]),
        ignore_system_fonts=True,
        package_path=only,
        package_cache_path=only,
        timestamp=0,
        pdf_standards="ua-1",
    )
    return made
