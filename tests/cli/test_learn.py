"""`matchmaker learn --evaluate`: figures as JSON and as a table; what cannot be used leaves with 2 and the cure."""

import asyncio
import sys
from pathlib import Path

import pytest
from msgspec import json

from matchmaker.cli import main
from matchmaker.cli.learn import _say_learned
from matchmaker.model.ids import WeightsId
from matchmaker.model.learning import Foretold, WeightsState, WeightsVersion
from matchmaker.store import embedded
from matchmaker.store.pool import open_pool
from tests.conftest import new_association
from tests.factories import AT, taught

Said = tuple[int, str, str]


def ran(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], *arguments: str, command: str = "learn"
) -> Said:
    monkeypatch.setattr(sys, "argv", ["matchmaker", command, *arguments])
    with pytest.raises(SystemExit) as left:
        main()
    heard = capfd.readouterr()
    return int(left.value.code or 0), heard.out, heard.err


def decisions(folder: Path, events: int) -> str:
    """Everybody meets everybody of their event; the even ones are wanted by all, the odd by nobody, but for number nine."""
    lines = ["iid,pid,event,dec,dec_o,order,art"]
    for event in range(events):
        for one in range(10):
            for other in range(10):
                if one != other:
                    yes = int(other % 2 == 0 or (other == 9 and one > 4))
                    lines.append(f"{event}-{one},{event}-{other},{event},{yes},0,{(one + other) % 10 + 1},{one}")
    file = folder / "decisions.csv"
    file.write_text("\n".join([*lines, "1,1,1,1,1,1,1"]) + "\n", "utf-8")
    return str(file)


def test_the_figures_are_json_or_a_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    file = decisions(tmp_path, 3)
    code, out, err = ran(monkeypatch, capfd, "--evaluate", file, "--json")
    found = json.decode(out, type=list[Foretold])
    assert code == 0
    assert [one.after for one in found] == [0, 2, 4]
    assert found[2].auc["ours"] > 0.9
    assert set(found[0].auc) == {"ours", "in_run", "unsupervised", "popularity", "random"}
    assert err == "Of no use: 1 line; the first is line 272.\n"
    code, out, _ = ran(monkeypatch, capfd, "--evaluate", file)
    assert code == 0
    assert f"{found[2].auc['ours']:.3f}" in out
    assert "without learning" in out


def test_what_cannot_teach_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    code, _, err = ran(monkeypatch, capfd, "--evaluate", decisions(tmp_path, 1))
    assert code == 2
    assert "It takes answers of two events at least" in err
    (tmp_path / "people.csv").write_text("name\nAda\n", "utf-8")
    code, _, err = ran(monkeypatch, capfd, "--evaluate", str(tmp_path / "people.csv"))
    assert (code, "no columns of decisions: name" in err) == (2, True)


@pytest.mark.parametrize("arguments", [(), ("--evaluate", __file__, "--association", "x")])
def test_one_thing_is_learned_from(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    code, _, err = ran(monkeypatch, capfd, *arguments)
    assert (code, err) == (2, "Say what to learn from.\nGive one of --evaluate FILE and --association ID.\n")


def test_an_association_without_answers_has_too_few(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], database: embedded.Server
) -> None:
    monkeypatch.setenv("DATABASE_URL", database.dsn(embedded.APP))
    association_id = asyncio.run(_association(database.dsn(embedded.APP)))
    code, out, _ = ran(monkeypatch, capfd, "--association", association_id)
    assert (code, out) == (
        0,
        (
            "Version 1 is empty: there are too few answers. It takes two events with both yes and no.\n"
            "0 answers of 0 events.\n"
        ),
    )
    code, out, _ = ran(monkeypatch, capfd, "--association", association_id, "--json")
    assert (code, json.decode(out)["version"]) == (0, 2)
    code, _, err = ran(monkeypatch, capfd, "--association", "00000000-0000-4000-8000-000000000000")
    assert (code, err) == (2, "There is no such association.\n")


def test_figures_are_said_where_there_are_some(capfd: pytest.CaptureFixture[str]) -> None:
    version = WeightsVersion(
        id=WeightsId("x"),
        version=3,
        state=WeightsState.LEARNED,
        active=True,
        figures=taught().figures,
        learned=None,
        error=None,
        created_at=AT,
        finished_at=AT,
    )
    _say_learned(version, False)
    assert capfd.readouterr().out == (
        "Version 3 is used from now on.\n40 answers of 2 events.\n"
        "AUC at the newest event: 0.700, without learning 0.600.\n"
    )


async def _association(dsn: str) -> str:
    pool = await open_pool(dsn)
    try:
        return str(await new_association(pool))
    finally:
        await pool.close()


def test_power_is_said_in_words_or_json(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    asked = ("--pairs", "712", "--held-back", "0.5")
    code, out, _ = ran(monkeypatch, capfd, *asked, command="uplift")
    assert (code, out) == (
        0,
        (
            "Held back: 356 of 712 introductions.\n"
            "A difference of 10% is told from chance in 80% of such events.\n"
            "One of 10% is found in four of five.\n"
        ),
    )
    assert json.decode(ran(monkeypatch, capfd, *asked, "--json", command="uplift")[1])["held_back"] == 356
    assert "No difference" in ran(monkeypatch, capfd, "--pairs", "3", command="uplift")[1]
