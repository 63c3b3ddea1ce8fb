"""The worlds mean what they say only if their words have nothing in common."""

import numpy as np

from matchmaker.matching.vectors import vectors_of
from matchmaker.model.policy import Model
from tests.worlds import WORDS


def test_each_word_is_like_itself_and_like_no_other() -> None:
    vectors = vectors_of(WORDS, Model.TFIDF, memory={}, progress=lambda stage, share: None)
    np.testing.assert_allclose((vectors @ vectors.T).toarray(), np.eye(len(WORDS)), atol=1e-6)
