"""Write a message's letter: what it says to its one reader, as things are when it is sent; nothing where it is no longer true.

Links are made here, since a token stands in one letter and nowhere else.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime, timedelta

from msgspec import structs

from matchmaker.model import letter as letters
from matchmaker.model.event import Event
from matchmaker.model.ids import AttendeeId, IntroductionId
from matchmaker.model.introduction import OPEN, REVEALED, IntroductionState, Standing
from matchmaker.model.link import LinkScope
from matchmaker.model.message import LetterKind, Message
from matchmaker.model.pause import SILENCES_MAX
from matchmaker.model.promise import Promise
from matchmaker.services import chase, guide
from matchmaker.services.introduce import Seen, seen
from matchmaker.store import events, introductions, links, notes, pauses, promises
from matchmaker.store.connection import Connection

# Said to who has paused too: they asked for it, or it is how they come back.
TO_PAUSED = frozenset({LetterKind.GOODBYE, LetterKind.PAUSED, LetterKind.LINK, LetterKind.VERIFY})
ME_MINUTES = 10
VERIFY_DAYS = 3
INVITED_DAYS = 30
ROUNDS_DAYS = 3  # from the evening before until the day is over
AFTER_DAYS = 400  # an introduction's page stays until long after the reconnect
EXITS_DAYS = 1_100
PATHS = {
    LinkScope.INTRODUCTION: "i",
    LinkScope.ME: "m",
    LinkScope.EXITS: "x",
    LinkScope.VERIFY: "v",
    LinkScope.FEED: "c",
}


class Desk:
    """Where one letter is written: its message, the hour, the language, and the address that its links begin with."""

    def __init__(
        self, connection: Connection, message: Message, *, base_url: str, language: str | None, at: datetime
    ) -> None:
        self.connection, self.message, self.at, self.language = connection, message, at, language
        self.base_url = base_url.rstrip("/")

    async def url(self, scope: LinkScope, life: timedelta) -> str:
        if self.message.test_language is not None:
            return dead_url(scope, self.base_url)
        return await link_url(
            self.connection,
            scope,
            self.message.attendee_id,
            introduction_id=self.message.introduction_id if scope is LinkScope.INTRODUCTION else None,
            base_url=self.base_url,
            expires_at=self.at + life,
            at=self.at,
        )

    async def page_url(self) -> str:
        """The page of the message's introduction."""
        return await self.url(LinkScope.INTRODUCTION, timedelta(days=AFTER_DAYS))

    async def event(self) -> Event:
        found = await events.get(self.connection, self.message.event_id)
        if found is None:
            raise LookupError("a message outlived its event")
        return found


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
    elif message.letter not in TO_PAUSED and await pauses.of_attendee(connection, message.attendee_id, at) is not None:
        return None
    desk = Desk(connection, message, base_url=base_url, language=language, at=at)
    if message.letter in OF_ONE:
        return await OF_ONE[message.letter](desk)
    if message.letter in guide.LETTERS:
        return await _guided(desk)
    if message.letter not in OF_TWO or message.introduction_id is None:
        return None
    introduction = await introductions.get(connection, message.introduction_id)
    if introduction is None:
        return None
    return await OF_TWO[message.letter](
        desk, await seen(connection, introduction, message.attendee_id, language=language, at=at)
    )


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


def dead_url(scope: LinkScope, base_url: str) -> str:
    """An address that looks like a link of ours and opens nothing: who looks at another's letter must not act for them."""
    return f"{base_url.rstrip('/')}/{PATHS[scope]}/sample"


async def link_url(
    connection: Connection,
    scope: LinkScope,
    attendee_id: AttendeeId,
    *,
    introduction_id: IntroductionId | None = None,
    base_url: str,
    expires_at: datetime,
    at: datetime,
) -> str:
    """The address of a new link."""
    token = await links.make(
        connection, scope, attendee_id, introduction_id=introduction_id, expires_at=expires_at, at=at
    )
    return f"{base_url.rstrip('/')}/{PATHS[scope]}/{token}{'.ics' if scope is LinkScope.FEED else ''}"


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
    )


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


OF_TWO: Mapping[LetterKind, Writer] = {
    LetterKind.OFFERED: _offered,
    LetterKind.REMINDER: _reminder,
    LetterKind.INTRODUCED: _introduced,
    LetterKind.DID_YOU_MEET: _did_you_meet,
    LetterKind.THANKS: _thanks,
    LetterKind.PROMISE: _promise,
    LetterKind.RECONNECT: _reconnect,
}
OF_ONE: Mapping[LetterKind, Callable[[Desk], Awaitable[letters.Letter | None]]] = {
    LetterKind.INVITED: _invited,
    LetterKind.VERIFY: _verify,
    LetterKind.LINK: _link,
    LetterKind.PAUSED: _paused,
    LetterKind.GOODBYE: _goodbye,
    LetterKind.SAY_MORE: _say_more,
    LetterKind.NOTE: _note,
}
