"""Attendees many at a time: what an import reads and writes."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from matchmaker.model.ids import AttendeeId, EventId, PersonId
from matchmaker.store.attendees import REFUSALS
from matchmaker.store.connection import Connection, to_json
from matchmaker.store.violations import refused_as


class Place(Struct, frozen=True, kw_only=True):
    """Who has a place at an event, and what an import or an entry may know them by."""

    id: AttendeeId
    person_id: PersonId
    external_id: str | None
    email_key: str | None
    email: str | None
    name: str
    organisation: str | None


class AttendeeRow(Struct, frozen=True, kw_only=True):
    """An attendee to be written, without what belongs to the person."""

    id: AttendeeId
    person_id: PersonId
    external_id: str | None
    organisation: str | None
    role: str | None
    seniority: str | None
    sector: str | None
    region: str | None
    languages: list[str]
    groups: list[str]
    interests: list[str]
    seeks: list[str]
    offers: list[str]
    quota: int | None
    least: int | None
    minutes: int | None
    challenge: str | None
    available: list[int] | None
    needs_accessible: bool
    opted_in: bool | None
    listed: bool | None
    matched: bool | None
    introduced: bool | None
    measured: bool | None
    may_hold_back: bool | None
    quiet: bool | None
    meets_at: list[str] | None
    extra: dict[str, str]


async def places(connection: Connection, event_id: EventId, *, limit: int) -> list[Place]:
    """Everyone who has a place at the event, in order of id."""
    rows = await connection.fetch(
        """
        select attendee.id, person_id, external_id, email_key, email, name, organisation
          from attendee
          join contact using (association_id, person_id)
         where event_id = $1
         order by attendee.id
         limit $2
        """,
        event_id,
        limit,
    )
    return [Place(**row) for row in rows]


async def save_all(
    connection: Connection, event_id: EventId, rows: Sequence[AttendeeRow], at: datetime
) -> set[AttendeeId]:
    """Write attendees, those there already and new ones; gives those that are new or differed.

    A purpose or quiet mode that a row does not name stays as it was. Of what the person chose themselves and what a row says
    the more careful stands: a file may take part of it away, and gives nothing that they did not.
    """
    with refused_as(REFUSALS):
        written = await connection.fetch(
            """
            insert into attendee as present
                   (event_id, id, person_id, external_id, organisation, role, seniority, sector, region,
                    languages, groups, interests, seeks, offers, quota, least, minutes, challenge, available,
                    needs_accessible, opted_in, listed, matched, introduced, measured,
                    may_hold_back, quiet, meets_at, extra, created_at, updated_at)
            select $1, id, person_id, external_id, organisation, role, seniority, sector, region,
                   languages, groups, interests, seeks, offers, quota, least, minutes, challenge, available,
                   needs_accessible, coalesce(opted_in, was_opted_in, true) and (was_opted_in or not chosen),
                   coalesce(listed, was_listed, true) and (was_listed or not chosen),
                   coalesce(matched, was_matched, true) and (was_matched or not chosen),
                   coalesce(introduced, was_introduced, true) and (was_introduced or not chosen),
                   coalesce(measured, was_measured, true) and (was_measured or not chosen),
                   coalesce(may_hold_back, was_may_hold_back, false) and (was_may_hold_back or not chosen),
                   case when chosen then was_quiet else coalesce(quiet, was_quiet, false) end,
                   case when chosen then were_meets_at else coalesce(meets_at, were_meets_at, '{}') end, extra, $3, $3
              from json_to_recordset($2::json)
                   as given (id uuid, person_id uuid, external_id text, organisation text, role text, seniority text,
                             sector text, region text, languages text[], groups text[], interests text[], seeks text[],
                             offers text[], quota smallint, least smallint, minutes smallint, challenge text,
                             available smallint[], needs_accessible boolean, opted_in boolean, listed boolean,
                             matched boolean, introduced boolean, measured boolean, may_hold_back boolean, quiet boolean,
                             meets_at text[], extra jsonb)
              left join (select id as was_id, opted_in as was_opted_in, listed as was_listed, matched as was_matched,
                                introduced as was_introduced, measured as was_measured,
                                may_hold_back as was_may_hold_back, quiet as was_quiet, meets_at as were_meets_at, chosen_at
                           from attendee
                          where event_id = $1) as before on was_id = id
             cross join lateral (select chosen_at is not null) as before_it (chosen)
                on conflict (association_id, id) do update
               set person_id        = excluded.person_id,
                   external_id      = excluded.external_id,
                   organisation     = excluded.organisation,
                   role             = excluded.role,
                   seniority        = excluded.seniority,
                   sector           = excluded.sector,
                   region           = excluded.region,
                   languages        = excluded.languages,
                   groups           = excluded.groups,
                   interests        = excluded.interests,
                   seeks            = excluded.seeks,
                   offers           = excluded.offers,
                   quota            = excluded.quota,
                   least            = excluded.least,
                   minutes          = excluded.minutes,
                   challenge        = excluded.challenge,
                   available        = excluded.available,
                   needs_accessible = excluded.needs_accessible,
                   opted_in         = excluded.opted_in,
                   listed           = excluded.listed,
                   matched          = excluded.matched,
                   introduced       = excluded.introduced,
                   measured         = excluded.measured,
                   may_hold_back    = excluded.may_hold_back,
                   quiet            = excluded.quiet,
                   meets_at         = excluded.meets_at,
                   extra            = excluded.extra,
                   version          = present.version + 1,
                   updated_at       = greatest(present.updated_at, excluded.updated_at)
             where (present.person_id, present.external_id, present.organisation, present.role, present.seniority,
                    present.sector, present.region, present.languages, present.groups, present.interests, present.seeks,
                    present.offers, present.quota, present.least, present.minutes, present.challenge, present.available,
                    present.needs_accessible, present.opted_in, present.listed, present.matched, present.introduced,
                    present.measured, present.may_hold_back, present.quiet, present.meets_at, present.extra)
                   is distinct from
                   (excluded.person_id, excluded.external_id, excluded.organisation, excluded.role, excluded.seniority,
                    excluded.sector, excluded.region, excluded.languages, excluded.groups, excluded.interests, excluded.seeks,
                    excluded.offers, excluded.quota, excluded.least, excluded.minutes, excluded.challenge, excluded.available,
                    excluded.needs_accessible, excluded.opted_in, excluded.listed, excluded.matched, excluded.introduced,
                    excluded.measured, excluded.may_hold_back, excluded.quiet, excluded.meets_at, excluded.extra)
            returning id
            """,
            event_id,
            to_json(rows),
            at,
        )
    return {row["id"] for row in written}
