"""A reminder reaches nobody twice, a note those it names and mail reaches; and both are counted before they leave."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec import json, structs

from matchmaker.errors import InvalidFields, NotFound
from matchmaker.model import letter as letters
from matchmaker.model.completeness import Lack
from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.model.message import LetterKind, Message
from matchmaker.model.note import Recipients, Segment
from matchmaker.model.pause import PauseScope
from matchmaker.model.sender import Cause
from matchmaker.services import chase, mail_out, pause, write
from matchmaker.store import completeness, doors, notes, segments, suppressions
from matchmaker.store.connection import Connection
from tests import factories
from tests.factories import AT, LATER
from tests.services.introduced import letters as queued

NOBODY = EventId("00000000-0000-4000-8000-000000000000")
BASE_URL = "https://matchmaker.example.org"
HOSTILE = "<script>alert(1)</script> see http://evil.example.com and evil.example.com"


async def person(connection: Connection, event_id: EventId, name: str, **fields: Any) -> AttendeeId:
    given = {"email": f"{name.lower()}@example.org", **fields}
    return (await factories.attendee(connection, event_id, name, **given)).id


def recipients(count: int, **fields: int) -> Recipients:
    none = Recipients(letters=count, without_address=0, unverified=0, suppressed=0)
    return structs.replace(none, **fields)


async def the_message(connection: Connection, attendee_id: AttendeeId) -> Message:
    row = await connection.fetchrow(
        """
        select id, event_id, attendee_id, introduction_id, letter, edition, facts, mail_id, asked_for, deadline, claim, tries,
               repeats
          from message
         where attendee_id = $1
        """,
        attendee_id,
    )
    assert row is not None
    return Message(**{**row, "letter": LetterKind(row["letter"]), "facts": json.decode(row["facts"])})


async def written(connection: Connection, attendee_id: AttendeeId) -> letters.Letter | None:
    message = await the_message(connection, attendee_id)
    return await write.write(connection, message, base_url=BASE_URL, at=LATER)


async def room(connection: Connection, event_id: EventId) -> dict[str, AttendeeId]:
    return {
        "all": await person(connection, event_id, "All", seeks=["a"], offers=["b"]),
        "seeks": await person(connection, event_id, "Seeks", seeks=["a"]),
        "offers": await person(connection, event_id, "Offers", offers=["b"]),
        "silent": await person(connection, event_id, "Silent"),
        "out": await person(connection, event_id, "Out", opted_in=False),
        "mute": await person(connection, event_id, "Mute", email=None),
    }


async def test_completeness_counts_what_was_said(connection: Connection, event_id: EventId) -> None:
    await room(connection, event_id)
    found = await chase.count(connection, event_id)
    assert (found.people, found.complete, found.without_seeks, found.without_offers) == (6, 1, 4, 4)
    assert (found.silent, found.opted_in, found.reminded) == (3, 5, 0)


@pytest.mark.parametrize(
    ("lacks", "names"),
    [
        (Lack.SEEKS, ["Offers", "Silent", "Out", "Mute"]),
        (Lack.OFFERS, ["Seeks", "Silent", "Out", "Mute"]),
        (Lack.BOTH, ["Silent", "Out", "Mute"]),
        (Lack.EITHER, ["Seeks", "Offers", "Silent", "Out", "Mute"]),
    ],
)
async def test_who_lacks_what_is_listed_by_name(
    connection: Connection, event_id: EventId, lacks: Lack, names: list[str]
) -> None:
    await room(connection, event_id)
    found = await completeness.find(connection, event_id, lacks=lacks, limit=10)
    assert sorted(one.name for one in found) == sorted(names)
    assert {one.name for one in found if not one.mailable} == {"Mute"}
    assert {one.name for one in found if not one.opted_in} == {"Out"}
    last = found[1]
    rest = await completeness.find(
        connection, event_id, lacks=lacks, after=(last.created_at, last.attendee_id), limit=10
    )
    assert [one.name for one in rest] == [one.name for one in found[2:]]


async def test_the_reminder_is_written_once_however_often_one_asks(connection: Connection, event_id: EventId) -> None:
    people = await room(connection, event_id)
    expected = recipients(3, without_address=1)
    assert await chase.preview(connection, event_id, Lack.EITHER, at=AT) == expected
    assert await queued(connection) == []
    assert await chase.remind(connection, event_id, Lack.EITHER, at=AT) == expected
    again = await chase.remind(connection, event_id, Lack.BOTH, at=LATER)
    assert again == recipients(0, without_address=1, written_before=1)
    assert await queued(connection) == ["say_more"] * 3
    assert await queued(connection, people["out"]) == []
    assert (await chase.count(connection, event_id)).reminded == 3
    found = await completeness.find(connection, event_id, lacks=Lack.BOTH, limit=10)
    assert {one.name: one.reminded_at for one in found} == {"Silent": AT, "Out": None, "Mute": None}


@pytest.mark.parametrize(("who", "lacks"), [("seeks", Lack.OFFERS), ("offers", Lack.SEEKS), ("silent", Lack.BOTH)])
async def test_the_reminder_says_what_lacks(connection: Connection, event_id: EventId, who: str, lacks: Lack) -> None:
    people = await room(connection, event_id)
    await chase.remind(connection, event_id, Lack.EITHER, at=AT)
    letter = await written(connection, people[who])
    assert isinstance(letter, letters.SayMore)
    assert letter.lacks is lacks


@pytest.mark.parametrize("change", ["seeks = '{a}', offers = '{b}'", "opted_in = false", "matched = false"])
async def test_who_said_it_meanwhile_gets_no_reminder(connection: Connection, event_id: EventId, change: str) -> None:
    silent = await person(connection, event_id, "Silent")
    await chase.remind(connection, event_id, Lack.EITHER, at=AT)
    await connection.execute(f"update attendee set {change}")
    assert await written(connection, silent) is None


async def test_a_letter_reaches_whom_it_may(connection: Connection, event_id: EventId) -> None:
    await person(connection, event_id, "Ada")
    await person(connection, event_id, "Mute", email=None)
    paused = await person(connection, event_id, "Rest")
    await pause.pause(connection, event_id, paused, PauseScope.EVERYTHING, at=AT)
    gone = await person(connection, event_id, "Gone", email="Gone@Example.org")
    key = await suppressions.email_hash(connection, "gone@example.org")
    await suppressions.add(connection, key, Cause.BOUNCED, AT)
    new = await person(connection, event_id, "New")
    await doors.add(connection, event_id, new, AT)
    expected = recipients(1, without_address=1, suppressed=2, unverified=1)
    assert (await mail_out.preview(connection, event_id, factories.note(), at=LATER)).recipients == expected
    note = await mail_out.mail_out(connection, event_id, factories.note(), at=LATER)
    assert note.letters == 1
    assert await queued(connection, gone) == []
    assert await notes.find(connection, event_id, limit=10) == [note]


async def test_a_preview_for_one_does_not_tell_a_pause_from_an_address_that_refuses(
    connection: Connection, event_id: EventId
) -> None:
    paused = await person(connection, event_id, "Rest")
    await pause.pause(connection, event_id, paused, PauseScope.ROUND, at=AT)
    gone = await person(connection, event_id, "Gone")
    await suppressions.add(connection, await suppressions.email_hash(connection, "gone@example.org"), Cause.BOUNCED, AT)
    told = [
        (
            await mail_out.preview(connection, event_id, factories.note(segment=Segment(attendee_ids=[one])), at=LATER)
        ).recipients
        for one in (paused, gone)
    ]
    assert told == [recipients(0, suppressed=1)] * 2


async def test_a_segment_is_who_fits_all_that_is_said(connection: Connection, event_id: EventId) -> None:
    ada = await person(connection, event_id, "Ada", groups=["Mentors"], organisation="Example Ltd", seeks=["a"])
    bob = await person(connection, event_id, "Bob", groups=["Mentors"], organisation="Other", offers=["b"])
    cy = await person(connection, event_id, "Cy", organisation="EXAMPLE LTD")

    async def found(**fields: Any) -> set[AttendeeId]:
        return set(await segments.find(connection, event_id, Segment(**fields), AT, limit=10))

    assert await found() == {ada, bob, cy}
    assert await found(group="Mentors") == {ada, bob}
    assert await found(organisation="example ltd") == {ada, cy}
    assert await found(group="Mentors", lacks=Lack.SEEKS) == {bob}
    assert await found(attendee_ids=[cy, bob], group="Mentors") == {bob}
    assert await found(attendee_ids=[]) == set()


async def test_a_note_is_words_of_which_none_becomes_a_link(connection: Connection, event_id: EventId) -> None:
    ada = await person(connection, event_id, "Ada")
    given = factories.note(heading="A {brace} & more", paragraphs=[HOSTILE, "Second."])
    shown = (await mail_out.preview(connection, event_id, given, at=AT)).letter
    assert shown.subject == "A {brace} & more"
    assert "<script>" not in shown.html
    assert "http://evil" not in shown.text + shown.html
    assert "evil.example.com" not in shown.text + shown.html  # a word joiner stands in it
    assert "Second." in shown.text
    await mail_out.mail_out(connection, event_id, given, at=AT)
    letter = await written(connection, ada)
    assert isinstance(letter, letters.Note)
    assert (letter.heading, letter.paragraphs) == (given.heading, given.paragraphs)


async def test_two_notes_are_two_letters_and_each_ends_at_its_deadline(
    connection: Connection, event_id: EventId
) -> None:
    ada = await person(connection, event_id, "Ada")
    await mail_out.mail_out(connection, event_id, factories.note(), at=AT)
    await mail_out.mail_out(connection, event_id, factories.note(deadline=LATER), at=AT)
    assert await queued(connection, ada) == ["note", "note"]
    ends = [row["deadline"] for row in await connection.fetch("select deadline from message order by deadline")]
    assert ends == [LATER, AT + timedelta(days=14)]


async def test_a_deadline_that_has_passed_and_an_event_that_is_not_are_refused(
    connection: Connection, event_id: EventId
) -> None:
    with pytest.raises(InvalidFields):
        await mail_out.mail_out(connection, event_id, factories.note(deadline=AT), at=AT)
    with pytest.raises(NotFound):
        await mail_out.preview(connection, NOBODY, factories.note(), at=AT)
    with pytest.raises(NotFound):
        await chase.remind(connection, NOBODY, Lack.EITHER, at=AT)
