"""Encode the texts of an event ahead of its runs, a few hundred at a time, so that a run finds them ready; and find them."""

from collections.abc import Iterator

from matchmaker.matching.shown import spoken
from matchmaker.model.ids import AssociationId
from matchmaker.model.policy import MODEL_VERSIONS, Model
from matchmaker.model.snapshot import Snapshot
from matchmaker.model.text import text_hash
from matchmaker.services.calculate import Calculator
from matchmaker.store import attendees, jobs, vectors
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction

TEXTS_MAX = 1_000_000
TEXTS_AT_ONCE = 500
HASHES_AT_ONCE = 5_000
PASSES_MAX = 3
MODEL = MODEL_VERSIONS[Model.USEM3]


async def carry_out(pool: Pool, job: jobs.EncodeJob, calculator: Calculator) -> None:
    """Encode what has no vector yet. Each portion is kept when it is done; a run may come between two portions.

    Texts that come meanwhile queue no job of their own, so there is another pass for them.
    """
    for _ in range(PASSES_MAX):
        if not await _encoded_something(pool, job, calculator):
            return


async def known(pool: Pool, association_id: AssociationId, model: str, snapshot: Snapshot) -> dict[bytes, bytes]:
    """The vectors there are of what the people of a snapshot said, by text hash."""
    texts = {
        text
        for attendee in snapshot.attendees
        for texts in (
            attendee.profile.seeks,
            attendee.profile.offers,
            attendee.profile.interests,
            filter(None, [attendee.challenge]),
        )
        for text in texts
    }
    hashes = sorted(map(text_hash, spoken(texts)))
    found: dict[bytes, bytes] = {}
    for begin in range(0, len(hashes), HASHES_AT_ONCE):
        async with tenant_transaction(pool, association_id) as connection:
            found |= await vectors.find(connection, model, hashes[begin : begin + HASHES_AT_ONCE])
    return found


async def _encoded_something(pool: Pool, job: jobs.EncodeJob, calculator: Calculator) -> bool:
    async with tenant_transaction(pool, job.association_id) as connection:
        texts = await attendees.texts(connection, job.event_id, limit=TEXTS_MAX)
    encoded_some = False
    for by_hash in _portions(texts):
        async with tenant_transaction(pool, job.association_id) as connection:
            known = await vectors.find(connection, MODEL, list(by_hash))
        missing = [text for key, text in by_hash.items() if key not in known]
        if missing:
            encoded = await calculator.encode(missing)
            async with tenant_transaction(pool, job.association_id) as connection:
                await vectors.add_all(connection, MODEL, encoded)
            encoded_some = True
    return encoded_some


def _portions(texts: list[str]) -> Iterator[dict[bytes, str]]:
    for begin in range(0, len(texts), TEXTS_AT_ONCE):
        yield {text_hash(text): text for text in spoken(texts[begin : begin + TEXTS_AT_ONCE])}
