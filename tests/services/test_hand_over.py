"""Who leaves in mid-season gives place and turn to the best reserve; the calendars of all follow, and nobody is told why."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from icalendar import Calendar

from matchmaker.model.exclusion import Exclusion
from matchmaker.model.group import SetReserve
from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.model.pause import PauseCause, PauseScope
from matchmaker.model.wish import EncounterKind
from matchmaker.services import pause, remind, show
from matchmaker.store import encounters, exclusions, groups, set_reserves
from matchmaker.store.connection import Connection
from tests import factories
from tests.mail.reading import part
from tests.services.test_announce import queued, sent
from tests.services.test_convene import AT, NAMES, date, drafted, letter, released

FIRST_OVER = date(2).ends_at
LEAVE = FIRST_OVER + timedelta(days=1)


@pytest.fixture
async def people(connection: Connection, event_id: EventId) -> list[AttendeeId]:
    return [(await factories.attendee(connection, event_id, name, email=f"{name}@example.org")).id for name in NAMES]


@pytest.fixture
async def spares(connection: Connection, event_id: EventId) -> list[AttendeeId]:
    """Fay and Gus, who have no set."""
    return [
        (await factories.attendee(connection, event_id, name, email=f"{name}@example.org")).id
        for name in ("Fay", "Gus")
    ]


async def season(
    connection: Connection,
    event_id: EventId,
    people: Sequence[AttendeeId],
    reserves: Sequence[AttendeeId],
    **said: AttendeeId,
) -> None:
    """A set with reserves that sits in the second, fourth and sixth week, and has heard of it."""
    run = await drafted(connection, event_id, people)
    await set_reserves.add_all(connection, run.id, [SetReserve(rank=1, attendee_id=one, **said) for one in reserves])
    await released(connection, run, date(2), date(4), date(6))
    await sent(connection, AT)


async def members(connection: Connection) -> list[AttendeeId]:
    run_id = await connection.fetchval("select id from match_run where state = 'released'")
    ((_, group),) = await groups.find(connection, run_id, limit=9)
    return group.members


async def test_a_reserve_takes_the_place_and_the_turn_and_all_hear_of_it(
    connection: Connection, event_id: EventId, people: list[AttendeeId], spares: list[AttendeeId]
) -> None:
    await season(connection, event_id, people, spares)
    before = await show.rounds(connection, event_id, people[0], with_sets=True)
    await pause.pause(connection, event_id, people[1], PauseScope.PROGRAMME, at=LEAVE)
    assert await members(connection) == [people[0], spares[0], *people[2:]]
    told = sorted((one, "set_dates") for one in (people[0], spares[0], *people[2:]))
    assert await queued(connection) == sorted([*told, (people[1], "goodbye")])
    text = part(await letter(connection, people[0], LEAVE), "plain")
    assert "has changed" in text
    assert "Fay facilitates" not in text
    assert "Bob" not in text
    newcomer = await letter(connection, spares[0], LEAVE)
    assert "This is your action-learning set" in part(newcomer, "plain")
    assert len(Calendar.from_ical(part(newcomer, "calendar")).walk("VEVENT")) == 2
    after = await show.rounds(connection, event_id, people[0], with_sets=True)
    assert [(one.meeting_id, one.sequence) for one in after] == [
        (one.meeting_id, one.sequence + (place > 0)) for place, one in enumerate(before)
    ]
    theirs = await show.rounds(connection, event_id, people[1], with_sets=True)
    assert [one.is_cancelled for one in theirs] == [False, True, True]


async def test_the_turn_is_the_newcomers_now(
    connection: Connection, event_id: EventId, people: list[AttendeeId], spares: list[AttendeeId]
) -> None:
    await season(connection, event_id, people, spares)
    await pause.pause(connection, event_id, people[1], PauseScope.EVERYTHING, at=AT)
    assert "Fay presents, Cy facilitates" in part(await letter(connection, people[0]), "plain")


async def test_the_leaver_and_who_stays_remember_each_other_and_the_newcomer_at_the_end(
    connection: Connection, event_id: EventId, people: list[AttendeeId], spares: list[AttendeeId]
) -> None:
    await season(connection, event_id, people, spares)
    await pause.pause(connection, event_id, people[1], PauseScope.PROGRAMME, at=LEAVE)
    found = await encounters.find(connection, event_id, limit=99)
    assert {one.kind for one in found} == {EncounterKind.SAT_TOGETHER}
    assert len(found) == 4
    await remind.sweep(connection, at=date(6).ends_at)
    assert len(await encounters.find(connection, event_id, limit=99)) == 4 + 10


async def test_without_a_reserve_the_set_goes_on_with_one_fewer(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    await season(connection, event_id, people, [])
    await pause.pause(connection, event_id, people[1], PauseScope.PROGRAMME, at=LEAVE)
    assert await members(connection) == [people[0], *people[2:]]
    assert "Cy presents" in part(await letter(connection, people[0], LEAVE), "plain")


@pytest.mark.parametrize(
    "why", ["paused", "opted_in", "matched", "excluded", "by organisation", "of another", "in a set"]
)
async def test_a_reserve_that_does_not_fit_any_more_is_passed_over(
    connection: Connection, event_id: EventId, people: list[AttendeeId], spares: list[AttendeeId], why: str
) -> None:
    only = {"instead_of": people[4]} if why == "of another" else {}
    await season(connection, event_id, people, spares[:1], **only)
    if why == "paused":
        await pause.pause(connection, event_id, spares[0], PauseScope.ROUND, at=AT)
    elif why in ("opted_in", "matched"):
        await connection.execute(f"update attendee set {why} = false where id = $1", spares[0])
    elif why == "excluded":
        await exclusions.add(connection, event_id, Exclusion(attendee_id=people[0], other_id=spares[0]), AT)
    elif why == "by organisation":
        await connection.execute("update attendee set organisation = 'Works' where id = $1", people[3])
        await exclusions.add(connection, event_id, Exclusion(attendee_id=spares[0], organisation="works"), AT)
    elif why == "in a set":
        run_id = await connection.fetchval("select id from match_run where state = 'released'")
        await connection.execute(
            "insert into run_group_member (run_id, group_rank, seat, attendee_id) values ($1, 1, 9, $2)",
            run_id,
            spares[0],
        )
    await pause.pause(connection, event_id, people[1], PauseScope.PROGRAMME, at=LEAVE)
    rest = spares[:1] if why == "in a set" else []
    assert await members(connection) == [people[0], *people[2:], *rest]


async def test_whom_the_leaver_alone_kept_out_may_come_in_their_stead(
    connection: Connection, event_id: EventId, people: list[AttendeeId], spares: list[AttendeeId]
) -> None:
    await season(connection, event_id, people, spares[:1], instead_of=people[1])
    await exclusions.add(connection, event_id, Exclusion(attendee_id=people[1], other_id=spares[0]), AT)
    await pause.pause(connection, event_id, people[1], PauseScope.PROGRAMME, at=LEAVE)
    assert spares[0] in await members(connection)


@pytest.mark.parametrize(
    ("scope", "cause", "weeks"),
    [
        (PauseScope.ROUND, PauseCause.ASKED, None),
        (PauseScope.PROGRAMME, PauseCause.SILENT, None),
        (PauseScope.PROGRAMME, PauseCause.ASKED, 3),
    ],
)
async def test_who_misses_no_date_or_did_not_leave_keeps_the_place(
    connection: Connection,
    event_id: EventId,
    people: list[AttendeeId],
    spares: list[AttendeeId],
    scope: PauseScope,
    cause: PauseCause,
    weeks: int | None,
) -> None:
    await season(connection, event_id, people, spares)
    ends_at = None if weeks is None else AT + timedelta(weeks=weeks)
    await pause.pause(connection, event_id, people[1], scope, cause=cause, ends_at=ends_at, at=LEAVE)
    assert await members(connection) == people
    await pause.pause(connection, event_id, people[2], PauseScope.PROGRAMME, at=date(6).ends_at)
    assert await members(connection) == people  # the season is over
