"""A workbook holds every text as text: no formula, no link, no number of its own making, and it reads back as it was."""

import csv
import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from matchmaker.export.csv import guarded, sheet_csv
from matchmaker.export.sheet import Sheet, UnknownColumn, narrowed
from matchmaker.export.xlsx import CELL_CHARS_MAX, xlsx
from matchmaker.intake.fields import without_guard
from tests.export.cells import rows

COLUMNS = [f"c{number}" for number in range(10)]
FORMULA = re.compile("<f[ >/]")
FEW, MANY = 2_000, pytest.param(50_000, marks=pytest.mark.full)


def sheet(*cells: list[object]) -> Sheet:
    return Sheet(title="cells", columns=COLUMNS[: len(cells[0])], rows=list(cells))  # type: ignore[arg-type]


def read(data: bytes) -> list[list[object]]:
    """What stands under the header, by another reader."""
    table = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    return [list(row) for row in table[1:]]


def parts(data: bytes, ending: str = ".xml") -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return "".join(file.read(name).decode() for name in file.namelist() if name.endswith(ending))


@pytest.mark.parametrize("count", [FEW, MANY])
def test_hostile_cells_are_strings_and_read_back_as_they_were(count: int) -> None:
    written = rows(count)
    data = xlsx(Sheet(title="cells", columns=COLUMNS, rows=written))
    found = read(data)
    assert {type(cell) for row in found for cell in row} == {str}
    assert [[without_guard(str(cell)) for cell in row] for row in found] == written
    assert FORMULA.findall(parts(data)) == []
    assert "<hyperlink" not in parts(data)
    assert "http" not in parts(data, "sheet1.xml.rels")


@pytest.mark.parametrize("count", [FEW, MANY])
def test_hostile_cells_read_back_from_csv_as_they_were(count: int) -> None:
    written = rows(count)
    text = sheet_csv(Sheet(title="cells", columns=COLUMNS, rows=written)).decode("utf-8-sig")
    found = list(csv.reader(io.StringIO(text, newline=""), strict=True))[1:]
    assert [[without_guard(cell) for cell in row] for row in found] == written


# Comma, double quote, UTF-8, from line 1; whether special numbers are seen; last, whether formulas are.
CSV_FORMULAS = "CSV:44,34,76,1,,0,false,true,false,false,false,0,true"
CSV_TEXT = "CSV:44,34,76,1,{},0,false,false,false,false,false,0,true".format("/".join(f"{n}/2" for n in range(1, 11)))


@pytest.mark.libreoffice
@pytest.mark.parametrize("count", [FEW, MANY])
def test_libreoffice_finds_no_formula_in_a_workbook_and_the_same_words(tmp_path: Path, count: int) -> None:
    written = rows(count)
    formulas, found = opened(tmp_path, "cells.xlsx", xlsx(Sheet(title="cells", columns=COLUMNS, rows=written)))
    assert formulas == 0
    assert [[lines(cell) for cell in row] for row in found] == [
        [lines(guarded(cell)) for cell in row] for row in written
    ]


@pytest.mark.libreoffice
@pytest.mark.parametrize("count", [FEW, MANY])
def test_libreoffice_finds_no_formula_in_a_csv_and_the_same_words(tmp_path: Path, count: int) -> None:
    written = rows(count)
    data = sheet_csv(Sheet(title="cells", columns=COLUMNS, rows=written))
    formulas, _ = opened(tmp_path, "cells.csv", data, read_as=CSV_FORMULAS)
    assert formulas == 0
    _, found = opened(tmp_path, "cells.csv", data, read_as=CSV_TEXT)
    assert found == [[lines(guarded(cell)) for cell in row] for row in written]


@pytest.mark.libreoffice
def test_libreoffice_would_find_a_formula(tmp_path: Path) -> None:
    assert opened(tmp_path, "cells.csv", b"a\n=1+1\n", read_as=CSV_FORMULAS)[0] == 1


def opened(folder: Path, name: str, data: bytes, *, read_as: str | None = None) -> tuple[int, list[list[str]]]:
    """How many formulas LibreOffice sees in a file, and what stands under the header."""
    if shutil.which("soffice") is None:
        pytest.skip("needs LibreOffice Calc")
    (folder / name).write_bytes(data)
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless",
         *([f"--infilter={read_as}"] if read_as else []),
         "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder / "out"), str(folder / name)],
        check=True, capture_output=True, timeout=240,
    )  # fmt: skip
    again = (folder / "out" / "cells.xlsx").read_bytes()
    table = CalamineWorkbook.from_filelike(io.BytesIO(again)).get_sheet_by_index(0).to_python()[1:]
    return len(FORMULA.findall(parts(again))), [[str(cell) for cell in row] for row in table]


def lines(cell: str) -> str:
    """The cell with line breaks of one kind, which LibreOffice makes of several."""
    return cell.replace("\r", "\n")


def test_numbers_are_numbers_and_nothing_is_blank() -> None:
    assert read(xlsx(sheet([1.5, -2, None, "", "0"]))) == [[1.5, -2.0, "", "", "0"]]


def test_lists_and_yes_stand_in_the_words_that_an_import_reads() -> None:
    assert read(xlsx(sheet([["a", "b"], True, False, []]))) == [["a|b", "yes", "no", ""]]
    assert sheet_csv(sheet([["=a", "b"], True])).decode("utf-8-sig") == "c0,c1\r\n'=a|b,yes\r\n"


def test_a_text_too_long_for_a_cell_is_cut_and_says_so() -> None:
    (long, wide, fits), *_ = read(xlsx(sheet(["x" * 40_000, "😀" * 20_000, "y" * CELL_CHARS_MAX])))
    assert (len(str(long)), str(long)[-2:]) == (CELL_CHARS_MAX, "x…")
    assert len(str(wide).encode("utf-16-le")) // 2 <= CELL_CHARS_MAX
    assert str(wide).endswith("😀…")
    assert fits == "y" * CELL_CHARS_MAX


def test_the_header_is_frozen_and_columns_are_as_wide_as_their_words() -> None:
    text = parts(xlsx(sheet(["x" * 30, "y" * 500])))
    assert 'state="frozen"' in text
    assert re.findall(r'<col [^>]*width="(\d+)', text) == ["31", "60"]


def test_the_same_rows_give_the_same_bytes() -> None:
    assert xlsx(sheet(["a"])) == xlsx(sheet(["a"]))


@pytest.mark.parametrize("title", ["", "[a]:*?/\\'b", "x" * 50])
def test_any_title_names_a_worksheet(title: str) -> None:
    assert read(xlsx(Sheet(title=title, columns=["a"], rows=[["b"]]))) == [["b"]]


def test_columns_are_chosen_in_the_order_asked_each_once() -> None:
    found = narrowed(sheet([1, 2, 3]), ["c2", "c0", "c2"])
    assert (found.columns, found.rows) == (["c2", "c0"], [[3, 1]])


def test_a_column_that_is_not_there_is_refused_by_name() -> None:
    with pytest.raises(UnknownColumn) as refused:
        narrowed(sheet([1]), ["c0", "secret"])
    (field,) = refused.value.fields
    assert (field.pointer, str(field)) == ("?columns", "There is no column 'secret'; there are c0.")
