"""What waits in the outbox, written as it would leave now."""

from datetime import datetime
from email.message import EmailMessage

from icalendar import Calendar
from msgspec import json, structs

from matchmaker.mail import samples
from matchmaker.mail.compose import compose
from matchmaker.model.ids import AttendeeId
from matchmaker.model.letter import Letter
from matchmaker.model.message import LetterKind, Message
from matchmaker.services import write
from matchmaker.store.connection import Connection

BASE_URL = "https://events.example.org"


async def waiting(connection: Connection, attendee_id: AttendeeId) -> list[Message]:
    """The messages to one that are still to go, by kind."""
    rows = await connection.fetch(
        """
        select id, event_id, attendee_id, introduction_id, letter, edition, facts, mail_id, asked_for, deadline, claim, tries,
               repeats
          from message
         where attendee_id = $1
           and state = 'queued'
         order by letter, edition
        """,
        attendee_id,
    )
    return [Message(**{**row, "letter": LetterKind(row["letter"]), "facts": json.decode(row["facts"])}) for row in rows]


async def letters_to(
    connection: Connection, attendee_id: AttendeeId, kind: LetterKind, at: datetime
) -> list[Letter | None]:
    """The letters of a kind to one, as they would be written at that hour."""
    return [
        await write.write(connection, one, base_url=BASE_URL, at=at)
        for one in await waiting(connection, attendee_id)
        if one.letter is kind
    ]


def entry(letter: Letter | None) -> tuple[str, str, int]:
    """What a letter does to a calendar: (method, UID, sequence)."""
    assert letter is not None
    message: EmailMessage = compose(letter, structs.replace(samples.envelope(), base_url=BASE_URL))
    (part,) = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    calendar = Calendar.from_ical(part.get_content())
    (event,) = calendar.walk("VEVENT")
    assert part["content-type"].params["method"] == calendar["method"]
    return str(calendar["method"]), str(event["uid"]), int(str(event["sequence"]))


async def sent(connection: Connection) -> None:
    """All that waits has left."""
    await connection.execute(
        """
        update message
           set state = 'sent', claim = 1, tries = 1, transmitting_at = created_at, ended_at = created_at
         where state = 'queued'
        """
    )
