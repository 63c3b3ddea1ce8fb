"""The rooms of the benchmark: made up by a seed, or read from a file; each contestant makes the same one for itself.

A made-up room has a thousand topics in eight broad fields. What someone offers lies near a topic of their own, what they
seek near another, drawn towards their own: so seeks meet others' offers. Both kinds are Zipf-popular, but what is sought most is
not what is offered most: wanted people are few, and a choice that looks at one pair at a time pays for it. The constants were
chosen so that greedy loses what it was known to lose in such rooms: at seed 1 it reaches .955 of the optimum at 200 people, .931
at 2,000 and, of each person's 64 best, .857 at 10,000. A file's room may be kinder to it: the demo event gives it .992.
"""

from pathlib import Path

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from matchmaker.intake.table import Table
from matchmaker.matching import vectors
from matchmaker.matching.directed import Words, scale_of, words_of
from matchmaker.matching.pairs import Room
from matchmaker.matching.pipeline import room_of, sides_in
from matchmaker.matching.roster import Floats, roster_of
from matchmaker.matching.rules import plain_rules
from matchmaker.model import snapshot as snapshots
from matchmaker.model.policy import Policy
from matchmaker.model.weights import BUILTIN, Weights
from matchmaker.services.match_file import snapshot_of
from matchmaker.store import vector_file

DIMENSIONS = 256
TOPICS = 1_000
FIELDS = 8
TOPIC_OWN = 0.3  # how far a topic stands from its fields
SEEK_OWN = 0.2  # how much a seek is drawn to what its seeker offers
SPREAD = 0.5  # how far a text stands from its topic
QUOTA_LEAST, QUOTA_MOST = 3, 6
FLOOR = 0.02
COSINE = Weights(version="bench-1", cosine_least=0.0, cosine_full=1.0, steepness=1.0)


class Recipe(Struct, frozen=True, kw_only=True):
    """What makes a room: a number of people and a seed, or a table, whose encoded texts are kept in `memory`."""

    seed: int
    people: int = 0
    table: Table | None = None
    memory: str = ""


def made(recipe: Recipe) -> Room:
    """The room of a recipe: the same bytes each time."""
    return made_up(recipe.people, recipe.seed) if recipe.table is None else read(recipe.table, Path(recipe.memory))


def made_up(people: int, seed: int) -> Room:
    """A room of `people` without texts: one seek and one offer each, unit vectors `(people, 256)`; quotas 3 to 6."""
    rng = np.random.default_rng(seed)
    topics = _topics(rng)
    sought, offered = _popularity(rng), _popularity(rng)
    own, other = rng.choice(TOPICS, people, p=offered), rng.choice(TOPICS, people, p=sought)
    offers = _near(topics[own], rng)
    seeks = _near(topics[other] + np.float32(SEEK_OWN) * topics[own], rng)
    quota = rng.integers(QUOTA_LEAST, QUOTA_MOST, people, endpoint=True)
    return Room(
        words=_words(seeks, offers),
        scale=scale_of(COSINE, warmth=0.0, top=1.0, seeks_most=1),
        rules=plain_rules(quota, floor=FLOOR),
    )


def read(table: Table, memory: Path) -> Room:
    """The room of a table, under the default policy; texts that `memory` does not hold are encoded and kept there."""
    policy = Policy()
    snapshot = snapshots.canonical(snapshot_of(table))
    roster = roster_of(snapshot, policy)
    known = vector_file.load(memory)
    held = set(known)
    texts = vectors.vectors_of(roster.texts, policy.model, memory=known, progress=lambda stage, share: None)
    vector_file.append(memory, {key: vector for key, vector in known.items() if key not in held})
    weights = BUILTIN[policy.model]
    sides = sides_in(roster.texts, texts, policy.model, memory=known)
    words = words_of(texts, roster.seeks, roster.offers, roster.interests, sides, weights)
    return room_of(snapshot, roster, words, policy, weights)


def _topics(rng: np.random.Generator) -> Floats:
    fields = rng.standard_normal((FIELDS, DIMENSIONS), np.float32)
    mixed = rng.standard_normal((TOPICS, FIELDS), np.float32) @ fields / np.float32(np.sqrt(FIELDS))
    return _unit(mixed + np.float32(TOPIC_OWN) * rng.standard_normal((TOPICS, DIMENSIONS), np.float32))


def _popularity(rng: np.random.Generator) -> NDArray[np.float64]:
    """`(topics,)`, summing to one: the topic of rank r is 1/r as popular as the first (Zipf 1949), ranks drawn by `rng`."""
    popularity = 1 / rng.permutation(np.arange(1.0, TOPICS + 1))
    return popularity / popularity.sum()


def _near(centres: Floats, rng: np.random.Generator) -> Floats:
    apart = rng.standard_normal(centres.shape, np.float32)
    apart *= np.float32(SPREAD / np.sqrt(DIMENSIONS))
    apart += centres
    return _unit(apart)


def _unit(rows: Floats) -> Floats:
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


def _words(seeks: Floats, offers: Floats) -> Words:
    people = len(seeks)
    ones, starts = np.ones(people, np.float32), np.arange(people + 1)
    return Words(
        seeks=seeks,
        offers=offers,
        interests=np.zeros((people, 1), np.float32),
        seek_strength=ones,
        offer_strength=ones,
        seek_starts=starts,
        offer_starts=starts,
    )
