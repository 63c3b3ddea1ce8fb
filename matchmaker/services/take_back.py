"""Take back what returns of letters that were sent: bounces and complaints, after which an address is written to no more.

A returned letter names ours by its Message-ID, which nobody can guess who has not had it, and which names the association.
"""

from datetime import datetime

from matchmaker.mail import bounces
from matchmaker.mail.bounces import Comeback, Kind
from matchmaker.model.ids import AssociationId
from matchmaker.model.message import association_in
from matchmaker.model.sender import BOUNCES_MAX, Cause
from matchmaker.store import comebacks, messages, suppressions
from matchmaker.store.connection import Connection, Pool
from matchmaker.store.tenant import tenant_transaction


async def take_back(pool: Pool, content: bytes, *, at: datetime) -> tuple[Comeback, bool]:
    """What a message that came back means, and whether it was about a letter of ours and has been acted on."""
    comeback = bounces.read(content)
    association_id = association_in(comeback.message_id or "")
    if association_id is None or comeback.kind not in (Kind.BOUNCE, Kind.COMPLAINT):
        return comeback, False
    async with tenant_transaction(pool, association_id) as connection:
        return comeback, await _act(connection, comeback, at)


async def take_signed(
    pool: Pool, association_id: AssociationId, content: bytes, *, digest: bytes, at: datetime
) -> tuple[Comeback, bool]:
    """As `take_back`, of a report that an association's own provider signed: once, and about that association's letters only."""
    comeback = bounces.read(content)
    async with tenant_transaction(pool, association_id) as connection:
        if not await comebacks.add(connection, digest, at):
            return comeback, False
        about_us = association_in(comeback.message_id or "") == association_id
        known = comeback.kind in (Kind.BOUNCE, Kind.COMPLAINT)
        return comeback, about_us and known and await _act(connection, comeback, at)


async def _act(connection: Connection, comeback: Comeback, at: datetime) -> bool:
    """Whether a bounce or a complaint was about a letter that left, and so has been acted on."""
    email_key = await messages.email_key_of(connection, f"<{comeback.message_id}>")
    if email_key is None:
        return False
    if comeback.kind is Kind.COMPLAINT:
        await complained(connection, email_key, at=at)
    else:
        await bounced(connection, email_key, permanent=comeback.hard, code=comeback.status or "unknown", at=at)
    return True


async def complained(connection: Connection, email_key: str, *, at: datetime) -> None:
    """Somebody said that a letter was not wanted: once is enough."""
    await suppressions.add(connection, await suppressions.email_hash(connection, email_key), Cause.COMPLAINED, at)


async def bounced(connection: Connection, email_key: str, *, permanent: bool, code: str, at: datetime) -> None:
    """A letter came back from an address: if for good it is suppressed at once, else at the fifth time in a week."""
    email = await suppressions.email_hash(connection, email_key)
    if permanent:
        await suppressions.add(connection, email, Cause.BOUNCED, at)
        return
    await suppressions.add_bounce(connection, email, code, at)
    if await suppressions.count_bounces(connection, email, at) >= BOUNCES_MAX:
        await suppressions.add(connection, email, Cause.BOUNCED_OFTEN, at)
