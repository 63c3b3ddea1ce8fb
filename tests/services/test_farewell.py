"""Who has something open at an event that is deleted is told once, without a name; then nothing of it is left."""

from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from icalendar import Calendar
from msgspec import json, structs

from matchmaker.mail import samples
from matchmaker.mail.compose import compose
from matchmaker.model.ids import EventId
from matchmaker.model.introduction import Answer, Introduction, ReleaseInput
from matchmaker.model.letter import Letter, Withdrawn
from matchmaker.model.message import LetterKind, Message
from matchmaker.model.pause import PauseScope
from matchmaker.services import agree, farewell, forget, pause, release, respond, tidy, write
from matchmaker.services.tidy import Kept
from matchmaker.store import events, messages, outbox
from matchmaker.store.connection import Connection
from tests import factories
from tests.factories import AT, LATER
from tests.mail.reading import part
from tests.services.introduced import introduced, offered
from tests.services.test_convene import date
from tests.services.test_convene import drafted as drafted_sets
from tests.services.written import BASE_URL, sent

SOON = AT + timedelta(minutes=1)


async def delete(connection: Connection, event_id: EventId) -> list[Message]:
    """The letters that are left when the event is gone."""
    counted = await farewell.count(connection, event_id, LATER)
    assert await forget.forget_event(connection, event_id, version=1, at=LATER)
    assert await events.get(connection, event_id) is None
    rows = await connection.fetch(
        """
        select message.id, message.event_id, attendee_id, introduction_id, letter, edition, facts, mail_id, asked_for, deadline,
               claim, tries, repeats
          from message
          join attendee on attendee.id = attendee_id
          join contact on contact.person_id = attendee.person_id
         order by name
        """
    )
    assert len(rows) == counted
    return [Message(**{**row, "letter": LetterKind(row["letter"]), "facts": json.decode(row["facts"])}) for row in rows]


async def letter(connection: Connection, message: Message) -> Letter | None:
    return await write.write(connection, message, base_url=BASE_URL, at=LATER)


async def names(connection: Connection, told: list[Message]) -> list[str]:
    return [
        await connection.fetchval(
            "select name from attendee join contact using (person_id) where attendee.id = $1", one.attendee_id
        )
        for one in told
    ]


def cancelled(message: EmailMessage) -> list[tuple[str, int, str]]:
    calendar = Calendar.from_ical(part(message, "calendar"))
    return [
        (str(one["uid"]).partition("@")[0], int(str(one["sequence"])), str(one["status"]))
        for one in calendar.walk("VEVENT")
    ]


async def read(connection: Connection, message: Message) -> EmailMessage:
    found = await letter(connection, message)
    assert isinstance(found, Withdrawn)
    return compose(found, structs.replace(samples.envelope(), base_url=BASE_URL))


async def waiting_for(connection: Connection, event_id: EventId, *answers: Answer | None) -> Introduction:
    """An introduction of which both have heard, and to which the first and the second answered so."""
    one = await offered(connection, event_id)
    await sent(connection)
    for side, answer in zip((one.first_id, one.second_id), answers, strict=True):
        if answer is not None:
            await respond.answer(connection, one.id, side, answer, at=SOON)
    return one


@pytest.mark.parametrize("others_answer", [None, Answer.YES, Answer.OTHER_TIME, Answer.NO])
async def test_who_waits_gets_the_same_letter_whatever_the_other_said(
    connection: Connection, event_id: EventId, others_answer: Answer | None
) -> None:
    first_answer = None if others_answer is Answer.YES else Answer.YES
    one = await waiting_for(connection, event_id, first_answer, others_answer)
    first = await connection.fetchval(
        "select name from attendee join contact using (person_id) where attendee.id = $1", one.first_id
    )
    told = await delete(connection, event_id)
    assert len(told) == (1 if others_answer is Answer.NO else 2)
    mine = told[(await names(connection, told)).index(first)]
    assert (mine.facts, mine.introduction_id, mine.edition) == ({"event_over": True, "ended": []}, None, "1")
    assert await letter(connection, mine) == Withdrawn(event_name="Annual conference", event_over=True)


async def test_who_said_no_is_told_nothing_of_it(connection: Connection, event_id: EventId) -> None:
    await waiting_for(connection, event_id, Answer.NO, Answer.NO)
    assert await delete(connection, event_id) == []
    assert await connection.fetchval("select count(*) from event") == 0


async def test_who_has_heard_of_nothing_is_told_nothing(connection: Connection, event_id: EventId) -> None:
    await offered(connection, event_id)
    assert await delete(connection, event_id) == []


async def test_what_is_past_is_told_to_nobody(connection: Connection, event_id: EventId) -> None:
    one = await waiting_for(connection, event_id, Answer.YES, None)
    assert await farewell.count(connection, event_id, one.expires_at - timedelta(seconds=1)) == 2
    assert await farewell.count(connection, event_id, one.expires_at) == 0


async def test_an_agreed_time_leaves_both_calendars(connection: Connection, event_id: EventId) -> None:
    one = await introduced(connection, event_id)
    starts_at = LATER + timedelta(days=2)
    await agree.propose(connection, one.id, one.first_id, starts_at, minutes=20, at=AT)
    made = await agree.agree(connection, one.id, one.second_id, starts_at, AT)
    await sent(connection)
    told = await delete(connection, event_id)
    assert [message.deadline for message in told] == [starts_at] * 2
    for message in told:
        assert cancelled(await read(connection, message)) == [(made.id, 1, "CANCELLED")]


async def test_a_place_in_a_set_ends_with_its_dates(connection: Connection, event_id: EventId) -> None:
    members = [(await factories.attendee(connection, event_id, name)).id for name in ("Ada", "Bob", "Cy", "Dee", "Eve")]
    run = await drafted_sets(connection, event_id, members)
    await release.release(connection, event_id, run.id, ReleaseInput(dates=[date(1), date(2)]), at=AT)
    await sent(connection)
    told = await delete(connection, event_id)
    assert await names(connection, told) == ["Ada", "Bob", "Cy", "Dee", "Eve"]
    assert [status for _, _, status in cancelled(await read(connection, told[0]))] == ["CANCELLED"] * 2


async def test_who_wants_no_letters_gets_none(connection: Connection, event_id: EventId) -> None:
    one = await introduced(connection, event_id)
    starts_at = LATER + timedelta(days=2)
    await agree.propose(connection, one.id, one.first_id, starts_at, minutes=20, at=AT)
    await agree.agree(connection, one.id, one.second_id, starts_at, AT)
    await sent(connection)
    await pause.pause(connection, event_id, one.first_id, PauseScope.EVERYTHING, keeps_times=True, at=AT)
    said = [await letter(connection, message) is not None for message in await delete(connection, event_id)]
    assert sorted(said) == [False, True]


async def test_another_version_deletes_nothing_and_tells_nobody(connection: Connection, event_id: EventId) -> None:
    await waiting_for(connection, event_id, Answer.YES, None)
    assert not await forget.forget_event(connection, event_id, version=9, at=LATER)
    assert await connection.fetchval("select count(*) from event") == 1


async def test_what_is_left_is_in_no_list_says_nothing_and_goes_after_its_letters(
    connection: Connection, event_id: EventId
) -> None:
    await waiting_for(connection, event_id, Answer.YES, None)
    other = await factories.event(connection, name="Another")
    (first, _) = await delete(connection, event_id)
    reader = await outbox.reader(connection, first)
    assert reader is not None
    assert (reader.name, reader.in_reply_to) == ("Ada", None)
    assert first.id in {one.id for one in await outbox.due(connection, LATER, limit=10)}
    assert await events.find(connection, limit=10) == [other]
    left: Any = await connection.fetchrow(
        "select seeks, offers, interests, groups, extra, opted_in, matched from attendee where id = $1",
        first.attendee_id,
    )
    assert tuple(left) == ([], [], [], [], "{}", False, False)
    assert await tidy.tidy(connection, Kept(), at=LATER + farewell.KEPT) == tidy.Tidied()
    assert (await tidy.tidy(connection, Kept(), at=LATER + farewell.KEPT + timedelta(seconds=1))).farewells == 2
    assert await connection.fetchval("select count(*) from person") == 0
    assert await messages.find(connection, first.event_id, limit=10) == []
