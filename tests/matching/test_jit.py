"""Compiled loops and the same loops in plain Python give the same bytes."""

import hashlib
import os
import subprocess
import sys

import numba

from tests.matching.rooms import planned
from tests.matching.test_plan import bytes_of, crowd, cut
from tests.worlds import WORDS, attendee, proposed, room


def digest() -> str:
    """Of plans of a whole room and of a cut one, and of a proposal by words with warmth."""
    with cut():
        parts = [bytes_of(planned(crowd(30)))]
    people = [
        attendee(
            f"p{at}",
            seeks=f"{WORDS[at]} {WORDS[3 - at]}",
            offers=f"{WORDS[at + 1]} {WORDS[at]}",
            interests=WORDS[at // 2],
        )
        for at in range(4)
    ]
    parts += [bytes_of(planned(crowd(30))), repr(proposed(room(*people), warmth=0.2, common_ground_top=0.5)).encode()]
    return hashlib.sha256(b"".join(parts)).hexdigest()


def test_compiled_and_plain_loops_give_the_same_bytes() -> None:
    other = {"NUMBA_DISABLE_JIT": "0" if numba.config.DISABLE_JIT else "1"}  # type: ignore[attr-defined]
    code = "import numba; from tests.matching.test_jit import digest; print(numba.config.DISABLE_JIT, digest())"
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | other, check=True, capture_output=True, text=True
    )
    assert done.stdout.split() == [other["NUMBA_DISABLE_JIT"], digest()]
