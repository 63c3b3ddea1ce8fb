"""The worlds mean what they say only if their words have nothing in common."""

import numpy as np
from scipy import sparse

from matchmaker.matching.vectors import vectors_of
from matchmaker.model.policy import Model
from tests.worlds import WORDS


def test_each_word_is_like_itself_and_like_no_other() -> None:
    found = vectors_of(WORDS, Model.TFIDF, memory={}, progress=lambda stage, share: None)
    vectors = sparse.csr_matrix(found).toarray()
    np.testing.assert_allclose(vectors @ vectors.T, np.eye(len(WORDS)), atol=1e-6)
