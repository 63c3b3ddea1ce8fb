"""The development mailbox: letters become files that a mail programme opens, and nothing leaves by accident."""

import hashlib
import os
import re
from collections.abc import Awaitable, Callable
from email.message import EmailMessage
from pathlib import Path

LETTERS_SHOWN_MAX = 1_000
NAME_CHARS_MAX = 80


async def send(folder: Path, message: EmailMessage, *, before_dot: Callable[[], Awaitable[None]]) -> str:
    """Put a letter into the folder, for its owner's eyes only; gives its file's name. The same Message-ID takes the place of the
    first, so that sending again changes nothing."""
    file = folder / file_name(str(message["Message-ID"]))
    half = _write_half(file, message.as_bytes())
    await before_dot()
    half.replace(file)
    return file.name


def letters(folder: Path) -> list[Path]:
    """The letters of a folder, the latest first."""
    return sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime, reverse=True)[:LETTERS_SHOWN_MAX]


def file_name(message_id: str) -> str:
    """A file's name for a Message-ID: readable, safe, and another for every other id."""
    bare = message_id.strip("<> ")
    readable = re.sub(r"[^A-Za-z0-9-]+", "-", bare)[:NAME_CHARS_MAX].strip("-")
    return f"{readable}-{hashlib.sha256(bare.encode()).hexdigest()[:12]}.eml"


def _write_half(file: Path, content: bytes) -> Path:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = file.with_suffix(".half")
    with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:
        opened.write(content)
    return half
