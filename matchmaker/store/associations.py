"""Associations: the tenants. Each sees its own row only, so a new one is added in a transaction of its own id."""

from datetime import datetime

from matchmaker.model.association import Association
from matchmaker.model.ids import AssociationId
from matchmaker.store.connection import Connection, returned

ASSOCIATIONS_MAX = 100_000


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


async def every(connection: Connection) -> list[AssociationId]:
    """Every association's id; the transaction needs no tenant."""
    rows = await connection.fetch(
        "select association_id from tenant order by association_id limit $1", ASSOCIATIONS_MAX
    )
    return [row["association_id"] for row in rows]


async def get(connection: Connection) -> Association | None:
    """The association of this transaction."""
    row = await connection.fetchrow("select id, name, created_at from association")
    return None if row is None else Association(**row)


async def lock(connection: Connection) -> None:
    """Until this transaction ends nobody else changes what is the whole association's: its letters' words, its sender."""
    await connection.execute("select from association for no key update")


async def rename(connection: Connection, name: str) -> None:
    """Gives the association of this transaction another name."""
    await connection.execute("update association set name = $1", name)
