"""A run reads who takes part and what stands between them, and nothing that names them."""

from msgspec import json

from matchmaker.model.exclusion import Acquaintance, Exclusion
from matchmaker.model.ids import EventId
from matchmaker.model.profile import Profile
from matchmaker.model.snapshot import encode
from matchmaker.store import acquaintances, exclusions, snapshots
from matchmaker.store.connection import Connection
from tests import factories
from tests.factories import AT


async def test_a_snapshot_holds_what_was_said_and_what_stands_between(
    connection: Connection, event_id: EventId
) -> None:
    ada = await factories.attendee(
        connection,
        event_id,
        "Ada",
        email="ada@example.org",
        seeks=["a"],
        offers=["b"],
        interests=["c"],
        organisation="Works",
        role="r",
        seniority="s",
        sector="t",
        region="u",
        languages=["en"],
        groups=["g"],
        quota=2,
    )
    bob = await factories.attendee(connection, event_id, "Bob")
    first, second = sorted([ada.id, bob.id])
    between = Exclusion(attendee_id=ada.id, other_id=bob.id)
    theirs = Exclusion(attendee_id=bob.id, organisation="Works")
    await exclusions.add_all(connection, event_id, [between, theirs], AT)
    await acquaintances.add(connection, event_id, Acquaintance(first_id=first, second_id=second), AT)
    found = await snapshots.read(connection, event_id)
    one = next(attendee for attendee in found.attendees if attendee.id == ada.id)
    assert one.profile == Profile(seeks=["a"], offers=["b"], interests=["c"])
    for field in ("organisation", "role", "seniority", "sector", "region", "languages", "groups", "quota"):
        assert getattr(one, field) == getattr(ada, field)
    assert sorted(found.exclusions, key=json.encode) == sorted([between, theirs], key=json.encode)
    assert found.acquaintances == [Acquaintance(first_id=first, second_id=second)]
    assert b"ada@example.org" not in encode(found)


async def test_who_did_not_opt_in_is_not_read_nor_what_stands_before_them(
    connection: Connection, event_id: EventId
) -> None:
    ada = await factories.attendee(connection, event_id, "Ada")
    out = await factories.attendee(connection, event_id, "Out", opted_in=False)
    first, second = sorted([ada.id, out.id])
    await exclusions.add(connection, event_id, Exclusion(attendee_id=ada.id, other_id=out.id), AT)
    await exclusions.add(connection, event_id, Exclusion(attendee_id=out.id, organisation="Works"), AT)
    await acquaintances.add(connection, event_id, Acquaintance(first_id=first, second_id=second), AT)
    found = await snapshots.read(connection, event_id)
    assert [attendee.id for attendee in found.attendees] == [ada.id]
    assert (found.exclusions, found.acquaintances) == ([], [])


async def test_another_events_people_are_not_read(connection: Connection, event_id: EventId) -> None:
    await factories.attendee(connection, (await factories.event(connection)).id)
    assert (await snapshots.read(connection, event_id)).attendees == []
