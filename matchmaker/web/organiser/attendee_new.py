"""Somebody added by hand: who registered by telephone, or stands at the desk and is on no list."""

from litestar import Response, get, post
from litestar.params import FromPath

from matchmaker.errors import FieldError
from matchmaker.model.association import Scope
from matchmaker.model.attendee import AttendeeInput
from matchmaker.model.event import Event
from matchmaker.services import enrol
from matchmaker.store.attendees import AlreadyAttending
from matchmaker.web.fields import problems_of
from matchmaker.web.forms import Form
from matchmaker.web.organiser.events import event_of
from matchmaker.web.organiser.visit import OrganiserVisit, Visit

FIELDS = ("name", "email", "organisation", "role", "seeks", "offers", "interests", "groups")


@get("/events/{event_id:str}/room/new", scope=Scope.ATTENDEES_WRITE)
async def show_new_attendee(visit: Visit, event_id: FromPath[str]) -> Response[str]:
    """The form."""
    return _form(visit, await event_of(visit, event_id))


@post("/events/{event_id:str}/room/new", scope=Scope.ATTENDEES_WRITE)
async def add_attendee(visit: Visit, event_id: FromPath[str]) -> Response[str]:
    """Adds them; an address that is known from an earlier event makes them that person."""
    event = await event_of(visit, event_id)
    given, problems = _given(visit.form)
    if problems:
        return _form(visit, event, problems)
    try:
        async with visit.connection.transaction():
            added = await enrol.create(visit.connection, event.id, given, visit.at)
    except AlreadyAttending:
        return _form(visit, event, [FieldError("/email", "email_of_another", "")])
    return visit.onward(f"/events/{event.id}/room/attendees/{added.id}", said="attendee_added")


def _given(form: Form) -> tuple[AttendeeInput, list[FieldError]]:
    """What a form says of somebody, and what is wrong with it. All else is changed on their page."""
    given = AttendeeInput(
        name=form.line("name"),
        email=form.line("email") or None,
        organisation=form.line("organisation") or None,
        role=form.line("role") or None,
        seeks=form.lines("seeks"),
        offers=form.lines("offers"),
        interests=form.lines("interests"),
        groups=form.lines("groups"),
    )
    if not given.name:
        return given, [FieldError("/name", "empty", "")]
    return given, problems_of(given)


def _form(visit: OrganiserVisit, event: Event, problems: list[FieldError] | None = None) -> Response[str]:
    labels = {field: visit.t(f"organiser.attendee.{field}") for field in FIELDS}
    return visit.page("attendee_new", event=event, here="room", problems=problems, labels=labels)


HANDLERS = (show_new_attendee, add_attendee)
