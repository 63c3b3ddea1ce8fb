"""Passkeys: their public halves, and how often each has signed."""

from datetime import datetime

from matchmaker.errors import Conflict
from matchmaker.model.ids import OrganiserId, PasskeyId
from matchmaker.model.organiser import Passkey
from matchmaker.store.connection import Connection, changed
from matchmaker.store.violations import refused_as


class PasskeyKnown(Conflict):
    """This passkey is known already."""


REFUSALS = {"passkey_credential_once": PasskeyKnown}


async def add(
    connection: Connection,
    organiser_id: OrganiserId,
    *,
    credential_id: bytes,
    public_key: bytes,
    sign_count: int,
    label: str,
    at: datetime,
) -> None:
    """A new passkey. Raises `PasskeyKnown`."""
    with refused_as(REFUSALS):
        await connection.execute(
            """
            insert into passkey (organiser_id, credential_id, public_key, sign_count, label, created_at)
            values ($1, $2, $3, $4, $5, $6)
            """,
            organiser_id,
            credential_id,
            public_key,
            sign_count,
            label,
            at,
        )


async def lock(connection: Connection, credential_id: bytes) -> Passkey | None:
    """The passkey of that name, which nobody else compares until this transaction ends."""
    row = await connection.fetchrow(
        """
        select id, organiser_id, credential_id, public_key, sign_count, label, created_at, used_at
          from passkey
         where credential_id = $1
           for update
        """,
        credential_id,
    )
    return None if row is None else Passkey(**row)


async def find(connection: Connection, organiser_id: OrganiserId, *, limit: int) -> list[Passkey]:
    """An organiser's passkeys, the first first."""
    rows = await connection.fetch(
        """
        select id, organiser_id, credential_id, public_key, sign_count, label, created_at, used_at
          from passkey
         where organiser_id = $1
         order by created_at, id
         limit $2
        """,
        organiser_id,
        limit,
    )
    return [Passkey(**row) for row in rows]


async def note_use(connection: Connection, passkey_id: PasskeyId, *, sign_count: int, at: datetime) -> None:
    """Note that it signed."""
    await connection.execute(
        "update passkey set sign_count = $2, used_at = $3 where id = $1", passkey_id, sign_count, at
    )


async def remove(connection: Connection, organiser_id: OrganiserId, passkey_id: PasskeyId) -> bool:
    """Whether the organiser had that passkey."""
    done = await connection.execute("delete from passkey where organiser_id = $1 and id = $2", organiser_id, passkey_id)
    return bool(changed(done))
