"""A sender is one an association, and another address has to be verified again."""

from matchmaker.store import senders
from matchmaker.store.connection import Connection
from tests import factories
from tests.factories import AT, LATER


async def test_another_address_has_to_be_verified_again(connection: Connection) -> None:
    assert await senders.verify(connection, AT) is None
    assert (await senders.put(connection, factories.sender(), AT)).verified_at is None
    assert await senders.verify(connection, LATER) == "events@example.org"
    renamed = await senders.put(connection, factories.sender(name="The Examples"), LATER)
    assert (renamed.verified_at, renamed.created_at, renamed.updated_at) == (LATER, AT, LATER)
    moved = await senders.put(connection, factories.sender(address="desk@example.org"), LATER)
    assert (moved.verified_at, moved.name) == (None, "Association of Examples")
    assert await senders.get(connection) == moved
