"""A look at a file shows what stands in its columns, suggests what they are, and says what its rows would become."""

from matchmaker.intake import csv
from matchmaker.intake.preview import preview_of
from matchmaker.model.attendee_import import ROWS_SHOWN_MAX, FileForm
from matchmaker.model.mapping import Field, Rule

FORM = "Full name,Note,What are you looking for?\nAda,,a mentor\nBob,x,\n,,nobody's\n"


def test_columns_are_shown_with_what_stands_in_them() -> None:
    preview = preview_of(csv.sheet_of(FORM.encode(), rows_max=1_000), rows_max=9)
    assert (preview.form, preview.sheet, preview.tool) == (FileForm.CSV, None, None)
    assert [(one.header, one.letters, one.filled, one.samples) for one in preview.columns] == [
        ("Full name", "A", 2, ["Ada", "Bob"]),
        ("Note", "B", 1, ["x"]),
        ("What are you looking for?", "C", 2, ["a mentor", "nobody's"]),
    ]


def test_rows_are_shown_as_the_suggested_mapping_would_have_them() -> None:
    preview = preview_of(csv.sheet_of(FORM.encode(), rows_max=1_000), rows_max=9)
    assert preview.rules == preview.suggested
    assert [rule.field for rule in preview.rules] == [Field.NAME, Field.SEEKS]
    assert [(one.line, one.attendee.name, one.attendee.seeks) for one in preview.rows] == [
        (2, "Ada", ["a mentor"]),
        (3, "Bob", []),
    ]
    assert (preview.row_count, preview.failed, preview.error_count) == (2, 1, 1)
    assert preview.rows[1].attendee.extra == {"Note": "x"}


def test_rows_are_shown_by_the_rules_that_are_given() -> None:
    rules = [Rule(field=Field.NAME, column="Note")]
    preview = preview_of(csv.sheet_of(FORM.encode(), rows_max=1_000), rules=rules, rows_max=9)
    assert (preview.rules, [one.attendee.name for one in preview.rows]) == (rules, ["x"])


def test_a_file_of_which_nothing_is_known_is_shown_all_the_same() -> None:
    preview = preview_of(csv.sheet_of(b"xyzzy,plugh\n1,2\n", rows_max=1_000), rows_max=9)
    assert [one.header for one in preview.columns] == ["xyzzy", "plugh"]
    assert (preview.rows, preview.suggested) == ([], [])
    assert [error.code for error in preview.errors] == ["no_header"]


def test_only_the_first_rows_are_shown_and_all_are_counted() -> None:
    many = "name\n" + "".join(f"Person {n}\n" for n in range(ROWS_SHOWN_MAX + 10))
    preview = preview_of(csv.sheet_of(many.encode(), rows_max=1_000), rows_max=99)
    assert (len(preview.rows), preview.row_count) == (ROWS_SHOWN_MAX, ROWS_SHOWN_MAX + 10)
