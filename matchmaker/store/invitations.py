"""Invitations: one-time links that let somebody in, kept as a hash."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from matchmaker.model.ids import InvitationId, OrganiserId
from matchmaker.model.organiser import Invitation, Role
from matchmaker.store.connection import Connection, changed


async def add(
    connection: Connection,
    secret_hash: bytes,
    *,
    label: str,
    role: Role,
    organiser_id: OrganiserId | None,
    expires_at: datetime,
    at: datetime,
) -> None:
    """A new invitation."""
    await connection.execute(
        """
        insert into invitation (secret_hash, label, role, organiser_id, created_at, expires_at)
        values ($1, $2, $3, $4, $5, $6)
        """,
        secret_hash,
        label,
        role.value,
        organiser_id,
        at,
        expires_at,
    )


async def get(connection: Connection, secret_hash: bytes, at: datetime) -> Invitation | None:
    """The invitation of a link, which changes nothing; None where it is used or over."""
    row = await connection.fetchrow(
        """
        select id, label, role, organiser_id, created_at, expires_at
          from invitation
         where secret_hash = $1
           and used_at is null
           and expires_at > $2
        """,
        secret_hash,
        at,
    )
    return None if row is None else _invitation(row)


async def find_open(connection: Connection, at: datetime, *, limit: int) -> list[Invitation]:
    """Invitations of colleagues that nobody took up yet, the last first."""
    rows = await connection.fetch(
        """
        select id, label, role, organiser_id, created_at, expires_at
          from invitation
         where used_at is null
           and organiser_id is null
           and expires_at > $1
         order by created_at desc, id
         limit $2
        """,
        at,
        limit,
    )
    return [_invitation(row) for row in rows]


async def use(connection: Connection, invitation_id: InvitationId, at: datetime) -> bool:
    """Whether it had not been used, and now has: of any number at once one wins."""
    done = await connection.execute(
        "update invitation set used_at = $2 where id = $1 and used_at is null and expires_at > $2", invitation_id, at
    )
    return bool(changed(done))


async def remove(connection: Connection, invitation_id: InvitationId) -> bool:
    """Whether there was such an invitation, which lets nobody in any more."""
    done = await connection.execute("delete from invitation where id = $1 and used_at is null", invitation_id)
    return bool(changed(done))


async def remove_before(connection: Connection, before: datetime) -> int:
    """How many invitations that ended earlier, taken up or not, are gone."""
    return changed(await connection.execute("delete from invitation where expires_at < $1", before))


def _invitation(row: Mapping[str, Any]) -> Invitation:
    return Invitation(**{**row, "role": Role(row["role"])})
