"""Write a message's letter: what it says to its one reader, as things are when it is sent; nothing where it is no longer true."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime, timedelta
from functools import partial

from msgspec import structs

from matchmaker.model import letter as letters
from matchmaker.model.ids import AttendeeId
from matchmaker.model.introduction import OPEN, REVEALED, IntroductionState, Standing
from matchmaker.model.link import LinkScope
from matchmaker.model.message import LetterKind, Message
from matchmaker.model.pause import SILENCES_MAX, PauseScope
from matchmaker.model.promise import Promise
from matchmaker.services import agree, chase, farewell, gather, guide, look_back, show
from matchmaker.services.desk import AFTER_DAYS, ROUNDS_DAYS, Desk, link_url
from matchmaker.services.introduce import Seen, seen
from matchmaker.store import appointments, introductions, notes, pauses, promises, replacements
from matchmaker.store.connection import Connection

# Said to who has paused too: they asked for it, or it is how they come back.
TO_PAUSED = frozenset({LetterKind.GOODBYE, LetterKind.PAUSED, LetterKind.LINK, LetterKind.VERIFY})
ME_MINUTES = 10
VERIFY_DAYS = 3
INVITED_DAYS = 30
AFTERWARDS_DAYS = 60
EXITS_DAYS = 1_100


Writer = Callable[[Desk, Seen], Awaitable[letters.Letter | None]]


async def write(
    connection: Connection, message: Message, *, base_url: str, language: str | None = None, at: datetime
) -> letters.Letter | None:
    """What a message's letter says; None where there is nothing true to say any more, so that nothing is sent.

    In `language` if there are words for it, else in one of the reader's own. A test tells the association what it would say,
    whether its reader has paused or not, and its links open nothing.
    """
    if message.test_language is not None:
        message = structs.replace(message, introduction_id=message.facts.get("introduction_id"))
    elif message.letter is LetterKind.DIGEST:
        each = partial(write, connection, base_url=base_url, language=language, at=at)
        return await gather.whole(connection, message, each, at=at)
    elif await _is_left_in_peace(connection, message, at):
        return None
    desk = Desk(connection, message, base_url=base_url, language=language, at=at)
    if message.letter in OF_ONE:
        return await OF_ONE[message.letter](desk)
    if message.letter is LetterKind.MEETING_CANCELLED and message.facts.get("of_two"):
        return agree.cancellation((await desk.event()).name, message, await desk.page_url())
    if message.letter in guide.LETTERS and not message.facts.get("of_two"):
        return await _guided(desk)
    if message.letter in look_back.LETTERS:
        return await _afterwards(desk)
    if message.letter not in OF_TWO or message.introduction_id is None:
        return None
    introduction = await introductions.get(connection, message.introduction_id)
    if introduction is None:
        return None
    return await OF_TWO[message.letter](
        desk, await seen(connection, introduction, message.attendee_id, language=language, at=at)
    )


async def _is_left_in_peace(connection: Connection, message: Message, at: datetime) -> bool:
    """Whether the reader has paused what the letter is about. A seat that they keep is news until they want no letters at all."""
    if message.letter in TO_PAUSED:
        return False
    pause = await pauses.of_attendee(connection, message.attendee_id, at)
    return pause is not None and (message.letter not in guide.LETTERS or pause.scope is PauseScope.EVERYTHING)


async def exits_url(connection: Connection, attendee_id: AttendeeId, *, base_url: str, at: datetime) -> str:
    """The address of the three exits, for the foot and the header of any letter."""
    return await link_url(
        connection,
        LinkScope.EXITS,
        attendee_id,
        base_url=base_url,
        expires_at=at + timedelta(days=EXITS_DAYS),
        at=at,
    )


# Letters about an introduction


async def _offered(desk: Desk, about: Seen) -> letters.Letter | None:
    if not _may_be_asked(about):
        return None
    return letters.Offered(
        event_name=about.event.name,
        other=about.other,
        you_get=about.you_get,
        they_get=about.they_get,
        page_url=await desk.page_url(),
        expires_at=about.introduction.expires_at,
        questions=about.questions,
        minutes=about.minutes,
        quiet=about.quiet,
        instead_of=await _instead_of(desk),
    )


async def _instead_of(desk: Desk) -> str | None:
    """With whom an introduction of the reader's came to nothing, in place of which this one is offered to them."""
    if desk.message.introduction_id is None:
        return None
    freed = await replacements.of_offered(desk.connection, desk.message.introduction_id)
    if freed is None or freed.attendee_id != desk.message.attendee_id:
        return None
    return await show.name_of_other(desk.connection, freed.introduction_id, freed.attendee_id)


async def _reminder(desk: Desk, about: Seen) -> letters.Letter | None:
    if not _may_be_asked(about):
        return None
    return letters.Reminder(
        event_name=about.event.name,
        other=about.other,
        you_get=about.you_get,
        they_get=about.they_get,
        page_url=await desk.page_url(),
        expires_at=about.introduction.expires_at,
        minutes=about.minutes,
    )


async def _introduced(desk: Desk, about: Seen) -> letters.Letter | None:
    if about.contact is None:
        return None
    return letters.Introduced(
        event_name=about.event.name,
        other=about.other,
        contact=about.contact,
        you_get=about.you_get,
        they_get=about.they_get,
        page_url=await desk.page_url(),
        questions=about.questions,
        minutes=about.minutes,
        place=about.place,
        begins=about.begins,
        host_name=about.host_name,
        likes=about.likes,
    )


async def _at_a_time(desk: Desk, about: Seen) -> letters.Letter | None:
    """About a time that one of the two proposes, or that they have agreed on."""
    if about.standing is not Standing.INTRODUCED:
        return None
    found = await appointments.get(desk.connection, about.introduction.id)
    return agree.letter(about, found, desk.message, await desk.page_url())


async def _did_you_meet(desk: Desk, about: Seen) -> letters.Letter | None:
    introduction = about.introduction
    mine = introduction.first_met if desk.message.attendee_id == introduction.first_id else introduction.second_met
    if introduction.state not in REVEALED or mine is not None:
        return None
    return letters.DidYouMeet(event_name=about.event.name, other=about.other, page_url=await desk.page_url())


async def _thanks(desk: Desk, about: Seen) -> letters.Letter | None:
    if about.contact is None or about.introduction.state is not IntroductionState.MET:
        return None
    return letters.Thanks(
        event_name=about.event.name,
        other=about.other,
        contact=about.contact,
        you_get=about.you_get,
        page_url=await desk.page_url(),
    )


async def _promise(desk: Desk, about: Seen) -> letters.Letter | None:
    made = await _own_promise(desk)
    if made is None or made.kept is not None:
        return None
    return letters.Promise(
        event_name=about.event.name,
        other=about.other,
        promise=made.words,
        page_url=await desk.page_url(),
        due_on=made.due_at.date(),
    )


async def _reconnect(desk: Desk, about: Seen) -> letters.Letter | None:
    introduced_at = about.introduction.introduced_at
    if about.contact is None or introduced_at is None or about.introduction.state is not IntroductionState.MET:
        return None
    made = await _own_promise(desk)
    return letters.Reconnect(
        event_name=about.event.name,
        other=about.other,
        contact=about.contact,
        you_get=about.you_get,
        introduced_on=introduced_at.date(),
        page_url=await desk.page_url(),
        promise=made.words if made else None,
    )


def _may_be_asked(about: Seen) -> bool:
    """Open in truth, and not only to the eyes of who cannot know of the other's no."""
    return about.introduction.state in OPEN and about.standing is Standing.OPEN


async def _own_promise(desk: Desk) -> Promise | None:
    if desk.message.introduction_id is None:
        return None
    made = await promises.find(desk.connection, desk.message.introduction_id)
    return next((one for one in made if one.attendee_id == desk.message.attendee_id), None)


# Letters about the reader alone


async def _invited(desk: Desk) -> letters.Letter | None:
    return letters.Invited(
        event_name=(await desk.event()).name, page_url=await desk.url(LinkScope.VERIFY, timedelta(days=INVITED_DAYS))
    )


async def _verify(desk: Desk) -> letters.Letter | None:
    life = timedelta(days=VERIFY_DAYS)
    return letters.Verify(
        event_name=(await desk.event()).name,
        page_url=await desk.url(LinkScope.VERIFY, life),
        expires_at=desk.at + life,
    )


async def _link(desk: Desk) -> letters.Letter | None:
    life = timedelta(minutes=ME_MINUTES)
    return letters.Link(
        event_name=(await desk.event()).name, page_url=await desk.url(LinkScope.ME, life), expires_at=desk.at + life
    )


async def _withdrawn(desk: Desk) -> letters.Letter | None:
    """Nothing where the two have another introduction by now; nobody is named where one of them is gone."""
    if desk.message.facts.get("event_over"):
        return farewell.letter(await desk.event(), desk.message)
    event_name, introduction_id = (await desk.event()).name, desk.message.facts.get("introduction_id")
    one = None if introduction_id is None else await introductions.get(desk.connection, introduction_id)
    if one is None:
        return letters.Withdrawn(event_name=event_name, page_url=await desk.page_url())
    if await introductions.is_live(desk.connection, one.event_id, one.first_id, one.second_id):
        return None
    desk.message = structs.replace(desk.message, introduction_id=introduction_id)
    about = await seen(desk.connection, one, desk.message.attendee_id, language=desk.language, at=desk.at)
    return letters.Withdrawn(event_name=event_name, other=about.other, page_url=await desk.page_url())


async def _paused(desk: Desk) -> letters.Letter | None:
    return letters.Paused(
        event_name=(await desk.event()).name,
        silences=SILENCES_MAX,
        page_url=await desk.url(LinkScope.EXITS, timedelta(days=EXITS_DAYS)),
        until=_until(desk),
    )


async def _goodbye(desk: Desk) -> letters.Letter | None:
    return letters.Goodbye(
        event_name=(await desk.event()).name,
        exit=letters.Exit(desk.message.facts["scope"]),
        page_url=await desk.url(LinkScope.EXITS, timedelta(days=EXITS_DAYS)),
        until=_until(desk),
    )


def _until(desk: Desk) -> date | None:
    until = desk.message.facts.get("until")
    return None if until is None else datetime.fromisoformat(until).date()


async def _say_more(desk: Desk) -> letters.Letter | None:
    page_url = await desk.url(LinkScope.VERIFY, timedelta(days=INVITED_DAYS))
    return await chase.letter(desk.connection, await desk.event(), desk.message, page_url)


async def _note(desk: Desk) -> letters.Letter | None:
    note_id = desk.message.facts.get("note_id")
    note = None if note_id is None else await notes.get(desk.connection, desk.message.event_id, note_id)
    if note is None:
        return None
    return letters.Note(event_name=(await desk.event()).name, heading=note.heading, paragraphs=note.paragraphs)


async def _guided(desk: Desk) -> letters.Letter | None:
    """About the reader's rounds, or their set."""
    feed = None
    if desk.message.letter in (LetterKind.AGENDA, LetterKind.SET_DATES):
        feed = await desk.url(LinkScope.FEED, timedelta(days=AFTER_DAYS))
    return await guide.letter(
        desk.connection,
        await desk.event(),
        desk.message,
        language=desk.language,
        page_url=await desk.url(LinkScope.ME, timedelta(days=ROUNDS_DAYS)),
        feed_url=feed,
        at=desk.at,
    )


async def _afterwards(desk: Desk) -> letters.Letter | None:
    """About those the reader sat with, or was kept from."""
    page_url = await desk.url(LinkScope.AFTERWARDS, timedelta(days=AFTERWARDS_DAYS))
    return await look_back.letter(desk.connection, await desk.event(), desk.message, page_url=page_url, at=desk.at)


OF_TWO: Mapping[LetterKind, Writer] = {
    LetterKind.OFFERED: _offered,
    LetterKind.REMINDER: _reminder,
    LetterKind.INTRODUCED: _introduced,
    LetterKind.DID_YOU_MEET: _did_you_meet,
    LetterKind.THANKS: _thanks,
    LetterKind.PROMISE: _promise,
    LetterKind.RECONNECT: _reconnect,
    LetterKind.TIME_PROPOSED: _at_a_time,
    LetterKind.MEETING: _at_a_time,
    LetterKind.MEETING_CHANGED: _at_a_time,
}
OF_ONE: Mapping[LetterKind, Callable[[Desk], Awaitable[letters.Letter | None]]] = {
    LetterKind.INVITED: _invited,
    LetterKind.VERIFY: _verify,
    LetterKind.LINK: _link,
    LetterKind.PAUSED: _paused,
    LetterKind.GOODBYE: _goodbye,
    LetterKind.WITHDRAWN: _withdrawn,
    LetterKind.SAY_MORE: _say_more,
    LetterKind.NOTE: _note,
}
