"""Introductions in the states that tests of their later life begin with."""

from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.model.introduction import Answer, Introduction, ReleaseInput
from matchmaker.services import release, respond
from matchmaker.store import introductions, pairings
from matchmaker.store.connection import Connection
from tests import factories
from tests.factories import AT


async def offered(connection: Connection, event_id: EventId, *pairs: tuple[AttendeeId, AttendeeId]) -> Introduction:
    """The first introduction of a released run with those pairings, of two new attendees if there are none."""
    given = pairs or (await factories.two_attendees(connection, event_id),)
    run = await factories.drafted_run(connection, event_id)
    await pairings.add_all(
        connection, run.id, [factories.pairing(*pair, rank=rank) for rank, pair in enumerate(given, start=1)]
    )
    await release.release(connection, event_id, run.id, ReleaseInput(), at=AT)
    found = await introductions.find(connection, event_id, attendee_id=given[0][0], limit=100)
    return next(one for one in found if (one.first_id, one.second_id) == given[0])


async def introduced(connection: Connection, event_id: EventId) -> Introduction:
    """Both said yes."""
    one = await offered(connection, event_id)
    await respond.answer(connection, one.id, one.first_id, Answer.YES, at=AT)
    return await respond.answer(connection, one.id, one.second_id, Answer.YES, at=AT)


async def letters(connection: Connection, attendee_id: AttendeeId | None = None, *, state: str = "queued") -> list[str]:
    """The letters in a state, to everyone or to one."""
    rows = await connection.fetch(
        "select letter from message where state = $1 and ($2::uuid is null or attendee_id = $2) order by letter",
        state,
        attendee_id,
    )
    return [row["letter"] for row in rows]
