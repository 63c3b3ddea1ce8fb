"""Exclusions: who is not to meet whom, or anyone of an organisation.

An organiser excludes a pair once, either way round. What people ask for on their own page stands beside that, each in a row of
their own with what they wrote, so that nobody learns from an answer what another had asked for.
"""

from collections.abc import Iterable, Sequence
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
    """A new exclusion of the organiser's; None where it is there already, either way round.

    Raises `NotOfThisEvent`, `OfOneself`.
    """
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


async def ask(
    connection: Connection,
    event_id: EventId,
    attendee_id: AttendeeId,
    written: str,
    *,
    others: Sequence[AttendeeId] = (),
    organisation: str | None = None,
    at: datetime,
) -> None:
    """What an attendee asks for on their own page: to be kept apart from the others whom they wrote, or an organisation.

    Where what they wrote is nobody's name it is kept all the same, and reads as if it were.
    """
    with refused_as(REFUSALS):
        await connection.execute(
            """
            insert into exclusion (event_id, attendee_id, written, other_id, organisation, created_at)
            select $1, $2, $3, other_id, $5, $6
              from unnest($4::uuid[]) as other_id
                on conflict do nothing
            """,
            event_id,
            attendee_id,
            written,
            list(others) or [None],
            organisation,
            at,
        )


async def add_all(connection: Connection, event_id: EventId, exclusions: Iterable[Exclusion], at: datetime) -> int:
    """How many of the organiser's `exclusions` are new."""
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
    by_organiser: bool = False,
    after: tuple[datetime, str] | None = None,
    limit: int,
) -> list[ExclusionReply]:
    """Exclusions of an event, or those that concern one attendee, or only what the organiser said; the first made first, after
    `(created_at, id)`."""
    rows = await connection.fetch(
        """
        select id, event_id, attendee_id, other_id, organisation, created_at
          from exclusion
         where event_id = $1
           and ($2::uuid is null or attendee_id = $2 or other_id = $2)
           and num_nonnulls(other_id, organisation) = 1
           and (written is null or not $6)
           and ($3::timestamptz is null or (created_at, id) > ($3, $4))
         order by created_at, id
         limit $5
        """,
        event_id,
        attendee_id,
        *(after or (None, None)),
        limit,
        by_organiser,
    )
    return [ExclusionReply(**row) for row in rows]


async def find_asked(
    connection: Connection, event_id: EventId, attendee_id: AttendeeId, *, limit: int
) -> list[tuple[str, str]]:
    """What an attendee asked for, each in their own words where they wrote it themselves, and an exclusion of it; the first
    first."""
    rows = await connection.fetch(
        """
        select min(exclusion.id::text), min(coalesce(written, contact.name, exclusion.organisation)) as named
          from exclusion
          left join attendee as other on other.id = exclusion.other_id
          left join contact on contact.person_id = other.person_id
         where exclusion.event_id = $1
           and exclusion.attendee_id = $2
         group by lower(coalesce(written, contact.name, exclusion.organisation))
         order by min(exclusion.created_at), 1
         limit $3
        """,
        event_id,
        attendee_id,
        limit,
    )
    return [tuple(row) for row in rows]


async def keeps_apart(
    connection: Connection,
    event_id: EventId,
    first_id: AttendeeId,
    second_id: AttendeeId,
    *,
    by_organiser: bool = False,
) -> bool:
    """Whether an exclusion stands between two attendees, by name or by organisation (case aside), whoever asked, or only such as
    the organiser said."""
    found: bool = await connection.fetchval(
        """
        select exists (select
                         from (values ($2::uuid, $3::uuid), ($3, $2)) as pair (one_id, other_id)
                         join exclusion on attendee_id = pair.one_id
                         join attendee as other on other.id = pair.other_id
                        where exclusion.event_id = $1
                          and (written is null or not $4)
                          and (exclusion.other_id = pair.other_id
                               or lower(exclusion.organisation) = lower(other.organisation)))
        """,
        event_id,
        first_id,
        second_id,
        by_organiser,
    )
    return found


async def take_back(connection: Connection, event_id: EventId, attendee_id: AttendeeId, exclusion_id: str) -> None:
    """Take back one that an attendee asked for, of everybody whom they wrote so."""
    await connection.execute(
        """
        delete from exclusion
         using exclusion as named
         where named.event_id = $1
           and named.attendee_id = $2
           and named.id::text = $3
           and exclusion.event_id = named.event_id
           and exclusion.attendee_id = named.attendee_id
           and (exclusion.id = named.id or lower(exclusion.written) = lower(named.written))
        """,
        event_id,
        attendee_id,
        exclusion_id,
    )


async def forget_written(connection: Connection, name: str, email: str | None) -> None:
    """Forget a name and an address that somebody wrote before it was anybody's."""
    await connection.execute(
        """
        delete from exclusion
         where num_nonnulls(other_id, organisation) = 0
           and lower(written) in (lower($1), lower($2))
        """,
        name,
        email,
    )


async def remove(connection: Connection, event_id: EventId, exclusion_id: str) -> bool:
    """Whether there was such an exclusion."""
    done = await connection.execute("delete from exclusion where id = $1 and event_id = $2", exclusion_id, event_id)
    return bool(changed(done))
