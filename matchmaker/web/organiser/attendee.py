"""One attendee: what they said, how their introductions stand as far as an organiser may see, and what may be changed."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from msgspec import structs

from matchmaker.errors import FieldError
from matchmaker.model.association import Scope
from matchmaker.model.attendee import AttendeeInput, AttendeeReply
from matchmaker.model.event import Event
from matchmaker.model.introduction import shown
from matchmaker.model.text import MINUTES_MAX, QUOTA_MAX
from matchmaker.services import enrol
from matchmaker.store import check_ins, doors, exclusions, introductions, pauses
from matchmaker.store.attendees import AlreadyAttending
from matchmaker.web.forms import Form
from matchmaker.web.organiser.events import event_of, version_in
from matchmaker.web.organiser.kept import Difference, stale
from matchmaker.web.organiser.room import attendee_of, is_private, names_of
from matchmaker.web.organiser.visit import OrganiserVisit, Visit
from matchmaker.web.profile import kept_lines, problems_of, whole, written

LISTED_MAX = 100
LINES = ("name", "email", "organisation", "role")
LISTS = ("seeks", "offers", "interests", "groups")
NUMBERS = {"quota": QUOTA_MAX, "minutes": MINUTES_MAX}
LABELS = {
    "name": "organiser.attendee.name",
    "email": "organiser.attendee.email",
    "organisation": "organiser.attendee.organisation",
    "role": "organiser.attendee.role",
    "seeks": "organiser.attendee.seeks",
    "offers": "organiser.attendee.offers",
    "interests": "organiser.attendee.interests",
    "groups": "organiser.attendee.groups",
    "quota": "organiser.attendee.quota",
    "minutes": "organiser.attendee.minutes",
}


@get("/events/{event_id:str}/room/attendees/{attendee_id:str}", scope=Scope.ATTENDEES_READ)
async def show_attendee(visit: Visit, event_id: FromPath[str], attendee_id: FromPath[str]) -> Response[str]:
    """One attendee."""
    event = await event_of(visit, event_id)
    return await attendee_page(visit, event, await attendee_of(visit, event, attendee_id))


@get("/events/{event_id:str}/room/attendees/{attendee_id:str}/details", scope=Scope.ATTENDEES_WRITE)
async def show_attendee_details(visit: Visit, event_id: FromPath[str], attendee_id: FromPath[str]) -> Response[str]:
    """What may be changed of them."""
    event = await event_of(visit, event_id)
    attendee = await attendee_of(visit, event, attendee_id)
    return _form(visit, event, attendee, filled(attendee))


@post("/events/{event_id:str}/room/attendees/{attendee_id:str}/details", scope=Scope.ATTENDEES_WRITE)
async def change_attendee(visit: Visit, event_id: FromPath[str], attendee_id: FromPath[str]) -> Response[str]:
    """Changes it, unless somebody else did meanwhile: then one chooses."""
    event = await event_of(visit, event_id)
    attendee = await attendee_of(visit, event, attendee_id)
    given, problems = changed(attendee, visit.form)
    if problems:
        return _form(visit, event, attendee, visit.form, problems)
    version = version_in(visit.form)
    if version != attendee.version:
        return _stale(visit, event, attendee)
    try:
        async with visit.connection.transaction():
            saved = await enrol.update(visit.connection, event.id, attendee.id, given, version=version, at=visit.at)
    except AlreadyAttending:
        return _form(visit, event, attendee, visit.form, [FieldError("/email", "email_of_another", "")])
    if saved is None:
        return _stale(visit, event, await attendee_of(visit, event, attendee_id))
    return visit.onward(path_of(event, attendee), said="saved")


def path_of(event: Event, attendee: AttendeeReply) -> str:
    """Where an attendee's page is."""
    return f"/events/{event.id}/room/attendees/{attendee.id}"


async def attendee_page(
    visit: OrganiserVisit,
    event: Event,
    attendee: AttendeeReply,
    *,
    problems: list[FieldError] | None = None,
    choices: list[AttendeeReply] | None = None,
) -> Response[str]:
    """Their page; with `choices` it asks who of several was meant."""
    private = await is_private(visit, event)
    connection = visit.connection
    apart = await exclusions.find(connection, event.id, attendee_id=attendee.id, by_organiser=private, limit=LISTED_MAX)
    found = [] if private else await introductions.find(connection, event.id, attendee_id=attendee.id, limit=LISTED_MAX)
    replies = [shown(one) for one in found]
    named = {one for reply in replies for one in (reply.first_id, reply.second_id)}
    named |= {one for each in apart for one in (each.attendee_id, each.other_id) if one is not None}
    values: dict[str, Any] = {
        "attendee": attendee,
        "private": private,
        "introductions": replies,
        "apart": apart,
        "names": await names_of(visit, event, named),
        "pause": await pauses.of_attendee(connection, attendee.id, visit.at),
        "check_in": await check_ins.get(connection, event.id, attendee.id),
        "sign_up": await doors.get_sign_up(connection, event.id, attendee.id),
        "may_change": visit.may(Scope.ATTENDEES_WRITE),
        "choices": choices or [],
    }
    return visit.page("attendee", event=event, here="room", problems=problems, **values)


def changed(attendee: AttendeeReply, form: Form) -> tuple[AttendeeInput, list[FieldError]]:
    """What of an attendee their organiser may change, changed, and what is wrong with it; what they chose themselves stays."""
    problems = [] if form.line("name") else [FieldError("/name", "empty", "")]
    present = {field: getattr(attendee, field) for field in AttendeeInput.__struct_fields__}
    lines: dict[str, Any] = {field: form.line(field) or None for field in LINES}
    lists = {field: kept_lines(getattr(attendee, field), form.lines(field)) for field in LISTS}
    numbers = {field: whole(form, field, most, problems) for field, most in NUMBERS.items()}
    given = structs.replace(
        AttendeeInput(**present),
        **{**lines, **lists, **numbers, "name": form.line("name")},
        needs_accessible=form.line("needs_accessible") == "yes",
    )
    return given, [*problems, *(one for one in problems_of(given) if form.line("name") or one.pointer != "/name")]


def filled(attendee: AttendeeReply) -> Form:
    """The form as it shows what is stored."""
    return Form(
        {
            **{field: [getattr(attendee, field) or ""] for field in LINES},
            **{field: [written(getattr(attendee, field))] for field in LISTS},
            **{field: ["" if (one := getattr(attendee, field)) is None else str(one)] for field in NUMBERS},
            "needs_accessible": ["yes"] if attendee.needs_accessible else [],
            "version": [str(attendee.version)],
        }
    )


def _stale(visit: OrganiserVisit, event: Event, latest: AttendeeReply) -> Response[str]:
    """Both side by side: what was sent, and what stands there by now."""
    theirs = filled(latest)
    differences = [
        Difference(label=visit.t(label), yours=visit.form.text(field), theirs=theirs.text(field))
        for field, label in LABELS.items()
        if visit.form.text(field) != theirs.text(field)
    ]
    path = f"{path_of(event, latest)}/details"
    return stale(visit, path, differences, version=latest.version, event=event, here="room")


def _form(
    visit: OrganiserVisit,
    event: Event,
    attendee: AttendeeReply,
    values: Form,
    problems: list[FieldError] | None = None,
) -> Response[str]:
    labels = {field: visit.t(label) for field, label in LABELS.items()}
    return visit.page(
        "attendee_form", event=event, here="room", problems=problems, attendee=attendee, values=values, labels=labels,
        most=NUMBERS,
    )  # fmt: skip


HANDLERS = (show_attendee, show_attendee_details, change_attendee)
