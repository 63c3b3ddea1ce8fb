"""What tests of digests do and look at, in a world with an outbox."""

from datetime import datetime
from typing import Any

from matchmaker.model.ids import MessageId
from matchmaker.model.message import Message, Outcome
from matchmaker.services.choose import choose
from matchmaker.store import messages
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.factories import AT
from tests.services.outbox import World

ADA = "ada@example.org"


async def add(world: World, *editions: str, **fields: Any) -> None:
    await world.add(*(factories.message(world.ada, edition=edition, **fields) for edition in editions))


async def whole(world: World) -> Any:
    (row,) = [row for row in await world.rows() if row["letter"] == "digest"]
    return row


async def parts(world: World) -> list[tuple[str, str, str | None]]:
    """(edition, state, reason) of all but the digests."""
    return [(row["edition"], row["state"], row["reason"]) for row in await world.rows() if row["letter"] != "digest"]


def said(world: World) -> list[str]:
    return [letter["Subject"] for letter in world.mailbox.letters]


async def claimed(world: World, at: datetime = AT) -> list[Message]:
    async with tenant_transaction(world.pool, world.association_id) as connection:
        return (await choose(connection, world.association_id, holds=False, deduplicates=False, at=at)).messages


async def decide(world: World, message_id: MessageId, outcome: Outcome) -> Any:
    async with tenant_transaction(world.pool, world.association_id) as connection:
        return await messages.decide(connection, world.event_id, message_id, outcome, world.at)


async def take_back(world: World, edition: str) -> None:
    """As a decline or a newer letter does, which is this statement."""
    async with tenant_transaction(world.pool, world.association_id) as connection:
        await connection.execute(
            "update message set state = 'dropped', reason = 'cancelled', claimed_until = null, ended_at = $2 "
            "where edition = $1 and state in ('queued', 'held', 'claimed')",
            edition,
            world.at,
        )
