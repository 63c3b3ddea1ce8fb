"""The three exits, from any letter: this round, this programme, everything; and the way back in.

A mail programme's own unsubscribe button posts `List-Unsubscribe=One-Click` here, without a cookie and without having seen the
page (RFC 8058). It acts at once, and for everything: whoever presses it wants no more letters.
"""

from datetime import date, datetime, time
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from msgspec import Struct

from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.model.link import LinkScope
from matchmaker.model.pause import ROUND_DAYS, PauseScope
from matchmaker.services import join, pause, show
from matchmaker.store import pauses
from matchmaker.store.connection import Connection
from matchmaker.web import forms
from matchmaker.web.attendee.introduction import once_more
from matchmaker.web.attendee.links import association_in, opened
from matchmaker.web.forms import CHOICE, FILES_TYPE, FORM_TYPE, Form, PageRequest, Press, pairs_in, parts_in
from matchmaker.web.pages import page
from matchmaker.web.phrases import zone
from matchmaker.web.visit import At, acting, count, language, looking, onward, said_in

ONE_CLICK = ("List-Unsubscribe", "One-Click")
SCOPES = {"round": PauseScope.ROUND, "programme": PauseScope.PROGRAMME, "everything": PauseScope.EVERYTHING}
CHOICES = (*SCOPES, "back", "page")
SAID = ("mailed", "chosen_nothing", "stale", "past")

Token = FromPath[str]


class Leaver(Struct, frozen=True, kw_only=True):
    """Who stands at the exits, where the page is, and what its forms are sealed for."""

    attendee_id: AttendeeId
    event_id: EventId
    path: str
    purpose: str


@get("/x/{token:str}")
async def show_exits(request: PageRequest, token: Token, at: At) -> Response[str]:
    """The exits, and which of them was taken."""
    async with looking(request, association_in(token)) as connection:
        return await show_leaver(request, connection, await _leaver(connection, token, at), at, said_in(request))


@post("/x/{token:str}")
async def leave(request: PageRequest, token: Token, at: At) -> Response[Any]:
    """Takes the exit whose button a hand pressed; or all at once, for a mail programme's own button."""
    association_id = association_in(token)
    if await _is_one_click(request):
        async with acting(request, association_id) as connection:
            leaver = await _leaver(connection, token, at)
            await _leave_everything(connection, leaver, at)
            return await show_leaver(request, connection, leaver, at)
    form = await forms.read(request)
    await count(request, at)
    async with acting(request, association_id) as connection:
        return await press(request, connection, await _leaver(connection, token, at), form, at)


async def show_leaver(
    request: PageRequest, connection: Connection, leaver: Leaver, at: datetime, said: str = "", *, status: int = 200
) -> Response[str]:
    """The page with the exits."""
    around = await show.circumstances(connection, leaver.event_id, leaver.attendee_id)
    return page(
        "attendee/exits",
        language(request, around.attendee.languages),
        status=status,
        association=around.association,
        event=around.event,
        pause=await pauses.of_attendee(connection, leaver.attendee_id, at),
        path=leaver.path,
        seal=forms.seal(request, leaver.purpose, at),
        said=said if said in SAID else "",
        round_days=ROUND_DAYS,
    )


async def press(
    request: PageRequest, connection: Connection, leaver: Leaver, form: Form, at: datetime
) -> Response[Any]:
    """The page after a button was pressed."""
    choice = form.line(CHOICE)
    verdict = forms.judge(request, form, leaver.purpose, at)
    if choice not in CHOICES:
        return await show_leaver(request, connection, leaver, at, "chosen_nothing", status=422)
    if verdict is Press.STALE:
        return await show_leaver(request, connection, leaver, at, "stale", status=422)
    around = await show.circumstances(connection, leaver.event_id, leaver.attendee_id)
    if verdict is Press.DOUBTFUL:
        return once_more(request, around, leaver.path, leaver.purpose, form, at, name=around.event.name)
    if choice == "page":
        await join.write_to(connection, leaver.event_id, leaver.attendee_id, at)
        return onward(f"{leaver.path}?said=mailed")
    await pause.come_back(connection, leaver.event_id, leaver.attendee_id, at=at)
    if choice in SCOPES:
        ends_at = _end(form.line("until"), around.event.time_zone)
        if ends_at is not None and ends_at <= at:
            return await show_leaver(request, connection, leaver, at, "past", status=422)
        await pause.pause(connection, leaver.event_id, leaver.attendee_id, SCOPES[choice], ends_at=ends_at, at=at)
    return onward(leaver.path)


async def _leave_everything(connection: Connection, leaver: Leaver, at: datetime) -> None:
    """Once is enough: pressed again, it changes nothing."""
    present = await pauses.of_attendee(connection, leaver.attendee_id, at)
    if present is None or present.scope is not PauseScope.EVERYTHING or present.ends_at is not None:
        await pause.pause(
            connection, leaver.event_id, leaver.attendee_id, PauseScope.EVERYTHING, keeps_times=True, at=at
        )


async def _is_one_click(request: PageRequest) -> bool:
    """Whether the body is what RFC 8058 has a mail programme send, in either of its two forms."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == FORM_TYPE:
        return ONE_CLICK in pairs_in((await request.body()).decode("utf-8", "replace"))
    return kind == FILES_TYPE and ONE_CLICK in await parts_in(request)


def _end(text: str, time_zone: str) -> datetime | None:
    """The end of a pause that is to hold until a day: its first hour, where the event is. None where none is named."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return datetime.combine(day, time(), zone(time_zone))


async def _leaver(connection: Connection, token: str, at: datetime) -> Leaver:
    link = await opened(connection, token, LinkScope.EXITS, at)
    return Leaver(attendee_id=link.attendee_id, event_id=link.event_id, path=f"/x/{token}", purpose=f"link/{link.id}")


HANDLERS = (show_exits, leave)
