"""Feedback is directed, said once, added to, counted by person, and gone with whoever it is of or about."""

from typing import Any

import pytest

from matchmaker.model.feedback import Tally
from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.store import attendees, feedback, pairings
from matchmaker.store.connection import Connection
from tests import factories
from tests.factories import AT, LATER


async def put(connection: Connection, event_id: EventId, one: AttendeeId, other: AttendeeId, **said: Any) -> Any:
    counts = await feedback.put_all(connection, event_id, [factories.feedback(one, other, **said)], LATER)
    found = await feedback.find(connection, event_id, limit=10)
    return counts, next(row for row in found if (row.attendee_id, row.other_id) == (one, other))


async def test_saying_more_adds_to_it_and_saying_the_same_changes_nothing(
    connection: Connection, event_id: EventId
) -> None:
    first, second = await factories.two_attendees(connection, event_id)
    assert await feedback.put_all(connection, event_id, [factories.feedback(first, second)], AT) == (1, 0)
    counts, said = await put(connection, event_id, first, second, useful=4, reason="Kind.")
    assert counts == (0, 1)
    assert (said.accepted, said.met, said.useful, said.reason) == (True, True, 4, "Kind.")
    assert (said.created_at, said.updated_at) == (AT, LATER)
    assert (await put(connection, event_id, first, second, accepted=True, useful=4))[0] == (0, 0)
    counts, back = await put(connection, event_id, second, first, accepted=False)
    assert (counts, back.accepted, back.met) == ((1, 0), False, None)


async def test_a_meeting_that_did_not_take_place_after_all_loses_its_rating(
    connection: Connection, event_id: EventId
) -> None:
    first, second = await factories.two_attendees(connection, event_id)
    await put(connection, event_id, first, second, useful=5)
    counts, said = await put(connection, event_id, first, second, met=False)
    assert (counts, said.met, said.useful) == ((0, 1), False, None)
    _, said = await put(connection, event_id, first, second, useful=2)
    assert (said.met, said.useful) == (True, 2)


async def test_lists_are_of_and_about_one_and_go_on_where_they_ended(connection: Connection, event_id: EventId) -> None:
    first, second = await factories.two_attendees(connection, event_id)
    third = (await factories.attendee(connection, event_id, "Cy")).id
    await feedback.put_all(connection, event_id, [factories.feedback(first, second)], AT)
    await feedback.put_all(connection, event_id, [factories.feedback(third, first)], LATER)
    one, other = await feedback.find(connection, event_id, limit=10)
    assert await feedback.find(connection, event_id, attendee_id=first, limit=10) == [one, other]
    assert await feedback.find(connection, event_id, attendee_id=third, limit=10) == [other]
    assert await feedback.find(connection, event_id, after=(one.created_at, one.id), limit=10) == [other]
    assert await feedback.remove(connection, event_id, one.id)
    assert not await feedback.remove(connection, event_id, one.id)


async def test_it_is_of_two_attendees_of_the_event(connection: Connection, event_id: EventId) -> None:
    first, _ = await factories.two_attendees(connection, event_id)
    elsewhere = (await factories.attendee(connection, (await factories.event(connection)).id)).id
    for one, other, error in (
        (first, elsewhere, feedback.NotOfThisEvent),
        (elsewhere, first, feedback.NotOfThisEvent),
        (first, first, feedback.AboutOneself),
    ):
        with pytest.raises(error):
            async with connection.transaction():
                await feedback.put_all(connection, event_id, [factories.feedback(one, other)], AT)


async def test_who_leaves_takes_it_along_in_both_directions(connection: Connection, event_id: EventId) -> None:
    first, second = await factories.two_attendees(connection, event_id)
    given = [factories.feedback(first, second, reason="Never again."), factories.feedback(second, first)]
    await feedback.put_all(connection, event_id, given, AT)
    await attendees.remove(connection, event_id, second, version=1)
    assert await feedback.find(connection, event_id, limit=10) == []
    assert await connection.fetchval("select count(*) from feedback") == 0


async def test_tallies_count_answers_at_this_and_other_events(connection: Connection, event_id: EventId) -> None:
    first, second = await factories.two_attendees(connection, event_id)
    third = (await factories.attendee(connection, event_id, "Cy")).id
    given = [
        factories.feedback(first, second, accepted=True, useful=2),  # was accepted, and no use
        factories.feedback(first, third, useful=5),
        factories.feedback(second, first, accepted=True),
        factories.feedback(third, first, met=True),  # says nothing of a yes
    ]
    await feedback.put_all(connection, event_id, given, AT)
    elsewhere = (await factories.event(connection)).id
    person = await connection.fetchval("select person_id from attendee where id = $1", first)
    again = await _again(connection, elsewhere, person)
    stranger = (await factories.attendee(connection, elsewhere, "Di")).id
    await feedback.put_all(connection, elsewhere, [factories.feedback(stranger, again, accepted=False)], AT)
    found = {one.attendee_id: one for one in await feedback.tallies(connection, event_id, limit=10)}
    assert found[first] == Tally(
        attendee_id=first, said=2, said_yes=1, rated=2, ratings=1.25, heard=2, heard_yes=1, was_rated=0
    )
    assert found[second] == Tally(attendee_id=second, said=1, said_yes=1, heard=1, was_rated=1, ratings_heard=0.25)
    assert found[third] == Tally(attendee_id=third, heard=1, heard_yes=1, was_rated=1, ratings_heard=1.0)
    assert [one.attendee_id for one in await feedback.tallies(connection, elsewhere, limit=10)] == sorted(
        [again, stranger]
    )


async def test_events_come_in_the_order_of_their_first_answer(connection: Connection, event_id: EventId) -> None:
    first, second = await factories.two_attendees(connection, event_id)
    earlier, silent = (await factories.event(connection)).id, (await factories.event(connection)).id
    for event, at, said in ((event_id, LATER, {}), (earlier, AT, {}), (silent, AT, {"met": True})):
        one, other = (first, second) if event == event_id else await factories.two_attendees(connection, event)
        await feedback.put_all(connection, event, [factories.feedback(one, other, **said)], at)
    assert await feedback.answered_events(connection, limit=10) == [earlier, event_id]
    assert await feedback.answered_events(connection, limit=1) == [event_id]
    (row,) = await feedback.answers(connection, event_id, limit=10)
    assert (row["attendee_id"], row["other_id"], row["yes"], row["useful"]) == (first, second, True, None)
    assert await feedback.answers(connection, silent, limit=10) == []


async def _again(connection: Connection, event_id: EventId, person_id: str) -> AttendeeId:
    """The same person at another event."""
    made = (await factories.attendee(connection, event_id, "Somebody")).id
    await connection.execute("update attendee set person_id = $2 where id = $1", made, person_id)
    return made


@pytest.mark.parametrize("who", [0, 1])
async def test_of_who_lets_nothing_be_measured_nothing_is_learned_in_either_direction(
    connection: Connection, event_id: EventId, who: int
) -> None:
    pair = await factories.two_attendees(connection, event_id)
    run = await factories.drafted_run(connection, event_id)
    await pairings.add_all(connection, run.id, [factories.pairing(*pair)])
    said = [factories.feedback(*pair, useful=5), factories.feedback(*reversed(pair), accepted=False)]
    await feedback.put_all(connection, event_id, said, AT)

    async def counted() -> tuple[int, int, int]:
        return (
            len(await feedback.tallies(connection, event_id, limit=10)),
            len(await feedback.answers(connection, event_id, limit=10)),
            len(await feedback.answers_to_run(connection, run.id, limit=10)),
        )

    assert await counted() == (2, 2, 2)
    await connection.execute("update attendee set measured = false where id = $1", pair[who])
    assert await counted() == (0, 0, 0)
