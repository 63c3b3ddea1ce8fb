"""`matchmaker mapping suggest` writes what `matchmaker match --mapping` reads, from a CSV or a workbook."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from matchmaker.cli.files import read_table
from matchmaker.cli.mapping import mapping
from matchmaker.errors import Invalid
from tests.books import workbook

FORM = [
    ["Your name", "Mentor or mentee?", "Topics of interest", "Shoe size"],
    ["Ada", "Mentor", "steel", "38"],
    ["Bob", "Mentee", "steel", "44"],
]


def ran(*words: str) -> Result:
    return CliRunner().invoke(mapping, words, catch_exceptions=False)


def test_a_suggestion_is_read_as_it_was_written(tmp_path: Path) -> None:
    form, kept = tmp_path / "form.xlsx", tmp_path / "form.toml"
    form.write_bytes(workbook(FORM))
    said = ran("suggest", str(form), "--out", str(kept))
    assert said.exit_code == 0
    assert said.output.endswith("kept, but not matched on: Shoe size\n")
    assert "[[group_rules]]" in said.output
    ada, bob = (row.attendee for row in read_table(form, None, kept).rows)
    assert (ada.name, ada.offers, ada.seeks) == ("Ada", ["I offer mentoring in steel"], [])
    assert (bob.name, bob.offers, bob.seeks) == ("Bob", [], ["Looking for a mentor: steel"])


def test_a_suggestion_names_the_tool(tmp_path: Path) -> None:
    guests = tmp_path / "guests.csv"
    guests.write_text("\ufeffname,email,approval_status,ticket_name\nAda,ada@example.org,approved,General\n")
    said = ran("suggest", str(guests))
    assert "This is an export of Luma.\n" in said.output
    assert 'name = "guests"\n\n[[rules]]\nfield = "name"\ncolumn = "name"\n' in said.output


def test_a_file_of_which_nothing_is_known_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("xyzzy\n1\n")
    with pytest.raises(Invalid, match="No column looks like one of ours"):
        ran("suggest", str(tmp_path / "a.csv"))


def test_columns_are_said_in_one_way(tmp_path: Path) -> None:
    people, kept = tmp_path / "a.csv", tmp_path / "a.toml"
    people.write_text("Wer\nAda\n")
    kept.write_text('name = "a"\n[[rules]]\nfield = "name"\ncolumn = "Wer"\n')
    assert [row.attendee.name for row in read_table(people, None, kept).rows] == ["Ada"]
    assert [row.attendee.name for row in read_table(people, "Wer=name").rows] == ["Ada"]
    with pytest.raises(Invalid, match="Both --map and --mapping"):
        read_table(people, "Wer=name", kept)
    kept.write_text("rules = 1")
    with pytest.raises(Invalid, match=r"a\.toml: The mapping cannot be read"):
        read_table(people, None, kept)


def test_a_mapping_helps_to_tell_the_delimiter(tmp_path: Path) -> None:
    people, kept = tmp_path / "a.csv", tmp_path / "a.toml"
    people.write_text("Wer, wie, was;Wozu, warum\nAda;steel\n")
    kept.write_text('name = "a"\n[[rules]]\nfield = "name"\ncolumn = "Wer, wie, was"\n')
    assert [row.attendee.name for row in read_table(people, None, kept).rows] == ["Ada"]
