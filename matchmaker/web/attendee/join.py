"""The open door: a public page for each event where people sign up themselves, in three minutes and a letter."""

import io

import segno
from litestar import Response, get, post
from litestar.params import FromPath
from msgspec import Struct

from matchmaker import tokens
from matchmaker.errors import FieldError, InvalidFields
from matchmaker.model.door import Door
from matchmaker.model.event import Event
from matchmaker.model.ids import AssociationId, EventId
from matchmaker.model.text import QUOTA_MAX
from matchmaker.services import join
from matchmaker.services.strangers import evenly
from matchmaker.store import associations, doors, events
from matchmaker.web import forms
from matchmaker.web.attendee.profile import SPOKEN, attendee_of
from matchmaker.web.fields import mistakes
from matchmaker.web.forms import Form, PageRequest
from matchmaker.web.pages import HEADERS, page
from matchmaker.web.trouble import LinkUnknown
from matchmaker.web.visit import At, acting, count, count_link, language, looking, onward

QUOTA = 3
SVG = "image/svg+xml"

Code = FromPath[str]


class Place(Struct, frozen=True, kw_only=True):
    """The event whose door it is."""

    association_id: AssociationId
    event_id: EventId
    association: str
    event: Event
    door: Door


@get("/join/{code:str}")
async def show_door(request: PageRequest, code: Code) -> Response[str]:
    """The form to sign up."""
    place = await _place(request, code)
    spoken = [language(request)]
    return _door(request, place, code, Form({"quota": [str(QUOTA)], "languages": spoken}))


@post("/join/{code:str}")
async def sign_up(request: PageRequest, code: Code, at: At) -> Response[str]:
    """Signs up, whoever it is, with one answer for all."""
    place, form = await _place(request, code), await forms.read(request)
    await count(request, at)
    try:
        given = attendee_of(form)
        async with evenly(), acting(request, place.association_id) as connection:
            await join.sign_up(connection, place.event_id, given, at)
    except InvalidFields as error:
        return _door(request, place, code, form, error.fields)
    return onward(f"/join/{code}/sent")


@get("/join/{code:str}/sent")
async def show_sent(request: PageRequest, code: Code) -> Response[str]:
    """That a letter is on its way."""
    place = await _place(request, code)
    return page("attendee/sent", language(request), association=place.association, event=place.event.name)


@get("/join/{code:str}/link")
async def show_link_form(request: PageRequest, code: Code) -> Response[str]:
    """The form with which one asks for a link to one's own page."""
    place = await _place(request, code)
    return _link(request, place, code, Form({}), [])


@post("/join/{code:str}/link")
async def ask_for_link(request: PageRequest, code: Code, at: At) -> Response[str]:
    """Mails a fresh link, if the address is one of the event's, and says the same if not."""
    place, form = await _place(request, code), await forms.read(request)
    await count(request, at)
    if "@" not in form.line("email"):
        return _link(request, place, code, form, [FieldError("/email", "email_malformed", "")])
    await count_link(request, at)
    async with evenly(), acting(request, place.association_id) as connection:
        await join.ask_for_page(connection, place.event_id, form.line("email"), at)
    return onward(f"/join/{code}/sent")


@get("/join/{code:str}/code.svg")
async def show_code(request: PageRequest, code: Code) -> Response[bytes]:
    """The page's address as a QR code, for a poster or a slide."""
    await _place(request, code)
    picture = io.BytesIO()
    address = f"{request.app.state.settings.base_url}/join/{code}"
    segno.make(address, error="m", micro=False).save(
        picture, kind="svg", scale=8, border=4, light="#ffffff", dark="#000000"
    )
    return Response(picture.getvalue(), media_type=SVG, headers=HEADERS)


async def _place(request: PageRequest, code: str) -> Place:
    """The event of a public address. Raises `LinkUnknown`, `DoorClosed`."""
    named = tokens.read_event_code(code)
    if named is None:
        raise LinkUnknown
    association_id, event_id = AssociationId(named[0]), EventId(named[1])
    async with looking(request, association_id) as connection:
        association, event = await associations.get(connection), await events.get(connection, event_id)
        door = await doors.get(connection, event_id)
    if association is None or event is None or door is None:
        raise LinkUnknown
    if door is Door.CLOSED and not request.url.path.endswith(("/link", "/sent")):
        raise join.DoorClosed
    return Place(association_id=association_id, event_id=event_id, association=association.name, event=event, door=door)


def _door(
    request: PageRequest, place: Place, code: str, form: Form, problems: list[FieldError] | None = None
) -> Response[str]:
    return page(
        "attendee/join",
        language(request),
        status=422 if problems else 200,
        association=place.association,
        event=place.event,
        waiting_list=place.door is Door.WAITING_LIST,
        code=code,
        form=form,
        mistakes=mistakes(problems or []),
        spoken=SPOKEN,
        quota_max=QUOTA_MAX,
    )


def _link(request: PageRequest, place: Place, code: str, form: Form, problems: list[FieldError]) -> Response[str]:
    return page(
        "attendee/ask",
        language(request),
        status=422 if problems else 200,
        association=place.association,
        event=place.event,
        code=code,
        form=form,
        mistakes=mistakes(problems),
    )


HANDLERS = (show_door, sign_up, show_sent, show_link_form, ask_for_link, show_code)
