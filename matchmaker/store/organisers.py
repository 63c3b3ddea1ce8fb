"""Organisers: who may sign in, their role, and the locks of those who sign in by a password."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from matchmaker.errors import Conflict
from matchmaker.model.ids import OrganiserId
from matchmaker.model.organiser import Locks, Organiser, OrganiserInput, Role
from matchmaker.store.connection import Connection, changed, returned
from matchmaker.store.violations import refused_as


class AddressTaken(Conflict):
    """Somebody of that address may sign in already."""


REFUSALS = {"organiser_email_once": AddressTaken}


async def add(connection: Connection, given: OrganiserInput, role: Role, *, email_key: str, at: datetime) -> Organiser:
    """A new organiser, who cannot sign in again before they have a passkey or a password. Raises `AddressTaken`."""
    with refused_as(REFUSALS):
        row = await connection.fetchrow(
            """
            insert into organiser (name, email, email_key, role, created_at)
            values ($1, $2, $3, $4, $5)
            returning id, name, email, role, password_hash is not null as has_password, created_at
            """,
            given.name,
            given.email,
            email_key,
            role.value,
            at,
        )
    return _organiser(returned(row))


async def get(connection: Connection, organiser_id: OrganiserId) -> Organiser | None:
    """One organiser."""
    row = await connection.fetchrow(
        """
        select id, name, email, role, password_hash is not null as has_password, created_at
          from organiser
         where id = $1
        """,
        organiser_id,
    )
    return None if row is None else _organiser(row)


async def find(connection: Connection, *, limit: int) -> list[Organiser]:
    """Organisers, the first first."""
    rows = await connection.fetch(
        """
        select id, name, email, role, password_hash is not null as has_password, created_at
          from organiser
         order by created_at, id
         limit $1
        """,
        limit,
    )
    return [_organiser(row) for row in rows]


async def lock_owners(connection: Connection) -> list[OrganiserId]:
    """The owners, whom nobody else demotes or removes until this transaction ends."""
    rows = await connection.fetch("select id from organiser where role = 'owner' order by id for update")
    return [row["id"] for row in rows]


async def locks_of(connection: Connection, email_key: str) -> Locks | None:
    """What the password and the code of that address are compared with; None where there is no such organiser or password."""
    row = await connection.fetchrow(
        """
        select id as organiser_id, password_hash, totp_nonce, totp_step
          from organiser
         where email_key = $1
           and password_hash is not null
        """,
        email_key,
    )
    return None if row is None else Locks(**row)


async def set_password(
    connection: Connection, organiser_id: OrganiserId, *, password_hash: str, totp_nonce: bytes, totp_step: int
) -> None:
    """A password and an authenticator, in place of those there were."""
    await connection.execute(
        """
        update organiser
           set password_hash = $2,
               totp_nonce    = $3,
               totp_step     = $4
         where id = $1
        """,
        organiser_id,
        password_hash,
        totp_nonce,
        totp_step,
    )


async def take_step(connection: Connection, locks: Locks, totp_step: int) -> bool:
    """Takes the code of a half minute, and of all before it, out of use; whether it was in use, by the locks it fitted.

    Of any number who send one code at once, at however many servers, one is told so.
    """
    done = await connection.execute(
        """
        update organiser
           set totp_step = $2
         where id = $1
           and password_hash = $3
           and totp_nonce = $4
           and (totp_step is null or totp_step < $2)
        """,
        locks.organiser_id,
        totp_step,
        locks.password_hash,
        locks.totp_nonce,
    )
    return bool(changed(done))


async def set_role(connection: Connection, organiser_id: OrganiserId, role: Role) -> bool:
    """Whether there is such an organiser, who now has that role."""
    return bool(
        changed(await connection.execute("update organiser set role = $2 where id = $1", organiser_id, role.value))
    )


async def remove(connection: Connection, organiser_id: OrganiserId) -> bool:
    """Whether there was such an organiser; their sessions, passkeys and codes go with them."""
    return bool(changed(await connection.execute("delete from organiser where id = $1", organiser_id)))


def _organiser(row: Mapping[str, Any]) -> Organiser:
    return Organiser(**{**row, "role": Role(row["role"])})
