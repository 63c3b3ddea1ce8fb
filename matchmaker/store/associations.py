"""Associations: the tenants. Each sees its own row only, so a new one is added in a transaction of its own id."""

from datetime import datetime

from matchmaker.model.association import Association
from matchmaker.model.ids import AssociationId
from matchmaker.store.connection import Connection, returned


async def add(connection: Connection, association_id: AssociationId, name: str, at: datetime) -> Association:
    """A new association; the transaction's tenant must be `association_id`."""
    row = await connection.fetchrow(
        """
        insert into association (id, name, created_at)
        values ($1, $2, $3)
        returning id, name, created_at
        """,
        association_id,
        name,
        at,
    )
    return Association(**returned(row))


async def get(connection: Connection) -> Association | None:
    """The association of this transaction."""
    row = await connection.fetchrow("select id, name, created_at from association")
    return None if row is None else Association(**row)


async def rename(connection: Connection, name: str) -> None:
    """Gives the association of this transaction another name."""
    await connection.execute("update association set name = $1", name)
