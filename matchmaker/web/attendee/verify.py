"""The two links that are pressed once: the one that verifies an address, and the one that opens one's own pages."""

from datetime import datetime
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.model.link import Link, LinkScope
from matchmaker.services import join, show
from matchmaker.store import doors, links
from matchmaker.store.connection import Connection
from matchmaker.web import forms
from matchmaker.web.attendee import session
from matchmaker.web.attendee.introduction import once_more
from matchmaker.web.attendee.links import association_in, opened
from matchmaker.web.forms import CHOICE, PageRequest, Press
from matchmaker.web.pages import page
from matchmaker.web.trouble import LinkOver
from matchmaker.web.visit import At, acting, count, language, looking, onward, said_in

SAID = ("stale", "chosen_nothing", "mailed")

Token = FromPath[str]


@get("/v/{token:str}")
async def show_verification(request: PageRequest, token: Token, at: At) -> Response[str]:
    """The button that verifies an address; opening the page does not."""
    async with looking(request, association_in(token)) as connection:
        link = await opened(connection, token, LinkScope.VERIFY, at)
        return await _asked(request, connection, f"/v/{token}", link, at, said_in(request))


@post("/v/{token:str}")
async def verify_address(request: PageRequest, token: Token, at: At) -> Response[Any]:
    """Verifies the address of who signed up, and lets them take part where the door is open; later mails a link to their page."""
    form = await forms.read(request)
    await count(request, at)
    async with acting(request, association_in(token)) as connection:
        link = await opened(connection, token, LinkScope.VERIFY, at)
        stage = await _stage(connection, link.event_id, link.attendee_id)
        refused = await _refused(
            request, connection, "verify" if stage == "new" else "page", link, f"/v/{token}", form, at
        )
        if refused is not None:
            return refused
        if stage != "new":
            await join.write_to(connection, link.event_id, link.attendee_id, at)
            return onward(f"/v/{token}?said=mailed")
        await join.verify(connection, link.event_id, link.attendee_id, at)
        return onward(f"/v/{token}")


@get("/m/{token:str}")
async def show_entrance(request: PageRequest, token: Token, at: At) -> Response[str]:
    """The button that opens one's own pages; opening this page does not use the link up."""
    async with looking(request, association_in(token)) as connection:
        link = _unused(await opened(connection, token, LinkScope.ME, at))
        return await _asked(request, connection, f"/m/{token}", link, at, said_in(request))


@post("/m/{token:str}")
async def enter(request: PageRequest, token: Token, at: At) -> Response[Any]:
    """Uses the link up, and begins a session. Of any number of presses at once, one does."""
    form, association_id = await forms.read(request), association_in(token)
    await count(request, at)
    async with acting(request, association_id) as connection:
        link = _unused(await opened(connection, token, LinkScope.ME, at))
        refused = await _refused(request, connection, "enter", link, f"/m/{token}", form, at)
        if refused is not None:
            return refused
        if not await links.use(connection, link.id, at):
            raise LinkOver
        cookie = await session.begin(connection, request, association_id, link.attendee_id, at)
    answer = onward("/me")
    answer.set_cookie(cookie)
    return answer


async def _refused(
    request: PageRequest, connection: Connection, wanted: str, link: Link, path: str, form: forms.Form, at: datetime
) -> Response[str] | None:
    """The page instead of the deed, where no hand pressed the button."""
    purpose = f"link/{link.id}"
    verdict = forms.judge(request, form, purpose, at)
    if form.line(CHOICE) != wanted:
        return await _asked(request, connection, path, link, at, "chosen_nothing", status=422)
    if verdict is Press.STALE:
        return await _asked(request, connection, path, link, at, "stale", status=422)
    if verdict is Press.DOUBTFUL:
        around = await show.circumstances(connection, link.event_id, link.attendee_id)
        return once_more(request, around, path, purpose, form, at)
    return None


async def _asked(
    request: PageRequest, connection: Connection, path: str, link: Link, at: datetime, said: str, *, status: int = 200
) -> Response[str]:
    around = await show.circumstances(connection, link.event_id, link.attendee_id)
    verifies = link.scope is LinkScope.VERIFY
    return page(
        "attendee/press",
        language(request, around.attendee.languages),
        status=status,
        association=around.association,
        event=around.event,
        choice="verify" if verifies else "enter",
        stage=await _stage(connection, link.event_id, link.attendee_id) if verifies else "new",
        path=path,
        seal=forms.seal(request, f"link/{link.id}", at),
        said=said if said in SAID else "",
    )


async def _stage(connection: Connection, event_id: EventId, attendee_id: AttendeeId) -> str:
    """How far someone is who signed up: new, waiting to be admitted, or in."""
    signed_up = await doors.get_sign_up(connection, event_id, attendee_id)
    if signed_up is None or signed_up.admitted_at is not None:
        return "in"
    return "new" if signed_up.verified_at is None else "waiting"


def _unused(link: Link) -> Link:
    if link.used_at is not None:
        raise LinkOver
    return link


HANDLERS = (show_verification, verify_address, show_entrance, enter)
