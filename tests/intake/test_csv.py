"""Any bytes become a table or a plain refusal; a bad row is named with its line, and the good ones are kept."""

import contextlib
import itertools
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec import json

from matchmaker.export.csv import rows_csv
from matchmaker.intake.csv import CELL_CHARS_MAX, read
from matchmaker.intake.fields import COLUMNS_EXTRA_MAX, without_guard
from matchmaker.intake.table import RowError, Table, Unusable
from matchmaker.model.attendee import ImportRow
from matchmaker.model.text import without_forbidden
from tests.worlds import steady

BOM = b"\xef\xbb\xbf"


def table(text: str | bytes, rows_max: int = 1_000, **mapping: str) -> Table:
    return read(text if isinstance(text, bytes) else text.encode(), mapping=mapping, rows_max=rows_max)


def refused(text: str | bytes, rows_max: int = 1_000, **mapping: str) -> Unusable:
    with pytest.raises(Unusable) as caught:
        table(text, rows_max, **mapping)
    assert caught.value.detail
    assert caught.value.cure
    return caught.value


def names(of: Table) -> list[str]:
    return [row.attendee.name for row in of.rows]


def told(of: Table) -> list[tuple[int, str, str, bool]]:
    return [(error.line, error.column, error.code, error.kept) for error in of.errors]


# Forms of a good file


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("bom", [b"", BOM])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiter_bom_and_line_ends_do_not_matter(delimiter: str, bom: bytes, end: str) -> None:
    lines = [["Name", "Seeks", "quota"], ["Ada", "a, b", "2"], ["Bob", "c; d", ""]]
    text = end.join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)
    found = table(bom + text.encode())
    assert [(row.line, row.attendee) for row in found.rows] == [
        (2, ImportRow(name="Ada", seeks=["a, b"], quota=2)),
        (3, ImportRow(name="Bob", seeks=["c", "d"])),
    ]
    assert (found.errors, found.failed, found.header) == ([], [], lines[0])


def test_a_line_that_names_the_separator_is_none_of_the_list() -> None:
    table = read(b"sep=;\r\nname;quota\r\nAda, of London;2\r\n", rows_max=9)
    assert [(row.line, row.attendee.name, row.attendee.quota) for row in table.rows] == [(3, "Ada, of London", 2)]


def test_a_header_that_comes_again_becomes_nobody() -> None:
    table = read(b"name,email\nAda,ada@example.org\nName, email \nBob,bob@example.org\n", rows_max=9)
    assert [row.attendee.name for row in table.rows] == ["Ada", "Bob"]
    assert [(error.row, error.line, error.code, error.kept) for error in table.errors] == [
        (0, 3, "header_repeated", True)
    ]
    assert [row.attendee.name for row in read(b"name\nname\n", rows_max=9).rows] == ["name"]


def test_columns_stand_in_any_order() -> None:
    header, cells = ("name", "email", "seeks", "offers"), ("Ada", "ada@example.org", "a", "b")
    found = {
        json.encode(
            [row.attendee for row in table(",".join(header[i] for i in o) + "\n" + ",".join(cells[i] for i in o)).rows]
        )
        for o in itertools.permutations(range(4))
    }
    assert len(found) == 1


def test_unknown_columns_are_kept_and_repeated_ones_numbered() -> None:
    found = table("name,shoe  size,shoe size,,note\nAda,38,39,lost,\n")
    assert found.rows[0].attendee.extra == {"shoe size": "38", "shoe size (2)": "39"}


def test_of_two_columns_with_one_meaning_the_first_counts() -> None:
    (row,) = table("name,company,organisation\nAda,Acme,Zeta\n").rows
    assert (row.attendee.organisation, row.attendee.extra) == ("Acme", {"organisation": "Zeta"})


def test_columns_can_be_mapped_to_several_fields() -> None:
    (row,) = table("who,Abstracts,offers\nAda,maps,soup\n", abstracts="offers+interests", who="name").rows
    assert row.attendee == ImportRow(name="Ada", offers=["maps"], interests=["maps"], extra={"offers": "soup"})


def test_two_columns_can_be_mapped_to_one_field() -> None:
    (row,) = table("first,last,seeks\nAda,Example,a\n", first="name", last="name").rows
    assert row.attendee.name == "Ada Example"


def test_blank_lines_are_passed_over_and_lines_still_counted() -> None:
    found = table("name,quota\n\n , \nAda,1\n\nBob,x\n")
    assert names(found) == ["Ada"]
    assert [(error.row, error.line) for error in found.errors] == [(2, 6)]


def test_a_cell_may_have_several_lines_and_the_row_stands_where_it_begins() -> None:
    found = table('name,seeks,quota\nAda,"a\nb",1\nBob,c,x\n')
    assert found.rows[0].attendee.seeks == ["a", "b"]
    assert told(found) == [(4, "quota", "quota_invalid", False)]


def test_short_rows_are_filled_and_long_blank_ones_cut() -> None:
    found = table("name,seeks,offers\nAda\nBob,a,b,,\n")
    assert names(found) == ["Ada", "Bob"]
    assert found.errors == []


def test_formulas_emoji_and_turned_writing_come_through_as_plain_words() -> None:
    found = table("name,seeks\n=cmd|' /C calc'!A0,'=1+1\nA\u202egnp,👩‍🔬 help\n")
    assert names(found) == ["=cmd|' /C calc'!A0", "Agnp"]
    assert [row.attendee.seeks for row in found.rows] == [["=1+1"], ["👩‍🔬 help"]]
    assert found.notes == {"cells_cleaned": 1}


# Files that cannot be used


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"", "empty", "empty"),
        (b"\n\r\n\n", "empty", "empty"),
        (BOM, "empty", "empty"),
        (b"PK\x03\x04rest of a workbook", "not_csv", "workbook"),
        ("name\nAda\nZoë\n".encode("latin-1"), "not_utf8", "line 3 has the byte 0xeb"),
        ("name\nAda\n".encode("utf-16"), "not_utf8", "line 1"),
        (b"Ada,a,b\nBob,c,d\n", "no_header", "Ada, a, b"),
        (b"quota,region\n1,north\n", "no_header", "quota, region"),
        (b'name,"seeks\nAda,a\n', "quote_unclosed", "line 1"),
        (b'"name"x,seeks\nAda,a\n', "quote_misplaced", "header"),
        (b"name" + b"x" * 10_000_000 + b"\nAda\n", "cell_too_long", "header"),
        (b"name,seeks\n", "no_rows", "no rows"),
        (b"name,seeks\n ,\n", "no_rows", "no rows"),
        (b"\x1b[2J\x00,\x07Ada,,b\n", "no_header", "reads: [2J, Ada, b."),
        (b" , \n", "no_header", "first line is blank"),
        (b"," * 9_000_000 + b"\n", "cell_too_long", "header"),
        (b"," * 900_000 + b"\n", "too_many_columns", "900,001 columns"),
        (b"name" + b",x" * 2_000 + b"\nAda\n", "too_many_columns", "2,001 columns"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_where_and_cure(data: bytes, code: str, words: str) -> None:
    error = refused(data)
    assert error.code == code
    assert words in error.detail


def test_a_mapping_of_what_is_not_there_is_refused() -> None:
    assert refused("name\nAda\n", bio="offers").code == "map_source_unknown"
    error = refused("name,bio\nAda,x\n", bio="offers+hobbies")
    assert (error.code, "hobbies" in error.detail, "interests" in str(error.cure)) == ("map_target_unknown", True, True)


def test_as_many_rows_as_allowed_are_read_and_one_more_is_refused() -> None:
    assert len(table("name\n" + "Ada\n" * 3, rows_max=3).rows) == 3
    assert refused("name\n" + "Ada\n" * 4, rows_max=3).code == "too_many_rows"
    assert len(table("name\n" + "Ada\n\n" * 3, rows_max=3).rows) == 3


# Rows that cannot be used


def test_a_quote_never_closed_loses_only_its_own_row() -> None:
    found = table('name,seeks\nAda,a\nBob,"b\nCyd,c\nDot,d\n')
    assert names(found) == ["Ada", "Cyd", "Dot"]
    assert told(found) == [(3, "", "quote_unclosed", False)]
    assert "line 3" in found.errors[0].message


def test_a_stray_quote_closed_by_the_next_loses_only_its_own_row() -> None:
    found = table('name,seeks\nAda,"a\nBob,b\nCyd,"c"\nDot,d\n')
    assert names(found) == ["Bob", "Cyd", "Dot"]
    assert told(found) == [(2, "", "quote_misplaced", False)]


def test_after_too_many_stray_quotes_reading_stops_and_says_where() -> None:
    """Each costs a second reading of what follows it, so a file of nothing else would take for ever."""
    found = table("name,seeks\nAda,a\n" + 'Bob,"b\n' * 1_100 + "Cyd,c\n", rows_max=10_000)
    assert names(found) == ["Ada"]
    assert {code for _, _, code, _ in told(found)} == {"quote_misplaced", "reading_stopped"}
    assert found.errors[-1].code == "reading_stopped"
    assert f"line {found.errors[-1].line}" in found.errors[-1].message


def test_a_quote_in_the_wrong_place_loses_its_row() -> None:
    found = table('name,seeks\nAda,"a" b\nBob,b\n')
    assert names(found) == ["Bob"]
    assert told(found) == [(2, "", "quote_misplaced", False)]
    assert found.failed == [(1, ["", "", 'Ada,"a" b'])]


def test_a_record_that_cannot_be_read_is_given_back_as_it_came_and_fails_again_unless_mended() -> None:
    found = table('name,seeks\nAda,"a\nBob,b\nCyd,"c" d\n')
    back = [cells for _, cells in found.failed]
    assert back == [["", "", 'Ada,"a'], ["", "", 'Cyd,"c" d']]
    again = read(rows_csv(found.header, back), rows_max=10)
    assert (again.rows, [cells for _, cells in again.failed]) == ([], back)


@pytest.mark.parametrize("line", ['"a\n', "a\n"])
def test_megabytes_of_one_short_line_are_not_read_to_their_end(line: str) -> None:
    """Each stray quote had the rest of the file copied, which took minutes for ten megabytes."""
    data, began = "name,seeks\n" + line * (3_000_000 // len(line)), time.perf_counter()
    with contextlib.suppress(Unusable):
        table(data, rows_max=20_000)
    assert time.perf_counter() - began < 6


def test_ten_megabytes_on_one_line_lose_that_line() -> None:
    found = table("name,seeks\nAda,a\nBob," + "b" * 10_000_000 + "\nCyd,c\n")
    assert names(found) == ["Ada", "Cyd"]
    assert told(found) == [(3, "", "cell_too_long", False)]


def test_the_longest_cell_is_read_and_cut() -> None:
    found = table("name,seeks\nAda," + "a" * CELL_CHARS_MAX + "\n")
    assert (len(found.rows[0].attendee.seeks[0]), found.notes) == (8_000, {"texts_cut": 1})


def test_too_many_cells_lose_the_row() -> None:
    found = table("name,seeks\nAda,one, two\nBob,b\n")
    assert names(found) == ["Bob"]
    assert told(found) == [(2, "", "too_many_cells", False)]
    assert found.failed == [(1, ["Ada", "one", " two"])]


def test_nul_is_cleaned_away() -> None:
    found = table("name,seeks,x\nA\x00da,a\x00b,c\x00\n")
    assert found.rows[0].attendee == ImportRow(name="Ada", seeks=["ab"], extra={"x": "c"})


def test_a_row_with_several_faults_hears_of_each_and_fails_once() -> None:
    found = table("name,seeks,quota,email\n,a,x,ada\n")
    assert [code for _, _, code, _ in told(found)] == ["email_malformed", "nameless", "quota_invalid"]
    assert not any("kept" in error.message for error in found.errors)
    assert found.failed == [(1, ["", "a", "x", "ada"])]
    assert found.rows == []


def test_a_malformed_e_mail_leaves_the_row_in() -> None:
    found = table("name,email\nAda,nonsense\n")
    assert names(found) == ["Ada"]
    assert told(found) == [(2, "email", "email_malformed", True)]
    assert found.failed == []


# Two rows for one


def test_of_two_rows_with_one_id_the_fuller_is_kept_whichever_comes_first() -> None:
    for lines in itertools.permutations(["1,Ada,a", "1,Ada,a and more", "2,Bob,b"]):
        found = table("id,name,seeks\n" + "\n".join(lines))
        assert sorted(row.attendee.seeks[0] for row in found.rows) == ["a and more", "b"]
        assert [code for _, _, code, _ in told(found)] == ["external_id_twice"]
        assert found.failed[0][1] == ["1", "Ada", "a"]


def test_two_people_with_one_e_mail_cannot_both_stay_whichever_comes_first() -> None:
    lines = ["2,Bob,Office@example.org,b", "1,Ada,office@example.org,a", "3,Cyd,cyd@example.org,c"]
    for order in itertools.permutations(lines):
        found = table("id,name,email,seeks\n" + "\n".join(order))
        assert sorted(names(found)) == ["Ada", "Cyd"]
        assert [(column, code) for _, column, code, _ in told(found)] == [("email", "email_twice")]


def test_rows_without_id_and_e_mail_are_never_doubles() -> None:
    assert len(table("name,seeks\nAda,a\nAda,b\n").rows) == 2


# Any file


CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["'", "''=1", "'\t", "=1", "\u202e", "ada@example.org", "\x00", "a|b", '"', "\r", "\ufeff", "＝", "' -", "7", ""]
)
LINES = st.lists(st.lists(CELLS, max_size=5), max_size=5)
HEADERS = st.lists(
    st.sampled_from(["name", "email", "id", "seeks", "quota", "languages", "knows", "x", "\x01y", "\u202e"]), max_size=6
)


def checked(data: bytes) -> None:
    try:
        found = read(data, rows_max=50)
    except Unusable:
        return
    for row in found.rows:
        assert json.decode(json.encode(row.attendee), type=ImportRow) == row.attendee
    assert json.decode(json.encode(found.errors), type=list[RowError]) == found.errors
    left_out = {error.row for error in found.errors if not error.kept}
    assert left_out == {row for row, _ in found.failed}
    assert left_out.isdisjoint(row.row for row in found.rows)


@given(
    st.binary(max_size=200)
    | st.builds(lambda start, rest: start + rest, st.just(b"name,seeks\n"), st.binary(max_size=200))
)
@settings(steady, max_examples=300)
@example(b"name\n\x00\n")
@example(b"id\n" + ("\ue000" * 200 + "\n").encode() * 2)
@example(("email,languages," + ",".join(f"c{n}" for n in range(120)) + "\nx,!," + "v," * 119 + "v\n").encode())
def test_any_bytes_become_a_table_or_are_refused(data: bytes) -> None:
    checked(data)


@given(HEADERS, LINES, st.sampled_from(",;\t"), st.sampled_from(['"', ""]))
@settings(steady, max_examples=300)
def test_any_cells_become_attendees_that_the_model_allows(
    header: list[str], lines: list[list[str]], delimiter: str, quote: str
) -> None:
    text = "\n".join(delimiter.join(f"{quote}{cell}{quote}" for cell in line) for line in [header, *lines])
    checked(text.encode())


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=4))
@settings(steady, max_examples=300)
def test_what_we_export_reads_back_cell_by_cell(rows: list[list[str]]) -> None:
    data = rows_csv(["name", "x", "y", "z"], [["Ada", *cells] for cells in rows])
    found = read(data, rows_max=10)
    assert [[without_guard(cell) for cell in row.cells[1:]] for row in found.rows] == rows
    for row, cells in zip(found.rows, rows, strict=True):
        said = {name: without_forbidden(cell) for name, cell in zip("xyz", cells, strict=True) if cell.strip()}
        assert row.attendee.extra == said


def test_a_hundred_unknown_columns_at_most_are_kept() -> None:
    header = ",".join(f"c{n}" for n in range(120))
    (row,) = table(f"name,{header}\nAda,{'v,' * 119}v\n").rows
    assert len(row.attendee.extra) == COLUMNS_EXTRA_MAX
