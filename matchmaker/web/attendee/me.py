"""One's own pages: profile, introductions, whom to keep apart from, pauses, and all of one's data, to take along or delete.

A link that is mailed on request opens them once; then a session of half an hour does.
"""

from datetime import datetime, timedelta
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from matchmaker.errors import Conflict, InvalidFields
from matchmaker.model.attendee import AttendeeInput
from matchmaker.model.ids import IntroductionId
from matchmaker.model.link import LinkScope
from matchmaker.services import enrol, forget, show
from matchmaker.store import doors, links, programmes
from matchmaker.store.connection import Connection
from matchmaker.web import forms
from matchmaker.web.attendee import exits, introduction, others, session
from matchmaker.web.attendee.introduction import Side, once_more
from matchmaker.web.attendee.own_page import Act, show_page
from matchmaker.web.attendee.profile import changed, chosen
from matchmaker.web.attendee.session import Visitor, visitor_of
from matchmaker.web.forms import CHOICE, Form, PageRequest, Press
from matchmaker.web.pages import HEADERS, page
from matchmaker.web.visit import At, acting, count, language, looking, onward, said_in

FEED_LIFE = timedelta(days=400)
JSON = "application/json"


@get("/me")
async def show_me(request: PageRequest, at: At) -> Response[str]:
    """The page of one's own."""
    async with looking(request, session.association_in(request)) as connection:
        visitor = await visitor_of(connection, request, at)
        return await show_page(request, connection, visitor, at, said_in(request))


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


async def _press(
    request: PageRequest, connection: Connection, visitor: Visitor, form: Form, at: datetime
) -> Response[Any]:
    choice, verdict = form.line(CHOICE), forms.judge(request, form, visitor.purpose, at)
    if choice not in ACTS:
        return await show_page(request, connection, visitor, at, "chosen_nothing", status=422)
    if verdict is Press.STALE:
        return await show_page(request, connection, visitor, at, "stale", status=422)
    if verdict is Press.DOUBTFUL:
        around = await show.circumstances(connection, visitor.event_id, visitor.attendee_id)
        return once_more(request, around, "/me", visitor.purpose, form, at)
    return await ACTS[choice](request, connection, visitor, form, at)


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
        return await show_page(request, connection, visitor, at, form=form, problems=problems, status=422)
    return await _store(connection, visitor, given, form, at)


async def _choose(
    request: PageRequest, connection: Connection, visitor: Visitor, form: Form, at: datetime
) -> Response[Any]:
    """For what one's place may be used, and how one likes to meet (F77, L8, L13)."""
    around = await show.circumstances(connection, visitor.event_id, visitor.attendee_id)
    return await _store(connection, visitor, chosen(around.attendee, form), form, at)


async def _feed(
    request: PageRequest, connection: Connection, visitor: Visitor, form: Form, at: datetime
) -> Response[Any]:
    """The address of a calendar feed, shown this once; those that were given out before lead nowhere any more."""
    around = await show.circumstances(connection, visitor.event_id, visitor.attendee_id)
    await links.revoke_all(connection, visitor.attendee_id, at, scope=LinkScope.FEED)
    token = await links.make(connection, LinkScope.FEED, visitor.attendee_id, expires_at=at + FEED_LIFE, at=at)
    return page(
        "attendee/feed",
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
        return await show_page(request, connection, visitor, at, "chosen_nothing", status=422)
    gone = await _gone(request, connection, visitor, "erased")
    await forget.forget(connection, visitor.event_id, visitor.attendee_id, at)
    return gone


ACTS: dict[str, Act] = {
    **others.ACTS,
    "save": _save,
    "choose": _choose,
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
    answer = page(
        "attendee/gone", language(request, around.attendee.languages), association=around.association, how=how
    )
    answer.set_cookie(await session.end(connection, request))
    return answer


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


HANDLERS = (show_me, change_me, show_my_introduction, answer_my_introduction, show_my_exits, leave_myself, get_my_data)
