"""Vectors kept in a file survive torn and spoiled records, and two processes that append at once."""

import fcntl
import multiprocessing
import threading
from pathlib import Path

import pytest

from matchmaker.store.vector_file import HASH_BYTES, RECORD_BYTES, VECTOR_BYTES, append, load


def vectors(*numbers: int) -> dict[bytes, bytes]:
    return {number.to_bytes(HASH_BYTES, "big"): bytes([number % 251]) * VECTOR_BYTES for number in numbers}


def append_each(path: Path, numbers: range) -> None:
    for number in numbers:
        append(path, vectors(number, number + 1_000))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "folder" / "vectors.bin"


def test_what_was_appended_is_loaded(path: Path) -> None:
    append(path, vectors(1, 2))
    append(path, vectors(3))
    assert load(path) == vectors(1, 2, 3)
    assert path.stat().st_size == 3 * RECORD_BYTES


def test_no_file_holds_nothing_and_nothing_makes_no_file(path: Path) -> None:
    append(path, {})
    assert load(path) == {}
    assert not path.parent.exists()


def test_only_the_owner_may_look_into_the_folder(path: Path) -> None:
    append(path, vectors(1))
    assert path.parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("cut", [1, HASH_BYTES, RECORD_BYTES - 1])
def test_a_torn_tail_is_passed_over_and_written_over(path: Path, cut: int) -> None:
    append(path, vectors(1, 2))
    path.write_bytes(path.read_bytes()[:-cut])
    assert load(path) == vectors(1)
    append(path, vectors(3))
    assert load(path) == vectors(1, 3)
    assert path.stat().st_size == 2 * RECORD_BYTES


def test_a_spoiled_record_costs_that_record_alone(path: Path) -> None:
    """When it ended the reading, all behind it was encoded anew in every run, and the file grew for ever."""
    append(path, vectors(1, 2, 3))
    data = bytearray(path.read_bytes())
    data[RECORD_BYTES + 100] ^= 1
    path.write_bytes(data)
    assert load(path) == vectors(1, 3)
    append(path, vectors(2))
    assert load(path) == vectors(1, 2, 3)


def test_two_processes_may_append_at_once(path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    both = [spawn.Process(target=append_each, args=(path, range(start, start + 100))) for start in (0, 100)]
    for process in both:
        process.start()
    for process in both:
        process.join(60)
    assert [process.exitcode for process in both] == [0, 0]
    assert load(path) == vectors(*range(200), *range(1_000, 1_200))
    assert path.stat().st_size == 400 * RECORD_BYTES


def test_appending_waits_for_whoever_is_appending(path: Path) -> None:
    append(path, vectors(1))
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        other = threading.Thread(target=append, args=(path, vectors(2)))
        other.start()
        other.join(0.3)
        assert other.is_alive()
        assert load(path) == vectors(1)
    other.join(10)
    assert load(path) == vectors(1, 2)


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="directory"):
        load(tmp_path)
