"""What is wished, decided and remembered of two people: once a pair, among attendees of the event, replaced by the last word."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from matchmaker.errors import Invalid
from matchmaker.model.exclusion import Exclusion
from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.model.wish import EncounterKind, Strength, Verdict
from matchmaker.store import attendees, decisions, encounters, exclusions, wishes
from matchmaker.store.connection import Connection
from tests import factories
from tests.factories import AT, LATER, decision, encounter, wish

State = Callable[[Connection, EventId, AttendeeId, AttendeeId], Awaitable[Any]]


async def test_a_wish_is_directed_and_a_later_one_replaces_it(connection: Connection, event_id: EventId) -> None:
    first, second = await factories.two_attendees(connection, event_id)
    stated = await wishes.put(connection, event_id, wish(first, second), AT)
    back = await wishes.put(connection, event_id, wish(second, first, Strength.RATHER_NOT), LATER)
    again = await wishes.put(connection, event_id, wish(first, second, Strength.MUST_MEET), LATER)
    assert (again.id, again.created_at, again.strength) == (stated.id, AT, Strength.MUST_MEET)
    assert await wishes.find(connection, event_id, limit=10) == [again, back]
    assert await wishes.find(connection, event_id, after=(again.created_at, again.id), limit=10) == [back]
    assert await wishes.find(connection, event_id, attendee_id=second, limit=1) == [again]
    assert await wishes.remove(connection, event_id, stated.id)
    assert not await wishes.remove(connection, event_id, stated.id)


async def test_of_many_wishes_the_new_and_the_changed_are_counted(connection: Connection, event_id: EventId) -> None:
    first, second = await factories.two_attendees(connection, event_id)
    third = (await factories.attendee(connection, event_id, "Cy")).id
    given = [wish(first, second), wish(second, first)]
    assert await wishes.put_all(connection, event_id, given, AT) == 2
    assert await wishes.put_all(connection, event_id, given, AT) == 0
    stronger = [wish(first, second, Strength.MUST_MEET), given[1], wish(first, third)]
    assert await wishes.put_all(connection, event_id, stronger, AT) == 2
    found = await wishes.find(connection, event_id, limit=10)
    assert {(one.attendee_id, one.other_id, one.strength) for one in found} == {
        (one.attendee_id, one.other_id, one.strength) for one in stronger
    }


async def test_a_pair_has_one_decision_the_last(connection: Connection, event_id: EventId) -> None:
    first, second = await factories.two_attendees(connection, event_id)
    pinned = await decisions.put(connection, event_id, decision(second, first), AT)
    rejected = await decisions.put(connection, event_id, decision(first, second, Verdict.REJECTED), LATER)
    assert (pinned.first_id, pinned.second_id) == (first, second)
    assert (rejected.id, rejected.created_at, rejected.verdict) == (pinned.id, AT, Verdict.REJECTED)
    assert await decisions.find(connection, event_id, attendee_id=second, limit=10) == [rejected]
    assert await decisions.find(connection, event_id, after=(AT, rejected.id), limit=10) == []
    assert await decisions.remove(connection, event_id, rejected.id)
    assert not await decisions.remove(connection, event_id, rejected.id)


async def test_an_encounter_is_remembered_once_a_kind(connection: Connection, event_id: EventId) -> None:
    first, second = await factories.two_attendees(connection, event_id)
    met = await encounters.add(connection, event_id, encounter(second, first), AT)
    sat = await encounters.add(connection, event_id, encounter(first, second, EncounterKind.SAT_TOGETHER), LATER)
    assert met is not None
    assert (met.first_id, met.second_id, met.kind) == (first, second, EncounterKind.MET)
    assert await encounters.add(connection, event_id, encounter(first, second), LATER) is None
    assert await encounters.find(connection, event_id, attendee_id=second, limit=10) == [met, sat]
    assert await encounters.find(connection, event_id, after=(AT, met.id), limit=10) == [sat]
    assert await encounters.remove(connection, event_id, met.id)
    assert not await encounters.remove(connection, event_id, met.id)


async def _wish(connection: Connection, event_id: EventId, one: AttendeeId, other: AttendeeId) -> Any:
    return await wishes.put(connection, event_id, wish(one, other), AT)


async def _decide(connection: Connection, event_id: EventId, one: AttendeeId, other: AttendeeId) -> Any:
    return await decisions.put(connection, event_id, decision(one, other), AT)


async def _remember(connection: Connection, event_id: EventId, one: AttendeeId, other: AttendeeId) -> Any:
    return await encounters.add(connection, event_id, encounter(one, other), AT)


@pytest.mark.parametrize(
    ("state", "stranger", "oneself"),
    [
        (_wish, wishes.NotOfThisEvent, wishes.AboutOneself),
        (_decide, decisions.NotOfThisEvent, decisions.OnOnePerson),
        (_remember, encounters.NotOfThisEvent, encounters.WithOneself),
    ],
)
async def test_it_is_of_two_attendees_of_the_event(
    connection: Connection, event_id: EventId, state: State, stranger: type[Invalid], oneself: type[Invalid]
) -> None:
    first, _ = await factories.two_attendees(connection, event_id)
    elsewhere = (await factories.attendee(connection, (await factories.event(connection)).id)).id
    unknown = AttendeeId(factories.association_id())
    for one, other, error in (
        (first, elsewhere, stranger),
        (elsewhere, first, stranger),
        (first, unknown, stranger),
        (first, first, oneself),
    ):
        with pytest.raises(error):
            async with connection.transaction():
                await state(connection, event_id, one, other)


async def test_who_leaves_takes_it_along(connection: Connection, event_id: EventId) -> None:
    first, second = await factories.two_attendees(connection, event_id)
    for state in (_wish, _decide, _remember):
        await state(connection, event_id, first, second)
    await attendees.remove(connection, event_id, second, version=1)
    for store in (wishes, decisions, encounters):
        assert await store.find(connection, event_id, limit=10) == []


async def test_an_exclusion_keeps_apart_both_ways_by_name_and_by_organisation(
    connection: Connection, event_id: EventId
) -> None:
    one = (await factories.attendee(connection, event_id, "Ada", organisation="Engines")).id
    other = (await factories.attendee(connection, event_id, "Bob", organisation="Looms")).id
    third = (await factories.attendee(connection, event_id, "Cy")).id
    fourth = (await factories.attendee(connection, event_id, "Dee")).id
    await exclusions.add(connection, event_id, Exclusion(attendee_id=one, organisation="LOOMS"), AT)
    await exclusions.add(connection, event_id, Exclusion(attendee_id=third, other_id=one), AT)
    apart = {
        frozenset((a, b))
        for a in (one, other, third, fourth)
        for b in (one, other, third, fourth)
        if a != b and await exclusions.keeps_apart(connection, event_id, a, b)
    }
    assert apart == {frozenset((one, other)), frozenset((one, third))}
    assert await exclusions.keeps_apart(connection, event_id, other, one)
    assert await exclusions.keeps_apart(connection, event_id, one, other)
