"""The drop: a folder into which a mail server puts what comes back, one message a file.

A file belongs to the worker that has locked it, and a lock goes with its worker: each is taken once, however many look, and one
whose worker died is taken by the next. It is moved out only when its message has been taken back. Names that begin with a
dot are files that are still being written.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

DONE = "done"
FAILED = "failed"
FILES_AT_ONCE_MAX = 100


def waiting(folder: Path) -> list[Path]:
    """The files of a folder that wait, in order of their names, a hundred at most; none where there is no such folder."""
    if not folder.is_dir():
        return []
    files = [file for file in sorted(folder.iterdir()) if file.is_file() and not file.name.startswith(".")]
    return files[:FILES_AT_ONCE_MAX]


@contextmanager
def taken(file: Path, bytes_max: int) -> Iterator[bytes | None]:
    """What a file begins with, while nobody else can take it; None where somebody has it, or had it."""
    try:
        opened = file.open("rb")
    except FileNotFoundError:
        yield None
        return
    with opened:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
            return
        yield opened.read(bytes_max) if _is_still(file, opened) else None


def _is_still(file: Path, opened: BufferedReader) -> bool:
    """Whether it is the file that was opened that stands there, and not another that came after it was put away."""
    try:
        return os.path.samestat(file.stat(), os.fstat(opened.fileno()))
    except FileNotFoundError:
        return False


def put_away(file: Path, into: str) -> None:
    """Move a file into `done` or `failed`, beside those of the same name."""
    folder = file.parent / into
    folder.mkdir(mode=0o700, exist_ok=True)
    target = folder / file.name
    number = 1
    while target.exists():
        number += 1
        target = folder / f"{file.stem}-{number}{file.suffix}"
    file.rename(target)
