"""The secret with which cursors are signed: the operator's, or one made at the first start and kept beside the data."""

import os
import secrets
from functools import cache
from pathlib import Path

from matchmaker.settings import Settings

SECRET_BYTES = 32


@cache
def cursor_secret(settings: Settings) -> bytes:
    """The secret of this installation, read or made when first needed. Servers that share a database must share it too."""
    if settings.secret is not None:
        return settings.secret.encode()
    file = settings.data / "secret.key"
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return _made(file)


def _made(file: Path) -> bytes:
    """Written whole under another name, then linked: of two that start at once, both read the first one's."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    handle = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        os.write(handle, secrets.token_bytes(SECRET_BYTES))
        os.fsync(handle)
    finally:
        os.close(handle)
    try:
        os.link(fresh, file)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return file.read_bytes()
