"""What is asked when an event is over, on one page: with whom of those one sat with to stay in touch, and whether one met
whom chance kept one from.

The letter's link opens this page and nothing else. The same page stands in one's own pages, under a session.
"""

from datetime import datetime
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from msgspec import Struct

from matchmaker.errors import Conflict
from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.model.link import LinkScope
from matchmaker.services import join, look_back, show
from matchmaker.services.look_back import Said, Words
from matchmaker.store.afterwards import Companion
from matchmaker.store.connection import Connection
from matchmaker.web import forms
from matchmaker.web.attendee import session
from matchmaker.web.attendee.introduction import USEFUL, once_more
from matchmaker.web.attendee.links import association_in, opened
from matchmaker.web.attendee.session import visitor_of
from matchmaker.web.forms import CHOICE, Form, PageRequest, Press
from matchmaker.web.pages import page
from matchmaker.web.visit import At, acting, count, language, looking, onward, said_in

SAID = ("mailed", "chosen_nothing", "stale", "late", "answered")
CHOICES = ("afterwards", "page")
WORDS = {one.value: one for one in Words}

Token = FromPath[str]


class Guest(Struct, frozen=True, kw_only=True):
    """Who looks back, at which event, where the page is, and what its forms are sealed for."""

    attendee_id: AttendeeId
    event_id: EventId
    path: str
    purpose: str


@get("/a/{token:str}")
async def show_afterwards(request: PageRequest, token: Token, at: At) -> Response[str]:
    """All that is still to be said, for the holder of the link."""
    async with looking(request, association_in(token)) as connection:
        return await _show(request, connection, await _guest(connection, token, at), at, said_in(request))


@post("/a/{token:str}")
async def answer_afterwards(request: PageRequest, token: Token, at: At) -> Response[Any]:
    """Takes in what was chosen, if a hand pressed the button."""
    form = await forms.read(request)
    await count(request, at)
    try:
        async with acting(request, association_in(token)) as connection:
            return await _press(request, connection, await _guest(connection, token, at), form, at)
    except Conflict:
        return onward(f"/a/{token}?said=late")


@get("/me/afterwards")
async def show_my_afterwards(request: PageRequest, at: At) -> Response[str]:
    """The same under a session."""
    async with looking(request, session.association_in(request)) as connection:
        return await _show(request, connection, await _visiting(request, connection, at), at, said_in(request))


@post("/me/afterwards")
async def answer_my_afterwards(request: PageRequest, at: At) -> Response[Any]:
    """The same under a session."""
    form = await forms.read(request)
    await count(request, at)
    try:
        async with acting(request, session.association_in(request)) as connection:
            return await _press(request, connection, await _visiting(request, connection, at), form, at)
    except Conflict:
        return onward("/me/afterwards?said=late")


async def _show(
    request: PageRequest, connection: Connection, guest: Guest, at: datetime, said: str = "", *, status: int = 200
) -> Response[str]:
    around = await show.circumstances(connection, guest.event_id, guest.attendee_id)
    return page(
        "attendee/afterwards",
        language(request, around.attendee.languages),
        status=status,
        association=around.association,
        event=around.event,
        found=await look_back.still_open(connection, guest.event_id, guest.attendee_id, at),
        path=guest.path,
        seal=forms.seal(request, guest.purpose, at),
        said=said if said in SAID else "",
    )


async def _press(request: PageRequest, connection: Connection, guest: Guest, form: Form, at: datetime) -> Response[Any]:
    choice, verdict = form.line(CHOICE), forms.judge(request, form, guest.purpose, at)
    if choice not in CHOICES:
        return await _show(request, connection, guest, at, "chosen_nothing", status=422)
    if verdict is Press.STALE:
        return await _show(request, connection, guest, at, "stale", status=422)
    if verdict is Press.DOUBTFUL:
        around = await show.circumstances(connection, guest.event_id, guest.attendee_id)
        return once_more(request, around, guest.path, guest.purpose, form, at)
    if choice == "page":
        await join.write_to(connection, guest.event_id, guest.attendee_id, at)
        return onward(f"{guest.path}?said=mailed")
    return await _answer(connection, guest, form, at)


async def _answer(connection: Connection, guest: Guest, form: Form, at: datetime) -> Response[Any]:
    """Of everyone asked about what was chosen; who is left out may still be answered about later."""
    found = await look_back.still_open(connection, guest.event_id, guest.attendee_id, at)
    said = [_said(form, one) for one in (*found.company, *found.held_back)]
    done = await look_back.answer(connection, guest.event_id, guest.attendee_id, said, at=at)
    return onward(f"{guest.path}?said={'answered' if done else 'chosen_nothing'}")


def _said(form: Form, companion: Companion) -> Said:
    useful = form.line(f"useful-{companion.other_id}")
    return Said(
        other_id=companion.other_id,
        words=WORDS.get(form.line(f"words-{companion.other_id}")),
        useful=int(useful) if useful in USEFUL else None,
    )


async def _guest(connection: Connection, token: str, at: datetime) -> Guest:
    link = await opened(connection, token, LinkScope.AFTERWARDS, at)
    return Guest(attendee_id=link.attendee_id, event_id=link.event_id, path=f"/a/{token}", purpose=f"link/{link.id}")


async def _visiting(request: PageRequest, connection: Connection, at: datetime) -> Guest:
    visitor = await visitor_of(connection, request, at)
    return Guest(
        attendee_id=visitor.attendee_id, event_id=visitor.event_id, path="/me/afterwards", purpose=visitor.purpose
    )


HANDLERS = (show_afterwards, answer_afterwards, show_my_afterwards, answer_my_afterwards)
