"""Encoded texts kept between runs on the command line, so that nothing is encoded twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from matchmaker.model.policy import MODEL_VERSIONS, Model
from matchmaker.store import vector_file

kept_in = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="MATCHMAKER_DATA",
    default=lambda: Path(click.get_app_dir("matchmaker")),
    help="Where encoded texts are kept between runs.",
)


@contextmanager
def remembering(data: Path, model: Model) -> Iterator[dict[bytes, bytes]]:
    """The vectors that a folder keeps of a model; those that come to them are kept there, too, where all goes well."""
    file = data / f"vectors-{MODEL_VERSIONS[model]}.bin"
    memory = _remembered(file)
    known = set(memory)
    yield memory
    _keep(file, {key: vector for key, vector in memory.items() if key not in known})


def _remembered(file: Path) -> dict[bytes, bytes]:
    """The vectors kept in a file; none, and a word about it, where it cannot be read."""
    try:
        return vector_file.load(file)
    except OSError as error:
        click.echo(
            f"The encoded texts in {file.parent} cannot be read ({error.strerror}); all are encoded anew.", err=True
        )
        return {}


def _keep(file: Path, vectors: dict[bytes, bytes]) -> None:
    """Add vectors to a file, or say that it cannot be."""
    try:
        vector_file.append(file, vectors)
    except OSError as error:
        click.echo(
            f"The encoded texts could not be kept in {file.parent} ({error.strerror}); the result stands.", err=True
        )
