"""Whatever people write, `matchmaker match` answers: plain people get each other, and nothing leaks that nobody should read."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from matchmaker.cli.coverage import coverage
from matchmaker.cli.match import match
from tests.hostile import NOTES, PEOPLE, PLAIN, SECRETS, SILENT, leaked, paired


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everyone in one file; those who know how share a topic, a challenge and an interest that may not be read either."""
    folder = tmp_path_factory.mktemp("hostile")
    rows = io.StringIO()
    writer = csv.writer(rows)
    writer.writerow(["external_id", "name", "seeks", "offers", "interests", "challenge"])
    for name, (seeks, offers) in PEOPLE.items():
        tag = (
            "" if name in SILENT or name in ("baker", "keeper", "leader", "mentor") else "bread https://evil.example/x"
        )
        writer.writerow([name, name.title(), seeks, offers, tag, f"rising rents, {tag}" if tag else ""])
    (folder / "people.csv").write_text(rows.getvalue(), "utf-8")
    (folder / "equal.toml").write_text('model = "tfidf"\n', "utf-8")
    return folder / "people.csv"


def ran(file: Path, *arguments: str) -> str:
    given = [str(file), "--quota", "6", "--data", str(file.parent / "data"), *arguments]
    found = CliRunner().invoke(match, given, catch_exceptions=False)
    assert found.exit_code == 0
    return found.stdout


@pytest.fixture(scope="module", params=["by meaning", "by equal words"])
def chosen(request: pytest.FixtureRequest, file: Path) -> tuple[str, ...]:
    return () if request.param == "by meaning" else ("--policy", str(file.parent / "equal.toml"))


@pytest.fixture(scope="module")
def whole(file: Path, chosen: tuple[str, ...]) -> Any:
    return json.loads(ran(file, *chosen, "--json"))


def test_what_is_to_be_kept_back_stands_in_the_file(file: Path) -> None:
    assert leaked(file.read_text("utf-8")) == list(SECRETS)


def test_plain_people_get_each_other_and_everyone_an_answer(whole: Any) -> None:
    unmatched = {one["id"]: one["code"] for one in whole["unmatched"]}
    assert paired(whole) >= PLAIN
    assert {id_ for id_, code in unmatched.items() if code == "nothing_said"} == SILENT
    assert set(unmatched) | {id_ for pair in paired(whole) for id_ in pair} == set(PEOPLE)


def test_values_are_fair(whole: Any, chosen: tuple[str, ...]) -> None:
    """Plain answers stand above whatever stuffed words or an essay get from anyone; where equal words are all that counts,
    stuffing may come as near as five points."""
    value = {(one["first"], one["second"]): one["mutual_value"] for one in whole["pairings"]}
    assert all(0 < one <= 100 for one in value.values())
    padded = [one for pair, one in value.items() if {"stuffed", "essay", "pasted"} & set(pair)]
    assert min(value[pair] for pair in PLAIN) > max(padded, default=0) - (5 if chosen else 0)


def test_a_note_says_how_many_texts_are_not_shown_and_how_many_repeat_themselves(whole: Any) -> None:
    assert {code: whole["report"]["notes"].get(code) for code in NOTES} == NOTES


@pytest.mark.parametrize("format", ["introductions", "rounds", "tables", "sets"])
@pytest.mark.parametrize("out", ["pairing.csv", "attendee.csv", "pairing.json"])
def test_nothing_leaks_into_any_format(file: Path, format: str, out: str) -> None:
    written = file.with_name(f"{format}-{out}")
    ran(file, "--format", format, "--by", written.stem.rpartition("-")[2], "--out", str(written))
    text = written.read_text("utf-8-sig")
    assert "baker" in text
    assert leaked(text) == []


@pytest.mark.parametrize("about", [("--why", "baker,orders"), ("--why", "linked,same"), ("--relaxations",)])
def test_nothing_leaks_into_answers(file: Path, chosen: tuple[str, ...], about: tuple[str, ...]) -> None:
    assert leaked(ran(file, *chosen, *about)) == []


@pytest.mark.parametrize("arguments", [("--json",), ()])
def test_nothing_leaks_into_what_a_room_covers(file: Path, arguments: tuple[str, ...]) -> None:
    """Nor into the names of its topics, although many share an interest that holds an address."""
    found = CliRunner().invoke(
        coverage, [str(file), "--data", str(file.parent / "data"), *arguments], catch_exceptions=False
    )
    assert found.exit_code == 0
    assert "bread" in found.stdout
    assert leaked(found.stdout) == []
