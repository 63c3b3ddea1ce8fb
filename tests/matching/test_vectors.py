"""The estimators are scikit-learn's kind, and both models fill one slot."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.utils.estimator_checks import check_estimator

from matchmaker.matching import encoder, vectors
from matchmaker.matching.roster import Floats
from matchmaker.matching.vectors import (
    Centre,
    DropComponents,
    SentenceEncoder,
    pieces,
    pipeline_of,
    vectors_of,
)
from matchmaker.model.policy import Model
from matchmaker.model.text import text_hash


def quiet(stage: str, share: float) -> None:
    """Hear nothing."""


def made_up(count: int) -> list[str]:
    rng = np.random.default_rng(1)
    return [" ".join("".join(rng.choice(list("aeioukstm"), 5)) for _ in range(4)) for _ in range(count)]


def remembered(texts: list[str]) -> dict[bytes, bytes]:
    """A memory that knows a vector for each text, so that nothing is encoded."""
    rng = np.random.default_rng(2)
    return {text_hash(text): rng.normal(size=1024).astype(np.float32).tobytes() for text in texts}


def found_for(texts: list[str], model: Model, memory: dict[bytes, bytes] | None = None) -> Floats:
    dense: Floats = sparse.csr_matrix(vectors_of(texts, model, memory=memory or {}, progress=quiet)).toarray()
    return dense


@pytest.mark.parametrize(
    "estimator", [Centre(), DropComponents(components=1, texts_least=10)], ids=["Centre", "DropComponents"]
)
def test_it_is_an_estimator_by_scikit_learns_own_checks(estimator: object) -> None:
    results = check_estimator(estimator, on_fail=None, on_skip=None)
    assert [result["check_name"] for result in results if result["status"] == "failed"] == []
    assert sum(result["status"] == "passed" for result in results) > 30


def test_the_mean_goes_off_almost_whole_in_a_large_room_and_hardly_in_a_small_one() -> None:
    same = np.ones((990, 3), np.float32)
    np.testing.assert_allclose(Centre().fit_transform(same), 0.01, atol=1e-6)
    np.testing.assert_allclose(Centre().fit_transform(same[:1]), 10 / 11, atol=1e-6)
    np.testing.assert_allclose(Centre(texts_prior=0).fit_transform(same[:1]), 0)


def test_the_strongest_directions_are_taken_off_when_there_are_texts_enough() -> None:
    rows = np.random.default_rng(1).normal(size=(100, 4)) * [10, 5, 1, 1]
    kept = DropComponents(components=2, texts_least=100).fit_transform(rows)
    assert (np.abs(kept[:, :2]).mean(axis=0) < 0.5).all()
    assert np.linalg.matrix_rank(kept) == 2
    np.testing.assert_array_equal(DropComponents(components=2, texts_least=101).fit_transform(rows), rows)


@pytest.mark.parametrize("model", Model)
def test_rows_are_of_length_one_in_the_order_of_the_texts(model: Model) -> None:
    texts = made_up(120)
    dense = found_for(texts, model, remembered(texts))
    assert dense.shape[0] == 120
    np.testing.assert_allclose(np.linalg.norm(dense, axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(found_for(texts[::-1], model, remembered(texts))[::-1], dense, atol=1e-4)


@pytest.mark.parametrize("model", Model)
def test_no_texts_give_no_rows(model: Model) -> None:
    assert vectors_of([], model, memory={}, progress=quiet).shape[0] == 0


@pytest.mark.parametrize("texts", [["?", "!!"], ["a", "b"], [" "], ["日"]])
def test_texts_without_a_word_have_no_equal_words(texts: list[str]) -> None:
    found = found_for(texts, Model.TFIDF)
    assert len(found) == len(texts)
    assert not found.any()


def test_a_sign_among_words_is_like_none_of_them() -> None:
    sign, word = found_for(["?", "quartz"], Model.TFIDF)
    assert sign @ word == 0


@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf, 1e30])
def test_a_remembered_vector_that_is_none_says_nothing_and_leaves_the_others_as_they_are(broken: float) -> None:
    texts = made_up(3)
    memory = remembered(texts)
    sound = found_for(texts, Model.USEM3, memory | {text_hash(texts[1]): np.zeros(1024, np.float32).tobytes()})
    row = np.frombuffer(memory[text_hash(texts[1])], np.float32).copy()
    row[7] = broken
    memory[text_hash(texts[1])] = row.tobytes()
    found = found_for(texts, Model.USEM3, memory)
    np.testing.assert_array_equal(found, sound)
    assert found.any(axis=1).tolist() == [True, False, True]


def test_memory_is_read_and_only_what_is_new_is_encoded(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def encode(sentences: list[str]) -> np.ndarray:
        asked.extend(sentences)
        return np.full((len(sentences), 1024), 0.5, np.float32)

    monkeypatch.setattr(encoder, "encode", encode)
    monkeypatch.setattr(vectors, "TEXTS_AT_ONCE", 2)
    memory = remembered(["known"])
    heard: list[tuple[str, float]] = []
    encoded = SentenceEncoder(memory=memory, progress=lambda *told: heard.append(told)).fit([])
    rows = encoded.transform(["new", "known", "newer", "newest", "new"])
    assert sorted(asked) == ["new", "newer", "newest"]
    assert [text_hash(text) in memory for text in ("new", "newer", "newest", "known")] == [True] * 4
    assert heard == [("vectors", pytest.approx(2 / 3)), ("vectors", 1.0)]
    assert rows[[0, 2, 3, 4]].tolist() == np.full((4, 1024), 0.5).tolist()
    assert rows[1].tobytes() == memory[text_hash("known")]


def test_the_encoder_needs_neither_memory_nor_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "encode", lambda sentences: np.ones((len(sentences), 1024), np.float32))
    assert SentenceEncoder().fit_transform(["a", "b", "a"]).shape == (3, 1024)


def test_the_encoder_says_that_it_takes_text_and_learns_nothing() -> None:
    tags = SentenceEncoder().__sklearn_tags__()
    assert (tags.input_tags.string, tags.input_tags.two_d_array, tags.requires_fit) == (True, False, False)


def test_the_pipeline_of_meaning_has_five_steps_and_that_of_words_two() -> None:
    steps = [[name for name, _ in pipeline_of(model, memory={}, progress=quiet).steps] for model in Model]
    assert steps == [["encode", "half", "centre", "components", "scale"], ["words", "scale"]]


def test_a_text_of_up_to_300_characters_is_one_piece() -> None:
    assert pieces("x" * 300) == ["x" * 300]
    assert pieces("One. Two.\nThree.") == ["One. Two.\nThree."]


def test_a_long_text_is_cut_at_sentences_and_packed() -> None:
    sentence = "word " * 19 + "end."
    assert pieces(" ".join([sentence] * 5)) == [f"{sentence} {sentence} {sentence}", f"{sentence} {sentence}"]
    assert pieces("文" * 150 + "。" + "字" * 200 + "。") == ["文" * 150 + "。", "字" * 200 + "。"]


def test_a_long_sentence_is_cut_at_blanks_else_anywhere() -> None:
    blanks = pieces("word " * 100)
    assert all(len(piece) <= 300 for piece in blanks)
    assert " ".join(blanks).split() == ["word"] * 100
    assert [len(piece) for piece in pieces("x" * 700)] == [300, 300, 100]


def test_a_long_text_of_blanks_is_still_a_piece() -> None:
    assert pieces(" " * 400) == [" " * 300]
    assert pieces("\n" * 400) == ["\n" * 300]


def test_a_long_text_is_the_mean_of_its_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        encoder, "encode", lambda pieces: np.array([np.full(1024, len(piece)) for piece in pieces], np.float32)
    )
    assert SentenceEncoder().transform(["x" * 700])[0, 0] == np.float32(700 / 3)
