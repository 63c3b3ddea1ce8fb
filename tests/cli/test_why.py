"""`--why` and `--relaxations`: an answer in words instead of the pairings, and nothing written."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from matchmaker.cli.match import match
from matchmaker.errors import Invalid
from matchmaker.services.match_file import NobodyNamed

ROOM = """external_id,name,email,organisation,seeks,offers,quota
h,Ada Host,ada@example.org,Acme,quartz,quartz,1
g,Bob,bob@example.org,Zeta,quartz,quartz,1
x,Cyd,,Acme,jukebox|quartz,quartz,1
n,Dot,,Zeta,kiwi,dodo,1
m,Bob,,Zeta,,,
"""
POLICY = 'model = "tfidf"\nwarmth = 0.0\nfloor = 10\n'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Path:
    (tmp_path / "room.csv").write_text(ROOM, "utf-8")
    (tmp_path / "room.toml").write_text(POLICY, "utf-8")
    return tmp_path


def ask(folder: Path, *words: str) -> str:
    """What is said on standard output. Raises what the command raises."""
    options = ["--policy", str(folder / "room.toml"), "--data", str(folder), *words]
    return CliRunner().invoke(match, [str(folder / "room.csv"), *options], catch_exceptions=False).stdout


def test_why_two_are_not_paired_is_said_by_name(folder: Path) -> None:
    names, why, gains, forced, lost = ask(folder, "--why", "x, Ada Host").splitlines()
    assert names == "The first is Ada Host, the second Cyd."
    assert why.startswith("Others fit better: the pair is worth ")
    assert why.endswith(" what it would displace 100.0. Raise the quota of the first to make room, or pin the pair.")
    assert gains.startswith("Ada Host would gain 50.0 and Cyd ")
    assert forced.startswith("With this pair pinned the room would be worth ")
    assert lost == "Ada Host would meet no more: Bob."
    assert not list(folder.glob("*.json"))


def test_a_pair_that_is_chosen_is_said_to_be(folder: Path) -> None:
    said = ask(folder, "--why", "h,bob@example.org").splitlines()
    assert said[1] == "They are proposed to each other."
    assert len(said) == 3


def test_what_is_worth_more_against_the_rules_and_what_is_missed_is_said(folder: Path) -> None:
    (folder / "room.toml").write_text(POLICY + 'colleagues = "apart"\n', "utf-8")
    (folder / "room.csv").write_text(
        "external_id,name,organisation,seeks,offers,quota\n"
        "a,Ada,Acme,quartz,fjord mango,1\nb,Bob,Acme,fjord mango,quartz,1\n"
        "c,Cyd,Zeta,fjord kiwi dodo,quartz,1\nd,Dot,Zeta,quartz,fjord jukebox,1\n",
        "utf-8",
    )
    said = ask(folder, "--why", "a,b")
    assert "They are of one organisation, and the policy keeps colleagues apart." in said
    assert "and miss 2 more promised introductions." in said


def test_what_rules_would_give_is_said_rule_by_rule(folder: Path) -> None:
    now, *relaxed = ask(folder, "--relaxations").splitlines()
    assert now == "As it is: worth 100.0 of at most 100.0, 1 pairing, 3 without one, 1 of them though someone fits."
    assert relaxed[0].startswith("Everyone who wants introductions would take one more: +")
    assert len(relaxed) == 5


def test_an_answer_as_json_is_the_whole_answer(folder: Path) -> None:
    whole = json.loads(ask(folder, "--why", "h,x", "--json"))
    assert (whole["code"], whole["forced"]["first_loses"]) == ("full_of_better", ["g"])


@pytest.mark.parametrize("words", ["h", "h,", "h,x,g", ""])
def test_two_people_are_to_be_named(folder: Path, words: str) -> None:
    with pytest.raises(Invalid, match="does not name two people"):
        ask(folder, "--why", words)


@pytest.mark.parametrize(
    ("name", "words"),
    [("nobody", "names none"), ("Bob", "names 2")],
    ids=["none", "two"],
)
def test_each_name_is_to_be_one_persons(folder: Path, name: str, words: str) -> None:
    with pytest.raises(NobodyNamed, match=words):
        ask(folder, "--why", f"h,{name}")


@pytest.mark.parametrize(
    "words",
    [("--why", "h,g", "--relaxations"), ("--why", "h,g", "--out", "x.csv"), ("--relaxations", "--report", "x.json")],
)
def test_an_answer_is_not_written_and_one_is_enough(folder: Path, words: tuple[str, ...]) -> None:
    with pytest.raises(Invalid, match="each answer on the screen"):
        ask(folder, *words)


@pytest.mark.parametrize("format", ["tables", "sets"])
def test_there_is_no_why_of_what_has_no_pairs(folder: Path, format: str) -> None:
    with pytest.raises(Invalid, match="pairs"):
        ask(folder, "--why", "h,g", "--format", format)


def test_in_rounds_the_rounds_are_all_there_are(folder: Path) -> None:
    said = ask(folder, "--relaxations", "--format", "rounds", "--rounds", "1")
    assert "Everyone who wants introductions would take one more: +0.0" in said
