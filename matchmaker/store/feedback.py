"""Feedback: what attendees say of each other. An attendee says one thing of another at an event, and may add to it later."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from matchmaker.errors import Invalid, NotFound
from matchmaker.model.feedback import FeedbackInput, FeedbackReply, Tally
from matchmaker.model.ids import AttendeeId, EventId, RunId
from matchmaker.store.connection import Connection, changed
from matchmaker.store.violations import refused_as


class NotOfThisEvent(Invalid):
    """Feedback is of an attendee of the event, about another."""


class AboutOneself(Invalid):
    """Nobody gives feedback about themselves."""


REFUSALS = {
    "feedback_attendee": NotOfThisEvent,
    "feedback_other": NotOfThisEvent,
    "feedback_of_two": AboutOneself,
    "feedback_event": NotFound,
}


async def put_all(
    connection: Connection, event_id: EventId, given: Sequence[FeedbackInput], at: datetime
) -> tuple[int, int]:
    """How many of `given`, at most one of one attendee about another, are new, and how many say more or other than before.

    What is left unsaid now stays as it was said before. A meeting that is rated took place; one that after all did not loses
    its rating. Raises `NotOfThisEvent`, `AboutOneself`, `NotFound`.
    """
    with refused_as(REFUSALS):
        rows = await connection.fetch(
            """
            insert into feedback as present
                   (event_id, attendee_id, other_id, accepted, met, useful, reason, created_at, updated_at)
            select $1, attendee_id, other_id, accepted, case when useful is null then met else true end, useful, reason, $8, $8
              from unnest($2::uuid[], $3::uuid[], $4::boolean[], $5::boolean[], $6::smallint[], $7::text[])
                   as given (attendee_id, other_id, accepted, met, useful, reason)
                on conflict (association_id, attendee_id, other_id, event_id) do update
               set accepted   = coalesce(excluded.accepted, present.accepted),
                   met        = coalesce(excluded.met, present.met),
                   useful     = case when excluded.met is not false then coalesce(excluded.useful, present.useful) end,
                   reason     = coalesce(excluded.reason, present.reason),
                   updated_at = greatest(present.updated_at, excluded.updated_at)
             where (coalesce(excluded.accepted, present.accepted), coalesce(excluded.met, present.met),
                    case when excluded.met is not false then coalesce(excluded.useful, present.useful) end,
                    coalesce(excluded.reason, present.reason))
                   is distinct from (present.accepted, present.met, present.useful, present.reason)
            returning (xmax = 0) as is_new
            """,
            event_id,
            [one.attendee_id for one in given],
            [one.other_id for one in given],
            [one.accepted for one in given],
            [one.met for one in given],
            [one.useful for one in given],
            [one.reason for one in given],
            at,
        )
    added = sum(row["is_new"] for row in rows)
    return added, len(rows) - added


async def find(
    connection: Connection,
    event_id: EventId,
    *,
    attendee_id: AttendeeId | None = None,
    after: tuple[datetime, str] | None = None,
    limit: int,
) -> list[FeedbackReply]:
    """Feedback at an event, or that of and about one attendee; the first given first, after `(created_at, id)`.

    Without the answers to introductions that were not, or not yet, made: they would tell who said no.
    """
    rows = await connection.fetch(
        """
        select id, event_id, attendee_id, other_id, accepted, met, useful, reason, created_at, updated_at
          from feedback
         where event_id = $1
           and ($2::uuid is null or attendee_id = $2 or other_id = $2)
           and not exists (select
                             from introduction
                            where introduction.event_id = feedback.event_id
                              and introduction.first_id = least(feedback.attendee_id, feedback.other_id)
                              and introduction.second_id = greatest(feedback.attendee_id, feedback.other_id)
                              and introduction.state in ('offered', 'half_accepted', 'declined', 'expired', 'withdrawn'))
           and ($3::timestamptz is null or (created_at, id) > ($3, $4))
         order by created_at, id
         limit $5
        """,
        event_id,
        attendee_id,
        *(after or (None, None)),
        limit,
    )
    return [FeedbackReply(**row) for row in rows]


async def of_pair(
    connection: Connection, event_id: EventId, attendee_id: AttendeeId, other_id: AttendeeId
) -> FeedbackReply | None:
    """What one attendee said of another."""
    row = await connection.fetchrow(
        """
        select id, event_id, attendee_id, other_id, accepted, met, useful, reason, created_at, updated_at
          from feedback
         where event_id = $1
           and attendee_id = $2
           and other_id = $3
        """,
        event_id,
        attendee_id,
        other_id,
    )
    return None if row is None else FeedbackReply(**row)


async def said_by(
    connection: Connection, event_id: EventId, attendee_id: AttendeeId, *, limit: int
) -> list[FeedbackReply]:
    """All that one attendee said of others at an event, for themselves to see; the first said first."""
    rows = await connection.fetch(
        """
        select id, event_id, attendee_id, other_id, accepted, met, useful, reason, created_at, updated_at
          from feedback
         where event_id = $1
           and attendee_id = $2
         order by created_at, id
         limit $3
        """,
        event_id,
        attendee_id,
        limit,
    )
    return [FeedbackReply(**row) for row in rows]


async def remove(connection: Connection, event_id: EventId, feedback_id: str) -> bool:
    """Whether there was such feedback."""
    done = await connection.execute("delete from feedback where id = $1 and event_id = $2", feedback_id, event_id)
    return bool(changed(done))


async def tallies(connection: Connection, event_id: EventId, *, limit: int) -> list[Tally]:
    """What the people of an event answered and were answered, at any event of the association, by attendee.

    Of a meeting the rating is the answer, 3 or more being yes; else whether it was accepted. Of two, one of whom lets nothing
    be measured, nothing counts.
    """
    rows = await connection.fetch(
        """
        select here.id as attendee_id,
               count(*) filter (where theirs) as said,
               count(*) filter (where theirs and coalesce(useful >= 3, accepted)) as said_yes,
               count(useful) filter (where theirs) as rated,
               coalesce(sum((useful - 1) / 4.0) filter (where theirs), 0)::float8 as ratings,
               count(*) filter (where not theirs) as heard,
               count(*) filter (where not theirs and coalesce(useful >= 3, accepted)) as heard_yes,
               count(useful) filter (where not theirs) as was_rated,
               coalesce(sum((useful - 1) / 4.0) filter (where not theirs), 0)::float8 as ratings_heard
          from attendee as here
          join attendee as once on once.person_id = here.person_id
         cross join lateral (select true as theirs, accepted, useful, other.measured as other_measured
                               from feedback
                               join attendee as other on other.id = feedback.other_id
                              where feedback.attendee_id = once.id
                              union all
                             select false, accepted, useful, other.measured
                               from feedback
                               join attendee as other on other.id = feedback.attendee_id
                              where feedback.other_id = once.id) as answer
         where here.event_id = $1
           and coalesce(useful >= 3, accepted) is not null
           and once.measured
           and other_measured
         group by here.id
         order by here.id
         limit $2
        """,
        event_id,
        limit,
    )
    return [Tally(**row) for row in rows]


async def answered_events(connection: Connection, *, limit: int) -> list[EventId]:
    """The events at which somebody answered, in the order in which the first answer came, of the latest so many."""
    rows = await connection.fetch(
        """
        select event_id
          from (select event_id, min(created_at) as began
                  from feedback
                 where coalesce(useful >= 3, accepted) is not null
                 group by event_id
                 order by began desc, event_id desc
                 limit $1) as latest
         order by began, event_id
        """,
        limit,
    )
    return [row["event_id"] for row in rows]


async def answers(connection: Connection, event_id: EventId, *, limit: int) -> list[Mapping[str, Any]]:
    """Who said what of whom at an event, in order: attendees, the people they are, `yes`, and `useful` in [0, 1].

    Of two, one of whom lets nothing be measured, nothing.
    """
    rows: list[Mapping[str, Any]] = await connection.fetch(
        """
        select attendee_id, other_id, taker.person_id as taker, giver.person_id as giver,
               coalesce(useful >= 3, accepted) as yes, ((useful - 1) / 4.0)::float8 as useful
          from feedback
          join attendee as taker on taker.id = attendee_id
          join attendee as giver on giver.id = other_id
         where feedback.event_id = $1
           and coalesce(useful >= 3, accepted) is not null
           and taker.measured
           and giver.measured
         order by feedback.created_at, feedback.id
         limit $2
        """,
        event_id,
        limit,
    )
    return rows


async def answers_to_run(connection: Connection, run_id: RunId, *, limit: int) -> list[tuple[AttendeeId, bool]]:
    """About whom somebody they were paired with in a run answered, and whether it was yes; of two who both let it be measured."""
    rows = await connection.fetch(
        """
        select other_id, coalesce(useful >= 3, accepted) as yes
          from match_run
          join pairing on pairing.run_id = match_run.id
          join feedback on feedback.event_id = match_run.event_id
                       and (feedback.attendee_id = first_id and feedback.other_id = second_id
                            or feedback.attendee_id = second_id and feedback.other_id = first_id)
          join attendee as taker on taker.id = feedback.attendee_id
          join attendee as giver on giver.id = feedback.other_id
         where match_run.id = $1
           and coalesce(useful >= 3, accepted) is not null
           and taker.measured
           and giver.measured
         order by feedback.id
         limit $2
        """,
        run_id,
        limit,
    )
    return [tuple(row) for row in rows]
