"""Meetings: what people were told of the rounds of a released run, under an id and a sequence that their calendars know."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from matchmaker.model.ids import AttendeeId, EventId, MeetingId
from matchmaker.model.meeting import Meeting, Seat
from matchmaker.model.message import LetterKind
from matchmaker.model.run import Format, MatchRun
from matchmaker.store.connection import Connection, changed


async def of_format(connection: Connection, event_id: EventId, format: Format, *, limit: int) -> list[Meeting]:
    """The meetings of an event's rounds or tables, cancelled ones too."""
    rows = await connection.fetch(
        """
        select id, event_id, run_id, attendee_id, format, round, table_number as table, starts_at, ends_at, sequence,
               cancelled_at
          from meeting
         where event_id = $1
           and format = $2
         order by attendee_id, round
         limit $3
        """,
        event_id,
        format.value,
        limit,
    )
    return [_meeting(row) for row in rows]


async def of_attendee(connection: Connection, attendee_id: AttendeeId, *, limit: int) -> list[Meeting]:
    """The meetings of an attendee in order, cancelled ones too."""
    rows = await connection.fetch(
        """
        select id, event_id, run_id, attendee_id, format, round, table_number as table, starts_at, ends_at, sequence,
               cancelled_at
          from meeting
         where attendee_id = $1
         order by starts_at, round, id
         limit $2
        """,
        attendee_id,
        limit,
    )
    return [_meeting(row) for row in rows]


async def with_whom(
    connection: Connection, attendee_id: AttendeeId, *, limit: int
) -> dict[MeetingId, list[AttendeeId]]:
    """Of each meeting of an attendee that takes place, who else is there: at their table, paired with them, or in their set."""
    rows = await connection.fetch(
        """
        select meeting.id,
               array(select other.attendee_id
                       from placement as other
                      where other.run_id = meeting.run_id
                        and other.round = meeting.round
                        and other.attendee_id <> meeting.attendee_id
                        and (other.table_number = meeting.table_number
                             or exists (select
                                          from pairing
                                         where pairing.run_id = meeting.run_id
                                           and pairing.round = meeting.round
                                           and pairing.first_id = least(meeting.attendee_id, other.attendee_id)
                                           and pairing.second_id = greatest(meeting.attendee_id, other.attendee_id)))
                      union
                     select other.attendee_id
                       from run_group_member as own
                       join run_group on run_group.run_id = own.run_id
                                     and run_group.rank = own.group_rank
                                     and run_group.kind = 'set'
                       join run_group_member as other on other.run_id = own.run_id
                                                     and other.group_rank = own.group_rank
                                                     and other.attendee_id <> own.attendee_id
                      where meeting.format = 'sets'
                        and own.run_id = meeting.run_id
                        and own.attendee_id = meeting.attendee_id
                      order by 1) as others
          from meeting
         where attendee_id = $1
           and cancelled_at is null
         limit $2
        """,
        attendee_id,
        limit,
    )
    return {row["id"]: row["others"] for row in rows}


async def get(connection: Connection, meeting_id: MeetingId) -> Meeting | None:
    """One meeting."""
    row = await connection.fetchrow(
        """
        select id, event_id, run_id, attendee_id, format, round, table_number as table, starts_at, ends_at, sequence,
               cancelled_at
          from meeting
         where id = $1
        """,
        meeting_id,
    )
    return None if row is None else _meeting(row)


async def put_all(connection: Connection, run: MatchRun, seats: Sequence[Seat], at: datetime) -> list[Meeting]:
    """The meetings at those seats of a run: new ones, and those that were there before with a higher sequence.

    An attendee who is gone has none.
    """
    rows = await connection.fetch(
        """
        insert into meeting as present
               (event_id, run_id, attendee_id, format, round, table_number, starts_at, ends_at, created_at, changed_at)
        select $1, $2, attendee.id, $3, given.round, given.table_number, given.starts_at, given.ends_at, $9, $9
          from unnest($4::uuid[], $5::smallint[], $6::integer[], $7::timestamptz[], $8::timestamptz[])
               as given (attendee_id, round, table_number, starts_at, ends_at)
          join attendee on attendee.id = given.attendee_id
            on conflict on constraint meeting_once_a_round do update
           set run_id        = excluded.run_id,
               table_number  = excluded.table_number,
               starts_at     = excluded.starts_at,
               ends_at       = excluded.ends_at,
               sequence      = present.sequence + 1,
               changed_at    = greatest(excluded.changed_at, present.changed_at),
               cancelled_at  = null,
               remembered_at = null,
               asked_at      = null
        returning id, event_id, run_id, attendee_id, format, round, table_number as table, starts_at, ends_at, sequence,
                  cancelled_at
        """,
        run.event_id,
        run.id,
        run.format.value,
        [seat.attendee_id for seat in seats],
        [seat.round for seat in seats],
        [seat.table for seat in seats],
        [seat.starts_at for seat in seats],
        [seat.ends_at for seat in seats],
        at,
    )
    return [_meeting(row) for row in rows]


async def cancel_all(connection: Connection, ids: Sequence[MeetingId], at: datetime) -> list[Meeting]:
    """The meetings of `ids`, which do not take place any more."""
    rows = await connection.fetch(
        """
        update meeting
           set sequence     = sequence + 1,
               changed_at   = greatest($2, changed_at),
               cancelled_at = greatest($2, changed_at)
         where id = any($1)
           and cancelled_at is null
           and remembered_at is null
        returning id, event_id, run_id, attendee_id, format, round, table_number as table, starts_at, ends_at, sequence,
                  cancelled_at
        """,
        ids,
        at,
    )
    return [_meeting(row) for row in rows]


async def take_over(connection: Connection, run: MatchRun, at: datetime) -> int:
    """How many meetings that are to come stand by this run from now on as they stood by an earlier one of its format."""
    done = await connection.execute(
        """
        update meeting
           set run_id = $2
         where event_id = $1
           and format = $3
           and run_id <> $2
           and cancelled_at is null
           and (starts_at is null or starts_at > $4)
        """,
        run.event_id,
        run.id,
        run.format.value,
        at,
    )
    return changed(done)


async def told(
    connection: Connection, event_id: EventId, attendee_ids: Sequence[AttendeeId], letters: Sequence[LetterKind]
) -> set[AttendeeId]:
    """Those of the attendees whom one of these letters has left for, or may have."""
    rows = await connection.fetch(
        """
        select distinct attendee_id
          from message
         where event_id = $1
           and attendee_id = any($2)
           and letter = any($3)
           and state in ('transmitting', 'uncertain', 'sent')
         limit cardinality($2::uuid[])
        """,
        event_id,
        attendee_ids,
        [letter.value for letter in letters],
    )
    return {row["attendee_id"] for row in rows}


async def cancel_letters(
    connection: Connection,
    event_id: EventId,
    attendee_ids: Sequence[AttendeeId],
    letters: Sequence[LetterKind],
    at: datetime,
) -> set[AttendeeId]:
    """Those of the attendees whose letters of these kinds had not left, and are dropped: something newer is told."""
    rows = await connection.fetch(
        """
        update message
           set state         = 'dropped',
               reason        = 'cancelled',
               claimed_until = null,
               ended_at      = greatest($3, created_at)
         where event_id = $1
           and attendee_id = any($2)
           and letter = any($4)
           and state in ('queued', 'held', 'claimed')
        returning attendee_id
        """,
        event_id,
        attendee_ids,
        at,
        [letter.value for letter in letters],
    )
    return {row["attendee_id"] for row in rows}


async def sittings(
    connection: Connection, *, before: timedelta, gap: timedelta, at: datetime, limit: int
) -> list[Meeting]:
    """The dates of sets that are so near, of those to whom nothing was written about their set for a while."""
    rows = await connection.fetch(
        """
        select id, event_id, run_id, attendee_id, format, round, table_number as table, starts_at, ends_at, sequence,
               cancelled_at
          from meeting
         where format = 'sets'
           and cancelled_at is null
           and remembered_at is null
           and starts_at > $3
           and ends_at > $3
           and starts_at <= $3 + $1::interval
           and not exists (select
                             from message
                            where message.attendee_id = meeting.attendee_id
                              and message.event_id = meeting.event_id
                              and message.letter = 'set_dates'
                              and (message.created_at > $3 - $2::interval
                                   or message.edition = concat_ws(' ', meeting.id, meeting.sequence)))
         order by starts_at, id
         limit $4
        """,
        before,
        gap,
        at,
        limit,
    )
    return [_meeting(row) for row in rows]


async def remember(connection: Connection, at: datetime, *, limit: int) -> int:
    """How many new encounters there are of people who sat together in rounds that are over.

    A round without hours is over the day after its event, and a set when its last date is: until then it stays together.
    Whoever was absent before their round was over sat with nobody.
    """
    done = await connection.execute(
        """
        with over as (
            update meeting
               set remembered_at = greatest($1, created_at)
             where id in (select meeting.id
                            from meeting
                            join event on event.id = meeting.event_id
                           where cancelled_at is null
                             and remembered_at is null
                             and coalesce(ends_at, (starts_on + 1)::timestamp at time zone time_zone) <= $1
                             and not exists (select
                                               from meeting as later
                                              where meeting.format = 'sets'
                                                and later.format = 'sets'
                                                and later.attendee_id = meeting.attendee_id
                                                and later.event_id = meeting.event_id
                                                and later.cancelled_at is null
                                                and later.ends_at > $1)
                           order by meeting.id
                           limit $2
                             for update of meeting skip locked)
            returning event_id, run_id, attendee_id, format, round, table_number, ends_at
        ), together as (
            select over.event_id, over.attendee_id as one_id, other.attendee_id as other_id, format, ends_at
              from over
              join placement as other on other.run_id = over.run_id
                                     and other.round = over.round
                                     and other.table_number = over.table_number
                                     and other.attendee_id <> over.attendee_id
             union
            select over.event_id, pairing.first_id, pairing.second_id, format, ends_at
              from over
              join pairing on pairing.run_id = over.run_id
                          and pairing.round = over.round
                          and over.attendee_id in (pairing.first_id, pairing.second_id)
             union
            select over.event_id, over.attendee_id, other.attendee_id, format, ends_at
              from over
              join run_group_member as own on own.run_id = over.run_id
                                          and own.attendee_id = over.attendee_id
              join run_group on run_group.run_id = own.run_id
                            and run_group.rank = own.group_rank
                            and run_group.kind = 'set'
              join run_group_member as other on other.run_id = own.run_id
                                            and other.group_rank = own.group_rank
                                            and other.attendee_id <> own.attendee_id
             where over.format = 'sets'
        )
        insert into encounter (event_id, first_id, second_id, kind, created_at)
        select distinct together.event_id, least(one_id, other_id), greatest(one_id, other_id), 'sat_together', $1
          from together
          join attendee as one on one.id = one_id
          join attendee as other on other.id = other_id
         where format = 'sets'
            or (one.absent_at < coalesce(ends_at, 'infinity')) is not true
               and (other.absent_at < coalesce(ends_at, 'infinity')) is not true
            on conflict do nothing
        """,
        at,
        limit,
    )
    return changed(done)


def _meeting(row: Mapping[str, Any]) -> Meeting:
    return Meeting(**{**row, "format": Format(row["format"])})
