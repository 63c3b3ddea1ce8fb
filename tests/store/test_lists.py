"""Lists are paged by keyset and filtered; single rows are changed under their version; what is kept comes back as it was."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from msgspec import structs

from matchmaker.intake.table import RowError
from matchmaker.model.exclusion import Acquaintance, Exclusion
from matchmaker.model.ids import AssociationId, AttendeeId, EventId, ImportId, KeyId
from matchmaker.model.policy import Policy
from matchmaker.services import keys
from matchmaker.store import (
    acquaintances,
    associations,
    attendees,
    events,
    exclusions,
    idempotency,
    imports,
    limits,
    vectors,
)
from matchmaker.store.connection import Connection, Pool
from matchmaker.store.idempotency import Answer
from matchmaker.store.tenant import tenant_transaction, untenanted_transaction
from tests import factories
from tests.factories import AT, LATER
from tests.store.catalogue import UNTENANTED, tables
from tests.store.worlds import fill

# Belong to the association and not to one event of it.
KEPT = {"association", "api_key", "person", "contact", "text_vector", "idempotency", "weights", "sender"}
KEPT |= {"suppression", "bounce", "letter_text", "comeback", "mapping"}
KEPT |= {"organiser", "organiser_session", "passkey", "recovery_code", "invitation"}

Find = Callable[..., Awaitable[list[Any]]]


async def pages(find: Find) -> list[Any]:
    """All rows, two at a time."""
    found: list[Any] = []
    while page := await find(after=(found[-1].created_at, found[-1].id) if found else None, limit=2):
        found += page
        assert len(page) <= 2
    return found


async def test_an_association_sees_itself(connection: Connection, association_id: AssociationId) -> None:
    found = await associations.get(connection)
    assert found is not None
    assert (found.id, found.name, found.created_at) == (association_id, "Association of Examples", AT)


async def test_events_come_the_latest_first(connection: Connection) -> None:
    made = [
        await events.add(connection, factories.event_input(name=f"{n}"), AT + timedelta(days=n // 2)) for n in range(5)
    ]
    found = await pages(lambda **page: events.find(connection, **page))
    assert sorted(found, key=lambda one: one.name) == made
    assert [one.created_at for one in found] == sorted((one.created_at for one in made), reverse=True)
    assert await events.find(connection, only=made[3].id, limit=9) == [made[3]]


async def test_an_event_is_changed_under_its_version(connection: Connection) -> None:
    event = await factories.event(connection, tags=["a"], policy=Policy(quota=7))
    given = factories.event_input(name="Spring", time_zone="Europe/London")
    changed = await events.save(connection, event.id, given, version=1, at=LATER)
    assert changed is not None
    assert (changed.version, changed.name, changed.tags, changed.policy) == (2, "Spring", [], Policy())
    assert await events.save(connection, event.id, given, version=1, at=LATER) is None
    assert await events.get(connection, event.id) == changed == await events.lock(connection, event.id)
    assert not await events.remove(connection, event.id, version=1)
    assert await events.remove(connection, event.id, version=2)
    assert await events.get(connection, event.id) is None


async def test_an_event_takes_everything_with_it(connection: Connection, association_id: AssociationId) -> None:
    await fill(connection, association_id)
    (event,) = await events.find(connection, limit=2)
    assert await events.remove(connection, event.id, version=event.version)
    emptied = set(await tables(connection)) - UNTENANTED - KEPT
    assert len(emptied) > 15
    for table in emptied:
        assert await connection.fetchval(f"select count(*) from {table}") == 0


async def test_attendees_are_found_by_organisation_group_and_name(connection: Connection, event_id: EventId) -> None:
    ada = await factories.attendee(connection, event_id, "Ada_1%", organisation="Engines", groups=["x", "y"])
    bob = await factories.attendee(connection, event_id, "adam", organisation="ENGINES")
    cy = await factories.attendee(connection, event_id, "Cy", groups=["y"])
    await factories.attendee(connection, (await factories.event(connection)).id, "Ada elsewhere")

    async def found(**filters: Any) -> list[str]:
        return sorted(one.name for one in await attendees.find(connection, event_id, limit=10, **filters))

    assert await found(organisation="engines") == [ada.name, bob.name]
    assert await found(group="y") == [ada.name, cy.name]
    assert await found(name_prefix="ADA") == [ada.name, bob.name]
    assert await found(name_prefix="ada_1%") == [ada.name]
    assert await found(name_prefix="%") == []
    assert await found(name_prefix="a", group="x") == [ada.name]
    await connection.execute("update attendee set listed = false where id = $1", bob.id)
    assert await found(organisation="engines", listed=True) == [ada.name]
    assert await found(organisation="engines", listed=False) == [bob.name]
    assert await attendees.find_by_ids(connection, event_id, [cy.id]) == {cy.id: cy}
    assert await attendees.count(connection, event_id) == 3


async def test_attendees_are_paged(connection: Connection, event_id: EventId) -> None:
    made = [await factories.attendee(connection, event_id, f"{n}") for n in range(5)]
    assert await pages(lambda **page: attendees.find(connection, event_id, **page)) == sorted(
        made, key=lambda one: one.id
    )


async def test_distinct_texts_come_once(connection: Connection, event_id: EventId) -> None:
    await factories.attendee(connection, event_id, "Ada", seeks=["b", "a"], offers=["c"])
    await factories.attendee(connection, event_id, "Bob", interests=["a"])
    assert await attendees.texts(connection, event_id, limit=10) == ["a", "b", "c"]


async def test_a_pair_is_excluded_once_either_way(connection: Connection, event_id: EventId) -> None:
    first, second = await factories.two_attendees(connection, event_id)
    made = await exclusions.add(connection, event_id, Exclusion(attendee_id=second, other_id=first), AT)
    assert made is not None
    assert await exclusions.add(connection, event_id, Exclusion(attendee_id=first, other_id=second), AT) is None
    whole = await exclusions.add(connection, event_id, Exclusion(attendee_id=first, organisation="Works"), AT)
    assert await exclusions.add(connection, event_id, Exclusion(attendee_id=first, organisation="WORKS"), AT) is None
    found = await pages(lambda **page: exclusions.find(connection, event_id, **page))
    assert sorted(found, key=lambda one: one.id) == sorted([made, whole], key=lambda one: one.id)  # type: ignore[union-attr]
    assert await exclusions.find(connection, event_id, attendee_id=second, limit=10) == [made]
    assert await exclusions.get(connection, event_id, made.id) == made
    assert await exclusions.remove(connection, event_id, made.id)
    assert not await exclusions.remove(connection, event_id, made.id)


async def test_what_people_ask_for_themselves_stands_beside_what_their_organiser_says(
    connection: Connection, event_id: EventId
) -> None:
    """Neither meets the other's row; whom nobody is called excludes nobody; and all that was written so is taken back at once."""
    first, second = await factories.two_attendees(connection, event_id)
    await exclusions.ask(connection, event_id, first, "One I met", others=[second], at=AT)
    await exclusions.ask(connection, event_id, second, "Her", others=[first], at=AT)
    for _ in range(2):
        await exclusions.ask(connection, event_id, first, "Nobody", at=AT)
    assert await exclusions.keeps_apart(connection, event_id, first, second)
    assert not await exclusions.keeps_apart(connection, event_id, first, second, by_organiser=True)
    assert await exclusions.add(connection, event_id, Exclusion(attendee_id=first, other_id=second), AT) is not None
    assert await exclusions.keeps_apart(connection, event_id, first, second, by_organiser=True)
    assert len(await exclusions.find(connection, event_id, limit=9)) == 3
    assert len(await exclusions.find(connection, event_id, by_organiser=True, limit=9)) == 1
    asked = {name: id_ for id_, name in await exclusions.find_asked(connection, event_id, first, limit=9)}
    assert (len(asked), set(asked) > {"One I met", "Nobody"}) == (3, True)
    await exclusions.take_back(connection, event_id, second, asked["One I met"])
    await exclusions.take_back(connection, event_id, first, asked["One I met"])
    await exclusions.take_back(connection, event_id, first, "no id")
    left = [name for _, name in await exclusions.find_asked(connection, event_id, first, limit=9)]
    assert sorted(left) == sorted(set(asked) - {"One I met"})


async def test_an_exclusion_is_between_two_attendees_of_the_event(connection: Connection, event_id: EventId) -> None:
    first, _ = await factories.two_attendees(connection, event_id)
    elsewhere = (await factories.attendee(connection, (await factories.event(connection)).id)).id
    for other, error in (
        (elsewhere, exclusions.NotOfThisEvent),
        (AttendeeId(factories.association_id()), exclusions.NotOfThisEvent),
        (first, exclusions.OfOneself),
    ):
        with pytest.raises(error):
            async with connection.transaction():
                await exclusions.add(connection, event_id, Exclusion(attendee_id=first, other_id=other), AT)


async def test_an_acquaintance_is_stored_once_in_order(connection: Connection, event_id: EventId) -> None:
    first, second = await factories.two_attendees(connection, event_id)
    made = await acquaintances.add(connection, event_id, Acquaintance(first_id=second, second_id=first), AT)
    assert made is not None
    assert (made.first_id, made.second_id) == (first, second)
    assert await acquaintances.add(connection, event_id, Acquaintance(first_id=first, second_id=second), AT) is None
    assert await acquaintances.find(connection, event_id, attendee_id=second, limit=10) == [made]
    assert await acquaintances.get(connection, event_id, made.id) == made
    with pytest.raises(acquaintances.WithOneself):
        async with connection.transaction():
            await acquaintances.add(connection, event_id, Acquaintance(first_id=first, second_id=first), AT)
    assert await acquaintances.remove(connection, event_id, made.id)
    assert not await acquaintances.remove(connection, event_id, made.id)


async def test_vectors_are_kept_by_model_and_text(connection: Connection) -> None:
    one, other = bytes(32), bytes([1]) * 32
    await vectors.add_all(connection, "m", {one: b"abcd", other: b"efgh"})
    await vectors.add_all(connection, "m", {one: b"ijkl"})
    assert await vectors.find(connection, "m", [one, other, bytes([2]) * 32]) == {one: b"abcd", other: b"efgh"}
    assert await vectors.find(connection, "n", [one]) == {}


async def test_an_import_comes_back_as_it_was(connection: Connection, event_id: EventId) -> None:
    error = RowError(row=1, line=2, column="quota", code="x", message="y", kept=True)
    outcome = factories.import_outcome(errors=[error], notes={"cells_cleaned": 3}, failed=1, wishes=2)
    made = await imports.add(
        connection, event_id, outcome, file_name=None, dry_run=True, failed_rows=b"name\nx\n", at=AT
    )
    assert structs.asdict(made).items() >= structs.asdict(outcome).items()
    assert await imports.get(connection, event_id, made.id) == made
    assert await imports.failed_rows(connection, event_id, made.id) == b"name\nx\n"
    assert await imports.failed_rows(connection, event_id, ImportId(factories.association_id())) is None
    assert await pages(lambda **page: imports.find(connection, event_id, **page)) == [made]


@pytest.fixture
async def key_id(connection: Connection, association_id: AssociationId) -> KeyId:
    return (await keys.create(connection, association_id, factories.key_input(), AT)).key.id


async def test_an_answer_is_kept_until_it_is_old(connection: Connection, key_id: KeyId) -> None:
    answer = Answer(route="POST /v1/events", body_hash=bytes(32), status=201, headers={"etag": '"1"'}, body=b"\x00{}")
    await idempotency.add(connection, key_id, "k", answer, AT)
    assert await idempotency.get(connection, key_id, "k", since=AT) == answer
    assert await idempotency.get(connection, key_id, "other", since=AT) is None
    assert await idempotency.get(connection, key_id, "k", since=LATER) is None
    later = structs.replace(answer, body=b"[]")
    await idempotency.add(connection, key_id, "k", later, LATER)
    assert await idempotency.get(connection, key_id, "k", since=LATER) == later
    assert await idempotency.remove_before(connection, LATER + timedelta(seconds=1)) == 1


async def test_of_two_with_one_idempotency_key_the_second_is_told(pool: Pool, association_id: AssociationId) -> None:
    key_id = KeyId(factories.association_id())
    async with tenant_transaction(pool, association_id) as one, tenant_transaction(pool, association_id) as two:
        assert await idempotency.lock(one, key_id, "k")
        assert not await idempotency.lock(two, key_id, "k")
        assert await idempotency.lock(two, key_id, "other")
        assert await idempotency.lock(two, KeyId(factories.association_id()), "k")
    async with tenant_transaction(pool, association_id) as three:
        assert await idempotency.lock(three, key_id, "k")


async def test_requests_are_counted_by_window(pool: Pool) -> None:
    bucket = factories.association_id()
    async with untenanted_transaction(pool) as connection:
        assert [await limits.count(connection, bucket, AT) for _ in range(3)] == [1, 2, 3]
        assert await limits.count(connection, bucket, LATER) == 1
        assert await limits.remove_before(connection, LATER) >= 1
        assert await limits.count(connection, bucket, LATER) == 2
