"""Replacements: whose introduction came to nothing through no silence of theirs, and what they were offered instead, once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from matchmaker.model.ids import AttendeeId, EventId, IntroductionId, RunId
from matchmaker.store.connection import Connection, changed


class Freed(Struct, frozen=True, kw_only=True):
    """A place that fell free: whose it is, and the introduction that came to nothing."""

    introduction_id: IntroductionId
    event_id: EventId
    run_id: RunId
    attendee_id: AttendeeId


async def due(connection: Connection, *, since: timedelta, at: datetime, limit: int) -> list[Freed]:
    """The places of released runs that fell free lately and of which nothing is decided, the first first.

    Freed is who answered and did not decline, and who was never written to, once the time to answer is over: whether the other
    was silent, declined or paused makes no difference, so that nobody can tell. A replacement is not replaced.
    """
    rows = await connection.fetch(
        """
        select introduction.id as introduction_id, introduction.event_id, introduction.run_id, side.attendee_id
          from introduction
          join match_run on match_run.id = introduction.run_id
         cross join lateral (values (first_id, first_accepted_at, first_later_at, first_declined_at),
                                    (second_id, second_accepted_at, second_later_at, second_declined_at))
               as side (attendee_id, accepted_at, later_at, declined_at)
         where introduction.state in ('expired', 'declined')
           and not introduction.sat_together
           and introduction.expires_at <= $1
           and introduction.expires_at > $1 - $2::interval
           and match_run.state = 'released'
           and side.declined_at is null
           and (num_nonnulls(side.accepted_at, side.later_at) > 0
                or not exists (select
                                 from message
                                where message.attendee_id = side.attendee_id
                                  and message.introduction_id = introduction.id
                                  and message.letter = 'offered'
                                  and message.state in ('transmitting', 'uncertain', 'sent')))
           and not exists (select
                             from replacement
                            where replacement.offered_id = introduction.id
                               or replacement.introduction_id = introduction.id
                              and replacement.attendee_id = side.attendee_id)
         order by introduction.expires_at, introduction.id, side.attendee_id
         limit $3
        """,
        at,
        since,
        limit,
    )
    return [Freed(**row) for row in rows]


async def of_offered(connection: Connection, offered_id: IntroductionId) -> Freed | None:
    """The place that an introduction was offered for, None where it came of a release."""
    row = await connection.fetchrow(
        """
        select introduction.id as introduction_id, introduction.event_id, introduction.run_id, replacement.attendee_id
          from replacement
          join introduction on introduction.association_id = replacement.association_id
                           and introduction.id = replacement.introduction_id
         where offered_id = $1
        """,
        offered_id,
    )
    return None if row is None else Freed(**row)


async def among(connection: Connection, introduction_ids: Sequence[IntroductionId]) -> set[IntroductionId]:
    """Those of the introductions that were offered in place of others."""
    rows = await connection.fetch(
        """
        select offered_id
          from replacement
         where offered_id = any($1)
         limit cardinality($1::uuid[])
        """,
        introduction_ids,
    )
    return {row["offered_id"] for row in rows}


async def decide(connection: Connection, freed: Freed, at: datetime) -> bool:
    """Whether nothing was decided of that place before, and now is: nothing is offered, until `note_offered` says so."""
    done = await connection.execute(
        """
        insert into replacement (introduction_id, attendee_id, decided_at)
        values ($1, $2, $3)
            on conflict do nothing
        """,
        freed.introduction_id,
        freed.attendee_id,
        at,
    )
    return bool(changed(done))


async def note_offered(connection: Connection, freed: Freed, offered_id: IntroductionId) -> None:
    """Note what was offered in place of what came to nothing."""
    await connection.execute(
        """
        update replacement
           set offered_id = $3
         where introduction_id = $1
           and attendee_id = $2
        """,
        freed.introduction_id,
        freed.attendee_id,
        offered_id,
    )
