"""What a workbook's own XML says of cells and their text does not: formulas that were never worked out, and errors."""

import html
import io
import re
import zipfile
from collections.abc import Iterator

ODDITIES_MAX = 10_000
ERROR_CHARS_MAX = 20
UNSAVED = "A formula stands here, and the file does not hold its value: it is read as blank."
CURE = "Paste values in its place, or open the file in a spreadsheet and save it."

# A cell: its place, what else its tag says, its formula, its value. Each part is bounded, and none runs into the next.
_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})([0-9]{1,7})"([^>]{0,200})>'
    rb"(<f\b[^>]{0,500}/>|<f\b[^>]{0,500}>[^<]{0,9000}</f>)?(?:<v>([^<]{0,200})</v>)?"
)
_SHEET = re.compile(rb"<sheet\b([^>]{0,2000})>")
_NAME = re.compile(rb'\bname="([^"]{0,400})"')
_LINK = re.compile(rb'\br:id="([^"]{1,100})"')
_RELATION = re.compile(rb"<Relationship\b([^>]{0,2000})>")
_ID = re.compile(rb'\bId="([^"]{1,100})"')
_TARGET = re.compile(rb'\bTarget="([^"]{1,400})"')

Oddities = dict[tuple[int, int], tuple[str, str]]


def oddities_of(data: bytes, sheet: str) -> Oddities:
    """By line and column, what there is to say of cells of a sheet of an .xlsx: a code and words."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        part = _part(archive, sheet)
        cells = archive.read(part) if part in archive.namelist() else b""
    if b"<f" not in cells and b't="e"' not in cells:
        return {}
    found: Oddities = {}
    for place, code, message in _oddities(cells):
        if len(found) < ODDITIES_MAX:
            found[place] = (code, message)
    return found


def _oddities(cells: bytes) -> Iterator[tuple[tuple[int, int], str, str]]:
    for cell in _CELL.finditer(cells):
        letters, line, tag, formula, value = cell.groups()
        place = int(line), _column(letters)
        if b't="e"' in tag:
            shown = (value or b"").decode("ascii", "replace")[:ERROR_CHARS_MAX]
            yield place, "cell_is_error", f"The spreadsheet shows {shown or 'an error'} here: it is read as blank."
        elif formula is not None and not value:
            yield place, "formula_without_value", f"{UNSAVED} {CURE}"


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1


def _part(archive: zipfile.ZipFile, sheet: str) -> str:
    """The name of the archive's part that holds the cells of a sheet; blank where it cannot be told."""
    links = {}
    for tag in _SHEET.findall(archive.read("xl/workbook.xml")):
        name, link = _NAME.search(tag), _LINK.search(tag)
        if name and link:
            links[html.unescape(name[1].decode("utf-8", "replace"))] = link[1]
    relations = "xl/_rels/workbook.xml.rels"
    for tag in _RELATION.findall(archive.read(relations) if relations in archive.namelist() else b""):
        id_, target = _ID.search(tag), _TARGET.search(tag)
        if id_ and target and id_[1] == links.get(sheet):
            path = target[1].decode("utf-8", "replace")
            return path.lstrip("/") if path.startswith("/") else f"xl/{path}"
    return ""
