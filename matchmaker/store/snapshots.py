"""What a match run reads of an event, and the compressed copy it keeps so that it can be repeated."""

import zlib

from matchmaker.model.attendee import Attendee
from matchmaker.model.exclusion import Acquaintance, Exclusion
from matchmaker.model.ids import EventId, RunId
from matchmaker.model.profile import Profile
from matchmaker.model.snapshot import Snapshot, canonical
from matchmaker.store.connection import Connection

ATTENDEES_MAX = 100_000
PAIRS_MAX = 1_000_000


async def read(connection: Connection, event_id: EventId) -> Snapshot:
    """The people of the event who take part, and what stands between them; the caller's transaction is repeatable-read."""
    attendees = await _attendees(connection, event_id)
    present = {attendee.id for attendee in attendees}
    exclusions = [
        one
        for one in await _exclusions(connection, event_id)
        if one.attendee_id in present and (one.other_id is None or one.other_id in present)
    ]
    acquaintances = [
        one
        for one in await _acquaintances(connection, event_id)
        if one.first_id in present and one.second_id in present
    ]
    return canonical(Snapshot(attendees=attendees, exclusions=exclusions, acquaintances=acquaintances))


async def add(connection: Connection, run_id: RunId, data: bytes) -> None:
    """Keep a run's snapshot, unless it is kept already."""
    await connection.execute(
        "insert into run_snapshot (run_id, data) values ($1, $2) on conflict do nothing", run_id, zlib.compress(data)
    )


async def get(connection: Connection, run_id: RunId) -> bytes | None:
    """The snapshot of a run, as it was given to `add`."""
    data = await connection.fetchval("select data from run_snapshot where run_id = $1", run_id)
    return None if data is None else zlib.decompress(data)


async def _attendees(connection: Connection, event_id: EventId) -> list[Attendee]:
    rows = await connection.fetch(
        """
        select id, organisation, role, seniority, sector, region, languages, groups, quota, interests, seeks, offers
          from attendee
         where event_id = $1
           and opted_in
         order by id
         limit $2
        """,
        event_id,
        ATTENDEES_MAX,
    )
    return [
        Attendee(
            id=row["id"],
            profile=Profile(interests=row["interests"], seeks=row["seeks"], offers=row["offers"]),
            organisation=row["organisation"],
            role=row["role"],
            seniority=row["seniority"],
            sector=row["sector"],
            region=row["region"],
            languages=row["languages"],
            groups=row["groups"],
            quota=row["quota"],
        )
        for row in rows
    ]


async def _exclusions(connection: Connection, event_id: EventId) -> list[Exclusion]:
    rows = await connection.fetch(
        """
        select attendee_id, other_id, organisation
          from exclusion
         where event_id = $1
         limit $2
        """,
        event_id,
        PAIRS_MAX,
    )
    return [Exclusion(**row) for row in rows]


async def _acquaintances(connection: Connection, event_id: EventId) -> list[Acquaintance]:
    rows = await connection.fetch(
        """
        select first_id, second_id
          from acquaintance
         where event_id = $1
         limit $2
        """,
        event_id,
        PAIRS_MAX,
    )
    return [Acquaintance(**row) for row in rows]
