"""The rooms of the benchmark: the same bytes for a recipe, and hard enough to tell contestants apart."""

from pathlib import Path

import numpy as np
import pytest

from matchmaker.bench import peers
from matchmaker.bench.referee import between, judged
from matchmaker.bench.rooms import DIMENSIONS, Recipe, made, made_up
from matchmaker.intake import csv
from matchmaker.matching.pairs import Room
from matchmaker.store import vector_file
from tests.bench.worlds import given

PEOPLE = """id,name,company,seeks,offers,avoids
1,Ada,Acme,a bridge engineer,a bakery,
2,Bob,Zeta,a bakery,a bridge engineer,
3,Cyd,Acme,a bakery,a bridge engineer,Bob
"""


def bytes_of(room: Room) -> list[bytes]:
    return [np.asarray(part).tobytes() for part in (room.words.seeks, room.words.offers, room.rules.quota)]


def test_a_seed_makes_the_same_room_and_another_seed_another() -> None:
    one, again, other = made_up(50, 1), made_up(50, 1), made_up(50, 2)
    assert bytes_of(one) == bytes_of(again)
    for mine, others in zip(bytes_of(one), bytes_of(other), strict=True):
        assert mine != others


def test_everyone_has_one_seek_and_one_offer_of_length_one_and_a_quota_of_three_to_six() -> None:
    room = made_up(300, 1)
    for vectors in map(np.asarray, (room.words.seeks, room.words.offers)):
        assert vectors.shape == (300, DIMENSIONS)
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert sorted(set(room.rules.quota.tolist())) == [3, 4, 5, 6]
    assert len(room) == 300


def test_values_spread_and_some_people_are_wanted_by_many() -> None:
    room = made_up(300, 1)
    everyone = np.arange(300)
    received = between(room, everyone, everyone).received
    assert (received == 0).mean() > 0.2
    assert np.quantile(received, [0.9, 0.999]).round(1).tolist() == [0.3, 0.7]
    wanted = np.sort(received.sum(axis=0))
    assert wanted[-30:].mean() > 2 * wanted[:30].mean()


def test_greedy_falls_well_short_of_the_best() -> None:
    """Else the benchmark would tell nobody apart."""
    for seed in (1, 2, 3):
        room = made_up(200, seed)
        greedy, best = (
            judged(room, solve(given(room)), np.ones(200, bool)).objective for solve in (peers.greedy, peers.or_tools)
        )
        assert greedy is not None
        assert best is not None
        assert 0.9 < greedy / best < 0.98


def test_a_file_is_read_as_a_run_reads_it_and_its_texts_are_encoded_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoded: list[str] = []

    def encode(texts: list[str]) -> np.ndarray:
        encoded.extend(texts)
        return np.eye(len(texts), 1024, dtype=np.float32)

    monkeypatch.setattr("matchmaker.matching.encoder.encode", encode)
    memory = tmp_path / "vectors.bin"
    recipe = Recipe(seed=1, table=csv.read(PEOPLE.encode(), rows_max=10), memory=str(memory))
    room, again = made(recipe), made(recipe)
    assert room.rules.quota.tolist() == [3, 3, 3]
    assert sorted(encoded) == ["a bakery", "a bridge engineer"]
    assert len(vector_file.load(memory)) == 2
    assert bytes_of(again) == bytes_of(room)
    values = between(room, np.arange(3), np.arange(3))
    assert values.eligible.tolist() == [[False, True, True], [True, False, False], [True, False, False]]
    assert values.received[0, 2] == pytest.approx(values.received[0, 1] / 2, abs=1e-6)
