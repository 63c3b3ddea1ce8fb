"""`matchmaker letters`: every letter, to people who do not exist, as files to look at."""

from email.message import EmailMessage
from pathlib import Path

import click

from matchmaker.mail import samples
from matchmaker.mail.compose import compose
from matchmaker.mail.phrases import DEFAULT, LANGUAGES
from matchmaker.model.counting import counted
from matchmaker.model.letter import kind_of


@click.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("letters"),
    show_default=True,
    help="Where to.",
)
@click.option("--language", type=click.Choice(LANGUAGES), default=DEFAULT, show_default=True)
def letters(out: Path, language: str) -> None:
    """Write a letter of each kind, with made-up people, as .eml, .html and .txt. Nothing is sent."""
    out.mkdir(parents=True, exist_ok=True)
    written = 0
    for number, letter in enumerate(samples.letters(), start=1):
        message = compose(letter, samples.envelope(language=language, number=number))
        _write(message, out / f"{number:02}-{kind_of(letter)}-{language}")
        written += 1
    click.echo(f"{counted(written, 'letter', 'letters')} in {out}, each as .eml, .html and .txt.")


def _write(message: EmailMessage, path: Path) -> None:
    path.with_suffix(".eml").write_bytes(message.as_bytes())
    for subtype, suffix in (("html", ".html"), ("plain", ".txt")):
        part = message.get_body((subtype,))
        if part is not None:
            path.with_suffix(suffix).write_text(part.get_content(), encoding="utf-8")
