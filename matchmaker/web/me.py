"""One's own pages: profile, introductions, whom to keep apart from, pauses, and all of one's data, to take along or delete.

A link that is mailed on request opens them once; then a session of half an hour does.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from matchmaker.errors import Conflict, FieldError, InvalidFields
from matchmaker.model.attendee import AttendeeInput, MeetingPlace
from matchmaker.model.exclusion import Acquaintance, Exclusion
from matchmaker.model.ids import AttendeeId, IntroductionId
from matchmaker.model.link import LinkScope
from matchmaker.model.suggestion import SuggestionInput
from matchmaker.model.text import LINE_CHARS_MAX, MINUTES_MAX, QUOTA_MAX
from matchmaker.model.wish import Strength, Wish
from matchmaker.services import enrol, forget, look_back, show, suggest
from matchmaker.store import acquaintances, doors, exclusions, links, pauses, people, programmes, wishes
from matchmaker.store.connection import Connection
from matchmaker.web import exits, forms, introduction, session
from matchmaker.web.forms import CHOICE, Form, PageRequest, Press
from matchmaker.web.introduction import Side, once_more
from matchmaker.web.pages import HEADERS, page
from matchmaker.web.profile import PURPOSES, SPOKEN, changed, chosen, filled, mistakes
from matchmaker.web.session import Visitor, visitor_of
from matchmaker.web.visit import At, acting, count, language, looking, onward, said_in

SAID = (
    "saved",
    "stale",
    "chosen_nothing",
    "no_such_person",
    "kept_apart",
    "known",
    "removed",
    "changed_meanwhile",
    "wished",
)
LISTED_MAX = 200
STRENGTHS = {one.value: one for one in Strength}
FEED_LIFE = timedelta(days=400)
NAMESAKES_MAX = 20
JSON = "application/json"


@get("/me")
async def show_me(request: PageRequest, at: At) -> Response[str]:
    """The page of one's own."""
    async with looking(request, session.association_in(request)) as connection:
        visitor = await visitor_of(connection, request, at)
        return await _me(request, connection, visitor, at, said_in(request))


@post("/me")
async def change_me(request: PageRequest, at: At) -> Response[Any]:
    """Does what the pressed button says."""
    form = await forms.read(request)
    await count(request, at)
    try:
        async with acting(request, session.association_in(request)) as connection:
            visitor = await visitor_of(connection, request, at)
            return await _press(request, connection, visitor, form, at)
    except Conflict:
        return onward("/me?said=changed_meanwhile")


@get("/me/introductions/{introduction_id:str}")
async def show_my_introduction(request: PageRequest, introduction_id: FromPath[str], at: At) -> Response[str]:
    """One of one's introductions."""
    async with looking(request, session.association_in(request)) as connection:
        side = _side(await visitor_of(connection, request, at), introduction_id)
        return await introduction.show_side(request, connection, side, at, said_in(request))


@post("/me/introductions/{introduction_id:str}")
async def answer_my_introduction(request: PageRequest, introduction_id: FromPath[str], at: At) -> Response[Any]:
    """Answers one of one's introductions, or says how it went."""
    form = await forms.read(request)
    await count(request, at)
    try:
        async with acting(request, session.association_in(request)) as connection:
            side = _side(await visitor_of(connection, request, at), introduction_id)
            return await introduction.press(request, connection, side, form, at)
    except (Conflict, InvalidFields):
        return onward(f"/me/introductions/{introduction_id}?said=late")


@get("/me/pause")
async def show_my_exits(request: PageRequest, at: At) -> Response[str]:
    """The exits, and the way back in."""
    async with looking(request, session.association_in(request)) as connection:
        leaver = _leaver(await visitor_of(connection, request, at))
        return await exits.show_leaver(request, connection, leaver, at, said_in(request))


@post("/me/pause")
async def leave_myself(request: PageRequest, at: At) -> Response[Any]:
    """Takes an exit, or comes back."""
    form = await forms.read(request)
    await count(request, at)
    async with acting(request, session.association_in(request)) as connection:
        leaver = _leaver(await visitor_of(connection, request, at))
        return await exits.press(request, connection, leaver, form, at)


@get("/me/data.json")
async def get_my_data(request: PageRequest, at: At) -> Response[bytes]:
    """All that is known of one, as a file to take along."""
    async with looking(request, session.association_in(request)) as connection:
        visitor = await visitor_of(connection, request, at)
        found = await forget.all_of(connection, visitor.event_id, visitor.attendee_id, at)
    content = msgspec.json.format(msgspec.json.encode(found), indent=2)
    headers = {**HEADERS, "Content-Disposition": 'attachment; filename="my-data.json"'}
    return Response(content, media_type=JSON, headers=headers)


async def _me(
    request: PageRequest,
    connection: Connection,
    visitor: Visitor,
    at: datetime,
    said: str = "",
    *,
    form: Form | None = None,
    problems: list[FieldError] | None = None,
    status: int = 200,
) -> Response[str]:
    around = await show.circumstances(connection, visitor.event_id, visitor.attendee_id)
    suggested = await asyncio.to_thread(suggest.for_attendee, around.attendee, SuggestionInput())
    return page(
        "me",
        language(request, around.attendee.languages),
        status=status,
        association=around.association,
        event=around.event,
        attendee=around.attendee,
        introductions=await show.of_attendee(connection, visitor.event_id, visitor.attendee_id, at),
        apart=await exclusions.find_asked(connection, visitor.event_id, visitor.attendee_id, limit=LISTED_MAX),
        wished=await wishes.stated_by(connection, visitor.event_id, visitor.attendee_id, limit=LISTED_MAX),
        afterwards=await look_back.still_open(connection, visitor.event_id, visitor.attendee_id, at),
        pause=await pauses.of_attendee(connection, visitor.attendee_id, at),
        suggested=suggested,
        form=form or filled(around.attendee),
        mistakes=mistakes(problems or []),
        slots=await programmes.slots(connection, visitor.event_id),
        rounds=await show.rounds(connection, visitor.event_id, visitor.attendee_id, with_sets=True),
        seal=forms.seal(request, visitor.purpose, at),
        said=said if said in SAID else "",
        spoken=SPOKEN,
        purposes=PURPOSES,
        strengths=STRENGTHS,
        meeting_places=[place.value for place in MeetingPlace],
        quota_max=QUOTA_MAX,
        minutes_max=MINUTES_MAX,
    )


async def _press(
    request: PageRequest, connection: Connection, visitor: Visitor, form: Form, at: datetime
) -> Response[Any]:
    choice, verdict = form.line(CHOICE), forms.judge(request, form, visitor.purpose, at)
    if choice not in ACTS:
        return await _me(request, connection, visitor, at, "chosen_nothing", status=422)
    if verdict is Press.STALE:
        return await _me(request, connection, visitor, at, "stale", status=422)
    if verdict is Press.DOUBTFUL:
        around = await show.circumstances(connection, visitor.event_id, visitor.attendee_id)
        return once_more(request, around, "/me", visitor.purpose, form, at)
    return await ACTS[choice](request, connection, visitor, form, at)


Act = Callable[[PageRequest, Connection, Visitor, Form, datetime], Awaitable[Response[Any]]]


async def _save(
    request: PageRequest, connection: Connection, visitor: Visitor, form: Form, at: datetime
) -> Response[Any]:
    """The profile, as it was shown in the version that was shown."""
    around = await show.circumstances(connection, visitor.event_id, visitor.attendee_id)
    signed_up = await doors.get_sign_up(connection, visitor.event_id, visitor.attendee_id)
    may_take_part = signed_up is None or signed_up.admitted_at is not None
    numbers = [slot.number for slot in await programmes.slots(connection, visitor.event_id)]
    given, problems = changed(around.attendee, form, numbers, may_take_part=may_take_part)
    if problems:
        return await _me(request, connection, visitor, at, form=form, problems=problems, status=422)
    return await _store(connection, visitor, given, form, at)


async def _choose(
    request: PageRequest, connection: Connection, visitor: Visitor, form: Form, at: datetime
) -> Response[Any]:
    """For what one's place may be used, and how one likes to meet (F77, L8, L13)."""
    around = await show.circumstances(connection, visitor.event_id, visitor.attendee_id)
    return await _store(connection, visitor, chosen(around.attendee, form), form, at)


async def _keep_apart(
    request: PageRequest, connection: Connection, visitor: Visitor, form: Form, at: datetime
) -> Response[Any]:
    """From a person, by name or address, and from a whole organisation (F12)."""
    organisation = form.line("organisation")[:LINE_CHARS_MAX]
    if organisation:
        apart = Exclusion(attendee_id=visitor.attendee_id, organisation=organisation)
        await exclusions.add(connection, visitor.event_id, apart, at)
    found = await _named(connection, visitor, form)
    for other_id in found:
        apart = Exclusion(attendee_id=visitor.attendee_id, other_id=other_id)
        await exclusions.add(connection, visitor.event_id, apart, at)
    return onward("/me?said=kept_apart" if found or organisation else "/me?said=no_such_person")


async def _wish(
    request: PageRequest, connection: Connection, visitor: Visitor, form: Form, at: datetime
) -> Response[Any]:
    """Whom one must meet, would like to, or would rather not (F11, F14)."""
    strength = STRENGTHS.get(form.line("strength"))
    if strength is None:
        return await _me(request, connection, visitor, at, "chosen_nothing", status=422)
    found = await _named(connection, visitor, form, listed_only=True)
    for other_id in found:
        wished = Wish(attendee_id=visitor.attendee_id, other_id=other_id, strength=strength)
        await wishes.put(connection, visitor.event_id, wished, at)
    return onward("/me?said=wished" if found else "/me?said=no_such_person")


async def _unwish(
    request: PageRequest, connection: Connection, visitor: Visitor, form: Form, at: datetime
) -> Response[Any]:
    """Takes a wish back."""
    await wishes.take_back(connection, visitor.event_id, visitor.attendee_id, form.line("wish"))
    return onward("/me?said=removed")


async def _know(
    request: PageRequest, connection: Connection, visitor: Visitor, form: Form, at: datetime
) -> Response[Any]:
    """Somebody whom one knows already (F13)."""
    found = await _named(connection, visitor, form, listed_only=True)
    for other_id in found:
        known = Acquaintance(first_id=visitor.attendee_id, second_id=other_id)
        await acquaintances.add(connection, visitor.event_id, known, at)
    return onward("/me?said=known" if found else "/me?said=no_such_person")


async def _remove(
    request: PageRequest, connection: Connection, visitor: Visitor, form: Form, at: datetime
) -> Response[Any]:
    """Takes back that one is kept apart."""
    for exclusion_id, _ in await exclusions.find_asked(
        connection, visitor.event_id, visitor.attendee_id, limit=LISTED_MAX
    ):
        if form.line("exclusion") == exclusion_id:
            await exclusions.remove(connection, visitor.event_id, exclusion_id)
    return onward("/me?said=removed")


async def _feed(
    request: PageRequest, connection: Connection, visitor: Visitor, form: Form, at: datetime
) -> Response[Any]:
    """The address of a calendar feed, shown this once; those that were given out before lead nowhere any more."""
    around = await show.circumstances(connection, visitor.event_id, visitor.attendee_id)
    await links.revoke_all(connection, visitor.attendee_id, at, scope=LinkScope.FEED)
    token = await links.make(connection, LinkScope.FEED, visitor.attendee_id, expires_at=at + FEED_LIFE, at=at)
    return page(
        "feed",
        language(request, around.attendee.languages),
        association=around.association,
        event=around.event,
        address=f"{request.app.state.settings.base_url}/c/{token}.ics",
    )


async def _end(
    request: PageRequest, connection: Connection, visitor: Visitor, form: Form, at: datetime
) -> Response[Any]:
    """Ends the session."""
    return await _gone(request, connection, visitor, "left")


async def _erase(
    request: PageRequest, connection: Connection, visitor: Visitor, form: Form, at: datetime
) -> Response[Any]:
    """Deletes all of one, at every event of the association, if that is ticked."""
    if form.line("sure") != "yes":
        return await _me(request, connection, visitor, at, "chosen_nothing", status=422)
    gone = await _gone(request, connection, visitor, "erased")
    await forget.forget(connection, visitor.event_id, visitor.attendee_id)
    return gone


ACTS: dict[str, Act] = {
    "save": _save,
    "choose": _choose,
    "wish": _wish,
    "unwish": _unwish,
    "keep_apart": _keep_apart,
    "know": _know,
    "remove": _remove,
    "feed": _feed,
    "end": _end,
    "erase": _erase,
}


async def _store(
    connection: Connection, visitor: Visitor, given: AttendeeInput, form: Form, at: datetime
) -> Response[Any]:
    version = form.line("version")
    saved = await enrol.update(
        connection,
        visitor.event_id,
        visitor.attendee_id,
        given,
        version=int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0,
        chosen=True,
        at=at,
    )
    return onward("/me?said=saved" if saved else "/me?said=changed_meanwhile")


async def _gone(request: PageRequest, connection: Connection, visitor: Visitor, how: str) -> Response[Any]:
    around = await show.circumstances(connection, visitor.event_id, visitor.attendee_id)
    answer = page("gone", language(request, around.attendee.languages), association=around.association, how=how)
    answer.set_cookie(await session.end(connection, request))
    return answer


async def _named(
    connection: Connection, visitor: Visitor, form: Form, *, listed_only: bool = False
) -> list[AttendeeId]:
    """Whoever at the event has the name or the address that was written, but oneself.

    Who is not listed is found by nobody, but to be kept apart from: that protects, and says no more than a letter would.
    """
    written = form.line("person")[:LINE_CHARS_MAX]
    if not written:
        return []
    found = await people.find_attending(
        connection, visitor.event_id, written, listed_only=listed_only, limit=NAMESAKES_MAX
    )
    return [one for one in found if one != visitor.attendee_id]


def _side(visitor: Visitor, introduction_id: str) -> Side:
    return Side(
        attendee_id=visitor.attendee_id,
        event_id=visitor.event_id,
        introduction_id=IntroductionId(introduction_id),
        path=f"/me/introductions/{introduction_id}",
        purpose=visitor.purpose,
    )


def _leaver(visitor: Visitor) -> exits.Leaver:
    return exits.Leaver(
        attendee_id=visitor.attendee_id, event_id=visitor.event_id, path="/me/pause", purpose=visitor.purpose
    )
