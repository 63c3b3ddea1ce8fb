"""Decisions: the organiser's word on a pair, the lower id first. A pair has one; a later one replaces it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from matchmaker.errors import Invalid, NotFound
from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.model.wish import Decision, DecisionReply, Verdict
from matchmaker.store.connection import Connection, changed, returned
from matchmaker.store.violations import refused_as


class NotOfThisEvent(Invalid):
    """A decision is on two attendees of the event."""


class OnOnePerson(Invalid):
    """A decision is on a pair, and nobody is a pair with themselves."""


REFUSALS = {
    "decision_first": NotOfThisEvent,
    "decision_second": NotOfThisEvent,
    "decision_in_order": OnOnePerson,
    "decision_event": NotFound,
}


async def put(connection: Connection, event_id: EventId, decision: Decision, at: datetime) -> DecisionReply:
    """The decision, the two in any order, new or in place of the earlier one. Raises `NotOfThisEvent`, `OnOnePerson`."""
    with refused_as(REFUSALS):
        row = await connection.fetchrow(
            """
            insert into decision (event_id, first_id, second_id, verdict, created_at)
            values ($1, least($2::uuid, $3::uuid), greatest($2::uuid, $3::uuid), $4, $5)
                on conflict (association_id, first_id, second_id, event_id) do update
               set verdict = excluded.verdict
            returning id, event_id, first_id, second_id, verdict, created_at
            """,
            event_id,
            decision.first_id,
            decision.second_id,
            decision.verdict.value,
            at,
        )
    return _decision(returned(row))


async def find(
    connection: Connection,
    event_id: EventId,
    *,
    attendee_id: AttendeeId | None = None,
    after: tuple[datetime, str] | None = None,
    limit: int,
) -> list[DecisionReply]:
    """Decisions of an event, or those on one attendee's pairs; the first made first, after `(created_at, id)`."""
    rows = await connection.fetch(
        """
        select id, event_id, first_id, second_id, verdict, created_at
          from decision
         where event_id = $1
           and ($2::uuid is null or first_id = $2 or second_id = $2)
           and ($3::timestamptz is null or (created_at, id) > ($3, $4))
         order by created_at, id
         limit $5
        """,
        event_id,
        attendee_id,
        *(after or (None, None)),
        limit,
    )
    return [_decision(row) for row in rows]


async def remove(connection: Connection, event_id: EventId, decision_id: str) -> bool:
    """Whether there was such a decision."""
    done = await connection.execute("delete from decision where id = $1 and event_id = $2", decision_id, event_id)
    return bool(changed(done))


def _decision(row: Mapping[str, Any]) -> DecisionReply:
    return DecisionReply(**{**row, "verdict": Verdict(row["verdict"])})
