"""The same people, policy and seed give the same bytes, however they arrive and whatever was cached before."""

import hashlib
import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from msgspec import structs

from matchmaker.export.json import proposal_json
from matchmaker.matching.pipeline import propose
from matchmaker.matching.vectors import Memory
from matchmaker.model.policy import Model, Policy
from matchmaker.model.profile import Profile
from matchmaker.model.snapshot import Snapshot
from tests.worlds import attendee, room

SUBJECTS = [
    "grants",
    "roof repair",
    "trainee nurses",
    "seed funding",
    "open data",
    "school meals",
    "drone surveys",
    "union law",
]
FORMS = ["advice on {0}", "someone who has done {0}", "a partner for {0}", "a short talk about {0} for beginners. " * 9]
POLICY = Policy(quota=2)


def people(count: int = 60) -> Snapshot:
    """A room by meaning, large enough that directions are taken off, with ties, exclusions and acquaintances."""
    rng = np.random.default_rng(7)

    def texts() -> list[str]:
        return [str(rng.choice(FORMS)).format(rng.choice(SUBJECTS)) + f" {rng.integers(40)}" for _ in range(2)]

    names = [f"p{row:02}" for row in range(count)]
    pairs = [(names[a], names[b]) for a, b in rng.integers(0, count, (20, 2)) if a != b]
    attendees = [structs.replace(attendee(name), profile=Profile(seeks=texts(), offers=texts())) for name in names]
    return room(*attendees, excluded=pairs[:10], acquainted=pairs[10:])


def digest(snapshot: Snapshot, memory: Memory | None = None, policy: Policy = POLICY, seed: int = 1) -> str:
    return hashlib.sha256(proposal_json(propose(snapshot, policy, seed=seed, memory=memory))).hexdigest()


@pytest.fixture(scope="module")
def known() -> dict[bytes, bytes]:
    memory: dict[bytes, bytes] = {}
    propose(people(), POLICY, seed=1, memory=memory)
    return memory


@pytest.fixture(scope="module")
def expected() -> str:
    return digest(people())


def test_cached_partly_cached_and_fresh_vectors_give_the_same_bytes(known: dict[bytes, bytes], expected: str) -> None:
    assert len(known) > 100
    assert digest(people(), dict(known)) == expected
    for some in (slice(0, None, 2), slice(1, None, 3)):
        assert digest(people(), dict(list(known.items())[some])) == expected


def test_shuffled_people_and_pairs_give_the_same_bytes(known: dict[bytes, bytes], expected: str) -> None:
    rng = np.random.default_rng(8)
    snapshot = people()
    for _ in range(3):
        parts = {part: rows for part, rows in structs.asdict(snapshot).items() if part != "earlier"}
        mixed: dict[str, Any] = {part: [rows[at] for at in rng.permutation(len(rows))] for part, rows in parts.items()}
        shuffled = Snapshot(**mixed)
        assert digest(shuffled, dict(known)) == expected


def test_repeated_runs_give_the_same_bytes(known: dict[bytes, bytes], expected: str) -> None:
    assert {digest(people(), dict(known)) for _ in range(5)} == {expected}


def test_by_equal_words_too() -> None:
    policy = Policy(model=Model.TFIDF)
    assert len({digest(people(), policy=policy) for _ in range(3)}) == 1


def test_another_seed_or_policy_gives_other_bytes(known: dict[bytes, bytes], expected: str) -> None:
    """So that equality above says something."""
    assert digest(people(), dict(known), seed=2) != expected
    assert digest(people(), dict(known), structs.replace(POLICY, quota=1)) != expected


def test_one_or_two_threads_give_the_same_bytes(expected: str) -> None:
    code = "from tests.matching.test_determinism import digest, people; print(digest(people()))"
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code], env=os.environ | threads(number), stdout=subprocess.PIPE, text=True
        )
        for number in ("1", "2")
    ]
    assert [process.communicate()[0].strip() for process in processes] == [expected, expected]


def threads(number: str) -> dict[str, str]:
    """An environment in which the arithmetic may use so many; strings are hashed differently in each."""
    return {"OMP_NUM_THREADS": number, "OPENBLAS_NUM_THREADS": number, "PYTHONHASHSEED": number}
