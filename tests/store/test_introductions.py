"""Introductions: one live one a pair and event, no half-written state, and nobody is asked twice what they did not want."""

from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.model.introduction import Introduction, IntroductionState
from matchmaker.model.pause import PauseCause, PauseScope
from matchmaker.model.run import MatchRun
from matchmaker.store import attendees, introductions, pairings, pauses, withdrawals
from matchmaker.store.connection import Connection
from tests import factories
from tests.factories import AT, LATER

EXPIRY = AT + timedelta(days=10)


@pytest.fixture
async def offered(connection: Connection, event_id: EventId) -> Introduction:
    return await factories.offered_pair(connection, event_id)


async def offer(connection: Connection, event_id: EventId, *pairs: tuple[AttendeeId, AttendeeId]) -> list[Introduction]:
    """What a new run with those pairings offers."""
    run = await _run(connection, event_id, *pairs)
    return await introductions.offer_all(connection, run, expires_at=EXPIRY, at=LATER)


async def _run(connection: Connection, event_id: EventId, *pairs: tuple[AttendeeId, AttendeeId]) -> MatchRun:
    run = await factories.drafted_run(connection, event_id)
    given = [factories.pairing(*pair, rank=rank) for rank, pair in enumerate(pairs, start=1)]
    await pairings.add_all(connection, run.id, given)
    return run


A = f"'{AT}'"
BOTH = f"first_accepted_at = {A}, second_accepted_at = {A}, introduced_at = {A}"
WRONG = [
    "state = 'nonsense'",
    f"expires_at = {A}",
    "state = 'half_accepted'",
    f"first_accepted_at = {A}",
    f"state = 'half_accepted', first_accepted_at = {A}, second_accepted_at = {A}",
    f"state = 'introduced', first_accepted_at = {A}, second_accepted_at = {A}",
    f"state = 'introduced', first_accepted_at = {A}, introduced_at = {A}",
    f"introduced_at = {A}",
    "state = 'declined'",
    f"first_declined_at = {A}",
    f"state = 'declined', first_declined_at = {A}, first_accepted_at = {A}",
    f"state = 'declined', second_declined_at = {A}, second_accepted_at = {A}",
    f"state = 'declined', first_declined_at = {A}, introduced_at = {A}",
    "state = 'withdrawn'",
    f"withdrawn_at = {A}",
    f"first_met = true, first_met_at = {A}",
    f"state = 'met', {BOTH}",
    f"state = 'met', {BOTH}, first_met = false, first_met_at = {A}",
    f"state = 'met', {BOTH}, first_met = true",
    f"state = 'missed', {BOTH}, second_met = true, second_met_at = {A}",
    f"state = 'missed', {BOTH}",
    "first_id = second_id",
]


@pytest.mark.parametrize("written", WRONG)
async def test_no_introduction_is_half_in_a_state(connection: Connection, offered: Introduction, written: str) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await connection.execute(f"update introduction set {written}")


async def test_what_is_saved_comes_back(connection: Connection, offered: Introduction) -> None:
    assert (
        await introductions.get(connection, offered.id) == offered == await introductions.lock(connection, offered.id)
    )
    met = Introduction(
        **{
            name: getattr(offered, name) for name in ("id", "event_id", "run_id", "first_id", "second_id", "offered_at")
        },
        state=IntroductionState.MET,
        expires_at=EXPIRY + timedelta(days=1),
        first_accepted_at=AT,
        second_accepted_at=LATER,
        first_later_at=AT,
        second_later_at=LATER,
        introduced_at=LATER,
        first_met=True,
        second_met=False,
        first_met_at=LATER,
        second_met_at=AT,
    )
    await introductions.save(connection, met)
    assert await introductions.get(connection, offered.id) == met
    elsewhere = (await factories.event(connection)).id
    assert await introductions.get(connection, offered.id, event_id=elsewhere) is None


async def test_a_pair_has_one_live_introduction_at_an_event(connection: Connection, offered: Introduction) -> None:
    pair = (offered.first_id, offered.second_id)
    assert await offer(connection, offered.event_id, pair) == []
    with pytest.raises(asyncpg.UniqueViolationError):
        await connection.execute(
            "insert into introduction (event_id, run_id, first_id, second_id, offered_at, expires_at) "
            "select event_id, run_id, first_id, second_id, offered_at, expires_at from introduction"
        )


@pytest.mark.parametrize(
    ("written", "is_offered_again"),
    [
        (f"state = 'declined', first_declined_at = {A}", False),
        ("state = 'expired'", False),
        (f"state = 'withdrawn', withdrawn_at = {A}", True),
    ],
)
async def test_only_what_was_withdrawn_is_offered_again(
    connection: Connection, offered: Introduction, written: str, is_offered_again: bool
) -> None:
    await connection.execute(f"update introduction set {written}")
    again = await offer(connection, offered.event_id, (offered.first_id, offered.second_id))
    assert bool(again) is is_offered_again


@pytest.mark.parametrize("scope", PauseScope)
@pytest.mark.parametrize("side", [0, 1])
async def test_nothing_is_offered_to_who_has_paused(
    connection: Connection, event_id: EventId, scope: PauseScope, side: int
) -> None:
    pair = await factories.two_attendees(connection, event_id)
    paused = await attendees.get(connection, event_id, pair[side])
    assert paused is not None
    at_event = None if scope is PauseScope.EVERYTHING else event_id
    said: dict[str, Any] = {"event_id": at_event, "cause": PauseCause.ASKED, "at": AT}
    await pauses.add(connection, paused.person_id, scope, ends_at=EXPIRY, **said)
    assert await offer(connection, event_id, pair) == []
    assert await pauses.of_attendee(connection, pair[side], LATER) is not None
    assert await pauses.of_attendee(connection, pair[1 - side], LATER) is None
    assert await pauses.of_attendee(connection, pair[side], EXPIRY) is None
    assert await pauses.end(connection, paused.person_id, event_id, LATER) == 1
    assert len(await offer(connection, event_id, pair)) == 1


async def test_a_pause_at_another_event_does_not_count(connection: Connection, event_id: EventId) -> None:
    pair = await factories.two_attendees(connection, event_id)
    one = await attendees.get(connection, event_id, pair[0])
    assert one is not None
    elsewhere = (await factories.event(connection)).id
    said: dict[str, Any] = {"event_id": elsewhere, "cause": PauseCause.ASKED, "ends_at": None, "at": AT}
    await pauses.add(connection, one.person_id, PauseScope.PROGRAMME, **said)
    assert len(await offer(connection, event_id, pair)) == 1


@pytest.mark.parametrize("purpose", ["opted_in", "matched", "introduced"])
async def test_nothing_is_offered_to_who_has_opted_out(connection: Connection, event_id: EventId, purpose: str) -> None:
    for side in (0, 1):
        pair = await factories.two_attendees(connection, event_id)
        await connection.execute(f"update attendee set {purpose} = false where id = $1", pair[side])
        assert await offer(connection, event_id, pair) == []


async def test_open_ones_that_are_no_pairing_any_more_are_withdrawn(
    connection: Connection, event_id: EventId, offered: Introduction
) -> None:
    first, second = await factories.two_attendees(connection, event_id)
    (vanished,) = await offer(connection, event_id, (first, second))
    run = await _run(connection, event_id, (offered.first_id, offered.second_id))
    (withdrawn,) = await withdrawals.withdraw_missing(connection, run, LATER)
    assert (withdrawn.id, withdrawn.state, withdrawn.withdrawn_at) == (vanished.id, IntroductionState.WITHDRAWN, LATER)
    assert await introductions.count_kept(connection, run) == 1
    assert await introductions.get(connection, offered.id) == offered


async def test_another_formats_introductions_are_not_withdrawn(connection: Connection, offered: Introduction) -> None:
    run = await _run(connection, offered.event_id)
    await connection.execute("update match_run set format = 'rounds' where id = $1", offered.run_id)
    assert await withdrawals.withdraw_missing(connection, run, LATER) == []


async def test_silence_expires_once(connection: Connection, offered: Introduction) -> None:
    assert await introductions.expire(connection, EXPIRY - timedelta(seconds=1), limit=10) == []
    assert await introductions.expire(connection, EXPIRY, limit=10) == [offered.id]
    assert await introductions.expire(connection, EXPIRY, limit=10) == []


async def test_lists_are_of_a_state_or_of_one_and_go_on_where_they_ended(
    connection: Connection, event_id: EventId, offered: Introduction
) -> None:
    other = await factories.two_attendees(connection, event_id)
    (later,) = await offer(connection, event_id, other)
    assert await introductions.find(connection, event_id, limit=10) == [offered, later]
    assert await introductions.find(connection, event_id, attendee_id=other[0], limit=10) == [later]
    assert await introductions.find(connection, event_id, state=IntroductionState.MET, limit=10) == []
    after = (offered.offered_at, offered.id)
    assert await introductions.find(connection, event_id, after=after, limit=10) == [later]


async def test_those_whom_the_host_brings_together_are_made_and_of_two_in_quiet_mode(
    connection: Connection, event_id: EventId, offered: Introduction
) -> None:
    async def found() -> int:
        return len(await introductions.find(connection, event_id, host_begins=True, limit=2))

    await connection.execute("update attendee set quiet = true")
    assert await found() == 0
    await connection.execute(f"update introduction set state = 'introduced', {BOTH}")
    assert await found() == 1
    await connection.execute("update attendee set quiet = false where id = $1", offered.first_id)
    assert await found() == 0


async def test_who_leaves_takes_their_introductions_along(connection: Connection, offered: Introduction) -> None:
    await attendees.remove(connection, offered.event_id, offered.second_id, version=1)
    assert await introductions.get(connection, offered.id) is None
