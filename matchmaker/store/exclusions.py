"""Exclusions: who is not to meet whom, or anyone of an organisation. A pair is excluded once, whoever asked."""

from collections.abc import Iterable
from datetime import datetime

from matchmaker.errors import Invalid, NotFound
from matchmaker.model.exclusion import Exclusion, ExclusionReply
from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.store.connection import Connection, changed
from matchmaker.store.violations import refused_as


class NotOfThisEvent(Invalid):
    """An exclusion is between attendees of the event."""


class OfOneself(Invalid):
    """Nobody is excluded from meeting themselves."""


REFUSALS = {
    "exclusion_attendee": NotOfThisEvent,
    "exclusion_other": NotOfThisEvent,
    "exclusion_of_two": OfOneself,
    "exclusion_event": NotFound,
}


async def add(connection: Connection, event_id: EventId, exclusion: Exclusion, at: datetime) -> ExclusionReply | None:
    """A new exclusion; None where it is there already, either way round. Raises `NotOfThisEvent`, `OfOneself`."""
    with refused_as(REFUSALS):
        row = await connection.fetchrow(
            """
            insert into exclusion (event_id, attendee_id, other_id, organisation, created_at)
            values ($1, $2, $3, $4, $5)
                on conflict do nothing
            returning id, event_id, attendee_id, other_id, organisation, created_at
            """,
            event_id,
            exclusion.attendee_id,
            exclusion.other_id,
            exclusion.organisation,
            at,
        )
    return None if row is None else ExclusionReply(**row)


async def add_all(connection: Connection, event_id: EventId, exclusions: Iterable[Exclusion], at: datetime) -> int:
    """How many of `exclusions` are new."""
    rows = [(one.attendee_id, one.other_id, one.organisation) for one in exclusions]
    done = await connection.execute(
        """
        insert into exclusion (event_id, attendee_id, other_id, organisation, created_at)
        select $1, attendee_id, other_id, organisation, $5
          from unnest($2::uuid[], $3::uuid[], $4::text[]) as given (attendee_id, other_id, organisation)
            on conflict do nothing
        """,
        event_id,
        [row[0] for row in rows],
        [row[1] for row in rows],
        [row[2] for row in rows],
        at,
    )
    return changed(done)


async def get(connection: Connection, event_id: EventId, exclusion_id: str) -> ExclusionReply | None:
    """One exclusion."""
    row = await connection.fetchrow(
        """
        select id, event_id, attendee_id, other_id, organisation, created_at
          from exclusion
         where id = $1
           and event_id = $2
        """,
        exclusion_id,
        event_id,
    )
    return None if row is None else ExclusionReply(**row)


async def find(
    connection: Connection,
    event_id: EventId,
    *,
    attendee_id: AttendeeId | None = None,
    after: tuple[datetime, str] | None = None,
    limit: int,
) -> list[ExclusionReply]:
    """Exclusions of an event, or those that concern one attendee; the first made first, after `(created_at, id)`."""
    rows = await connection.fetch(
        """
        select id, event_id, attendee_id, other_id, organisation, created_at
          from exclusion
         where event_id = $1
           and ($2::uuid is null or attendee_id = $2 or other_id = $2)
           and ($3::timestamptz is null or (created_at, id) > ($3, $4))
         order by created_at, id
         limit $5
        """,
        event_id,
        attendee_id,
        *(after or (None, None)),
        limit,
    )
    return [ExclusionReply(**row) for row in rows]


async def find_asked(
    connection: Connection, event_id: EventId, attendee_id: AttendeeId, *, limit: int
) -> list[tuple[str, str]]:
    """What an attendee asked for themselves: which exclusion, and whom or which organisation it names; the first first."""
    rows = await connection.fetch(
        """
        select exclusion.id, coalesce(contact.name, exclusion.organisation) as named
          from exclusion
          left join attendee as other on other.id = exclusion.other_id
          left join contact on contact.person_id = other.person_id
         where exclusion.event_id = $1
           and exclusion.attendee_id = $2
         order by exclusion.created_at, exclusion.id
         limit $3
        """,
        event_id,
        attendee_id,
        limit,
    )
    return [tuple(row) for row in rows]


async def keeps_apart(connection: Connection, event_id: EventId, first_id: AttendeeId, second_id: AttendeeId) -> bool:
    """Whether an exclusion stands between two attendees, by name or by organisation (case aside), whoever asked."""
    found: bool = await connection.fetchval(
        """
        select exists (select
                         from (values ($2::uuid, $3::uuid), ($3, $2)) as pair (one_id, other_id)
                         join exclusion on attendee_id = pair.one_id
                         join attendee as other on other.id = pair.other_id
                        where exclusion.event_id = $1
                          and (exclusion.other_id = pair.other_id
                               or lower(exclusion.organisation) = lower(other.organisation)))
        """,
        event_id,
        first_id,
        second_id,
    )
    return found


async def remove(connection: Connection, event_id: EventId, exclusion_id: str) -> bool:
    """Whether there was such an exclusion."""
    done = await connection.execute("delete from exclusion where id = $1 and event_id = $2", exclusion_id, event_id)
    return bool(changed(done))
