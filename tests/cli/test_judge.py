"""`matchmaker judge` and `teach`: readings as a table and as JSON, lessons that teach the same each time, bad lines named."""

import io
import sys
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec import json

from matchmaker.cli import main
from matchmaker.lessons import EXAMPLES
from matchmaker.matching.teaching import CHARACTER_DOMAINS

Said = tuple[int, str, str]
Run = Callable[..., Said]

LINES: list[dict[str, Any]] = [
    {
        "seek": "We need a bookkeeper for our bakery",
        "goal": "hire",
        "language": "en",
        "domain": "baking",
        "offers": [
            {"text": "Bookkeeper, ten years in food businesses, free from March", "label": 2, "kind": "answer"},
            {"text": "Our bakery is also looking for a bookkeeper", "label": 0, "kind": "seeker"},
            {"text": "Book binder, leather and linen", "label": 0, "kind": "trap"},
        ],
    },
    {
        "seek": "Suche eine Mentorin für meine erste Führungsrolle",
        "goal": "find_mentor",
        "language": "de",
        "domain": "leading",
        "offers": [
            {"text": "Mentorin für Menschen in ihrer ersten Führungsrolle", "label": 2, "kind": "answer"},
            {"text": "Frisch in der Führungsrolle, suche auch eine Mentorin", "label": 0, "kind": "seeker"},
        ],
    },
]
DUEL, RANKS = {"accuracy_at_1", "mrr", "auc", "seeker_above"}, {"mrr_first", "mrr_second", "recall_at_5"}
BY = {"by language: de", "by language: en", "by domain: baking", "by domain: leading"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "seeks.jsonl").write_bytes(b"\n".join(map(json.encode, LINES)))
    (tmp_path / "sts.csv").write_text(
        "a cat sleeps,a cat is asleep,5\na cat sleeps,a dog sleeps,3\na cat,stocks fell,0\n"
    )
    return tmp_path


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    def ran(*arguments: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["matchmaker", *arguments])
        with pytest.raises(SystemExit) as left:
            main()
        heard = capfd.readouterr()
        return int(left.value.code or 0), heard.out, heard.err

    return ran


def test_json_has_three_readings_of_ours_and_of_simpler_ways(run: Run) -> None:
    code, out, _ = run("judge", "seeks.jsonl", "--json")
    found = json.decode(out)
    assert code == 0
    assert set(found) == {"ours", "cosine", "tfidf", "longest", "random"} | BY
    for readings in found.values():
        assert set(readings) == {"duel", "room", "crowd"}
        assert {key for key in readings["duel"] if not key.startswith("first_")} == DUEL
        assert set(readings["room"]) == set(readings["crowd"]) == RANKS
        assert all(0 <= share <= 1 for reading in readings.values() for share in reading.values())
    assert found["longest"]["duel"]["accuracy_at_1"] == 0.5
    assert found["longest"]["duel"]["first_seeker"] == 0.5


def test_the_seed_orders_equal_values_and_the_same_seed_gives_the_same_bytes(run: Run) -> None:
    """Two offers of equal length are equally long."""
    twins = [{"text": "quartz", "label": 2}, {"text": "walnut", "label": 0}]
    Path("twins.jsonl").write_bytes(json.encode({"seek": "a", "offers": twins}))
    said = {seed: run("judge", "twins.jsonl", "--json", "--seed", str(seed))[1] for seed in range(6)}
    assert {json.decode(out)["longest"]["duel"]["accuracy_at_1"] for out in said.values()} == {0, 1}
    assert run("judge", "twins.jsonl", "--json", "--seed", "3")[1] == said[3]


def test_a_table_for_each_reading_and_what_was_wrongly_first(run: Run) -> None:
    code, out, _ = run("judge", "seeks.jsonl")
    lines = out.splitlines()
    heads = [line for line in lines if not line.startswith((" ", "wrongly"))]
    assert code == 0
    assert [head.split()[0] for head in heads] == ["duel", "room", "crowd"]
    assert heads[0].split()[1:] == ["right", "first", "MRR", "AUC", "seeker", "above"]
    for name in ("ours", "cosine", "tfidf", "longest", "random", *BY):
        assert sum(line.startswith(f"  {name} ") for line in lines) == 3


def test_what_was_wrongly_first_is_named(run: Run) -> None:
    """Of two offers to the letter the same, one is said to answer: whichever the seed puts first, one seed is wrong."""
    same = [{"text": "quartz", "label": label, "kind": kind} for label, kind in ((2, "answer"), (0, "trap"))]
    Path("same.jsonl").write_bytes(json.encode({"seek": "a", "offers": same}))
    said = [run("judge", "same.jsonl", "--seed", str(seed))[1] for seed in range(6)]
    assert {"wrongly first, ours: trap 100%\n" in one for one in said} == {True, False}


def test_sentence_pairs_are_one_number(run: Run) -> None:
    assert run("judge", "--sts", "sts.csv")[:2] == (0, "Spearman's rank correlation: 1.000\n")
    code, out, _ = run("judge", "--sts", "sts.csv", "--json")
    assert (code, json.decode(out)) == (0, {"spearman": pytest.approx(1)})


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("judge",), ["Give one file", "judge --sts FILE.csv"]),
        (("judge", "seeks.jsonl", "--sts", "sts.csv"), ["Give one file"]),
        (("judge", "missing.jsonl"), ["missing.jsonl", "does not exist"]),
        (("judge", "bad.jsonl"), ["bad.jsonl, line 2 is not JSON", "label is 2, 1 or 0"]),
        (("judge", "one-sided.jsonl"), ["one-sided.jsonl, line 1 needs an offer with label 2 and one with label 0"]),
        (("judge", "empty.jsonl"), ["empty.jsonl has no line"]),
        (("judge", "--sts", "bad.csv"), ["bad.csv, line 2 is not two sentences"]),
        (("judge", "seeks.jsonl", "--seed", "-1"), ["-1"]),
        (("teach", "seeks.jsonl"), ["--out"]),
        (("teach", "--out", "w.npz", "bad.jsonl"), ["bad.jsonl, line 2"]),
        (("teach", "--out", "w.npz", "aimless.jsonl"), ["aimless.jsonl: “b” has no goal or no domain", "Name both"]),
        (("teach", "--out", "w.npz", "seeks.jsonl"), ["of 2 domains; it takes 12", "other trades"]),
        (("teach", "--out", "nowhere/w.npz", "seeks.jsonl"), ["nowhere"]),
    ],
)
def test_what_cannot_be_used_leaves_with_two_and_the_cure(
    run: Run, arguments: tuple[str, ...], words: list[str]
) -> None:
    good, aimless = json.encode(LINES[0]), {"seek": "b", "offers": LINES[0]["offers"]}
    one_sided = {**LINES[0], "offers": [{"text": "c", "label": 2}, {"text": "d", "label": 1}]}
    Path("bad.jsonl").write_bytes(good + b"\n{not json\n")
    Path("one-sided.jsonl").write_bytes(json.encode(one_sided))
    Path("aimless.jsonl").write_bytes(good + b"\n" + json.encode(aimless))
    Path("empty.jsonl").write_bytes(b"\n")
    Path("bad.csv").write_text("a,b,1\nc,d\n")
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert [word for word in words if word not in err] == []
    assert "Traceback" not in err
    assert not Path("w.npz").exists()


def few_lessons() -> bytes:
    """One shipped lesson of each of the first domains, as many domains as it takes."""
    of_domain: dict[str, bytes] = {}
    for file in sorted(EXAMPLES.iterdir(), key=lambda file: file.name):
        for line in file.read_bytes().splitlines() if file.name.endswith(".jsonl") else []:
            of_domain.setdefault(json.decode(line)["domain"], line)
    return b"\n".join(islice(of_domain.values(), CHARACTER_DOMAINS))


def test_the_same_lessons_teach_the_same_bytes(run: Run) -> None:
    Path("few.jsonl").write_bytes(few_lessons())
    for out in ("first.npz", "second.npz"):
        code, said, _ = run("teach", "--out", out, "few.jsonl")
        assert (code, said.startswith(f"{out} holds what was learned (")) == (0, True)
    first, second = Path("first.npz").read_bytes(), Path("second.npz").read_bytes()
    assert first == second
    with np.load(io.BytesIO(first), allow_pickle=False) as arrays:
        assert {"version", "mean", "words", "bias"} <= set(arrays.files)


def test_other_lessons_teach_other_bytes(run: Run) -> None:
    Path("few.jsonl").write_bytes(few_lessons())
    Path("more.jsonl").write_bytes(b"\n".join(map(json.encode, LINES)))
    run("teach", "--out", "few.npz", "few.jsonl")
    run("teach", "--out", "more.npz", "few.jsonl", "more.jsonl")
    assert Path("few.npz").read_bytes() != Path("more.npz").read_bytes()
