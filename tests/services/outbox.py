"""A world with an outbox: an event of two, and a clock that is set by hand."""

from datetime import datetime
from typing import Any

from matchmaker.model.ids import AssociationId, AttendeeId, EventId
from matchmaker.model.message import MessageInput
from matchmaker.model.sender import Cause
from matchmaker.services.deliver import Post, deliver_some
from matchmaker.store import messages, suppressions
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.factories import AT
from tests.services.mailbox import Mailbox


class World:
    """An event of two, with an outbox and a clock that is set by hand."""

    def __init__(self, pool: Pool, association_id: AssociationId) -> None:
        self.pool, self.association_id = pool, association_id
        self.at = AT
        self.mailbox = Mailbox()
        self.event_id = EventId("")
        self.ada = self.bob = AttendeeId("")

    async def begin(self) -> "World":
        async with tenant_transaction(self.pool, self.association_id) as connection:
            self.event_id = (await factories.event(connection)).id
            self.ada = (await factories.attendee(connection, self.event_id, "Ada", email="ada@example.org")).id
            self.bob = (await factories.attendee(connection, self.event_id, "Bob", email="bob@example.org")).id
        return self

    async def add(self, *given: MessageInput) -> None:
        async with tenant_transaction(self.pool, self.association_id) as connection:
            await messages.add(connection, given, self.at)

    async def add_plain(self, **fields: Any) -> None:
        await self.add(factories.message(self.ada, **fields))

    async def deliver(self, at: datetime | None = None, *, post: Post | None = None) -> list[str]:
        """All that is due by then; gives to whom letters went."""
        self.at = at or self.at
        before = len(self.mailbox.letters)
        while await deliver_some(self.pool, self.association_id, post or self.mailbox.post(), now=lambda: self.at):
            pass
        return self.mailbox.to()[before:]

    async def rows(self) -> list[Any]:
        async with tenant_transaction(self.pool, self.association_id) as connection:
            return await connection.fetch("select * from message order by edition, letter, attendee_id")

    async def row(self) -> Any:
        (row,) = await self.rows()
        return row

    async def states(self) -> list[str]:
        return [row["state"] for row in await self.rows()]

    async def suppressed(self, email_key: str = "ada@example.org") -> Cause | None:
        async with tenant_transaction(self.pool, self.association_id) as connection:
            return await suppressions.get(connection, await suppressions.email_hash(connection, email_key))
