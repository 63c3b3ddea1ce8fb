"""Check-ins: who of an event is here, and who is not coming.

Each change is one statement that says what holds after it, so two desks may say the same of one person, in any order.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from matchmaker.model.check_in import Attendance, CheckIn, CheckInCode, Presence
from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.store.connection import Connection, changed, pattern_of_prefix, returned


async def check_in(connection: Connection, event_id: EventId, attendee_id: AttendeeId, at: datetime) -> CheckIn | None:
    """Who is here now, since the first time that was said; whoever was absent has come after all."""
    return await _say(connection, event_id, attendee_id, at, now=Presence.CHECKED_IN, no_longer=Presence.ABSENT)


async def undo(connection: Connection, event_id: EventId, attendee_id: AttendeeId) -> CheckIn | None:
    """Who is expected again, if they were here."""
    return await _say(connection, event_id, attendee_id, no_longer=Presence.CHECKED_IN)


async def mark_absent(
    connection: Connection, event_id: EventId, attendee_id: AttendeeId, at: datetime
) -> CheckIn | None:
    """Who is not coming, or has left, since the first time that was said."""
    return await _say(connection, event_id, attendee_id, at, now=Presence.ABSENT, no_longer=Presence.CHECKED_IN)


async def expect(connection: Connection, event_id: EventId, attendee_id: AttendeeId) -> CheckIn | None:
    """Who is expected again, if they were absent."""
    return await _say(connection, event_id, attendee_id, no_longer=Presence.ABSENT)


async def _say(
    connection: Connection,
    event_id: EventId,
    attendee_id: AttendeeId,
    at: datetime | None = None,
    *,
    now: Presence | None = None,
    no_longer: Presence,
) -> CheckIn | None:
    """What holds of somebody from now on, since the first time it was said, and what holds no longer."""
    row = await connection.fetchrow(
        """
        update attendee
           set checked_in_at = case 'checked_in' when $3 then coalesce(checked_in_at, $5)
                                                 when $4 then null
                                                 else checked_in_at end,
               absent_at     = case 'absent' when $3 then coalesce(absent_at, $5)
                                             when $4 then null
                                             else absent_at end
          from contact
         where contact.association_id = attendee.association_id
           and contact.person_id = attendee.person_id
           and attendee.id = $1
           and event_id = $2
        returning attendee.id as attendee_id, name, organisation, needs_accessible, check_in_code as code, checked_in_at,
                  absent_at, created_at
        """,
        attendee_id,
        event_id,
        None if now is None else now.value,
        no_longer.value,
        at,
    )
    return _check_in(row)


async def get(connection: Connection, event_id: EventId, attendee_id: AttendeeId) -> CheckIn | None:
    """One attendee as the desk sees them."""
    row = await connection.fetchrow(
        """
        select attendee.id as attendee_id, name, organisation, needs_accessible, check_in_code as code, checked_in_at,
               absent_at, created_at
          from attendee
          join contact using (association_id, person_id)
         where attendee.id = $1
           and event_id = $2
        """,
        attendee_id,
        event_id,
    )
    return _check_in(row)


async def whose(connection: Connection, code: CheckInCode) -> tuple[EventId, AttendeeId] | None:
    """Whose code it is, and at which event of the association."""
    row = await connection.fetchrow("select event_id, id from attendee where check_in_code = $1", code)
    return None if row is None else (row["event_id"], row["id"])


async def find(
    connection: Connection,
    event_id: EventId,
    *,
    presence: Presence | None = None,
    name_prefix: str | None = None,
    after: tuple[datetime, str] | None = None,
    limit: int,
) -> list[CheckIn]:
    """Attendees of an event, the first made first, after `(created_at, id)`; the beginning of a name disregards case."""
    rows = await connection.fetch(
        """
        select attendee.id as attendee_id, name, organisation, needs_accessible, check_in_code as code, checked_in_at,
               absent_at, created_at
          from attendee
          join contact using (association_id, person_id)
         where event_id = $1
           and ($2::text is null or $2 = case when checked_in_at is not null then 'checked_in'
                                              when absent_at is not null then 'absent'
                                              else 'expected' end)
           and ($3::text is null or lower(name) like lower($3))
           and ($4::timestamptz is null or (created_at, attendee.id) > ($4, $5))
         order by created_at, attendee.id
         limit $6
        """,
        event_id,
        None if presence is None else presence.value,
        None if name_prefix is None else pattern_of_prefix(name_prefix),
        *(after or (None, None)),
        limit,
    )
    return [found for row in rows if (found := _check_in(row))]


async def find_by_words(
    connection: Connection, event_id: EventId, *, words: Sequence[str], limit: int
) -> list[CheckIn]:
    """Attendees by name, of whose name or organisation each word is a part, case aside; who is still expected first."""
    rows = await connection.fetch(
        """
        select attendee.id as attendee_id, name, organisation, needs_accessible, check_in_code as code, checked_in_at,
               absent_at, created_at
          from attendee
          join contact using (association_id, person_id)
         where event_id = $1
           and not exists (select
                             from unnest($2::text[]) as word
                            where strpos(lower(concat_ws(' ', name, organisation)), lower(word)) = 0)
         order by checked_in_at is not null or absent_at is not null, lower(name), attendee.id
         limit $3
        """,
        event_id,
        list(words),
        limit,
    )
    return [found for row in rows if (found := _check_in(row))]


async def mark_expected_absent(connection: Connection, event_id: EventId, at: datetime) -> int:
    """How many were expected, and from now on are not."""
    done = await connection.execute(
        """
        update attendee
           set absent_at = $2
         where event_id = $1
           and checked_in_at is null
           and absent_at is null
        """,
        event_id,
        at,
    )
    return changed(done)


async def codes(connection: Connection, event_id: EventId, *, limit: int) -> dict[AttendeeId, CheckInCode]:
    """The codes of an event's attendees, for their badges."""
    rows = await connection.fetch(
        "select id, check_in_code from attendee where event_id = $1 order by id limit $2", event_id, limit
    )
    return {row["id"]: row["check_in_code"] for row in rows}


async def count(connection: Connection, event_id: EventId) -> Attendance:
    """How many of an event's attendees are where."""
    row = await connection.fetchrow(
        """
        select count(*) filter (where checked_in_at is null and absent_at is null) as expected,
               count(checked_in_at) as checked_in,
               count(absent_at) as absent
          from attendee
         where event_id = $1
        """,
        event_id,
    )
    return Attendance(**returned(row))


def _check_in(row: Mapping[str, Any] | None) -> CheckIn | None:
    if row is None:
        return None
    here, absent = row["checked_in_at"] is not None, row["absent_at"] is not None
    presence = Presence.CHECKED_IN if here else Presence.ABSENT if absent else Presence.EXPECTED
    return CheckIn(**row, presence=presence)
