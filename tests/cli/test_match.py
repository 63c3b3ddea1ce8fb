"""`matchmaker match`: a file in, pairings out; 0 done, 2 the input cannot be used, 1 our fault."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from click.testing import CliRunner
from python_calamine import CalamineWorkbook
from rich.progress import Progress

from matchmaker.cli import main
from matchmaker.cli import match as under_test
from matchmaker.cli.match import match
from matchmaker.cli.progress import Stages, stages
from matchmaker.model.policy import MODEL_VERSIONS, Model
from matchmaker.model.text import text_hash
from matchmaker.store import vector_file

GOOD = """id;name;e-mail;company;seeks;offers;shoe size
1;Ada;ada@example.org;Acme;quartz;fjord;38
2;Bob;bob@example.org;Zeta;fjord;quartz;41
3;Cyd;;;kiwi;dodo;
"""
BAD = GOOD + "4;Dot;;;quartz;fjord;38;and more\n5;Eve;nonsense;;dodo;kiwi;\n"
FILES = {
    "good.csv": GOOD,
    "bad.csv": BAD,
    "many.csv": "name,seeks,quota\nAda,a,\n" + "Bob,b,x\n" * 25,
    "none.csv": "name,quota\nAda,many\n",
    "words.csv": "who,bio\nAda,quartz\nBob,quartz\n",
    "other.csv": "a,b\n1,2\n",
    "equal.toml": 'model = "tfidf"\nquota = 2\nfloor = 10\nwarmth = 0.0\n',
    "key.toml": "quotas = 2\n",
    "value.toml": "quota = 200\n",
    "broken.toml": "quota = = 2\n",
    "programme.toml": "[[slot]]\nnumber = 1\nstarts_at = 2027-03-18T10:00:00\nends_at = 2027-03-18T10:15:00\n"
    "[[table]]\nnumber = 1\nseats = 6\n",
    "tables.toml": "[[table]]\nnumber = 1\nseats = 6\n",
    "slots.toml": "[[slot]]\nnumber = 1\nstarts = 10\n",
}


class Ran(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of one's own with `FILES`, as the present one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MATCHMAKER_DATA", str(tmp_path / "data"))
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "latin.csv").write_bytes("name,seeks\nZoë,a\n".encode("latin-1"))
    (tmp_path / "latin.toml").write_bytes("# Zoë\n".encode("latin-1"))
    return tmp_path


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """`main()` with these arguments after `match`, as a shell would call it."""

    def ran(*arguments: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["matchmaker", "match", *arguments])
        with pytest.raises(SystemExit) as left:
            main()
        code = left.value.code or 0
        assert isinstance(code, int)
        return Ran(code, *capfd.readouterr())

    return ran


def remember(folder: Path, *texts: str) -> None:
    """Keep a made-up vector for each text, so that nothing is encoded."""
    rng = np.random.default_rng(1)
    vectors = {text_hash(text): rng.normal(size=1024).astype(np.float32).tobytes() for text in texts}
    vector_file.append(folder / "data" / f"vectors-{MODEL_VERSIONS[Model.USEM3]}.bin", vectors)


EQUAL = ("--policy", "equal.toml")


# Done


def test_pairings_are_written_as_csv(run: Run, folder: Path) -> None:
    ran = run("good.csv", *EQUAL, "--out", "pairings.csv")
    assert (ran.code, ran.out) == (0, "")
    (row,) = csv.DictReader(io.StringIO((folder / "pairings.csv").read_text("utf-8-sig")))
    assert (row["rank"], row["first_name"], row["second_name"], row["mutual_value"]) == ("1", "Ada", "Bob", "100.0")
    assert row["reason_to_first"] == "You asked for “quartz”; Bob offers “quartz”."
    assert "3 people, 1 pairing, coverage 66.7%" in ran.err
    assert "Seconds: reading " in ran.err


def test_json_goes_to_standard_output_and_nothing_else(run: Run) -> None:
    ran = run("bad.csv", *EQUAL, "--json")
    assert ran.code == 0
    whole = json.loads(ran.out)
    assert [(one["rank"], one["first"], one["second"]) for one in whole["pairings"]] == [(1, "1", "2"), (2, "3", "5")]
    assert whole["unmatched"] == []
    assert whole["report"]["upper_bound"] == whole["report"]["objective"] == 200


def test_json_in_a_file_is_the_json_on_the_screen(run: Run, folder: Path) -> None:
    ran = run("good.csv", *EQUAL, "--json", "--out", "pairings.json")
    assert (folder / "pairings.json").read_text("utf-8") == ran.out


@pytest.mark.parametrize("suffix", [".csv", ".json"])
@pytest.mark.parametrize("by", ["pairing", "attendee"])
def test_the_same_input_gives_the_same_bytes(run: Run, folder: Path, by: str, suffix: str) -> None:
    head, *rows = GOOD.splitlines()
    (folder / "turned.csv").write_text("\n".join([head, *rows[::-1]]), "utf-8")
    for name in ("good.csv", "good.csv", "turned.csv"):
        assert run(name, *EQUAL, "--by", by, "--out", f"{name}-{by}{suffix}").code == 0
    assert (folder / f"good.csv-{by}{suffix}").read_bytes() == (folder / f"turned.csv-{by}{suffix}").read_bytes()


def test_by_attendee_everyone_has_a_row(run: Run, folder: Path) -> None:
    run("good.csv", *EQUAL, "--by", "attendee", "--out", "each.csv")
    rows = list(csv.DictReader(io.StringIO((folder / "each.csv").read_text("utf-8-sig"))))
    assert [(row["id"], row["pairings"], row["name_1"]) for row in rows] == [
        ("1", "1", "Bob"),
        ("2", "1", "Ada"),
        ("3", "0", ""),
    ]


def test_without_out_the_best_are_shown(run: Run) -> None:
    ran = run("good.csv", *EQUAL)
    assert "Ada" in ran.out
    assert "100.0" in ran.out


def test_rows_left_out_are_told_and_the_rest_is_matched(run: Run) -> None:
    ran = run("bad.csv", *EQUAL, "--json")
    assert ran.code == 0
    assert "line 5: The row has 8 cells" in ran.err
    assert "(row left out)" in ran.err
    assert "line 6, column e-mail: The e-mail address cannot be right" in ran.err


def test_of_many_faults_the_first_are_told(run: Run) -> None:
    ran = run("many.csv", *EQUAL, "--json")
    assert ran.err.count("(row left out)") == 20
    assert "and 5 more" in ran.err


def test_the_report_has_every_fault_the_unmatched_and_the_seconds_of_each_stage(run: Run, folder: Path) -> None:
    assert run("bad.csv", *EQUAL, "--json", "--report", "report.json").code == 0
    report = json.loads((folder / "report.json").read_bytes())
    assert list(report["seconds"]) == ["reading", "vectors", "candidates", "assignment", "ranking", "reasons"]
    assert (report["rows"]["kept"], report["rows"]["left_out"]) == (4, 1)
    assert [(error["line"], error["code"], error["kept"]) for error in report["rows"]["errors"]] == [
        (5, "too_many_cells", False),
        (6, "email_malformed", True),
    ]
    assert (report["people"], report["pairings"], report["unmatched"]) == (4, 2, [])


def test_columns_are_mapped(run: Run) -> None:
    ran = run("words.csv", *EQUAL, "--map", "who=name, bio=seeks+offers", "--json")
    assert json.loads(ran.out)["pairings"][0]["mutual_value"] == 100


def test_notes_are_told(run: Run, folder: Path) -> None:
    (folder / "notes.csv").write_text("name,seeks,avoids\nAda,a\x07b,nobody\nBob,ab,\n", "utf-8")
    assert "Notes: avoids_unresolved 1, cells_cleaned 1." in run("notes.csv", *EQUAL, "--json").err


def test_who_is_without_a_pairing_is_told_with_the_reason(run: Run, folder: Path) -> None:
    shy = "".join(f"shy{n},Shy {n},,\n" for n in range(7))
    (folder / "shy.csv").write_text(f"external_id,name,seeks,offers\n{shy}ask,Asker,piano lessons,\n", encoding="utf-8")
    told = [line for line in run("shy.csv", *EQUAL, "--out", "shy-out.csv").err.splitlines() if "ithout" in line]
    assert told[0].endswith(" 8 without a pairing, 0 of them though someone fits.")
    assert told[1].startswith(
        "Without: shy0, shy1, shy2, shy3, shy4 and 2 more. They have said nothing yet that others could read: "
    )
    assert told[2].startswith("Without: ask. ")


def test_quota_on_the_command_line_stands_above_the_policys(run: Run) -> None:
    ran = run("good.csv", *EQUAL, "--quota", "0", "--json")
    assert [one["code"] for one in json.loads(ran.out)["unmatched"]] == ["quota_zero"] * 3


def test_groups_are_told_of_unless_they_are_small(run: Run, folder: Path) -> None:
    people = "".join(f"p{n},P{n},{('quartz', 'fjord')[n % 2]},{('fjord', 'quartz')[n % 2]},north\n" for n in range(6))
    few = "".join(f"q{n},Q{n},,,{('south', '')[n % 2]}\n" for n in range(6))
    rows = f"external_id,name,seeks,offers,region\n{people}{few}"
    (folder / "groups.csv").write_text(rows + "x,X,,,west\n", encoding="utf-8")
    told = run("groups.csv", *EQUAL, "--json", "--fairness", "region").err.splitlines()[-4:]
    assert told == [
        "north: 6 people, 2.0 (2.0 to 2.0) introductions a person, each worth 100.0 (100.0 to 100.0) to them.",
        "nothing stated: too few people to be told of.",
        "south: too few people to be told of.",
        "west: too few people to be told of.",
    ]
    (folder / "silent.csv").write_text("name,groups\n" + "".join(f"P{n},members\n" for n in range(5)), encoding="utf-8")
    said = run("silent.csv", *EQUAL, "--json", "--fairness", "group").err.splitlines()[-1]
    assert said == "members: 5 people, 0.0 (0.0 to 0.0) introductions a person."
    refused = run("good.csv", *EQUAL, "--format", "sets", "--fairness", "group")
    assert (refused.code, "no pairs whose fairness" in refused.err) == (2, True)


# Every format


@pytest.mark.parametrize(
    ("format", "by", "columns"),
    [
        ("introductions", "pairing", "rank first_id first_name first_email first_organisation second_id"),
        ("introductions", "attendee", "id name email organisation pairings"),
        ("rounds", "pairing", "rank first_id first_name first_email first_organisation second_id"),
        ("rounds", "attendee", "id name email organisation meetings byes"),
        ("tables", "pairing", "round table attendee_id name email organisation"),
        ("tables", "attendee", "id name email organisation meetings byes"),
        ("sets", "pairing", "set challenge attendee_id name email organisation rounds"),
        ("sets", "attendee", "set challenge attendee_id name email organisation rounds"),
    ],
)
def test_every_format_is_written_as_csv_and_json(run: Run, folder: Path, format: str, by: str, columns: str) -> None:
    chosen = ("good.csv", *EQUAL, "--format", format, "--by", by)
    assert run(*chosen, "--out", "it.csv").code == 0
    header = (folder / "it.csv").read_text("utf-8-sig").splitlines()[0].split(",")
    assert header[: len(columns.split())] == columns.split()
    assert (header[-2:] == ["round", "table"]) == ((format, by) == ("rounds", "pairing"))
    assert run(*chosen, "--out", "it.json").code == 0
    whole = json.loads((folder / "it.json").read_bytes())
    assert list(whole)[:3] == ["attendees" if by == "attendee" else "pairings", "unmatched", "report"]
    assert whole["report"]["format"] == format
    assert run(*chosen, "--out", "it.xlsx").code == 0
    book = CalamineWorkbook.from_path(str(folder / "it.xlsx"))
    assert book.get_sheet_by_index(0).to_python()[0] == header


@pytest.mark.parametrize("format", ["rounds", "tables"])
def test_everyones_day_is_printed(run: Run, folder: Path, format: str) -> None:
    chosen = ("good.csv", *EQUAL, "--format", format, "--by", "attendee", "--programme", "programme.toml")
    assert run(*chosen, "--out", "days.pdf").code == 0
    assert (folder / "days.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("format", ["introductions", "rounds", "tables", "sets"])
def test_every_format_is_shown_at_the_terminal(run: Run, format: str) -> None:
    ran = run("good.csv", *EQUAL, "--format", format)
    assert (ran.code, "3 people, " in ran.err) == (0, True)
    assert {"introductions": "gains", "rounds": "round 1", "tables": "round 1", "sets": "challenge"}[format] in ran.out


def test_slots_and_tables_of_a_programme_are_part_of_the_input(run: Run) -> None:
    programmes: list[list[str]] = [[], ["--programme", "programme.toml"], ["--programme", "tables.toml"]]
    results = [run("good.csv", *EQUAL, "--format", "rounds", *programme, "--json") for programme in programmes]
    assert [ran.code for ran in results] == [0, 0, 0]
    assert len({json.loads(ran.out)["report"]["input_hash"] for ran in results}) == 3


def test_every_choice_is_one_of_the_policys(run: Run) -> None:
    chosen = ("--rounds", "3", "--tables", "2", "--seats", "5", "--least", "0", "--dial", "0.5")
    assert run("good.csv", *EQUAL, "--format", "tables", *chosen, "--json").code == 0


def test_a_cell_that_cannot_be_read_is_told_with_its_cure_and_the_row_is_matched(run: Run, folder: Path) -> None:
    (folder / "asked.csv").write_text(
        "id,name,seeks,offers,least,available,needs accessible,must meet\n"
        "1,Ada,quartz,quartz,1,1-3,x,Bob\n2,Bob,quartz,quartz,few,03-Jan,wheelchair,nobody\n",
        "utf-8",
    )
    ran = run("asked.csv", *EQUAL, "--json")
    assert "line 3, column available: '03-Jan' cannot be read; write round numbers" in ran.err
    assert "line 3, column least: 'few' cannot be read; write a whole number from 0 to 50." in ran.err
    assert "line 3, column needs accessible: 'wheelchair' cannot be read; write yes or no." in ran.err
    assert "row left out" not in ran.err
    report = json.loads(ran.out)["report"]
    assert (report["people"], report["notes"]) == (2, {"must_meet_unresolved": 1})


# Kept vectors


def test_vectors_are_read_from_and_kept_in_the_data_folder(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoded: list[str] = []

    def encode(sentences: list[str]) -> np.ndarray:
        encoded.extend(sentences)
        return np.ones((len(sentences), 1024), np.float32)

    monkeypatch.setattr("matchmaker.matching.encoder.encode", encode)
    remember(folder, "quartz", "fjord")
    assert run("good.csv", "--json").code == 0
    assert run("good.csv", "--json").code == 0
    assert sorted(encoded) == ["dodo", "kiwi"]


@pytest.mark.parametrize("data", ["good.csv/data", "/proc/nowhere"])
def test_a_folder_where_nothing_can_be_kept_only_warns(run: Run, monkeypatch: pytest.MonkeyPatch, data: str) -> None:
    """A folder below a file, and one that not even root may make."""
    monkeypatch.setattr("matchmaker.matching.encoder.encode", lambda texts: np.ones((len(texts), 1024), np.float32))
    ran = run("good.csv", "--json", "--data", data)
    assert ran.code == 0
    assert "could not be kept" in ran.err
    assert json.loads(ran.out)["report"]["people"] == 3


# Input that cannot be used


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["latin.csv"], ["line 2", "CSV UTF-8"]),
        (["other.csv"], ["a, b", "header"]),
        (["none.csv"], ["line 2, column quota", "no row that can be used"]),
        (["missing.csv"], ["missing.csv", "does not exist"]),
        (["good.csv", "--policy", "key.toml"], ["key.toml", "quotas", "It is TOML with any of: quota"]),
        (["good.csv", "--policy", "value.toml"], ["value.toml", "50", "$.quota"]),
        (["good.csv", "--policy", "broken.toml"], ["broken.toml", "line 1"]),
        (["good.csv", "--policy", "latin.toml"], ["latin.toml"]),
        (["good.csv", "--map", "bio=offers"], ["bio", "The file has: id"]),
        (["good.csv", "--map", "seeks=hobbies"], ["hobbies", "Choose of"]),
        (["good.csv", "--map", "seeks"], ["without a target", "source=target"]),
        (["good.csv", "--out", "pairings.ods"], ["pairings.ods", ".csv"]),
        (["good.csv", "--out", "pairings.pdf"], ["pairings.pdf", "--by attendee"]),
        (["good.csv", "--out", "nowhere/pairings.csv"], ["nowhere"]),
        (["good.csv", "--report", "nowhere/report.json"], ["nowhere"]),
        (["good.csv", "--quota", "51"], ["51"]),
        (["good.csv", "--least", "-1"], ["-1"]),
        (["good.csv", "--dial", "1.5"], ["1.5", "0<=x<=1"]),
        (["good.csv", "--dial", "nan"], ["nan", "0<=x<=1"]),
        (["good.csv", "--format", "speeches"], ["speeches", "sets"]),
        (["good.csv", "--format", "rounds", "--rounds", "51"], ["51"]),
        (["good.csv", "--format", "tables", "--seats", "2"], ["2"]),
        (["good.csv", "--rounds", "5"], ["--rounds says nothing of introductions", "Add --format rounds"]),
        (["good.csv", "--programme", "programme.toml"], ["A programme says nothing of introductions"]),
        (["good.csv", "--format", "rounds", "--programme", "slots.toml"], ["slots.toml", "starts", "[[slot]] (number"]),
        (["good.csv", "--format", "rounds", "--programme", "missing.toml"], ["missing.toml"]),
        (["good.csv", "--seed", "-1"], ["-1"]),
        ([], ["FILE"]),
    ],
)  # fmt: skip
def test_what_cannot_be_used_leaves_with_two_and_says_where_and_the_cure(
    run: Run, arguments: list[str], words: list[str]
) -> None:
    ran = run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert [word for word in words if word not in ran.err] == []
    assert "Traceback" not in ran.err


def test_a_fault_of_ours_leaves_with_one_and_a_short_message(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(under_test, "match_file", broken)
    ran = run("good.csv")
    assert (ran.code, ran.out) == (1, "")
    assert "ZeroDivisionError: division by zero" in ran.err
    assert len(ran.err.splitlines()) == 1


# By other ways


def test_the_command_runs_in_clicks_runner() -> None:
    done = CliRunner().invoke(match, ["good.csv", *EQUAL, "--json"])
    assert (done.exit_code, json.loads(done.stdout)["report"]["pairings"]) == (0, 1)


def test_a_process_of_its_own_gives_the_same_bytes_with_one_thread_or_two(folder: Path) -> None:
    command = [sys.executable, "-m", "matchmaker", "match", "good.csv", *EQUAL, "--json"]
    outputs = []
    for threads in ("1", "2"):
        environment = os.environ | {"OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads}
        outputs.append(subprocess.Popen(command, env=environment, cwd=folder, stdout=subprocess.PIPE))
    one, two = (process.communicate()[0] for process in outputs)
    assert [process.returncode for process in outputs] == [0, 0]
    assert one == two
    assert json.loads(one)["report"]["pairings"] == 1


# Progress


def test_stages_keep_their_seconds_and_one_that_comes_again_is_added() -> None:
    with stages() as progress:
        for stage, share in (("reading", 0.0), ("reading", 0.5), ("vectors", 0.0), ("reading", 1.0), ("new", 0.2)):
            progress(stage, share)
    assert list(progress.seconds) == ["reading", "vectors", "new"]
    assert all(took >= 0 for took in progress.seconds.values())


def test_each_stage_is_drawn_in_words_and_ends_full() -> None:
    with Progress(disable=True) as bar:
        drawn = Stages(bar)
        drawn("vectors", 0.25)
        drawn("candidates", 0.5)
        drawn.close()
        assert [(task.description, task.completed) for task in bar.tasks] == [
            ("reading what people wrote", 1.0),
            ("comparing everyone with everyone", 1.0),
        ]
