"""`matchmaker learn --evaluate`: figures as JSON and as a table; what cannot be used leaves with 2 and the cure."""

import sys
from pathlib import Path

import pytest
from msgspec import json

from matchmaker.cli import main
from matchmaker.model.learning import Foretold

Said = tuple[int, str, str]


def ran(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], *arguments: str) -> Said:
    monkeypatch.setattr(sys, "argv", ["matchmaker", "learn", *arguments])
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
    assert err == "1 lines cannot be used; the first is line 272.\n"
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
