"""Senders: one an association, from whom its letters come."""

from datetime import datetime

from matchmaker.model.sender import Sender, SenderInput
from matchmaker.store.connection import Connection, returned


async def put(connection: Connection, sender: SenderInput, at: datetime) -> Sender:
    """The sender of the association from now on. Another address has to be verified again."""
    row = await connection.fetchrow(
        """
        insert into sender as present
               (name, address, reply_to, language, opens_hour, closes_hour, weekends, dkim_domain, dkim_selector, dkim_key,
                created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
            on conflict (association_id) do update
           set name          = excluded.name,
               address       = excluded.address,
               reply_to      = excluded.reply_to,
               language      = excluded.language,
               opens_hour    = excluded.opens_hour,
               closes_hour   = excluded.closes_hour,
               weekends      = excluded.weekends,
               dkim_domain   = excluded.dkim_domain,
               dkim_selector = excluded.dkim_selector,
               dkim_key      = excluded.dkim_key,
               verified_at   = case when present.address = excluded.address then present.verified_at end,
               updated_at    = greatest(present.updated_at, excluded.updated_at)
        returning name, address, reply_to, language, opens_hour, closes_hour, weekends, dkim_domain, dkim_selector, dkim_key,
                  verified_at, created_at, updated_at
        """,
        sender.name,
        sender.address,
        sender.reply_to,
        sender.language,
        sender.opens_hour,
        sender.closes_hour,
        sender.weekends,
        sender.dkim_domain,
        sender.dkim_selector,
        sender.dkim_key,
        at,
    )
    return Sender(**returned(row))


async def get(connection: Connection) -> Sender | None:
    """The sender of the association."""
    row = await connection.fetchrow(
        """
        select name, address, reply_to, language, opens_hour, closes_hour, weekends, dkim_domain, dkim_selector, dkim_key,
               verified_at, created_at, updated_at
          from sender
        """
    )
    return None if row is None else Sender(**row)


async def verify(connection: Connection, at: datetime) -> str | None:
    """The sender's address, from which letters may come from now on; None where there is no sender."""
    address: str | None = await connection.fetchval(
        "update sender set verified_at = greatest($1, created_at) returning address", at
    )
    return address
