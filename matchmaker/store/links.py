"""Links in letters. A token is shown once, in the letter; kept is its hash, looked up inside its own association."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from matchmaker import tokens
from matchmaker.model.ids import AttendeeId, IntroductionId, LinkId
from matchmaker.model.link import Link, LinkScope
from matchmaker.store.connection import Connection, changed
from matchmaker.store.tenant import association_of


async def make(
    connection: Connection,
    scope: LinkScope,
    attendee_id: AttendeeId,
    *,
    introduction_id: IntroductionId | None = None,
    expires_at: datetime,
    at: datetime,
) -> str:
    """The token of a new link, which is not kept."""
    new = tokens.new_link(await association_of(connection))
    await connection.execute(
        """
        insert into link (public_id, secret_hash, scope, attendee_id, introduction_id, created_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7)
        """,
        new.public_id,
        new.secret_hash,
        scope.value,
        attendee_id,
        introduction_id,
        at,
        expires_at,
    )
    return new.text


async def open(connection: Connection, token: str, scope: LinkScope, at: datetime) -> Link | None:
    """The link that a token opens, which changes nothing; None where it is none of that scope, expired or revoked."""
    shown = tokens.read_link(token)
    if shown is None or shown.association_id != await association_of(connection):
        return None
    row = await connection.fetchrow(
        """
        select link.id, scope, event_id, attendee_id, introduction_id, link.created_at, expires_at, used_at, secret_hash
          from link
          join attendee on attendee.id = link.attendee_id
         where public_id = $1
           and scope = $2
           and expires_at > $3
           and revoked_at is null
        """,
        shown.public_id,
        scope.value,
        at,
    )
    return _link(row) if row is not None and tokens.is_same(row["secret_hash"], shown.secret_hash) else None


async def use(connection: Connection, link_id: LinkId, at: datetime) -> bool:
    """Whether the link had not been used, and now has: of any number at once one wins."""
    done = await connection.execute(
        """
        update link
           set used_at = $2
         where id = $1
           and used_at is null
           and revoked_at is null
           and expires_at > $2
        """,
        link_id,
        at,
    )
    return bool(changed(done))


async def revoke_all(
    connection: Connection, attendee_id: AttendeeId, at: datetime, *, scope: LinkScope | None = None
) -> int:
    """Revoke an attendee's links, or those of a scope; gives how many."""
    done = await connection.execute(
        """
        update link
           set revoked_at = $2
         where attendee_id = $1
           and ($3::text is null or scope = $3)
           and revoked_at is null
        """,
        attendee_id,
        at,
        None if scope is None else scope.value,
    )
    return changed(done)


async def remove_expired(connection: Connection, before: datetime) -> int:
    """Delete the links that expired before then; gives how many."""
    return changed(await connection.execute("delete from link where expires_at < $1", before))


def _link(row: Mapping[str, Any]) -> Link:
    fields = {name: value for name, value in row.items() if name != "secret_hash"}
    return Link(**{**fields, "scope": LinkScope(row["scope"])})
