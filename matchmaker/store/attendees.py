"""Attendees: people's places at an event, as the organiser sees them. What the matching core reads is in `snapshots`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import json

from matchmaker.errors import Conflict, NotFound
from matchmaker.model.attendee import AttendeeInput, AttendeeReply, MeetingPlace
from matchmaker.model.ids import AttendeeId, EventId, PersonId
from matchmaker.store.connection import Connection, changed, pattern_of_prefix, to_json
from matchmaker.store.violations import refused_as


class ExternalIdTaken(Conflict):
    """Another attendee of this event has that external id."""


class AlreadyAttending(Conflict):
    """Someone with that e-mail address attends this event already."""


REFUSALS = {
    "attendee_external_id_once": ExternalIdTaken,
    "attendee_person_once": AlreadyAttending,
    "attendee_event": NotFound,
}


async def add(
    connection: Connection, event_id: EventId, person_id: PersonId, attendee: AttendeeInput, at: datetime
) -> AttendeeId:
    """A new attendee. Raises `AlreadyAttending`, `ExternalIdTaken`, or `NotFound` for the event."""
    with refused_as(REFUSALS):
        attendee_id: AttendeeId = await connection.fetchval(
            """
            insert into attendee (event_id, person_id, external_id, organisation, role, seniority, sector, region,
                                  languages, groups, interests, seeks, offers, quota, least, minutes, challenge,
                                  available, needs_accessible, opted_in, extra, created_at, updated_at, listed, matched,
                                  introduced, measured, may_hold_back, quiet, meets_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
                    coalesce($20::boolean, true), $21, $22, $22,
                    coalesce($23::boolean, true), coalesce($24::boolean, true), coalesce($25::boolean, true),
                    coalesce($26::boolean, true), coalesce($27::boolean, false), coalesce($28::boolean, false),
                    coalesce($29::text[], '{}'))
            returning id
            """,
            event_id,
            person_id,
            attendee.external_id,
            attendee.organisation,
            attendee.role,
            attendee.seniority,
            attendee.sector,
            attendee.region,
            attendee.languages,
            attendee.groups,
            attendee.interests,
            attendee.seeks,
            attendee.offers,
            attendee.quota,
            attendee.least,
            attendee.minutes,
            attendee.challenge,
            attendee.available,
            attendee.needs_accessible,
            attendee.opted_in,
            to_json(attendee.extra),
            at,
            *_chosen(attendee),
        )
    return attendee_id


async def get(connection: Connection, event_id: EventId, attendee_id: AttendeeId) -> AttendeeReply | None:
    """One attendee."""
    row = await connection.fetchrow(
        """
        select attendee.id, event_id, person_id, external_id, name, email, organisation, role, seniority, sector, region,
               languages, interests, seeks, offers, quota, least, minutes, challenge, available, needs_accessible, groups,
               opted_in, listed, matched, introduced, measured, may_hold_back, quiet, meets_at, extra, version,
               created_at, updated_at
          from attendee
          join contact using (association_id, person_id)
         where attendee.id = $1
           and event_id = $2
        """,
        attendee_id,
        event_id,
    )
    return None if row is None else _attendee(row)


async def find(
    connection: Connection,
    event_id: EventId,
    *,
    organisation: str | None = None,
    group: str | None = None,
    name_prefix: str | None = None,
    listed: bool | None = None,
    after: tuple[datetime, str] | None = None,
    limit: int,
) -> list[AttendeeReply]:
    """Attendees of an event, the first made first, after `(created_at, id)`; case aside in organisation and name."""
    rows = await connection.fetch(
        """
        select attendee.id, event_id, person_id, external_id, name, email, organisation, role, seniority, sector, region,
               languages, interests, seeks, offers, quota, least, minutes, challenge, available, needs_accessible, groups,
               opted_in, listed, matched, introduced, measured, may_hold_back, quiet, meets_at, extra, version,
               created_at, updated_at
          from attendee
          join contact using (association_id, person_id)
         where event_id = $1
           and ($2::text is null or lower(organisation) = lower($2))
           and ($3::text is null or groups @> array[$3])
           and ($4::text is null or lower(name) like lower($4))
           and ($5::timestamptz is null or (created_at, attendee.id) > ($5, $6))
           and ($8::boolean is null or listed = $8)
         order by created_at, attendee.id
         limit $7
        """,
        event_id,
        organisation,
        group,
        None if name_prefix is None else pattern_of_prefix(name_prefix),
        *(after or (None, None)),
        limit,
        listed,
    )
    return [_attendee(row) for row in rows]


async def find_by_ids(
    connection: Connection, event_id: EventId, attendee_ids: Sequence[AttendeeId]
) -> dict[AttendeeId, AttendeeReply]:
    """Those of the attendees who are still there, by id: to name the people of a page of pairings."""
    rows = await connection.fetch(
        """
        select attendee.id, event_id, person_id, external_id, name, email, organisation, role, seniority, sector, region,
               languages, interests, seeks, offers, quota, least, minutes, challenge, available, needs_accessible, groups,
               opted_in, listed, matched, introduced, measured, may_hold_back, quiet, meets_at, extra, version,
               created_at, updated_at
          from attendee
          join contact using (association_id, person_id)
         where event_id = $1
           and attendee.id = any($2)
         limit cardinality($2::uuid[])
        """,
        event_id,
        attendee_ids,
    )
    return {row["id"]: _attendee(row) for row in rows}


async def find_of_person(connection: Connection, event_id: EventId, person_id: PersonId) -> AttendeeId | None:
    """The place of a person at an event."""
    found: AttendeeId | None = await connection.fetchval(
        "select id from attendee where event_id = $1 and person_id = $2", event_id, person_id
    )
    return found


async def event_of(connection: Connection, attendee_id: AttendeeId) -> EventId | None:
    """The event at which that place is."""
    found: EventId | None = await connection.fetchval("select event_id from attendee where id = $1", attendee_id)
    return found


async def count(connection: Connection, event_id: EventId) -> int:
    """How many attendees an event has."""
    number: int = await connection.fetchval("select count(*) from attendee where event_id = $1", event_id)
    return number


async def people_of(connection: Connection, event_id: EventId, *, limit: int) -> list[PersonId]:
    """Who attends an event."""
    rows = await connection.fetch(
        "select person_id from attendee where event_id = $1 order by person_id limit $2", event_id, limit
    )
    return [row["person_id"] for row in rows]


async def texts(connection: Connection, event_id: EventId, *, limit: int) -> list[str]:
    """The distinct interests, seeks, offers and challenges of an event's attendees."""
    rows = await connection.fetch(
        """
        select distinct text
          from attendee
         cross join unnest(interests || seeks || offers || challenge) as text
         where event_id = $1
           and text is not null
         order by text
         limit $2
        """,
        event_id,
        limit,
    )
    return [row["text"] for row in rows]


async def save(
    connection: Connection,
    event_id: EventId,
    attendee_id: AttendeeId,
    attendee: AttendeeInput,
    *,
    person_id: PersonId,
    version: int,
    chosen: bool = False,
    at: datetime,
) -> bool:
    """Whether there was an attendee of that version, now changed; `chosen` by the person themselves. Raises as `add`."""
    with refused_as(REFUSALS):
        done = await connection.execute(
            """
            update attendee
               set person_id        = $4,
                   external_id      = $5,
                   organisation     = $6,
                   role             = $7,
                   seniority        = $8,
                   sector           = $9,
                   region           = $10,
                   languages        = $11,
                   groups           = $12,
                   interests        = $13,
                   seeks            = $14,
                   offers           = $15,
                   quota            = $16,
                   least            = $17,
                   minutes          = $18,
                   challenge        = $19,
                   available        = $20,
                   needs_accessible = $21,
                   opted_in         = coalesce($22, opted_in),
                   extra            = $23,
                   version          = version + 1,
                   updated_at       = greatest(attendee.updated_at, $24),
                   listed           = coalesce($25, listed),
                   matched          = coalesce($26, matched),
                   introduced       = coalesce($27, introduced),
                   measured         = coalesce($28, measured),
                   may_hold_back    = coalesce($29, may_hold_back),
                   quiet            = coalesce($30, quiet),
                   meets_at         = coalesce($31, meets_at),
                   chosen_at        = case when $32 then greatest($24, created_at) else chosen_at end
             where id = $1
               and event_id = $2
               and version = $3
            """,
            attendee_id,
            event_id,
            version,
            person_id,
            attendee.external_id,
            attendee.organisation,
            attendee.role,
            attendee.seniority,
            attendee.sector,
            attendee.region,
            attendee.languages,
            attendee.groups,
            attendee.interests,
            attendee.seeks,
            attendee.offers,
            attendee.quota,
            attendee.least,
            attendee.minutes,
            attendee.challenge,
            attendee.available,
            attendee.needs_accessible,
            attendee.opted_in,
            to_json(attendee.extra),
            at,
            *_chosen(attendee),
            chosen,
        )
    return bool(changed(done))


async def remove(
    connection: Connection, event_id: EventId, attendee_id: AttendeeId, *, version: int
) -> PersonId | None:
    """Whose place it was; None where there is none of that version. Pairings and exclusions go with it."""
    person_id: PersonId | None = await connection.fetchval(
        "delete from attendee where id = $1 and event_id = $2 and version = $3 returning person_id",
        attendee_id,
        event_id,
        version,
    )
    return person_id


async def remove_all_of_person(connection: Connection, person_id: PersonId) -> int:
    """How many places a person had, at all events; they are gone, and what hangs on them."""
    return changed(await connection.execute("delete from attendee where person_id = $1", person_id))


def _chosen(attendee: AttendeeInput) -> list[Any]:
    """What attendees choose themselves; None for what stays as they chose it."""
    likes = None if attendee.meets_at is None else [place.value for place in attendee.meets_at]
    purposes = (attendee.listed, attendee.matched, attendee.introduced, attendee.measured, attendee.may_hold_back)
    return [*purposes, attendee.quiet, likes]


def _attendee(row: Mapping[str, Any]) -> AttendeeReply:
    likes = [MeetingPlace(place) for place in row["meets_at"]]
    return AttendeeReply(**{**row, "meets_at": likes, "extra": json.decode(row["extra"], type=dict[str, str])})
