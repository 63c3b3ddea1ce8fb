"""What is printed names whom it should, in any script, and no word of anybody's is a command."""

import json
import re
import shutil
import subprocess
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import segno
import typst
from msgspec import structs

from matchmaker.export.board_words import BOARD, FIGURES
from matchmaker.export.csv import Who
from matchmaker.export.glyphs import FONTS, drawable, printable
from matchmaker.export.joined import joined
from matchmaker.export.paper import LAYOUTS, BadgeSheet, Paper
from matchmaker.export.pdf import COMMON, TEMPLATES, Print, pdf
from matchmaker.export.print_words import WORDS
from matchmaker.export.prints import (
    BoardReport,
    Figure,
    agenda_pages,
    badges,
    board_report,
    table_cards,
    table_sheets,
)
from matchmaker.model.attendee import Attendee
from matchmaker.model.group import Bye
from matchmaker.model.ids import AttendeeId
from matchmaker.model.person import Contact
from matchmaker.model.profile import Profile
from matchmaker.model.programme import Slot
from matchmaker.model.run import Format
from tests.export.people import ADA_BOB, AT_TABLES, IN_ROUNDS, TABLES, WHO, A, B, proposal

HOSTILE = (
    '#read("/etc/passwd")', '#image("/etc/passwd")', '#import "@preview/cetz:0.3.0": *', "$x^2$ @ref \\ *b* _i_ `c` <l>",
    "]] #panic() [[", "// gone", "= Heading", "https://tracker.example.org/pixel.png", "\\u{41}", '"); #eval("1', "{{7*7}}", "#",
)  # fmt: skip
SCRIPTS = (
    "محمد عبد الله", "שרה כהן", "สมชาย ใจดี", "अनिता शर्मा", "王小明", "山田太郎", "김민준", "Ελένη Παππά", "Андрей Иванов",
    "რუსუდან", "Արամ", "মিতা সেন", "தமிழ் செல்வன்", "አበበ ቢቂላ", "Ĝorĝo Ŝanĝ", "Łukasz Żółć",
)  # fmt: skip
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z" fill="var(--bar, #48c)"/>%s</svg>'
DOTS = 300 / 25.4  # a millimetre
ADDRESS = "https://matchmaker.example.org/desk/0123456789ABCDEF0123"
SLOTS = [Slot(number=n, starts_at=datetime(2027, 3, 18, 9 + n, 5, tzinfo=UTC)) for n in (1, 2, 3)]


def people(*names: str) -> Who:
    return {
        AttendeeId(f"{number:08d}"): (
            Contact(name=name),
            Attendee(id=AttendeeId(f"{number:08d}"), profile=Profile(), organisation=name),
        )
        for number, name in enumerate(names)
    }


def codes(who: Who) -> dict[AttendeeId, str]:
    return dict.fromkeys(who, ADDRESS)


def texts(prints: Sequence[Print]) -> list[str]:
    """Every string among the data, wherever it stands."""

    def within(part: Any) -> list[str]:
        if isinstance(part, str):
            return [part]
        inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else []
        return [text for one in inner for text in within(one)]

    return [text for one in prints for text in within(json.loads(one.data))]


def pages(data: bytes) -> int:
    """How many pages a file says it has, in the root that its catalogue names."""
    return max(int(count) for count in re.findall(rb"/Count\s+(\d+)", data))


def some_badges() -> list[Print]:
    return badges(WHO, codes(WHO), event="Day", sheet=BadgeSheet.A4_2X5, language="en")


def rounds() -> dict[str, Any]:
    return {"event": "Day", "slots": SLOTS, "tables": TABLES, "zone": UTC, "paper": Paper.A4, "language": "en"}


def test_no_word_of_anybody_is_a_command_and_all_are_set_as_they_were() -> None:
    who = people(*HOSTILE)
    prints = badges(who, codes(who), event=HOSTILE[0], sheet=BadgeSheet.A4_3X8, language="en")
    assert set(HOSTILE) <= set(texts(prints))
    assert pages(joined([pdf(one) for one in prints])) == 1


@pytest.mark.parametrize(
    "words", ['#read("secret.txt")', '#import "@preview/cetz:0.3.0"', '#image("secret.txt")', '#read("/etc/passwd")']
)
def test_even_a_template_reaches_nothing_but_its_own(
    words: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("matchmaker.export.pdf.TEMPLATES", tmp_path)
    (tmp_path / "evil.typ").write_text(words)
    (tmp_path / COMMON).write_text("")
    with pytest.raises(typst.TypstError):
        pdf(Print(template="evil", data=b"{}"))


@pytest.mark.parametrize("inner", [b'<image href="file:///etc/passwd"/>', b'<image href="http://127.0.0.1:9/x.png"/>'])
def test_a_chart_that_would_load_something_is_refused(inner: bytes) -> None:
    report = BoardReport(title="Day", subtitle=None, figures=[], charts=[("Chart", SVG % inner)])
    with pytest.raises(typst.TypstError):
        pdf(board_report(report, paper=Paper.A4, language="en"))


def test_every_script_has_its_letters() -> None:
    assert [name for name in SCRIPTS if not {ord(letter) for letter in name} <= drawable()] == []
    assert ord("🎉") not in drawable()


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("Ada 🎉 Example", "Ada Example"),
        ("🎉 Ada", "Ada"),
        ("Ada 👩🏽‍🚀🇩🇪", "Ada"),
        ("1️⃣ Ada", "1 Ada"),
        ("❤️ Ada → Bob ★ 😀", "❤ Ada → Bob ★ 😀"),
        ("🎉", ""),
        ("مي‌خواهم", "مي‌خواهم"),
        ("क‍ष", "क‍ष"),
        ("Sok ខ្មែរ", "Sok □□□"),
        ("A\U000e0041B", "AB"),
        *((name, name) for name in SCRIPTS),
    ],
)
def test_signs_that_no_font_has_are_left_out_and_letters_are_boxes(written: str, printed: str) -> None:
    assert printable(written) == printed


def test_every_font_is_named_where_people_are_set() -> None:
    named = set(re.findall(r'"((?:Noto|Droid|DejaVu)[^"]*)"', (TEMPLATES / COMMON).read_text("utf-8")))
    bundled = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    assert named == set(bundled.families())


@pytest.mark.poppler
@pytest.mark.parametrize("sheet", BadgeSheet)
def test_badges_hold_every_name_on_the_sheets_they_need(sheet: BadgeSheet, tmp_path: Path) -> None:
    names = [*HOSTILE, *SCRIPTS]
    prints = badges(people(*names), codes(people(*names)), event="Day", sheet=sheet, language="de")
    file = joined([pdf(one) for one in prints])
    assert pages(file) == -(-len(names) // (LAYOUTS[sheet].columns * LAYOUTS[sheet].rows))
    said = read(file, tmp_path)
    assert [name for name in ("#read(", "$x^2$", "王小明", "김민준", "Андрей", "Ĝorĝo") if name not in said] == []
    assert "root:" not in said


@pytest.mark.poppler
def test_no_sign_in_a_name_keeps_a_room_from_being_printed(tmp_path: Path) -> None:
    who = people("Ada 🎉 Example", "🎉", "Bob ❤️ 😀 → ★", "山田 🚀", "ខ្មែរ")
    (made,) = badges(who, codes(who), event="Day 🎈", sheet=BadgeSheet.A4_2X5, language="en")
    said = read(pdf(made), tmp_path)
    assert [name for name in ("Ada Example", "❤", "😀", "→ ★", "山田") if name not in said] == []
    assert [sign for sign in "🎉🚀🎈\ufe0f\ufffd" if sign in said] == []
    with pytest.raises(typst.TypstError, match="could not be displayed"):
        pdf(structs.replace(made, data=made.data.replace(b"Ada", "🎉".encode())))


@pytest.mark.poppler
def test_many_prints_make_one_file_whose_pages_are_all_there(tmp_path: Path) -> None:
    names = ["Ada (1 0 R) \\( x", "محمد", "Bob"]
    prints = [
        badges(people(name), codes(people(name)), event=name, sheet=BadgeSheet.A4_2X5, language="en")[0]
        for name in names
    ]
    file = joined([pdf(one) for one in prints])
    assert pages(file) == len(names)
    said = read(file, tmp_path).split("\f")
    assert [said[0].count("Ada (1 0 R)"), said[2].count("Bob")] == [2 * 1 + 1, 3]


def read(file: bytes, folder: Path) -> str:
    """The words of a file, by another reader, which finds nothing wrong with it."""
    if shutil.which("pdftotext") is None:
        pytest.skip("needs poppler-utils")
    (folder / "file.pdf").write_bytes(file)
    done = subprocess.run(["pdftotext", str(folder / "file.pdf"), "-"], check=True, capture_output=True, text=True)
    assert done.stderr == ""
    return unicodedata.normalize("NFC", done.stdout)


def badge_of(one: AttendeeId, address: str) -> dict[str, str]:
    (made,) = badges({one: WHO[one]}, {one: address}, event="Day", sheet=BadgeSheet.A4_2X5, language="en")
    (badge,) = json.loads(made.data)["badges"]
    return {**badge, "qr": made.pictures[badge["qr"]].decode()}


def test_the_square_on_a_badge_says_the_address_and_nothing_of_the_person() -> None:
    ada, bob, other = badge_of(A, ADDRESS), badge_of(B, ADDRESS), badge_of(A, ADDRESS[:-1])
    assert (ada["name"], ada["organisation"]) == ("Ada", "Acme")
    assert (ada["qr"] == bob["qr"], ada["qr"] == other["qr"]) == (True, False)
    assert "ada@example.org" not in str(ada)


@pytest.mark.poppler
@pytest.mark.parametrize("sheet", BadgeSheet)
def test_a_camera_reads_the_address_from_the_printed_badge(sheet: BadgeSheet, tmp_path: Path) -> None:
    """Each module of the square is where the standard wants it, at a third of a millimetre or more, in a wide white margin."""
    layout = LAYOUTS[sheet]
    (print_,) = badges({A: WHO[A]}, {A: ADDRESS}, event="Day", sheet=sheet, language="en")
    wanted = [
        [bool(one) for one in row] for row in segno.make(ADDRESS, micro=False, error="m", mask=3).matrix_iter(1, 4)
    ]
    module = layout.qr / len(wanted)
    left, top = layout.left + layout.width - layout.inset - layout.qr, layout.top + (layout.height - layout.qr) / 2
    wide, grey = picture(pdf(print_), tmp_path)

    def dark(x: float, y: float) -> bool:
        return grey[round(y * DOTS) * wide + round(x * DOTS)] < 128

    seen = [
        [dark(left + (column + 0.5) * module, top + (row + 0.5) * module) for column in range(len(wanted))]
        for row in range(len(wanted))
    ]
    assert module > 0.33
    assert seen == wanted


def picture(file: bytes, folder: Path) -> tuple[int, bytes]:
    """A page as grey dots, row by row, and how many a row has."""
    if shutil.which("pdftoppm") is None:
        pytest.skip("needs poppler-utils")
    (folder / "file.pdf").write_bytes(file)
    asked = ["pdftoppm", "-gray", "-r", str(round(DOTS * 25.4)), "-singlefile", "file.pdf", "page"]
    subprocess.run(asked, check=True, cwd=folder, capture_output=True)
    kind, wide, _, _, grey = (folder / "page.pgm").read_bytes().split(maxsplit=4)
    assert kind == b"P5"
    return int(wide), grey


@pytest.mark.parametrize("sheet", BadgeSheet)
def test_badges_stand_within_their_paper(sheet: BadgeSheet) -> None:
    layout = LAYOUTS[sheet]
    wide, high = {Paper.A4: (210, 297), Paper.LETTER: (215.9, 279.4)}[layout.paper]
    right = layout.left + layout.columns * layout.width + (layout.columns - 1) * layout.gap_across
    below = layout.top + layout.rows * layout.height + (layout.rows - 1) * layout.gap_down
    assert abs(right + layout.left - wide) < 1
    assert abs(below + layout.top - high) < 1


def test_an_agenda_says_when_where_with_whom_and_why_and_what_is_a_break() -> None:
    (one,) = agenda_pages(IN_ROUNDS, WHO, **rounds())
    (bob, ada), (cyd, dot) = json.loads(one.data)["sheets"]
    assert [person["name"] for person in (bob, ada, cyd, dot)] == ["=Bob", "Ada", "Cyd", "Dot"]
    assert ada["rows"][0] == {
        "round": "1", "when": "10:05", "where": "2 · -Hall", "who": [{"name": "Cyd", "organisation": "-Zeta"}],
        "why": "You asked for “maps”; Cyd offers “charts”.", "note": "",
    }  # fmt: skip
    assert [(row["round"], row["note"]) for row in dot["rows"] if row["note"]] == [
        ("1", "A break for you"), ("2", "A break for you"),
    ]  # fmt: skip
    assert len(cyd["rows"][-1]["who"]) == 2


def test_an_agenda_too_long_for_half_a_sheet_has_its_own_and_order_stays() -> None:
    long = [structs.replace(ADA_BOB, rank=n, round=n, table=n) for n in range(1, 9)]
    byes = [Bye(attendee_id=AttendeeId(one), round=1) for one in "cd"]
    (one,) = agenda_pages(proposal(Format.ROUNDS, pairings=long, byes=byes), WHO, **rounds())
    sheets = [[person["name"] for person in sheet] for sheet in json.loads(one.data)["sheets"]]
    assert sheets == [["=Bob"], ["Ada"], ["Cyd", "Dot"]]
    assert pages(pdf(one)) == 3


def test_a_card_says_which_table_or_which_in_which_round() -> None:
    (one,) = table_cards(AT_TABLES, WHO, event="Day", tables=TABLES, paper=Paper.A4, language="de")
    cards = {card["name"]: card["place"] for card in json.loads(one.data)["cards"]}
    assert cards == {"=Bob": "1: Tisch 1 · 2: Tisch 2", "Ada": "Tisch 1", "Cyd": "Tisch 1", "Dot": "Tisch 2"}
    assert pages(pdf(one)) == 2


def test_a_table_sheet_says_who_sits_there_in_each_round() -> None:
    (one,) = table_sheets(AT_TABLES, WHO, **rounds())
    first, second = json.loads(one.data)["tables"]
    assert (first["title"], first["place"], second["place"]) == ("Table 1", "Window, Room B", "-Hall")
    assert [[member["name"] for member in row["members"]] for row in first["rounds"]] == [
        ["=Bob", "Ada", "Cyd"],
        ["Ada", "Cyd"],
    ]
    assert pages(pdf(one)) == 2


def test_the_boards_page_is_one_page_and_its_charts_have_their_colours() -> None:
    figures = [Figure(label=f"Figure {number}", value=str(number)) for number in range(12)]
    charts = [(f"Chart {number}", SVG % b"") for number in range(4)]
    report = BoardReport(title="Day", subtitle="12 May", figures=figures, charts=charts, notes=["One.", "Two."])
    print_ = board_report(report, paper=Paper.LETTER, language="en")
    assert b'fill="#48c"' in print_.pictures["chart-0.svg"]
    assert pages(pdf(print_)) == 1


def test_the_same_print_gives_the_same_bytes() -> None:
    (one,) = badges(WHO, codes(WHO), event="Day", sheet=BadgeSheet.A4_3X8, language="en")
    assert pdf(one) == pdf(one)


def test_nobodys_print_is_an_empty_page() -> None:
    prints = badges({}, {}, event="Day", sheet=BadgeSheet.A4_2X5, language="en")
    assert [pages(pdf(one)) for one in prints] == [1]


def test_each_language_has_every_word() -> None:
    assert {frozenset(words) for words in WORDS.values()} == {frozenset(WORDS["en"])}
    assert {frozenset(words) for words in BOARD.values()} == {frozenset((*FIGURES, "rounded"))}
    assert WORDS.keys() == BOARD.keys()


def test_a_screen_reader_finds_all_parts_of_what_was_joined_and_each_header_once() -> None:
    prints = [*agenda_pages(IN_ROUNDS, WHO, **rounds()), *table_sheets(AT_TABLES, WHO, **rounds()), *some_badges()]
    whole = joined([pdf(one) for one in prints])
    objects = {int(number): body for number, body in re.findall(rb"\n(\d+) 0 obj\n(.*?)\nendobj", whole, re.DOTALL)}
    (root,) = [number for number, body in objects.items() if b"/Type/StructTreeRoot" in body]
    kids, numbers = (re.search(rb"/%s\[([^\]]*)\]" % name, objects[root])[1] for name in (b"K", b"Nums"))  # type: ignore[index]
    (top,) = [int(kid) for kid in re.findall(rb"(\d+) 0 R", kids)]
    documents = [objects[int(kid)] for kid in re.findall(rb"(\d+) 0 R", objects[top].partition(b"/K")[2])]
    assert b"/S/Document/P %d 0 R" % root in objects[top]
    assert len(documents) == len(prints)
    assert all(b"/S/Document/P %d 0 R" % top in one for one in documents)
    keys = {int(key): objects[int(tags)] for key, tags in re.findall(rb"(\d+) (\d+) 0 R", numbers)}
    asked = [int(key) for key in re.findall(rb"/StructParents? (\d+)", whole)]
    assert sorted(asked) == sorted(keys) == list(range(pages(whole)))
    for number, body in objects.items():
        if (key := re.search(rb"/StructParents (\d+)", body)) and b"/Type/Page" in body:
            first = objects[int(keys[int(key[1])].partition(b" ")[0].lstrip(b"["))]
            assert b"/Pg %d 0 R" % number in first
    named = re.findall(rb"\((\w+)\)(\d+) 0 R", objects[root])
    assert len({name for name, _ in named}) == len(named) > 20
    assert [name for name, _ in named] == sorted(name for name, _ in named)
    assert all(b"/ID(%s)" % name in objects[int(tag)] for name, tag in named)
    assert {name for found in re.findall(rb"/Headers\[([^\]]*)", whole) for name in re.findall(rb"\w+", found)} <= {
        name for name, _ in named
    }


def test_a_badge_says_what_its_picture_is() -> None:
    (print_,) = some_badges()
    made = pdf(print_)
    assert made.count(b"/Alt(Code to check in with)") == len(WHO)
    assert b"/Lang(en)" in made
    assert b"/DisplayDocTitle true" in made
