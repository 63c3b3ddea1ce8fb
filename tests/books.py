"""Workbooks made in memory, good ones and such as mean harm."""

import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import xlsxwriter

ROWS = [["name", "email", "seeks", "offers"], ["Ada", "ada@example.org", "quartz", "fjord"]]
BLANKS = b" " * 1_000_000


def workbook(rows: Sequence[Sequence[Any]] = ROWS, *more: Callable[[Any, Any], None]) -> bytes:
    """A workbook with one sheet of `rows`; each of `more` is given the book and the sheet."""
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("People")
        for line, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell != "":
                    sheet.write(line, column, cell)
        for one in more:
            one(book, sheet)
    return data.getvalue()


def archive(parts: dict[str, bytes]) -> bytes:
    """An archive of those parts."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return data.getvalue()


def changed(book: bytes, parts: dict[str, bytes]) -> bytes:
    """The workbook with some parts replaced or added."""
    with zipfile.ZipFile(io.BytesIO(book)) as made:
        before = {name: made.read(name) for name in made.namelist()}
    return archive(before | parts)


def sheet_xml(cells: bytes, before: bytes = b"") -> bytes:
    """The XML of a sheet that holds `cells`."""
    opened = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return b'<?xml version="1.0"?>' + before + opened + cells + b"</sheetData></worksheet>"


def ods(rows: bytes) -> bytes:
    """An OpenDocument sheet of `rows`, in XML."""
    office = b"urn:oasis:names:tc:opendocument:xmlns:"
    content = (
        b'<?xml version="1.0"?><office:document-content xmlns:office="' + office + b'office:1.0" xmlns:table="' + office
        + b'table:1.0" xmlns:text="' + office + b'text:1.0"><office:body><office:spreadsheet><table:table table:name="People">'
        + rows + b"</table:table></office:spreadsheet></office:body></office:document-content>"
    )  # fmt: skip
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        b'<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    )
    return archive({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})


def bombs() -> dict[str, bytes]:
    """Files that mean harm, by what they try; each is small."""
    good = workbook()
    first = "xl/worksheets/sheet1.xml"
    laughs = b'<!DOCTYPE w [<!ENTITY a "ha">' + b"".join(
        b'<!ENTITY %c "%s">' % (ord("b") + n, (b"&%c;" % (ord("a") + n)) * 10) for n in range(9)
    )
    return {
        "cut short": good[: len(good) // 2],
        "only its beginning": b"PK\x03\x04" + bytes(100),
        "an archive of another kind": archive({"a.txt": b"hello"}),
        "blanks, packed": changed(good, {"xl/media/a.bin": BLANKS * 20}),
        "a sheet of blanks": changed(good, {first: sheet_xml(BLANKS * 20)}),
        "many parts": changed(good, {f"xl/media/{n}.bin": b"x" for n in range(300)}),
        "macros": changed(good, {"xl/vbaProject.bin": b"x"}),
        "links to other workbooks": changed(good, {"xl/externalLinks/externalLink1.xml": b"<x/>"}),
        "a far cell": changed(good, {first: sheet_xml(b'<row r="1"><c r="A1"><v>1</v></c></row>' + FAR)}),
        "a billion laughs": changed(good, {first: sheet_xml(LAUGHING, laughs + b"]>")}),
        "an entity from a file": changed(
            good, {first: sheet_xml(LAUGHING, b'<!DOCTYPE w [<!ENTITY j SYSTEM "/etc/passwd">]>')}
        ),
        "no XML": changed(good, {first: b"\x00" * 1_000}),
        "elements without end": changed(good, {first: sheet_xml(b"<row>" * 100_000)}),
        "a shared text that is not there": changed(
            good, {first: sheet_xml(b'<row r="1"><c r="A1" t="s"><v>99999</v></c></row>')}
        ),
        "rows without number": changed(
            good, {first: sheet_xml(b'<row r="-5"><c r="ZZZZ9999999999"><v>1</v></c></row>')}
        ),
        "too many columns": workbook([[f"c{n}" for n in range(101)], ["x"] * 101]),
        "a header alone": workbook([["name"]]),
        "an empty sheet": workbook([]),
        "none of our columns": workbook([["a", "b"], ["x", "y"]]),
        "an old workbook that is none": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000),
        "an ODS of repeated cells": ods(REPEATED),
        "an ODS of repeated rows": ods(REPEATED_ROWS),
        "an ODS without content": archive({"mimetype": b"x", "content.xml": b""}),
    }


def heavy() -> dict[str, bytes]:
    """Files as large as a file may be, by what they cost whoever reads them trustingly."""
    most = 10_000_000
    lines = b"name,email,seeks\n"
    return {
        "a directory of 100,000 parts": directory(100_000),
        "one line of commas": b"," * most,
        "lines of quotes that never close": lines + b'"a\n' * (most // 3 - 10),
        "lines of stray quotes": lines + b'a,"b"c,d\n' * (most // 9 - 10),
        "a hundred columns of long cells": b",".join(b"c%d" % n for n in range(100))
        + b"\n"
        + (b",".join([b"x" * 900] * 100) + b"\n") * 110,
        "lines of one letter": lines + b"a\n" * (most // 2 - 10),
        "NULs": bytes(most),
        "one cell": b"name\n" + b"x" * (most - 10),
        "towers of marks": b"name,seeks\n" + (b"a," + "\u0300\u0316".encode() * 15_000 + b"\n") * 160,
        "a directory that lies": directory(100_000)[:-12] + b"\xff" * 8 + bytes(4),
    }


def directory(parts: int) -> bytes:
    """An archive with a long directory of one part, many times over."""
    one = archive({"xl/workbook.xml": b"x"})
    begins, ends = one.index(b"PK\x01\x02"), one.index(b"PK\x05\x06")
    entry = one[begins:ends]
    size, count = (len(entry) * parts).to_bytes(4, "little"), min(parts, 65_535).to_bytes(2, "little")
    tail = b"PK\x05\x06" + bytes(4) + count + count + size + begins.to_bytes(4, "little") + bytes(2)
    return one[:begins] + entry * parts + tail


FAR = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
LAUGHING = (
    b'<row r="1"><c r="A1" t="inlineStr"><is><t>&j;</t></is></c><c r="B1" t="inlineStr"><is><t>name</t></is></c></row>'
)
_CELL = b'<table:table-cell office:value-type="string" %s><text:p>name</text:p></table:table-cell>'
REPEATED = b"<table:table-row>" + _CELL % b'table:number-columns-repeated="1000000000"' + b"</table:table-row>"
REPEATED_ROWS = b'<table:table-row table:number-rows-repeated="1000000000">' + _CELL % b"" + b"</table:table-row>"
