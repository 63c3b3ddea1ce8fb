"""What an organiser may change of an attendee: all that a writer may set, but for what is the attendee's own to choose."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from msgspec import structs

from matchmaker.errors import FieldError
from matchmaker.model.association import Scope
from matchmaker.model.attendee import AttendeeInput, AttendeeReply
from matchmaker.model.event import Event
from matchmaker.model.programme import Slot
from matchmaker.model.text import LIST_MAX, MINUTES_MAX, QUOTA_MAX
from matchmaker.services import enrol
from matchmaker.store import programmes
from matchmaker.store.attendees import AlreadyAttending
from matchmaker.web.fields import SPOKEN, kept_lines, problems_of, whole, written
from matchmaker.web.forms import Form
from matchmaker.web.organiser.attendee import path_of
from matchmaker.web.organiser.events import event_of, version_in
from matchmaker.web.organiser.kept import Difference, stale
from matchmaker.web.organiser.room import attendee_of
from matchmaker.web.organiser.visit import OrganiserVisit, Visit

LINES = ("name", "email", "organisation", "role", "seniority", "sector", "region")
LISTS = ("seeks", "offers", "interests", "groups")
NUMBERS = {  # the most of each, and the words for what is no such number
    "quota": (QUOTA_MAX, "not_a_number"),
    "least": (QUOTA_MAX, "not_a_number"),
    "minutes": (MINUTES_MAX, "not_minutes"),
}
LABELS = {
    "name": "organiser.attendee.name",
    "email": "organiser.attendee.email",
    "organisation": "organiser.attendee.organisation",
    "role": "organiser.attendee.role",
    "seniority": "organiser.attendee.seniority",
    "sector": "organiser.attendee.sector",
    "region": "organiser.attendee.region",
    "seeks": "organiser.attendee.seeks",
    "offers": "organiser.attendee.offers",
    "interests": "organiser.attendee.interests",
    "groups": "organiser.attendee.groups",
    "challenge": "organiser.attendee.challenge",
    "quota": "organiser.attendee.quota",
    "least": "organiser.attendee.least",
    "minutes": "organiser.attendee.minutes",
    "languages": "organiser.attendee.languages",
    "available": "organiser.attendee.available",
    "needs_accessible": "organiser.attendee.needs_accessible",
}
SAID = {True: "organiser.attendee.needs_accessible_yes", False: "organiser.attendee.needs_accessible_no"}
SHOWN = "shown"  # the rounds that the form asks of: of any other nothing is said by leaving it out


@get("/events/{event_id:str}/room/attendees/{attendee_id:str}/details", scope=Scope.ATTENDEES_WRITE)
async def show_attendee_details(visit: Visit, event_id: FromPath[str], attendee_id: FromPath[str]) -> Response[str]:
    """What may be changed of them."""
    event = await event_of(visit, event_id)
    attendee = await attendee_of(visit, event, attendee_id)
    return await _form(visit, event, attendee, None)


@post("/events/{event_id:str}/room/attendees/{attendee_id:str}/details", scope=Scope.ATTENDEES_WRITE)
async def change_attendee(visit: Visit, event_id: FromPath[str], attendee_id: FromPath[str]) -> Response[str]:
    """Changes it, unless somebody else did meanwhile: then one chooses."""
    event = await event_of(visit, event_id)
    attendee = await attendee_of(visit, event, attendee_id)
    given, problems = changed(attendee, visit.form)
    if problems:
        return await _form(visit, event, attendee, visit.form, problems)
    version = version_in(visit.form)
    if version != attendee.version:
        return await _stale(visit, event, attendee)
    try:
        async with visit.connection.transaction():
            saved = await enrol.update(visit.connection, event.id, attendee.id, given, version=version, at=visit.at)
    except AlreadyAttending:
        return await _form(visit, event, attendee, visit.form, [FieldError("/email", "email_of_another", "")])
    if saved is None:
        return await _stale(visit, event, await attendee_of(visit, event, attendee_id))
    return visit.onward(path_of(event, attendee), said="saved")


def changed(attendee: AttendeeReply, form: Form) -> tuple[AttendeeInput, list[FieldError]]:
    """What of an attendee their organiser may change, changed, and what is wrong with it; what they chose themselves stays."""
    problems = [] if form.line("name") else [FieldError("/name", "empty", "")]
    present = {field: getattr(attendee, field) for field in AttendeeInput.__struct_fields__}
    lines: dict[str, Any] = {field: form.line(field) or None for field in LINES}
    lists = {field: kept_lines(getattr(attendee, field), form.lines(field)) for field in LISTS}
    numbers = {field: whole(form, field, most, problems, code=code) for field, (most, code) in NUMBERS.items()}
    if len(lists["groups"]) > LIST_MAX:
        problems.append(FieldError("/groups", "groups_too_many", ""))
    given = structs.replace(
        AttendeeInput(**present),
        **{**lines, **lists, **numbers, "name": form.line("name")},
        challenge=attendee.challenge
        if form.text("challenge") == (attendee.challenge or "")
        else form.text("challenge"),
        languages=_languages(attendee, form),
        available=_available(attendee, form),
        needs_accessible=form.line("needs_accessible") == "yes",
    )
    return given, [*problems, *(one for one in problems_of(given) if form.line("name") or one.pointer != "/name")]


def filled(attendee: AttendeeReply, rounds: list[Slot]) -> Form:
    """The form as it shows what is stored."""
    numbers = [one.number for one in rounds]
    there = numbers if attendee.available is None else [one for one in numbers if one in attendee.available]
    return Form(
        {
            **{field: [getattr(attendee, field) or ""] for field in (*LINES, "challenge")},
            **{field: [written(getattr(attendee, field))] for field in LISTS},
            **{field: ["" if (one := getattr(attendee, field)) is None else str(one)] for field in NUMBERS},
            "languages": list(attendee.languages),
            "available": [str(one) for one in there],
            "needs_accessible": ["yes"] if attendee.needs_accessible else [],
            "version": [str(attendee.version)],
        }
    )


async def _rounds(visit: OrganiserVisit, event: Event, attendee: AttendeeReply) -> list[Slot]:
    """Those of the programme, else as many as the policy says; and any that were said of them already."""
    slots = {one.number: one.starts_at for one in await programmes.slots(visit.connection, event.id)}
    numbers = set(slots or range(1, event.policy.rounds + 1)) | set(attendee.available or [])
    return [Slot(number=number, starts_at=slots.get(number)) for number in sorted(numbers)]


def _languages(attendee: AttendeeReply, form: Form) -> list[str]:
    """Those that are ticked, in the order they stood in; one that the form does not ask of stays."""
    ticked = [one for one in form.all("languages") if one in SPOKEN]
    kept = [one for one in attendee.languages if one in ticked or one not in SPOKEN]
    return [*kept, *(one for one in ticked if one not in kept)]


def _available(attendee: AttendeeReply, form: Form) -> list[int] | None:
    """The rounds that are ticked; as before where nothing of it changed, and None, every round, where all are ticked (F10)."""
    shown = {int(one) for one in form.all(SHOWN) if one.isascii() and one.isdigit() and len(one) < 3}
    ticked = {one for one in shown if str(one) in form.all("available")}
    before = shown if attendee.available is None else set(attendee.available)
    if ticked == before & shown:
        return attendee.available
    return None if ticked == shown else sorted(ticked | (before - shown))


async def _stale(visit: OrganiserVisit, event: Event, latest: AttendeeReply) -> Response[str]:
    """Both side by side: what was sent, and what stands there by now."""
    theirs = filled(latest, await _rounds(visit, event, latest))
    differences = [
        Difference(label=visit.t(label), yours=yours, theirs=stored)
        for field, label in LABELS.items()
        if (yours := _told(visit, visit.form, field)) != (stored := _told(visit, theirs, field))
    ]
    path = f"{path_of(event, latest)}/details"
    return stale(visit, path, differences, version=latest.version, event=event, here="room")


def _told(visit: OrganiserVisit, form: Form, field: str) -> str:
    """A field of the form as one text."""
    if field == "needs_accessible":
        return visit.t(SAID[form.line(field) == "yes"])
    if field == "languages":
        return ", ".join(visit.t(f"language.{one}") for one in SPOKEN if one in form.all(field))
    return ", ".join(form.all(field)) if field == "available" else form.text(field)


async def _form(
    visit: OrganiserVisit,
    event: Event,
    attendee: AttendeeReply,
    values: Form | None,
    problems: list[FieldError] | None = None,
) -> Response[str]:
    labels = {field: visit.t(label) for field, label in LABELS.items()}
    rounds = await _rounds(visit, event, attendee)
    return visit.page(
        "attendee_form", event=event, here="room", problems=problems, attendee=attendee, labels=labels,
        most={field: most for field, (most, _) in NUMBERS.items()},
        values=values or filled(attendee, rounds), rounds=rounds, spoken=SPOKEN, shown=SHOWN,
    )  # fmt: skip


HANDLERS = (show_attendee_details, change_attendee)
