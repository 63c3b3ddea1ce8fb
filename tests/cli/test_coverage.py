"""`matchmaker coverage FILE` says what is lacking, on a terminal or as JSON."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from matchmaker.cli.coverage import coverage
from matchmaker.errors import Invalid


def write(folder: Path, *rows: str) -> Path:
    file = folder / "people.csv"
    file.write_text("\n".join(["name,seeks,offers", *rows, ""]))
    return file


def ran(file: Path, *options: str) -> str:
    found = CliRunner().invoke(
        coverage, [str(file), "--model", "tfidf", "--data", str(file.parent), *options], catch_exceptions=False
    )
    assert found.exit_code == 0
    return found.output


def test_the_lacking_is_named_with_who_lacks_it(tmp_path: Path) -> None:
    said = ran(write(tmp_path, "Ada,quartz,fjord", "Bob,fjord,dodo"))
    assert "1 of 2 seeks are answered by nobody:\n  Ada: quartz\n" in said
    assert "1 of 2 offers answer nobody:\n  Bob: dodo\n" in said


def test_a_long_list_is_cut_and_said_to_be(tmp_path: Path) -> None:
    said = ran(write(tmp_path, *(f"P{at},word{at},gift{at}" for at in range(12))))
    assert "… and 2 more; --json has them." in said


def test_json_is_the_whole_of_it(tmp_path: Path) -> None:
    found = json.loads(ran(write(tmp_path, "Ada,quartz,fjord", "Bob,fjord,dodo"), "--json"))
    assert (found["people"], found["unmet"], found["idle"]) == (2, 1, 1)


def test_a_file_without_a_row_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no row that can be used"):
        ran(write(tmp_path, ",quartz,"))
