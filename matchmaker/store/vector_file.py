"""Encoded vectors kept in a file beside the data directory, for matching a file without a database.

One file a model version, records only ever appended: text hash, checksum, vector. A record that was spoiled is
passed over, one cut short by a crash is written over; two processes may append at once.
"""

import fcntl
import zlib
from collections.abc import Mapping
from pathlib import Path

HASH_BYTES = 32
CHECKSUM_BYTES = 4
VECTOR_BYTES = 4096
RECORD_BYTES = HASH_BYTES + CHECKSUM_BYTES + VECTOR_BYTES


def load(path: Path) -> dict[bytes, bytes]:
    """All whole records of `path` whose checksum holds, by text hash; nothing where there is no file."""
    try:
        data = memoryview(path.read_bytes())
    except FileNotFoundError:
        return {}
    found = {}
    for begin in range(0, len(data) - RECORD_BYTES + 1, RECORD_BYTES):
        record = data[begin : begin + RECORD_BYTES]
        vector = bytes(record[HASH_BYTES + CHECKSUM_BYTES :])
        if bytes(record[HASH_BYTES : HASH_BYTES + CHECKSUM_BYTES]) != _checksum(vector):
            continue
        found[bytes(record[:HASH_BYTES])] = vector
    return found


def append(path: Path, vectors: Mapping[bytes, bytes]) -> None:
    """Add `vectors` to `path`, after whatever another process added meanwhile; a torn tail is cut off first."""
    if not vectors:
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.truncate(file.seek(0, 2) // RECORD_BYTES * RECORD_BYTES)
        file.seek(0, 2)
        file.write(b"".join(key + _checksum(vector) + vector for key, vector in vectors.items()))


def _checksum(vector: bytes) -> bytes:
    return zlib.crc32(vector).to_bytes(CHECKSUM_BYTES, "big")
