"""What a person reads of a file: remarks gathered, in their language, and of every file that cannot be read why, with a cure."""

import ast
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar

from matchmaker.intake import answers
from matchmaker.model.attendee_import import RowError
from matchmaker.model.ids import AssociationId, EventId
from matchmaker.services import open_file
from matchmaker.store.connection import Pool
from matchmaker.web.organiser.import_remarks import EACH_MAX, RANGES_MAX, gathered, ranges_of
from matchmaker.web.phrases import LANGUAGES, phrases
from tests.books import ROWS, archive, bombs, workbook
from tests.web.browser import Clock, Page
from tests.web.organiser import Desk, code_at, with_password
from tests.web.test_organiser import enter
from tests.web.test_organiser_import import checked, held, names, send

TELLERS = {"complain", "_tell", "_remark", "about_file", "_error", "Broken"}
COLUMNS = {"external_id", "name", "email", "quota", "languages"}
INTAKE = Path(answers.__file__).parent
OF_ROWS = [INTAKE / f"{name}.py" for name in ("fields", "reading", "workbook", "meaning")]
OF_FILES = [
    *OF_ROWS,
    *(INTAKE / f"{name}.py" for name in ("csv", "archive", "mapping")),
    Path(open_file.__file__),
]
BY_TABLE = {f"{name}_invalid" for name in (*answers.ANSWERS, "available")} | {
    "external_id_twice", "email_twice", "name_twice", "place_twice", "email_taken", "quote_unclosed", "quote_misplaced",
    "reading_stopped", "cell_is_error", "formula_without_value",
}  # fmt: skip


def said(files: list[Path], names: set[str]) -> Iterator[str]:
    """The codes that are given to functions of those names."""
    for file in files:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            called = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
            if isinstance(node, ast.Call) and called in names:
                given = [*node.args, *(word.value for word in node.keywords)]
                words = [one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)]
                yield from (word for word in words if word and word.replace("_", "").islower() and " " not in word)


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_can_be_wrong_has_words_in_every_language(language: str) -> None:
    t = phrases(language)
    rows = (set(said(OF_ROWS, TELLERS)) - COLUMNS) | BY_TABLE
    files = set(said(OF_FILES, {"Unusable"})) | {"event_full", "begun_too_often"}
    assert (len(rows) > 25, len(files) > 15) == (True, True)
    assert {code for code in rows if f"organiser.row.{code}" not in t} == set()
    assert {code for code in files if f"organiser.refusal.{code}" not in t} == set()


def error(line: int, message: str = "No.", *, column: str = "email") -> RowError:
    return RowError(row=line - 1, line=line, column=column, code="email_malformed", message=message, kept=True)


def test_what_is_said_of_many_rows_is_said_once_with_their_lines() -> None:
    one, other = gathered([*(error(line) for line in (2, 3, 4, 7)), error(9, column="quota")])
    assert (one.rows, one.lines, one.each, one.more) == (4, "2–4, 7", [], False)
    assert (other.rows, other.lines) == (1, "9")


def test_where_each_row_has_words_of_its_own_they_stay() -> None:
    (one,) = gathered(error(line, f"No: {line}.") for line in range(2, EACH_MAX + 3))
    assert ([found.message for found in one.each[:2]], len(one.each), one.more) == (
        ["No: 2.", "No: 3."],
        EACH_MAX,
        True,
    )


def test_not_more_lines_are_listed_than_anybody_reads() -> None:
    (one,) = gathered(error(line) for line in range(2, 1_000, 2))
    assert (one.rows, one.lines.count(","), one.more) == (499, RANGES_MAX - 1, True)
    assert ranges_of([]) == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "33 rows 2–34 languages A language is not a code"),
        ("de", "33 Zeilen 2–34 languages eine Sprache ist kein Kürzel"),
    ],
)
async def test_thirty_three_equal_remarks_are_one_line(
    desk: Desk, event_id: EventId, language: str, words: str
) -> None:
    lines = "".join(f"Person {number},?\r\n" for number in range(33))
    desk.browser.headers["Accept-Language"] = language
    page = await checked(desk, await held(desk, event_id, f"name,languages\r\n{lines}"))
    assert words in page.text


async def test_the_same_file_again_changes_nobody(desk: Desk, event_id: EventId) -> None:
    """With columns that are kept beside, an address that cannot be right, and somebody who has neither address nor id."""
    file = (
        "name;email;Shirt;seeks;languages;quota\r\nAda;Ada@Example.org;M;a mill|a loom;en,?;3\r\nBob;no address;;;;\r\n"
    )
    path = await held(desk, event_id, file)
    page = await checked(desk, path)
    await desk.press(f"{path}/taken", version=page.fields["version"])
    for again in (file, file.replace("Ada@Example.org", "ADA@EXAMPLE.ORG"), file.replace(";3", ";3.0")):
        page = await checked(desk, await held(desk, event_id, again))
        assert "New people 0 Changed 0 As before 2" in page.text


def merged(_: Any, sheet: Any) -> None:
    sheet.merge_range(1, 0, 2, 0, "Ada")


def dated(book: Any, sheet: Any) -> None:
    sheet.write_datetime(1, 1, date(2026, 1, 3), book.add_format({"num_format": "d mmm"}))


def worked_out(_: Any, sheet: Any) -> None:
    sheet.write_formula(1, 1, "=A9", None, "")


def another(book: Any, _: Any) -> None:
    book.add_worksheet("Rooms").write(0, 0, "room")


BOOKS = {
    "merged": (workbook([["name", "seeks"], ["", "a"], ["", "b"]], merged), ("one merged cell", "verbundene Zellen")),
    "date": (workbook([["name", "available"], ["Ada"]], dated), ("holds a date", "hat hier ein Datum")),
    "formula": (
        workbook([["name", "seeks"], ["Ada"], ["Bob", "help"]], worked_out),
        ("A formula stands here", "hier steht eine Formel"),
    ),
    "sheets": (workbook(ROWS, another), ("“People” is read, and not: Rooms", "Blatt „People“ und nicht: Rooms")),
    "a workbook's name for a CSV": (b"name\nAda\n", ("New people 1", "Neue Menschen 1")),
    "a CSV's name for a workbook": (workbook(), ("New people 1", "Neue Menschen 1")),
}
NAMES = {"a workbook's name for a CSV": "list.xlsx", "a CSV's name for a workbook": "list.csv"}
LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1_000) + "EncryptedPackage".encode("utf-16-le") + bytes(1_000)
REFUSED = {
    "nothing": (b"", ("choose a file", "wählen Sie eine Datei")),
    "a blank": (b"\n", ("The file is empty.", "Darin steht nichts.")),
    "a header": (b"name,email\n", ("a header and no rows", "darunter niemanden")),
    "a password": (LOCKED, ("has a password", "hat ein Kennwort")),
    "UTF-16": ("name\nAda\n".encode("utf-16"), ("is not UTF-8", "Buchstaben lassen sich nicht lesen")),
    "Windows-1252": ("name\nJürgen\n".encode("cp1252"), ("line 2 has the byte 0xfc", "„CSV UTF-8“")),
    "columns": (b",".join([b"c"] * 10_000), ("10,000 columns", "mehr Spalten, als sich lesen lassen")),
    "an archive": (archive({"list.csv": b"name\n"}), ("no workbook that can be read", "keine lesbare Arbeitsmappe")),
    "swollen": (bombs()["blanks, packed"], ("packed more than 100 to one", "zu groß oder beschädigt")),
    "macros": (bombs()["macros"], ("holds macros", "enthält Makros")),
}


@pytest.mark.parametrize("name", BOOKS)
async def test_what_a_file_only_seems_to_say_is_told(desk: Desk, event_id: EventId, name: str) -> None:
    data, told = BOOKS[name]
    for language, words in zip(LANGUAGES, told, strict=True):
        desk.browser.headers["Accept-Language"] = language
        path = await held(desk, event_id, data, NAMES.get(name, "list.xlsx"))
        columns = Page((await desk.get(f"{path}/columns")).text).text
        assert words in columns + (await checked(desk, path)).text


@pytest.mark.parametrize("name", REFUSED)
async def test_a_file_that_cannot_be_read_is_refused_in_words(desk: Desk, event_id: EventId, name: str) -> None:
    data, told = REFUSED[name]
    for language, words in zip(LANGUAGES, told, strict=True):
        desk.browser.headers["Accept-Language"] = language
        answer = await send(desk, event_id, data, "list.xlsx")
        assert (answer.status_code, words in Page(answer.text).text) == (422, True), Page(answer.text).text


@pytest.mark.parametrize("choice", ["columns", "check"])
async def test_what_was_chosen_and_mended_arrives_after_a_sign_in_on_the_way(
    desk: Desk, app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock, event_id: EventId, choice: str
) -> None:
    """The session ends between the page and its button; the file is held all the while."""
    await with_password(pool, association_id, desk.organiser_id)
    path = await held(desk, event_id)
    page = await checked(desk, path)
    if choice == "columns":
        page = Page((await desk.get(f"{path}/columns")).text)
    typed = {"columns": {"column-3": "seeks", "choice": "save"}, "check": {"cell-2-2": "4", "choice": "take"}}[choice]
    clock.go(hours=2)
    seal = page.fields["form"]
    asked = await desk.press(f"{path}/{choice}", seal=seal, version=page.fields["version"], **typed)
    assert asked.status_code == 403
    shown = Page((await enter(desk.browser, Page(asked.text), code_at(app, clock))).text)
    assert shown.title == "Nothing was lost"
    sent = await desk.press(f"{path}/{choice}", seal=shown.fields.pop("form"), **shown.fields)
    assert sent.status_code == 303
    if choice == "columns":
        assert '<option value="seeks" selected>' in (await desk.get(f"{path}/columns")).text
    assert await names(pool, association_id, event_id) == ([] if choice == "columns" else ["Ada", "Bob", "Cy"])
