"""`matchmaker bench`: figures as JSON, as a picture and as a table; what cannot be used leaves with 2 and the cure."""

import sys
from pathlib import Path
from typing import Any

import pytest
from msgspec import json

from matchmaker.bench import encoding
from matchmaker.cli import main
from matchmaker.cli.bench import _sizes

KEYS = {
    "name", "objective", "upper_bound", "left_out", "one_way_share", "load_gini", "cpu_seconds", "peak_mb", "share_of_bound",
    "gemm_ratio", "proved", "pairings", "pairs_given", "pairs_seconds", "how", "skipped",
}  # fmt: skip
TWO_WAYS = (encoding.Way(texts_at_once=4), encoding.Way(texts_at_once=2, processes=2))
GOOD = """id,name,company,seeks,offers
1,Ada,Acme,a bridge engineer,a bakery
2,Bob,Zeta,a bakery,a bridge engineer
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.csv").write_text(GOOD + "3,Cyd,,,,and,more\n", "utf-8")
    (tmp_path / "alone.csv").write_text("name,seeks\nAda,a bakery\n", "utf-8")
    return tmp_path


def ran(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["matchmaker", "bench", *arguments])
    with pytest.raises(SystemExit) as left:
        main()
    heard = capfd.readouterr()
    return int(left.value.code or 0), heard.out, heard.err


def test_json_has_every_room_and_contestant_and_is_what_the_file_and_the_picture_hold(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], folder: Path
) -> None:
    arguments = ("--people", "20,30", "--peers", "greedy, random", "--json", "--out", "b.json", "--chart", "b.svg")
    code, out, _ = ran(monkeypatch, capfd, *arguments)
    assert code == 0
    found: dict[str, Any] = json.decode(out)
    assert list(found) == ["rooms"]
    assert [room["people"] for room in found["rooms"]] == [20, 30]
    for room in found["rooms"]:
        assert list(room) == ["people", "gemm_seconds", "upper_bound", "results"]
        assert [result["name"] for result in room["results"]] == ["matchmaker", "greedy", "random"]
        assert {frozenset(result) for result in room["results"]} == {frozenset(KEYS)}
    assert (folder / "b.json").read_text("utf-8") == out
    assert ">30 people<" in (folder / "b.svg").read_text("utf-8")


def test_a_file_is_a_room_and_what_it_holds_that_cannot_be_used_is_told(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    code, out, err = ran(monkeypatch, capfd, "good.csv", "--peers", "greedy,highs")
    assert code == 0
    assert "2 people: no plan exceeds " in out
    assert [line.split()[0] for line in out.splitlines()[2:5]] == ["matchmaker", "greedy", "highs"]
    assert "Given every pair" in out
    assert "Left out of good.csv, since it cannot be used: 1 row." in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--people", "200,many"], ["'many'", "200,2000"]),
        (["--people", "1"], ["'1'", "from 2 to 200,000"]),
        (["--people", "-5"], ["'-5'"]),
        (["--people", "300000"], ["'300000'"]),
        (["--peers", "greedy,mindreader"], ["'mindreader'", "greedy, b-suitor"]),
        (["alone.csv"], ["alone.csv has 1 row of use", "two at least", "matchmaker match alone.csv"]),
        (["good.csv", "--map", "bio=offers"], ["bio"]),
        (["missing.csv"], ["missing.csv", "does not exist"]),
        (["--most", "0"], ["0", "range"]),
        (["--out", "nowhere/b.json"], ["nowhere"]),
        (["--chart", "nowhere/b.svg"], ["nowhere"]),
        (["--encode", "--people", "30"], ["--encode knows neither rooms", "--texts"]),
        (["--encode", "good.csv"], ["--encode knows neither rooms"]),
        (["--encode", "--texts", "0"], ["0", "range"]),
    ],
)
def test_what_cannot_be_used_leaves_with_two_and_the_cure(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], arguments: list[str], words: list[str]
) -> None:
    code, out, err = ran(monkeypatch, capfd, *arguments)
    assert (code, out) == (2, "")
    assert [word for word in words if word not in err] == []
    assert "Traceback" not in err


def test_what_encoding_costs_is_json_and_a_table(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], folder: Path
) -> None:
    monkeypatch.setattr(encoding.measure, "__kwdefaults__", {"ways": TWO_WAYS})
    code, out, _ = ran(monkeypatch, capfd, "--encode", "--texts", "6", "--json", "--out", "b.json")
    assert code == 0
    assert (folder / "b.json").read_text("utf-8") == out
    found = json.decode(out, type=encoding.EncodingFigures)
    assert found.texts == 6
    assert [(one.texts_at_once, one.processes) for one in found.results] == [(4, 1), (2, 2)]
    code, out, _ = ran(monkeypatch, capfd, "--encode", "--texts", "6")
    assert (code, out.splitlines()[0]) == (0, f"6 texts of {found.words_mean:g} words")
    assert [line.split()[:4] for line in out.splitlines()[2:4]] == [["ours", "4", "1", "1"], ["ours", "2", "1", "2"]]


def test_rooms_are_of_200_2000_and_10000_unless_one_says_otherwise() -> None:
    assert _sizes(None, large=False, file=None) == [200, 2_000, 10_000]
    assert _sizes(None, large=True, file=None) == [200, 2_000, 10_000, 100_000]
    assert _sizes("30, 40", large=False, file=None) == [30, 40]
    assert _sizes("30", large=True, file=None) == [30, 100_000]
    assert _sizes(None, large=False, file=Path("good.csv")) == []
    assert _sizes("30", large=False, file=Path("good.csv")) == [30]
