"""Texts that lie together are one topic, named by their own words, whatever order they came in."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from matchmaker.matching import topics
from matchmaker.matching.topics import medoids_of, nearest_anchor, topics_of
from tests.worlds import steady

CLOUDS = np.repeat(np.eye(3, dtype=np.float32), [6, 4, 2], axis=0)


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


def test_clouds_are_topics_the_largest_first() -> None:
    thirty = np.repeat(CLOUDS, 3, axis=0)
    assert np.bincount(topics_of(thirty, rng=rng(), most=3)).tolist() == [18, 12, 6]


def test_dense_and_sparse_vectors_give_the_same_topics() -> None:
    thirty = np.repeat(CLOUDS, 3, axis=0)
    assert (topics_of(thirty, rng=rng()) == topics_of(sparse.csr_matrix(thirty), rng=rng())).all()


@given(st.integers(0, 40), st.integers(1, 8), st.integers(0, 5))
@steady
def test_any_vectors_have_topics_without_a_gap(count: int, most: int, seed: int) -> None:
    vectors = np.random.default_rng(seed).normal(size=(count, 4)).astype(np.float32)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    topic = topics_of(vectors, rng=rng(), most=most)
    sizes = np.bincount(topic, minlength=0)
    assert len(topic) == count
    assert len(sizes) <= most
    assert sizes.tolist() == sorted(sizes.tolist(), reverse=True)
    assert (sizes > 0).all()
    assert topic[medoids_of(vectors, topic)].tolist() == list(range(len(sizes)))


def test_texts_that_are_all_alike_are_found_in_one_topic() -> None:
    assert set(topics_of(np.repeat(CLOUDS[:1], 40, axis=0), rng=rng()).tolist()) == {0}


def test_the_most_typical_text_stands_for_its_topic() -> None:
    vectors = np.array([[1, 0], [0.6, 0.8], [0.8, 0.6], [0, 1]], np.float32)
    assert medoids_of(vectors, np.array([0, 0, 0, 1])).tolist() == [2, 3]


def test_a_text_goes_to_the_nearer_subject_of_its_own_before_a_strangers() -> None:
    vectors = np.array([[0.2, 0.3, 0], [0.1, 0.1, 0], [0.1, 0.1, 0]], np.float32)
    named = np.array([[True, False], [False, True], [False, False]])
    assert nearest_anchor(vectors, np.eye(3, dtype=np.float32)[:2], named).tolist() == [0, 1, -1]
    assert nearest_anchor(vectors, np.zeros((0, 3), np.float32), np.zeros((3, 0), np.bool_)).tolist() == [-1, -1, -1]


def test_clusters_that_never_settle_are_taken_as_they_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topics, "ROUNDS_MAX", 1)
    assert set(topics_of(CLOUDS, rng=rng(), most=2).tolist()) <= {0, 1}
