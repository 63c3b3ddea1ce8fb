"""Sets sit at dates that their members are told, with a calendar; who presents goes round, and a change keeps its name."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from icalendar import Calendar

from matchmaker.model.action import ActionInput
from matchmaker.model.group import GroupKind
from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.model.introduction import Release, ReleaseInput, SetHours
from matchmaker.model.programme import SlotInput
from matchmaker.model.run import Format, MatchRun
from matchmaker.services import release as releasing
from matchmaker.services import remind, show
from matchmaker.services.convene import DatesOutOfOrder
from matchmaker.services.release import DatesOfNoSets
from matchmaker.store import actions, groups, programmes
from matchmaker.store.connection import Connection
from tests import factories
from tests.mail.reading import part
from tests.services.test_announce import mail, queued, sent

AT = datetime(2027, 3, 1, 12, tzinfo=UTC)
NAMES = ("Ada", "Bob", "Cy", "Dee", "Eve")


@pytest.fixture
async def people(connection: Connection, event_id: EventId) -> list[AttendeeId]:
    """Five, in order of name."""
    return [(await factories.attendee(connection, event_id, name, email=f"{name}@example.org")).id for name in NAMES]


def date(weeks: int) -> SetHours:
    begins = AT + timedelta(weeks=weeks)
    return SetHours(starts_at=begins, ends_at=begins + timedelta(hours=2))


async def drafted(connection: Connection, event_id: EventId, members: Sequence[AttendeeId], **fields: Any) -> MatchRun:
    run = await factories.drafted_run(connection, event_id, format=Format.SETS)
    sets = [factories.group(list(members), kind=GroupKind.SET, round=None, challenge="Growth", **fields)]
    await groups.add_all(connection, run.id, sets)
    await groups.add_members(connection, run.id, sets)
    return run


async def released(connection: Connection, run: MatchRun, *dates: SetHours, at: datetime = AT) -> Release:
    return await releasing.release(connection, run.event_id, run.id, ReleaseInput(dates=list(dates)), at=at)


async def letter(connection: Connection, to: AttendeeId, at: datetime = AT) -> EmailMessage:
    message = await mail(connection, to, at)
    assert message is not None
    return message


def entries(message: EmailMessage) -> list[tuple[str, int, str]]:
    found = Calendar.from_ical(part(message, "calendar")).walk("VEVENT")
    return [(str(one["UID"]), int(str(one["SEQUENCE"])), str(one["STATUS"])) for one in found]


async def test_every_member_is_told_the_dates_and_who_presents(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    done = await released(connection, await drafted(connection, event_id, people), *map(date, (2, 4, 6, 8, 10)))
    assert (done.seated, done.announced) == (5, 5)
    message = await letter(connection, people[1])
    text = part(message, "plain")
    turns = zip(NAMES, (*NAMES[1:], NAMES[0]), strict=True)
    assert [f"{presents} presents, {facilitates} facilitates" in text for presents, facilitates in turns] == [True] * 5
    assert "When you facilitate" in text
    assert [status for _, _, status in entries(message)] == ["CONFIRMED"] * 5
    assert len(await show.rounds(connection, event_id, people[1], with_sets=True)) == 5


async def test_the_place_stands_in_the_letter_the_calendar_and_on_the_page(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    await connection.execute("update event set sets_place = 'Room 4, <Basel>'")
    await released(connection, await drafted(connection, event_id, people), date(2))
    message = await letter(connection, people[0])
    assert "Where: Room 4, <Basel>" in part(message, "plain")
    (entry,) = Calendar.from_ical(part(message, "calendar")).walk("VEVENT")
    assert str(entry["LOCATION"]) == "Room 4, <Basel>"
    (shown,) = await show.rounds(connection, event_id, people[0], with_sets=True)
    assert shown.place == "Room 4, <Basel>"


async def test_without_dates_a_set_sits_in_the_first_five_slots_in_which_all_are_free(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    slots = [
        SlotInput(number=number, starts_at=date(number).starts_at, ends_at=date(number).ends_at)
        for number in range(1, 8)
    ]
    await programmes.add_slots(connection, event_id, slots)
    await released(connection, await drafted(connection, event_id, people, rounds=[1, 2, 4, 5, 6, 7]))
    found = await show.rounds(connection, event_id, people[0], with_sets=True)
    assert [one.starts_at for one in found] == [date(number).starts_at for number in (1, 2, 4, 5, 6)]


async def test_a_set_that_has_no_dates_is_told_nothing(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    done = await released(connection, await drafted(connection, event_id, people))
    assert (done.seated, done.announced) == (0, 0)


async def test_dates_are_in_order_and_of_sets(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    run = await drafted(connection, event_id, people)
    for dates in ([date(2), date(1)], [SetHours(starts_at=AT, ends_at=AT)], [date(1), date(1)]):
        with pytest.raises(DatesOutOfOrder):
            async with connection.transaction():
                await released(connection, run, *dates)
    introductions = await factories.drafted_run(connection, event_id)
    with pytest.raises(DatesOfNoSets):
        await released(connection, introductions, date(1))


async def test_a_date_that_moves_keeps_its_name_and_one_that_goes_ends(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    await released(connection, await drafted(connection, event_id, people), date(2), date(4), date(6))
    before = [uid for uid, *_ in entries(await letter(connection, people[0]))]
    await sent(connection, AT)
    await released(connection, await drafted(connection, event_id, people), date(2), date(5))
    message = await letter(connection, people[0])
    assert "has changed" in part(message, "plain")
    assert sorted(entries(message)) == sorted(
        zip(before, (0, 1, 1), ("CONFIRMED", "CONFIRMED", "CANCELLED"), strict=True)
    )
    await sent(connection, AT)
    done = await released(connection, await drafted(connection, event_id, people), date(2), date(5))
    assert (done.announced, await queued(connection)) == (0, [])


async def test_who_leaves_a_set_loses_its_dates_from_the_calendar(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    await released(connection, await drafted(connection, event_id, people), date(2))
    await sent(connection, AT)
    await released(connection, await drafted(connection, event_id, people[:4]), date(2))
    message = await letter(connection, people[4])
    assert "will not sit" in part(message, "plain")
    assert [(sequence, status) for _, sequence, status in entries(message)] == [(1, "CANCELLED")]


async def test_a_set_is_called_up_before_each_date_once(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    await released(connection, await drafted(connection, event_id, people), date(1), date(3))
    await sent(connection, AT)
    moments = [AT, date(1).starts_at - timedelta(days=2), date(3).starts_at - timedelta(days=4)]
    moments += [date(3).starts_at - timedelta(days=2), date(3).starts_at - timedelta(days=1)]
    counts = []
    for at in moments:
        counts.append((await remind.sweep(connection, at=at)).letters)
        await sent(connection, at)
    assert counts == [0, 5, 0, 5, 0]
    remembered = [(await remind.sweep(connection, at=at)).remembered for at in (date(3).starts_at, date(3).ends_at)]
    assert remembered == [0, 10]


async def test_what_is_still_to_be_done_stands_in_the_letters_to_the_whole_set(
    connection: Connection, event_id: EventId, people: list[AttendeeId]
) -> None:
    given = [ActionInput(attendee_id=people[0], words=words) for words in ("ask two suppliers", "call the union")]
    done, _ = [await actions.add(connection, event_id, one, AT) for one in given]
    stranger = (await factories.attendee(connection, event_id, "Zoe")).id
    await actions.add(connection, event_id, ActionInput(attendee_id=stranger, words="rest"), AT)
    await actions.close(connection, event_id, done.id, done=True, at=AT)
    await released(connection, await drafted(connection, event_id, people), date(2))
    text = part(await letter(connection, people[3]), "plain")
    assert "Ada: call the union" in text
    assert "suppliers" not in text
    assert "rest" not in text
    await actions.close(connection, event_id, done.id, done=False, at=AT)
    assert "suppliers" in part(await letter(connection, people[3]), "plain")
