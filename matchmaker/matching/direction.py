"""Does this offer answer that seek? A seek and an offer become vectors whose product says so, where cosine cannot.

Closeness: either half of a seek's vector is moved towards where its answers lie (a low-rank map learned from examples), an
offer's towards its seeks, and equal letters count beside meaning; all of it is one product of vectors. Direction: from a
text's words, cues and meaning, how surely it gives what each kind of goal asks. Who seeks the same is close and does not
give, so the value of an offer is its relevance times that: a discount in [0, 1]. What stands here is learned by `teaching`
and depends on no room.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, softmax
from sklearn.feature_extraction.text import HashingVectorizer, TfidfVectorizer
from sklearn.preprocessing import normalize

from matchmaker.lessons import WEIGHTS
from matchmaker.matching import cues
from matchmaker.matching.kinds import kinds_of
from matchmaker.matching.roster import Floats
from matchmaker.matching.vectors import Matrix
from matchmaker.model.goal import GoalKind

Float = TypeVar("Float", np.float32, np.float64)
KINDS = list(GoalKind)
LETTERS = 128
LETTERS_SHARE = 0.02
ODDS_MOST = 6.0
WANTS_PARTS, WANTS_SHARPNESS = (
    1024,
    2.0,
)  # the likeliest kind counts more than it is likely: half-answers to all are none
TAG_CHARS_MAX, TAG_WORDS_MAX = 24, 3
GIVES_SHARPNESS, GIVES_LENIENCE = 1.3, 0.3  # who hardly says which side they are on is let pass
WORDS = {"ngram_range": (1, 2), "token_pattern": r"\w+|[^\w\s]", "sublinear_tf": True}
CHARACTERS = {"analyzer": "char_wb", "ngram_range": (2, 4), "sublinear_tf": True}


@dataclass(frozen=True, kw_only=True)
class Direction:
    """What was learned. Two halves of `d` dimensions, rank `r`, `w` words, `h` character pieces, `k` cues, 14 goal kinds.

    `mean` `(2, d)` of sentences, and `shortness` `(2, d)`, of length one, the direction from there in which all brief texts lie;
    `seek_from`, `offer_from` `(2, d, r)` and `seek_to`, `offer_to` `(2, r, d)`, what each map adds to a vector;
    `of_meaning` `(d, 14)`, `of_cues` `(k, 14)`, `of_words` `(w, 14)`, `of_characters` `(h, 14)` and `bias` `(14,)`: the log odds
    that a text gives what a kind of goal asks; `words`, `characters` are their vocabularies as one text, parted by line
    breaks, with the weight of each. `wants_of_meaning` `(d, 14)`, `wants_of_cues` `(k, 14)`, `wants_of_kinds` and
    `wants_of_odds` `(14, 14)` and `wants_bias` `(14,)`: the log odds that a seek is of a kind, of these same cues, of what its
    words suggest and of what it gives.
    """

    version: NDArray[np.str_]
    mean: Floats
    shortness: Floats
    seek_from: Floats
    seek_to: Floats
    offer_from: Floats
    offer_to: Floats
    of_meaning: Floats
    of_cues: Floats
    of_words: Floats
    of_characters: Floats
    bias: Floats
    words: NDArray[np.str_]
    characters: NDArray[np.str_]
    word_weights: Floats
    character_weights: Floats
    wants_of_meaning: Floats
    wants_of_cues: Floats
    wants_of_kinds: Floats
    wants_of_odds: Floats
    wants_bias: Floats


@dataclass(frozen=True, kw_only=True)
class Sides:
    """Texts read as seeks and as offers: `seeks`, `offers` `(t, e)`, whose products are closeness, and `alike` `(t, e)`, whose
    product with an offer says how alike two texts are; `wants` `(t, 14)`, what kind of goal a seek has, adding up to one;
    `gives` `(t, 14)` in [0, 1], how surely an offer gives what each kind asks."""

    seeks: Matrix
    offers: Matrix
    alike: Matrix
    wants: Floats
    gives: Floats


def sides_of(texts: Sequence[str], meaning: Floats, direction: Direction | None = None) -> Sides:
    """The sides of texts with encoded vectors `meaning` `(t, 2 d)`."""
    direction = direction or learned()
    says = meaning.any(axis=1, keepdims=True)
    halves = halves_of(meaning)
    centred = np.where(says, halves - direction.mean[:, None], 0).astype(np.float32)
    letters = np.where(says, np.float32(LETTERS_SHARE**0.5) * letters_of(texts), np.float32(0))
    subjects = [without(half, way) for half, way in zip(centred, direction.shortness, strict=True)]
    return Sides(
        seeks=np.hstack([*_moved(subjects, direction.seek_from, direction.seek_to), letters]),
        offers=np.hstack([*_moved(subjects, direction.offer_from, direction.offer_to), letters]),
        alike=np.hstack([*_moved(subjects), letters]),
        **_directions(texts, centred[0], direction),
    )


def halves_of(meaning: NDArray[Float]) -> NDArray[Float]:
    """`(2, t, d)`: the halves of encoded vectors `(t, 2 d)`."""
    return meaning.reshape(len(meaning), 2, meaning.shape[1] // 2).swapaxes(0, 1)


def sides_by_words(texts: Sequence[str], vectors: Matrix, direction: Direction | None = None) -> Sides:
    """The sides of texts with vectors of equal words: closeness is their cosine, direction is read from words and cues."""
    direction = direction or learned()
    nothing = np.zeros((len(texts), direction.mean.shape[1]), np.float32)
    return Sides(seeks=vectors, offers=vectors, alike=vectors, **_directions(texts, nothing, direction))


def _directions(texts: Sequence[str], centred: Floats, direction: Direction) -> dict[str, Floats]:
    """`wants` and `gives` of texts with centred vectors `(t, d)`."""
    told = cues.counts(texts)
    odds = _total(odds_of(texts, centred, told, direction))
    return {"wants": wants_of(texts, centred, told, odds, direction), "gives": gives_of(texts, odds)}


def odds_of(texts: Sequence[str], centred: Floats, told: Floats, direction: Direction) -> dict[str, Floats]:
    """Of each piece of evidence, `(t, 14)`: what it adds to the log odds that a text gives what a kind of goal asks; cues `told`
    `(t, k)` stand in the texts."""
    words, characters = _vectorizers(direction)
    if not len(texts):
        return {"prior": np.zeros((0, len(KINDS)), np.float32)}
    return {
        "prior": np.broadcast_to(direction.bias, (len(texts), len(KINDS))),
        "meaning": centred @ direction.of_meaning,
        "cues": told @ direction.of_cues,
        "words": words.transform(texts) @ direction.of_words,
        "characters": characters.transform(texts) @ direction.of_characters,
    }


def wants_of(texts: Sequence[str], centred: Floats, told: Floats, gives: Floats, direction: Direction) -> Floats:
    """`(t, 14)`: of which kind of goal each text is, were it a seek; cues `told` stand in it, and its log odds to give what
    each kind asks are `gives`: who seeks is the last to give what is sought."""
    if not len(texts):
        return np.zeros((0, len(KINDS)), np.float32)
    odds = (
        direction.wants_bias
        + centred @ direction.wants_of_meaning
        + told @ direction.wants_of_cues
        + suggested(texts) @ direction.wants_of_kinds
        + np.clip(gives, -ODDS_MOST, ODDS_MOST) @ direction.wants_of_odds
    )
    parts = np.floor(softmax(WANTS_SHARPNESS * odds, axis=1) * WANTS_PARTS)
    parts[np.arange(len(parts)), parts.argmax(axis=1)] += WANTS_PARTS - parts.sum(axis=1)  # to add up to one, exactly
    wants: Floats = (parts / WANTS_PARTS).astype(np.float32)
    return wants


def suggested(texts: Sequence[str]) -> Floats:
    """`(t, 14)`: which kinds the words of each text suggest, were it a seek, and how surely."""
    found = np.zeros((len(texts), len(KINDS)), np.float32)
    for row, text in enumerate(texts):
        for kind, confidence in kinds_of(text, sought=True).items():
            found[row, KINDS.index(kind)] = confidence
    return found


def gives_of(texts: Sequence[str], odds: Floats) -> Floats:
    """`(t, 14)` in [0, 1]: how surely a text gives what each kind of goal asks. A bare tag names a subject and takes no side."""
    gives: Floats = expit(GIVES_SHARPNESS * odds + GIVES_LENIENCE).astype(np.float32)
    gives[[len(text) <= TAG_CHARS_MAX and len(text.split()) <= TAG_WORDS_MAX for text in texts]] = 1
    return gives


def _total(odds: dict[str, Floats]) -> Floats:
    return np.sum(list(odds.values()), axis=0)


def stated(kinds: Sequence[GoalKind | None], wants: Floats) -> Floats:
    """`wants`, certain where a kind is stated."""
    found = wants.copy()
    for row, kind in enumerate(kinds):
        if kind is not None:
            found[row] = 0
            found[row, KINDS.index(kind)] = 1
    return found


def letters_of(texts: Sequence[str]) -> Floats:
    """`(t, 128)` unit rows whose products say how many runs of letters two texts share (Charikar et al. 2002)."""
    hashing = HashingVectorizer(
        analyzer="char_wb", ngram_range=(3, 5), n_features=LETTERS, alternate_sign=True, norm="l2", dtype=np.float32
    )
    found: Floats = hashing.transform(texts).toarray() if len(texts) else np.zeros((0, LETTERS), np.float32)
    return found


def without(vectors: NDArray[Float], way: NDArray[Float]) -> NDArray[Float]:
    """`(t, d)`, with nothing left of a direction `(d,)` of length one.

    Any two texts of a word or two had a closeness of .35, `beekeeping` and `Kubernetes` .42, for being short; now .06 and .15,
    and sentences keep all but a hundredth.
    """
    kept: NDArray[Float] = vectors - np.outer(vectors @ way, way)
    return kept


def _moved(halves: list[Floats], leaves: Floats | None = None, enters: Floats | None = None) -> list[Floats]:
    """Each half, moved where maps are given, and short enough for both to have length one together."""
    if leaves is not None and enters is not None:
        halves = [half + (half @ one) @ other for half, one, other in zip(halves, leaves, enters, strict=True)]
    share = np.float32(0.5**0.5)
    return [(share * normalize(half)).astype(np.float32) if len(half) else half for half in halves]


@cache
def learned() -> Direction:
    """What is shipped; read once."""
    with WEIGHTS.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return Direction(
            **{
                field.name: arrays[field.name].astype(np.float32)
                if arrays[field.name].dtype == np.float16
                else arrays[field.name]
                for field in fields(Direction)
            }
        )


def packed(direction: Direction) -> bytes:
    """The arrays as an `.npz`, matrices in two bytes a number; the same bytes for the same arrays."""
    arrays = {field.name: getattr(direction, field.name) for field in fields(Direction)}
    with io.BytesIO() as file:
        light = {name: array.astype(np.float16) if array.ndim > 1 else array for name, array in arrays.items()}
        np.savez_compressed(file, allow_pickle=False, **light)
        return file.getvalue()


def _vectorizers(direction: Direction) -> tuple[TfidfVectorizer, TfidfVectorizer]:
    return (
        _vectorizer(str(direction.words), direction.word_weights.tobytes(), "words"),
        _vectorizer(str(direction.characters), direction.character_weights.tobytes(), "characters"),
    )


@cache
def _vectorizer(vocabulary: str, weights: bytes, of: str) -> TfidfVectorizer:
    options = WORDS if of == "words" else CHARACTERS
    vectorizer = TfidfVectorizer(vocabulary=vocabulary.split("\n"), dtype=np.float32, **options)
    vectorizer.idf_ = np.frombuffer(weights, np.float32)
    return vectorizer
