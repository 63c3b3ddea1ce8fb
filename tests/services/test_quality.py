"""Quality is told of those who let it be measured, by event and by release, and never of a handful."""

from datetime import timedelta

import pytest

from matchmaker.errors import NotFound
from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.model.privacy import Privacy
from matchmaker.model.quality import ANSWERS_LEAST, Quality
from matchmaker.services import measure
from matchmaker.store import encounters, feedback, network_effects, pairings, privacies
from matchmaker.store.connection import Connection
from tests import factories
from tests.factories import AT, LATER
from tests.services.introduced import introduced
from tests.services.test_measure import drafted, released

NOBODY = EventId("00000000-0000-4000-8000-000000000000")


async def rated(
    connection: Connection, event_id: EventId, ratings: list[int | None], **fields: bool
) -> list[tuple[AttendeeId, AttendeeId]]:
    """A released run with as many pairings, whose first side rated them; None is a no."""
    pairs = []
    for at, useful in enumerate(ratings):
        one = await factories.attendee(connection, event_id, f"P{at}", **fields)
        other = await factories.attendee(connection, event_id, f"Q{at}")
        pairs.append((min(one.id, other.id), max(one.id, other.id)))
        said = factories.feedback(one.id, other.id, accepted=useful is not None, met=None, useful=useful)
        await feedback.put_all(connection, event_id, [said], LATER)
    await released(connection, await drafted(connection, event_id, pairs), 0.0)
    return pairs


async def only(connection: Connection) -> Quality:
    (point,) = (await measure.quality(connection)).points
    return point


async def test_shares_are_of_what_was_answered_and_rated(connection: Connection, event_id: EventId) -> None:
    await rated(connection, event_id, [5, 4, 3, 1, 2, None, None, None, None, None])
    found = await only(connection)
    assert (found.event_id, found.run_id, found.at) == (event_id, None, LATER)
    assert (found.answers, found.rated, found.introduced, found.met) == (10, 5, 0, None)
    assert found.accepted is not None
    assert found.useful is not None
    assert (found.accepted.value, found.useful.value) == (0.5, 0.6)
    assert found.accepted.low < 0.5 < found.accepted.high


async def test_fewer_than_five_tell_nothing(connection: Connection, event_id: EventId) -> None:
    await rated(connection, event_id, [5] * (ANSWERS_LEAST - 1))
    found = await only(connection)
    assert (found.answers, found.accepted, found.useful) == (None, None, None)


async def test_what_may_not_be_measured_is_not(connection: Connection, event_id: EventId) -> None:
    await rated(connection, event_id, [5] * ANSWERS_LEAST, measured=False)
    assert (await only(connection)).answers is None


async def test_of_a_private_event_all_is_told_from_fives(connection: Connection, event_id: EventId) -> None:
    await rated(connection, event_id, [5, 5, 5, 5, 5, 5, 1, None])
    await privacies.put(connection, event_id, Privacy.PRIVATE)
    found = await only(connection)
    assert (found.answers, found.rated, found.rounded) == (5, 5, True)
    assert found.useful is not None
    assert found.useful.value == 1.0


async def test_releases_are_told_apart_and_events_in_order(connection: Connection, event_id: EventId) -> None:
    await rated(connection, event_id, [5] * 6)
    other = await factories.event(connection, name="Another")
    await rated(connection, other.id, [1] * 7)
    await connection.execute(
        "update match_run set released_at = released_at + interval '1 day' where event_id = $1", event_id
    )
    assert [one.event_id for one in (await measure.quality(connection)).points] == [other.id, event_id]
    (point,) = (await measure.quality_of_event(connection, event_id)).points
    assert point.run_id is not None
    assert (point.rated, point.at) == (6, LATER + timedelta(days=1))
    with pytest.raises(NotFound):
        await measure.quality_of_event(connection, NOBODY)


async def test_a_draft_is_no_release(connection: Connection, event_id: EventId) -> None:
    await factories.drafted_run(connection, event_id)
    assert (await measure.quality(connection)).points == []


async def test_the_spread_counts_everyone(connection: Connection, event_id: EventId) -> None:
    first, second, third = sorted(
        [(await factories.attendee(connection, event_id, name)).id for name in ("Ada", "Bob", "Cy")]
    )
    run = await factories.drafted_run(connection, event_id)
    given = [factories.pairing(first, second, rank=1), factories.pairing(first, third, rank=2)]
    await pairings.add_all(connection, run.id, given)
    people = run.report.people if run.report else 0
    found = await measure.spread(connection, event_id, run.id)
    assert [(row.introductions, row.people) for row in found.rows] == [(0, max(people - 3, 0)), (1, 2), (2, 1)]


async def test_before_is_what_was_known_and_met_elsewhere_since_is_what_the_event_brought(
    connection: Connection, event_id: EventId
) -> None:
    earlier = await factories.event(connection, name="Earlier")
    then = [await factories.attendee(connection, earlier.id, name, email=f"{name}@example.org") for name in "ab"]
    now = [await factories.attendee(connection, event_id, name, email=f"{name}@example.org") for name in "abc"]
    met = factories.encounter(then[0].id, then[1].id)
    await encounters.add(connection, earlier.id, met, AT - timedelta(days=1))
    one = await introduced(connection, event_id)
    ada, bob = sorted([now[0].id, now[1].id])
    assert await network_effects.before(connection, event_id, limit=10) == [(ada, bob)]
    assert await network_effects.since(connection, event_id, limit=10) == [(one.first_id, one.second_id)]
    assert len(await network_effects.people(connection, event_id, limit=10)) == 5
    (first_time,) = await encounters.find(connection, earlier.id, limit=2)
    await encounters.remove(connection, earlier.id, first_time.id)
    await encounters.add(connection, earlier.id, met, LATER)  # after this event's release
    assert await network_effects.before(connection, event_id, limit=10) == []
