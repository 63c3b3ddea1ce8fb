"""Guide someone through their rounds and sets: what the letters about them say, as things are when they are sent."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import structs

from matchmaker.model import letter as letters
from matchmaker.model.attendee import AttendeeReply
from matchmaker.model.day_letter import Agenda, Bye, SetDate, SetDates
from matchmaker.model.event import Event
from matchmaker.model.group import GroupKind
from matchmaker.model.ids import AttendeeId
from matchmaker.model.meeting import Meeting
from matchmaker.model.message import LetterKind, Message
from matchmaker.model.other import Other
from matchmaker.model.run import Format
from matchmaker.model.window import zone_of
from matchmaker.services import show
from matchmaker.services.tell import spoken, told
from matchmaker.store import actions, attendees, groups, meetings, pairings
from matchmaker.store.connection import Connection

LETTERS = frozenset(
    {
        LetterKind.AGENDA,
        LetterKind.BYE,
        LetterKind.MEETING,
        LetterKind.MEETING_CHANGED,
        LetterKind.MEETING_CANCELLED,
        LetterKind.SET_DATES,
    }
)
PEERS_LEAST = 2
ACTIONS_MAX = 30


async def letter(
    connection: Connection,
    event: Event,
    message: Message,
    *,
    language: str | None,
    page_url: str,
    feed_url: str | None,
    at: datetime,
) -> letters.Letter | None:
    """What one of `LETTERS` says to its reader; None where that is no longer true, or they take no part any more."""
    reader = await attendees.get(connection, event.id, message.attendee_id)
    if reader is None or not reader.opted_in:
        return None
    anew = message.facts.get("is_new_edition", False)
    if message.letter is LetterKind.AGENDA:
        return await _agenda(connection, event, reader, anew, language, page_url, feed_url)
    if message.letter is LetterKind.SET_DATES:
        return await _set_dates(connection, event, reader, anew, page_url, feed_url, at)
    if message.letter is LetterKind.BYE:
        return await _bye(connection, event, reader, message.facts["round"], page_url)
    return await _single(connection, event, reader, message, language, page_url)


async def _agenda(
    connection: Connection,
    event: Event,
    reader: AttendeeReply,
    is_new_edition: bool,
    language: str | None,
    page_url: str,
    feed_url: str | None,
) -> Agenda | None:
    """The rounds of someone's event; what was cancelled stands only where its entry may be in their calendar."""
    found = await show.rounds(connection, event.id, reader.id)
    items = [item for item in found if is_new_edition or not item.is_cancelled]
    if not any(item.meeting_id for item in items):
        return None
    days = {item.starts_at.astimezone(zone_of(event.time_zone)).date() for item in items if item.starts_at}
    days |= set() if days or event.starts_on is None else {event.starts_on}
    asked = await _asked(connection, reader, language)
    return Agenda(
        event_name=event.name,
        items=[structs.replace(item, questions=asked.get(item.meeting_id or "", [])) for item in items],
        page_url=page_url,
        feed_url=feed_url,
        day=days.pop() if len(days) == 1 else None,
        is_new_edition=is_new_edition,
    )


async def _bye(connection: Connection, event: Event, reader: AttendeeReply, round: int, page_url: str) -> Bye | None:
    """Why someone is free in a round; nothing once they have a meeting, or the round is another's."""
    found = await show.rounds(connection, event.id, reader.id)
    if any(item.meeting_id and not item.is_cancelled for item in found):
        return None
    free = next((item for item in found if item.round == round), None)
    if free is None:
        return None
    return Bye(event_name=event.name, round=round, starts_at=free.starts_at, ends_at=free.ends_at, page_url=page_url)


async def _single(
    connection: Connection,
    event: Event,
    reader: AttendeeReply,
    message: Message,
    language: str | None,
    page_url: str,
) -> letters.Meeting | letters.MeetingChanged | letters.MeetingCancelled | None:
    """What is new of one meeting; nothing once it has changed again, which another letter tells."""
    facts = message.facts
    found = await show.rounds(connection, event.id, reader.id)
    item = next((one for one in found if one.meeting_id == facts["meeting_id"]), None)
    if item is None or item.sequence != facts["sequence"] or item.starts_at is None or item.ends_at is None:
        return None
    if message.letter is LetterKind.MEETING_CANCELLED:
        return letters.MeetingCancelled(
            event_name=event.name,
            meeting_id=facts["meeting_id"],
            starts_at=item.starts_at,
            ends_at=item.ends_at,
            sequence=item.sequence,
            page_url=page_url,
        )
    questions = (await _asked(connection, reader, language)).get(facts["meeting_id"], [])
    whole = letters.MeetingChanged(
        event_name=event.name,
        others=item.others,
        meeting_id=facts["meeting_id"],
        starts_at=item.starts_at,
        ends_at=item.ends_at,
        page_url=page_url,
        sequence=item.sequence,
        table=item.table,
        place=item.place,
        started_at_before=_moment(facts.get("started_at_before")),
        questions=questions,
    )
    return whole if message.letter is LetterKind.MEETING_CHANGED else letters.as_new(whole)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


async def _set_dates(
    connection: Connection,
    event: Event,
    reader: AttendeeReply,
    is_new_edition: bool,
    page_url: str,
    feed_url: str | None,
    at: datetime,
) -> SetDates | None:
    """When someone's set sits from now on: by turns each of it presents, and the next facilitates."""
    theirs = [
        one
        for one in await meetings.of_attendee(connection, reader.id, limit=show.ROUNDS_MAX)
        if one.format is Format.SETS and one.starts_at is not None and one.starts_at > at
    ]
    coming = [one for one in theirs if one.cancelled_at is None]
    ended = [one for one in theirs if one.cancelled_at is not None and is_new_edition]
    peers = await _peers(connection, event, reader.id, coming)
    if not (coming or ended) or (coming and len(peers) < PEERS_LEAST):
        return None
    return SetDates(
        event_name=event.name,
        members=[Other(name=one.name, role=one.role, organisation=one.organisation) for one in peers],
        dates=[_date(one, peers) for one in coming],
        page_url=page_url,
        place=event.sets_place,
        ended=[_date(one, [reader]) for one in ended],
        is_new_edition=is_new_edition,
        actions=await _open_actions(connection, event, peers),
        is_facilitator=any(_facilitator(one, peers).id == reader.id for one in coming),
        feed_url=feed_url,
    )


async def _peers(
    connection: Connection, event: Event, attendee_id: AttendeeId, coming: Sequence[Meeting]
) -> list[AttendeeReply]:
    """All of the set that is to sit, the reader too, in its order."""
    if not coming:
        return []
    found = await groups.find(connection, coming[0].run_id, attendee_id=attendee_id, limit=show.ROUNDS_MAX)
    members = next((group.members for _, group in found if group.kind is GroupKind.SET), [])
    people = await attendees.find_by_ids(connection, event.id, members)
    return [people[one] for one in members if one in people]


async def _open_actions(connection: Connection, event: Event, peers: Sequence[AttendeeReply]) -> list[str]:
    """Whose, and what, in the order in which they were logged."""
    names = {one.id: one.name for one in peers}
    found = await actions.find_open(connection, event.id, list(names), limit=ACTIONS_MAX)
    return [f"{names[one.attendee_id]}: {one.words}" for one in found]


def _date(meeting: Meeting, peers: Sequence[AttendeeReply]) -> SetDate:
    """Raises `ValueError` for a meeting without hours, which no set has."""
    if meeting.starts_at is None or meeting.ends_at is None:
        raise ValueError("A date of a set has hours.")
    return SetDate(
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        presenter=peers[(meeting.round - 1) % len(peers)].name,
        facilitator=_facilitator(meeting, peers).name,
        meeting_id=meeting.id,
        sequence=meeting.sequence,
    )


def _facilitator(meeting: Meeting, peers: Sequence[AttendeeReply]) -> AttendeeReply:
    return peers[meeting.round % len(peers)]


async def _asked(connection: Connection, reader: AttendeeReply, language: str | None) -> dict[str, list[str]]:
    """By meeting, the questions that a reader may begin with: two to each with whom the run paired them."""
    found: dict[str, list[str]] = {}
    said_in = spoken([language] if language else reader.languages)
    company = await meetings.with_whom(connection, reader.id, limit=show.ROUNDS_MAX)
    runs = {one.id: one.run_id for one in await meetings.of_attendee(connection, reader.id, limit=show.ROUNDS_MAX)}
    for meeting_id, others in company.items():
        for other in others:
            pair = min(reader.id, other), max(reader.id, other)
            pairing = await pairings.of_two(connection, runs[meeting_id], *pair)
            sides = [] if pairing is None else told(pairing, language=said_in).sides
            found.setdefault(meeting_id, []).extend(next((one.starters for one in sides if one.to == reader.id), []))
    return found
