"""Whoever is deleted is gone from what runs read, too; who stays can still be asked about, and no other event is touched."""

import pytest

from matchmaker.model import snapshot as snapshots_
from matchmaker.model.ids import EventId, RunId
from matchmaker.model.run import RunInput
from matchmaker.services import enrol, forget, match
from matchmaker.services.review import InputForgotten
from matchmaker.store import runs, snapshots
from matchmaker.store.connection import Connection
from tests import factories
from tests.factories import AT, LATER

WORDS = "a bakery that nobody else would write of"


async def has_read(connection: Connection, event_id: EventId) -> RunId:
    """A run that keeps what it read of the event as it is."""
    run = await factories.drafted_run(connection, event_id)
    data = snapshots_.encode(await snapshots.read(connection, event_id))
    await snapshots.add(connection, run.id, data)
    return run.id


async def kept(connection: Connection, run_id: RunId) -> bytes:
    data = await snapshots.get(connection, run_id)
    assert data is not None
    return data


@pytest.mark.parametrize("everywhere", [True, False])
async def test_who_is_deleted_is_in_no_run_any_more(
    connection: Connection, event_id: EventId, everywhere: bool
) -> None:
    elsewhere = await factories.event(connection)
    ada = await factories.attendee(connection, event_id, "Ada", email="ada@example.org", seeks=[WORDS])
    bob = await factories.attendee(connection, event_id, "Bob", seeks=["help with taxes"])
    cy = await factories.attendee(connection, elsewhere.id, "Cy", seeks=["another bakery"])
    here, there = await has_read(connection, event_id), await has_read(connection, elsewhere.id)
    before = await kept(connection, there)
    assert WORDS.encode() in await kept(connection, here)
    if everywhere:
        await forget.forget(connection, event_id, ada.id, LATER)
    else:
        assert await enrol.remove(connection, event_id, ada.id, version=1, at=LATER)
    left = await kept(connection, here)
    assert [one.id for one in snapshots_.decode(left).attendees] == [bob.id]
    assert ada.id.encode() not in left
    assert WORDS.encode() not in left
    assert (await kept(connection, there), snapshots_.decode(before).attendees[0].id) == (before, cy.id)


async def test_a_run_whose_input_is_no_longer_kept_is_not_repeated(connection: Connection, event_id: EventId) -> None:
    """It would read the event as it is now, and be no repetition."""
    run_id = await has_read(connection, event_id)
    await runs.note_input(connection, run_id, "0" * 64)
    await snapshots.remove(connection, run_id)
    with pytest.raises(InputForgotten):
        await match.request(connection, event_id, RunInput(replay_of=run_id), at=AT)
