"""`matchmaker letters`: every letter to look at, and nothing sent."""

from pathlib import Path

from click.testing import CliRunner

from matchmaker.cli import cli
from matchmaker.mail import samples
from matchmaker.model.letter import kind_of


def test_every_letter_is_written_to_look_at(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["letters", "--out", str(tmp_path), "--language", "de"])
    assert done.exit_code == 0, done.output
    names = [f"{number:02}-{kind_of(letter)}-de" for number, letter in enumerate(samples.letters(), start=1)]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        f"{name}{suffix}" for name in names for suffix in (".eml", ".html", ".txt")
    )
    assert "Guten Tag Jonas Weidmann" in (tmp_path / "03-offered-de.html").read_text("utf-8")
