"""A message is written once, with its cause, keeps its Message-ID, and can be taken back until it is transmitting."""

from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from matchmaker.model.ids import AssociationId, AttendeeId, EventId, IntroductionId
from matchmaker.model.message import LetterKind, MessageState
from matchmaker.store import attendees, messages, senders
from matchmaker.store.connection import Connection, Pool
from matchmaker.store.tenant import tenant_transaction, untenanted_transaction
from tests import factories
from tests.factories import AT, LATER


@pytest.fixture
async def attendee_id(connection: Connection, event_id: EventId) -> AttendeeId:
    return (await factories.attendee(connection, event_id)).id


@pytest.fixture
async def introduction_id(connection: Connection, event_id: EventId) -> IntroductionId:
    return (await factories.offered_pair(connection, event_id)).id


async def states(connection: Connection) -> list[str]:
    rows = await connection.fetch("select state from message order by letter, edition")
    return [row["state"] for row in rows]


async def test_the_same_message_is_written_once(
    connection: Connection, attendee_id: AttendeeId, introduction_id: IntroductionId
) -> None:
    plain = factories.message(attendee_id)
    others = [
        factories.message(attendee_id, letter=LetterKind.REMINDER),
        factories.message(attendee_id, edition="2"),
        factories.message(attendee_id, introduction_id=introduction_id),
    ]
    assert await messages.add(connection, [plain, plain], AT) == 1
    assert await messages.add(connection, [plain, *others], LATER) == 3
    assert await messages.add(connection, [plain, *others], LATER) == 0
    assert await messages.add(connection, [], LATER) == 0


async def test_nothing_is_written_to_who_is_gone_and_who_leaves_takes_theirs_along(
    connection: Connection, event_id: EventId, attendee_id: AttendeeId
) -> None:
    assert await messages.add(connection, [factories.message(attendee_id)], AT) == 1
    await attendees.remove(connection, event_id, attendee_id, version=1)
    assert await states(connection) == []
    assert await messages.add(connection, [factories.message(attendee_id)], AT) == 0


async def test_a_message_id_is_its_own_and_of_the_senders_domain(
    connection: Connection, association_id: AssociationId, attendee_id: AttendeeId
) -> None:
    await messages.add(connection, [factories.message(attendee_id)], AT)
    await senders.put(connection, factories.sender(address="ada@mail.example.org"), AT)
    await messages.add(connection, [factories.message(attendee_id, edition=str(n)) for n in (2, 3)], AT)
    rows = await connection.fetch("select id, mail_id from message order by edition")
    domains = ("matchmaker.invalid", "mail.example.org", "mail.example.org")
    assert [row["mail_id"] for row in rows] == [
        f"<{row['id']}.{association_id}@{domain}>" for row, domain in zip(rows, domains, strict=True)
    ]


async def test_an_association_with_messages_is_found_without_being_it(
    pool: Pool, association_id: AssociationId
) -> None:
    async def found() -> bool:
        async with untenanted_transaction(pool) as connection:
            assert await connection.fetchval("select count(*) from message") == 0
            return bool(await connection.fetchval("select 1 from outbox where association_id = $1", association_id))

    assert not await found()
    async with tenant_transaction(pool, association_id) as connection:
        event = await factories.event(connection)
        await messages.add(connection, [factories.message((await factories.attendee(connection, event.id)).id)], AT)
    assert await found()


@pytest.mark.parametrize("whose", ["introduction", "attendee", "both", "reminders"])
async def test_messages_are_taken_back_by_introduction_attendee_and_letter(
    connection: Connection, event_id: EventId, attendee_id: AttendeeId, introduction_id: IntroductionId, whose: str
) -> None:
    other = (await factories.attendee(connection, event_id, "Bob")).id
    about: dict[str, Any] = {"introduction_id": introduction_id}
    await messages.add(
        connection,
        [
            factories.message(attendee_id, **about),
            factories.message(attendee_id, letter=LetterKind.REMINDER, **about),
            factories.message(other, **about),
            factories.message(attendee_id),
        ],
        AT,
    )
    ways: dict[str, dict[str, Any]] = {
        "introduction": about,
        "attendee": {"attendee_id": attendee_id},
        "both": {"attendee_id": attendee_id, **about},
        "reminders": {"letters": [LetterKind.REMINDER], **about},
    }
    asked = ways[whose]
    expected = {"introduction": 3, "attendee": 3, "both": 2, "reminders": 1}[whose]
    assert await messages.cancel(connection, **asked, at=LATER) == expected
    assert await messages.cancel(connection, **asked, at=LATER) == 0
    assert (await states(connection)).count("dropped") == expected


async def test_somebodys_messages_are_named(connection: Connection) -> None:
    with pytest.raises(ValueError, match="whose"):
        await messages.cancel(connection, at=AT)


async def test_what_is_transmitting_can_not_be_taken_back(connection: Connection, attendee_id: AttendeeId) -> None:
    for state in MessageState:
        await messages.add(connection, [factories.message(attendee_id, edition=state.value)], AT)
        await connection.execute(f"{FORCED[state]} where edition = $1", state.value)
    assert await messages.cancel(connection, attendee_id=attendee_id, at=LATER) == 3
    rows = await connection.fetch("select edition, state from message where edition <> state")
    assert {row["edition"]: row["state"] for row in rows} == dict.fromkeys(("queued", "held", "claimed"), "dropped")


LEASE = f"claim = 1, claimed_until = '{AT + timedelta(minutes=1)}'"
DOT = f"claim = 1, transmitting_at = '{AT}'"
END = f"claim = 1, ended_at = '{AT}'"
FORCED = {
    MessageState.QUEUED: "update message set state = 'queued'",
    MessageState.HELD: "update message set state = 'held'",
    MessageState.CLAIMED: f"update message set state = 'claimed', {LEASE}",
    MessageState.TRANSMITTING: f"update message set state = 'transmitting', {LEASE}, transmitting_at = '{AT}'",
    MessageState.UNCERTAIN: f"update message set state = 'uncertain', {DOT}",
    MessageState.SENT: f"update message set state = 'sent', {DOT}, ended_at = '{AT}'",
    MessageState.FAILED: f"update message set state = 'failed', {END}, reason = 'refused', code = 550, words = 'No.'",
    MessageState.DROPPED: f"update message set state = 'dropped', {END}, reason = 'late'",
}


@pytest.mark.parametrize(
    "written",
    [
        "state = 'claimed'",
        f"state = 'claimed', claimed_until = '{AT}'",
        f"state = 'transmitting', {LEASE}",
        f"state = 'sent', {DOT}",
        f"state = 'sent', {END}",
        f"state = 'sent', {DOT}, ended_at = '{AT}', reason = 'late'",
        "state = 'uncertain', claim = 1",
        f"state = 'failed', {END}",
        f"state = 'failed', {END}, reason = 'late'",
        f"state = 'dropped', {END}, reason = 'refused'",
        f"transmitting_at = '{AT}'",
        f"claimed_until = '{AT}'",
        f"ended_at = '{AT}'",
        "code = 450",
        "reason = 'late'",
        f"due_at = '{AT - timedelta(minutes=1)}'",
    ],
)
async def test_no_message_is_half_in_a_state(connection: Connection, attendee_id: AttendeeId, written: str) -> None:
    await messages.add(connection, [factories.message(attendee_id)], AT)
    with pytest.raises(asyncpg.CheckViolationError):
        await connection.execute(f"update message set {written}")
