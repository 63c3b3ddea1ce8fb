"""Enrolling one at a time: what is set right, what is refused, and who is the same person."""

import pytest

from matchmaker.errors import InvalidFields, NotFound
from matchmaker.model.attendee import AttendeeInput
from matchmaker.model.ids import EventId
from matchmaker.model.introduction import Answer, IntroductionState, Standing, standing
from matchmaker.services import enrol, respond
from matchmaker.store import attendees, feedback, introductions
from matchmaker.store.attendees import AlreadyAttending, ExternalIdTaken
from matchmaker.store.connection import Connection
from tests import factories
from tests.factories import AT, LATER, attendee_input
from tests.services.introduced import letters, offered


async def people(connection: Connection) -> int:
    number: int = await connection.fetchval("select count(*) from person")
    return number


async def test_words_are_set_right(connection: Connection, event_id: EventId) -> None:
    ada = await factories.attendee(
        connection,
        event_id,
        "  Ada\u0301 ",
        role=" ",
        seeks=[" a mentor ", "a mentor", ""],
        groups=["x", " x"],
        email=" Ada@EXAMPLE.org ",
        extra={" shirt ": " M\x00 ", " ": "lost"},
        challenge=" Growing\n slowly\x00 ",
        available=[3, 1, 3],
    )
    assert (ada.name, ada.role, ada.seeks, ada.groups) == ("Ad\u00e1", None, ["a mentor"], ["x"])
    assert (ada.challenge, ada.available) == ("Growing\n slowly", [1, 3])
    assert (ada.email, ada.extra) == ("Ada@example.org", {"shirt": "M"})
    assert (ada.version, ada.created_at, ada.updated_at) == (1, AT, AT)


async def test_all_that_is_wrong_is_told_at_once(connection: Connection, event_id: EventId) -> None:
    wrong = attendee_input(
        " ", email="nobody", role="\ufb2c" * 200, seeks=["fine", "\ufb2c" * 8_000], challenge="\ufb2c" * 8_000
    )
    with pytest.raises(InvalidFields) as caught:
        await enrol.create(connection, event_id, wrong, AT)
    assert sorted((field.pointer, field.code) for field in caught.value.fields) == [
        ("/challenge", "too_long"),
        ("/email", "email_malformed"),
        ("/name", "empty"),
        ("/role", "too_long"),
        ("/seeks/1", "too_long"),
    ]


@pytest.mark.parametrize("purpose", ["opted_in", "matched", "introduced"])
async def test_who_takes_no_part_any_more_has_no_open_introduction_and_nobody_is_told(
    connection: Connection, event_id: EventId, purpose: str
) -> None:
    one = await offered(connection, event_id)
    other = await respond.answer(connection, one.id, one.second_id, Answer.YES, at=AT)
    before = await attendees.get(connection, event_id, one.first_id)
    assert before is not None
    stays = attendee_input(before.name, **{purpose: True})
    assert await enrol.update(connection, event_id, one.first_id, stays, version=1, at=LATER)
    assert await introductions.get(connection, one.id) == other
    leaves = attendee_input(before.name, **{purpose: False})
    assert await enrol.update(connection, event_id, one.first_id, leaves, version=2, at=LATER)
    after = await introductions.get(connection, one.id)
    assert after is not None
    assert after.state is IntroductionState.DECLINED
    assert standing(after, one.second_id, LATER) is Standing.WAITING
    assert await letters(connection) == []
    assert await feedback.of_pair(connection, event_id, one.first_id, one.second_id) is None


async def test_whose_rounds_are_over_may_stay_in_touch_without_being_matched(
    connection: Connection, event_id: EventId
) -> None:
    one = await offered(connection, event_id)
    await connection.execute("update introduction set sat_together = true")
    given = attendee_input("Ada", matched=False)
    assert await enrol.update(connection, event_id, one.first_id, given, version=1, at=LATER)
    after = await introductions.get(connection, one.id)
    assert after is not None
    assert after.state is IntroductionState.OFFERED


async def test_there_must_be_such_an_event(connection: Connection) -> None:
    with pytest.raises(NotFound):
        await enrol.create(connection, EventId(factories.association_id()), attendee_input(), AT)


async def test_nobody_attends_twice(connection: Connection, event_id: EventId) -> None:
    await factories.attendee(connection, event_id, email="ada@example.org")
    with pytest.raises(AlreadyAttending):
        await factories.attendee(connection, event_id, email="ADA@example.org")


async def test_an_external_id_is_borne_by_one(connection: Connection, event_id: EventId) -> None:
    await factories.attendee(connection, event_id, external_id="a")
    await factories.attendee(connection, (await factories.event(connection)).id, external_id="a")
    with pytest.raises(ExternalIdTaken):
        await factories.attendee(connection, event_id, external_id="a")


async def test_a_person_is_known_by_their_email(connection: Connection, event_id: EventId) -> None:
    later = (await factories.event(connection)).id
    one = await factories.attendee(connection, event_id, "Ada", email="ada@example.org")
    two = await factories.attendee(connection, later, "Ada King", email="Ada@example.org")
    assert one.person_id == two.person_id
    first = await attendees.get(connection, event_id, one.id)
    assert first is not None
    assert (first.name, first.version) == ("Ada King", 2)


async def test_an_update_needs_the_present_version(connection: Connection, event_id: EventId) -> None:
    ada = await factories.attendee(connection, event_id)
    given = attendee_input("Ada King", role="Engineer")
    changed = await enrol.update(connection, event_id, ada.id, given, version=1, at=LATER)
    assert changed is not None
    assert (changed.name, changed.role, changed.updated_at) == ("Ada King", "Engineer", LATER)
    assert changed.version > 1
    assert await enrol.update(connection, event_id, ada.id, attendee_input("Eve"), version=1, at=LATER) is None
    assert await attendees.get(connection, event_id, ada.id) == changed


async def test_a_new_email_may_be_that_of_a_person_of_an_earlier_event(
    connection: Connection, event_id: EventId
) -> None:
    earlier = (await factories.event(connection)).id
    known = await factories.attendee(connection, earlier, "Ada", email="ada@example.org")
    unknown = await factories.attendee(connection, event_id, "Ada")
    given = attendee_input("Ada", email="ada@example.org")
    changed = await enrol.update(connection, event_id, unknown.id, given, version=1, at=LATER)
    assert changed is not None
    assert changed.person_id == known.person_id
    assert await people(connection) == 1


async def test_a_new_email_may_not_be_another_attendees(connection: Connection, event_id: EventId) -> None:
    await factories.attendee(connection, event_id, "Bob", email="bob@example.org")
    ada = await factories.attendee(connection, event_id, "Ada", email="ada@example.org")
    with pytest.raises(AlreadyAttending):
        await enrol.update(
            connection, event_id, ada.id, attendee_input("Ada", email="bob@example.org"), version=1, at=LATER
        )


async def test_who_attends_nothing_any_more_is_forgotten(connection: Connection, event_id: EventId) -> None:
    later = (await factories.event(connection)).id
    one = await factories.attendee(connection, event_id, email="ada@example.org")
    two = await factories.attendee(connection, later, email="ada@example.org")
    assert not await enrol.remove(connection, event_id, one.id, version=9, at=AT)
    assert await enrol.remove(connection, event_id, one.id, version=one.version, at=AT)
    assert await people(connection) == 1
    assert await enrol.remove(connection, later, two.id, version=two.version, at=AT)
    assert await people(connection) == 0
    assert await connection.fetchval("select count(*) from contact") == 0


def test_what_is_right_already_stays_as_it_is() -> None:
    given = AttendeeInput(name="Ada", email="ada@example.org", seeks=["a mentor"], languages=["en"], quota=3)
    assert enrol.normalised(given) == given
