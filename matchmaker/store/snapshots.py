"""What a match run reads of an event, and the compressed copy it keeps so that it can be repeated."""

import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from msgspec import UNSET

from matchmaker.model.attendee import Attendee
from matchmaker.model.exclusion import Acquaintance, Exclusion
from matchmaker.model.ids import AttendeeId, EventId, RunId
from matchmaker.model.profile import Profile
from matchmaker.model.programme import Slot, Table
from matchmaker.model.run import SEATING, Format
from matchmaker.model.snapshot import Earlier, Snapshot, canonical
from matchmaker.model.wish import Decision, Encounter, EncounterKind, Strength, Told, Verdict, Wish
from matchmaker.store import feedback, groups, pairings, programmes
from matchmaker.store.connection import Connection

ATTENDEES_MAX = 100_000
PAIRS_MAX = 1_000_000

Between = TypeVar("Between", Acquaintance, Decision, Encounter, Told)


async def read(
    connection: Connection,
    event_id: EventId,
    *,
    format: Format | None = None,
    builds_on: RunId | None = None,
    from_round: int | None = None,
    at: datetime | None = None,
) -> Snapshot:
    """The people of the event who take part, what stands between them, what they wish and were told, and the programme.

    The caller's transaction is repeatable-read. Told is what the run built on has told, else the one released last. Who has
    paused at `at` takes no part; without it pauses do not count. Who wants no introductions is in no run of that `format`,
    and who is absent in none that seats people. From a round on only those take part whom the run built on seats, or gave a bye,
    and those who are checked in.
    """
    resumed = builds_on if from_round is not None else None
    attendees = await _attendees(connection, event_id, format, resumed, at)
    present = {attendee.id for attendee in attendees}
    exclusions = [
        one
        for one in await _exclusions(connection, event_id)
        if one.attendee_id in present and (one.other_id is None or one.other_id in present)
    ]
    wishes = [
        one for one in await _wishes(connection, event_id) if one.attendee_id in present and one.other_id in present
    ]
    return canonical(
        Snapshot(
            attendees=attendees,
            exclusions=exclusions,
            acquaintances=_among(present, await _acquaintances(connection, event_id)),
            wishes=wishes,
            decisions=_among(present, await _decisions(connection, event_id)),
            encounters=_among(present, await _encounters(connection, event_id)),
            told=_among(present, await _told(connection, event_id, builds_on)),
            slots=[
                Slot(number=slot.number, starts_at=slot.starts_at, ends_at=slot.ends_at)
                for slot in await programmes.slots(connection, event_id)
            ],
            tables=[
                Table(
                    number=table.number,
                    seats=table.seats,
                    accessible=table.accessible,
                    name=table.name,
                    place=table.place,
                )
                for table in await programmes.tables(connection, event_id)
            ],
            tallies=[
                tally
                for tally in await feedback.tallies(connection, event_id, limit=ATTENDEES_MAX)
                if tally.attendee_id in present
            ],
            earlier=UNSET if resumed is None or from_round is None else await _earlier(connection, resumed, from_round),
        )
    )


async def add(connection: Connection, run_id: RunId, data: bytes) -> None:
    """Keep a run's snapshot, unless it is kept already."""
    await connection.execute(
        "insert into run_snapshot (run_id, data) values ($1, $2) on conflict do nothing", run_id, zlib.compress(data)
    )


async def get(connection: Connection, run_id: RunId) -> bytes | None:
    """The snapshot of a run, as it was given to `add`."""
    data = await connection.fetchval("select data from run_snapshot where run_id = $1", run_id)
    return None if data is None else zlib.decompress(data)


async def is_kept(connection: Connection, run_id: RunId) -> bool:
    """Whether what a run read is still there."""
    return bool(await connection.fetchval("select exists (select from run_snapshot where run_id = $1)", run_id))


async def of_events_with(connection: Connection, attendee_ids: Sequence[AttendeeId], *, limit: int) -> list[RunId]:
    """The runs that keep what they read at the events where one of these takes part."""
    rows = await connection.fetch(
        """
        select run_id
          from run_snapshot
          join match_run on match_run.id = run_id
         where event_id in (select event_id from attendee where id = any($1))
         order by run_id
         limit $2
        """,
        attendee_ids,
        limit,
    )
    return [row["run_id"] for row in rows]


async def remove(connection: Connection, run_id: RunId) -> None:
    """Keep no longer what a run read."""
    await connection.execute("delete from run_snapshot where run_id = $1", run_id)


async def _attendees(
    connection: Connection, event_id: EventId, format: Format | None, resumed: RunId | None, at: datetime | None
) -> list[Attendee]:
    """With the byes that each had at other events: this one's own release gives way to its next."""
    rows = await connection.fetch(
        """
        select id, organisation, role, seniority, sector, region, languages, groups, quota, least, minutes, challenge,
               available, needs_accessible, interests, seeks, offers, quiet,
               coalesce(earlier.byes, 0) as byes
          from attendee
          left join (select once.person_id, count(*) as byes
                       from match_run
                       join run_bye on run_bye.run_id = match_run.id
                       join attendee as once on once.id = run_bye.attendee_id
                      where match_run.state = 'released'
                        and match_run.event_id <> $1
                      group by once.person_id) as earlier on earlier.person_id = attendee.person_id
         where event_id = $1
           and opted_in
           and matched
           and (introduced or not $4)
           and (absent_at is null or not $5)
           and ($6::uuid is null
                or checked_in_at is not null
                or exists (select from placement where run_id = $6 and placement.attendee_id = attendee.id)
                or exists (select from run_bye where run_id = $6 and run_bye.attendee_id = attendee.id))
           and not exists (select
                             from pause
                            where pause.person_id = attendee.person_id
                              and (pause.event_id is null or pause.event_id = $1)
                              and pause.ended_at is null
                              and $3::timestamptz is not null
                              and (pause.ends_at is null or pause.ends_at > $3))
         order by id
         limit $2
        """,
        event_id,
        ATTENDEES_MAX,
        at,
        format is Format.INTRODUCTIONS,
        format in SEATING,
        resumed,
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
            least=row["least"],
            minutes=row["minutes"],
            challenge=row["challenge"],
            available=row["available"],
            needs_accessible=row["needs_accessible"],
            byes=row["byes"],
            quiet=row["quiet"],
        )
        for row in rows
    ]


async def _earlier(connection: Connection, run_id: RunId, from_round: int) -> Earlier:
    """Whom the run that is built on seats and where, and who sits out."""
    return Earlier(
        from_round=from_round,
        pairings=await pairings.find(connection, run_id, limit=PAIRS_MAX),
        groups=[
            group for _, group in await groups.find(connection, run_id, limit=PAIRS_MAX) if group.round is not None
        ],
        byes=await groups.find_byes(connection, run_id, limit=PAIRS_MAX),
    )


async def _exclusions(connection: Connection, event_id: EventId) -> list[Exclusion]:
    """What people or the organiser excluded, the pairs one of whom said no, or nothing, to an introduction here, and
    those whose introduction is held back."""
    rows = await connection.fetch(
        """
        select attendee_id, other_id, organisation
          from exclusion
         where event_id = $1
           and num_nonnulls(other_id, organisation) = 1
         union
        select first_id, second_id, null
          from introduction
         where event_id = $1
           and state in ('declined', 'expired')
         union
        select first_id, second_id, null
          from hold_back
         where event_id = $1
           and held_back
         limit $2
        """,
        event_id,
        PAIRS_MAX,
    )
    return [Exclusion(**row) for row in rows]


async def _acquaintances(connection: Connection, event_id: EventId) -> list[Acquaintance]:
    rows = await connection.fetch(
        """
        select distinct first_id, second_id
          from acquaintance
         where event_id = $1
         limit $2
        """,
        event_id,
        PAIRS_MAX,
    )
    return [Acquaintance(**row) for row in rows]


async def _wishes(connection: Connection, event_id: EventId) -> list[Wish]:
    rows = await connection.fetch(
        """
        select attendee_id, other_id, strength
          from wish
         where event_id = $1
         limit $2
        """,
        event_id,
        PAIRS_MAX,
    )
    return [Wish(**{**row, "strength": Strength(row["strength"])}) for row in rows]


async def _decisions(connection: Connection, event_id: EventId) -> list[Decision]:
    rows = await connection.fetch(
        """
        select first_id, second_id, verdict
          from decision
         where event_id = $1
         limit $2
        """,
        event_id,
        PAIRS_MAX,
    )
    return [Decision(**{**row, "verdict": Verdict(row["verdict"])}) for row in rows]


async def _encounters(connection: Connection, event_id: EventId) -> list[Encounter]:
    """Whoever came together at any event of the association, as the attendees they are at this one."""
    rows = await connection.fetch(
        """
        select distinct least(first_now.id, second_now.id) as first_id, greatest(first_now.id, second_now.id) as second_id, kind
          from attendee as first_now
          join attendee as first_then on first_then.person_id = first_now.person_id
          join encounter on encounter.first_id = first_then.id
          join attendee as second_then on second_then.id = encounter.second_id
          join attendee as second_now on second_now.person_id = second_then.person_id
         where first_now.event_id = $1
           and second_now.event_id = $1
         limit $2
        """,
        event_id,
        PAIRS_MAX,
    )
    return [Encounter(**{**row, "kind": EncounterKind(row["kind"])}) for row in rows]


async def _told(connection: Connection, event_id: EventId, builds_on: RunId | None) -> list[Told]:
    rows = await connection.fetch(
        """
        select first_id, second_id
          from pairing
         where run_id = case when $2::uuid is not null then $2
                             else (select id
                                     from match_run
                                    where event_id = $1
                                      and state = 'released'
                                    order by released_at desc
                                    limit 1)
                        end -- not `coalesce`, which under row-level security keeps the index from being used
           and told
         limit $3
        """,
        event_id,
        builds_on,
        PAIRS_MAX,
    )
    return [Told(**row) for row in rows]


def _among(present: set[AttendeeId], pairs: Iterable[Between]) -> list[Between]:
    return [one for one in pairs if one.first_id in present and one.second_id in present]
