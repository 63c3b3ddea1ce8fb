"""A run is reviewed once it is drafted, not before."""

import pytest

from matchmaker.errors import NotFound
from matchmaker.model.ids import EventId, RunId
from matchmaker.services import review
from matchmaker.services.review import RunNotDrafted
from matchmaker.services.tell import told
from matchmaker.store import pairings
from matchmaker.store.connection import Connection
from tests import factories


async def test_a_drafted_run_shows_its_pairings(connection: Connection, event_id: EventId) -> None:
    first, second = await factories.two_attendees(connection, event_id)
    run = await factories.drafted_run(connection, event_id)
    given = [factories.pairing(first, second, shared=["tea"])]
    await pairings.add_all(connection, run.id, given)
    read = [told(pairing) for pairing in given]
    assert [side.to for pairing in read for side in pairing.sides] == [first, second]
    assert await review.ranked(connection, event_id, run.id, limit=10) == read
    assert await review.of_attendee(connection, event_id, run.id, first, limit=10) == read
    assert await review.unmatched(connection, event_id, run.id) == []


async def test_a_run_without_a_result_is_refused(connection: Connection, event_id: EventId) -> None:
    run = await factories.run(connection, event_id)
    with pytest.raises(RunNotDrafted, match="queued"):
        await review.ranked(connection, event_id, run.id, limit=10)


async def test_a_run_of_another_event_is_not_there(connection: Connection, event_id: EventId) -> None:
    run = await factories.drafted_run(connection, event_id)
    elsewhere = (await factories.event(connection)).id
    for event, wanted in ((elsewhere, run.id), (event_id, RunId(factories.association_id()))):
        with pytest.raises(NotFound):
            await review.unmatched(connection, event, wanted)
