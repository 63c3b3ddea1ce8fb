"""The association's events, a new one, and an event's home: how it stands, and what comes next."""

from datetime import date
from functools import cache
from zoneinfo import available_timezones

from litestar import Response, get, post
from litestar.params import FromPath
from msgspec import Struct, structs

from matchmaker.errors import FieldError, InvalidFields, NotFound
from matchmaker.model.association import Scope
from matchmaker.model.event import Event, EventInput
from matchmaker.model.event_kind import EventKind
from matchmaker.model.ids import EventId
from matchmaker.model.run import SEATING, MatchRun, RunState
from matchmaker.model.text import INT4_MAX, LINE_CHARS_MAX
from matchmaker.model.window import zone_of
from matchmaker.store import attendees, event_kinds, events, programmes, runs
from matchmaker.web.forms import Form
from matchmaker.web.organiser.kept import Difference, stale
from matchmaker.web.organiser.visit import OrganiserVisit, Visit

LISTED_MAX = 200
TIME_ZONE = "UTC"
# Where whoever came from one of these pages to change the day goes on.
BACK = {"hours": "/set-up/hours", "set-up": "/set-up"}


class Standing(Struct, frozen=True, kw_only=True):
    """How an event stands: how many there are of each, its last run, and the key of what comes next."""

    attendees: int
    slots: int
    run: MatchRun | None
    next_step: str


@get("/events", scope=Scope.EVENTS_READ)
async def show_events(visit: Visit) -> Response[str]:
    """All events, the latest made first."""
    found = await events.find(visit.connection, limit=LISTED_MAX)
    return visit.page("events", here="events", events=found, may_add=visit.may(Scope.EVENTS_WRITE))


@get("/events/new", scope=Scope.EVENTS_WRITE)
async def show_new_event(visit: Visit) -> Response[str]:
    """The form for a new event."""
    return _form(visit, Form({"time_zone": [TIME_ZONE]}))


@post("/events", scope=Scope.EVENTS_WRITE)
async def add_event(visit: Visit) -> Response[str]:
    """Makes an event."""
    try:
        event = await events.add(visit.connection, _given(visit.form, EventInput(name="-")), visit.at)
    except InvalidFields as error:
        return _form(visit, visit.form, problems=error.fields)
    return visit.onward(f"/events/{event.id}", said="event_made")


@get("/events/{event_id:str}", scope=Scope.EVENTS_READ)
async def show_event(visit: Visit, event_id: FromPath[str]) -> Response[str]:
    """An event's home."""
    event = await event_of(visit, event_id)
    return visit.page("event", event=event, here="event", standing=await _standing(visit, event))


@get("/events/{event_id:str}/details", scope=Scope.EVENTS_WRITE)
async def show_details(visit: Visit, event_id: FromPath[str]) -> Response[str]:
    """An event's name, day and time zone, to change."""
    event = await event_of(visit, event_id)
    return _form(visit, Form({**_fields(event), "for": [visit.request.query_params.get("for", "")]}), event)


@post("/events/{event_id:str}/details", scope=Scope.EVENTS_WRITE)
async def change_details(visit: Visit, event_id: FromPath[str]) -> Response[str]:
    """Changes them, unless somebody else did meanwhile: then one chooses."""
    event = await event_of(visit, event_id)
    present = EventInput(**{name: getattr(event, name) for name in EventInput.__struct_fields__})
    try:
        given = _given(visit.form, present)
    except InvalidFields as error:
        return _form(visit, visit.form, event, error.fields)
    saved = await events.save(visit.connection, event.id, given, version=version_in(visit.form), at=visit.at)
    if saved is None:
        latest = await event_of(visit, event_id)
        return stale(
            visit,
            f"/events/{event.id}/details",
            _differences(visit, latest),
            version=latest.version,
            event=latest,
            here="event",
        )
    return visit.onward(f"/events/{event.id}{BACK.get(visit.form.line('for'), '')}", said="saved")


async def event_of(visit: OrganiserVisit, event_id: str) -> Event:
    """The event that an address names. Raises `NotFound`."""
    event = await events.get(visit.connection, EventId(event_id))
    if event is None:
        raise NotFound
    return event


def version_in(form: Form) -> int:
    """The version of the row that a form was filled with; 0, which no row has, where it carries none."""
    text = form.line("version")
    return min(int(text), INT4_MAX) if text.isascii() and text.isdigit() and len(text) < 12 else 0


async def _standing(visit: OrganiserVisit, event: Event) -> Standing:
    number = await attendees.count(visit.connection, event.id)
    last = next(iter(await runs.find(visit.connection, event.id, limit=1)), None)
    slots = await programmes.slots(visit.connection, event.id)
    kind = (await event_kinds.get(visit.connection, event.id)).kind
    comes = event.starts_on is not None and visit.at.astimezone(zone_of(event.time_zone)).date() <= event.starts_on
    return Standing(attendees=number, slots=len(slots), run=last, next_step=_next_step(number, kind, last, comes=comes))


def _next_step(number: int, kind: EventKind | None, run: MatchRun | None, *, comes: bool) -> str:
    """The key of what comes next; `comes` says whether its day is today or still to come."""
    if number == 0:
        return "set_up" if kind is None else "import"
    if run is None or run.state in (RunState.FAILED, RunState.CANCELLED):
        return "runs"
    if run.state is RunState.RELEASED and run.format in SEATING and comes:
        return "desk"
    return {RunState.RELEASED: "after", RunState.DRAFTED: "look"}.get(run.state, "wait")


def _given(form: Form, present: EventInput) -> EventInput:
    """The event with what the form says of it. Raises `InvalidFields`."""
    problems, day = [], None
    if not 1 <= len(form.line("name")) <= LINE_CHARS_MAX:
        problems.append(FieldError("/name", "empty", ""))
    if form.line("time_zone") not in _zones():
        problems.append(FieldError("/time_zone", "time_zone_unknown", ""))
    try:
        day = date.fromisoformat(form.line("starts_on")) if form.line("starts_on") else None
    except ValueError:
        problems.append(FieldError("/starts_on", "not_a_day", ""))
    if problems:
        raise InvalidFields(problems)
    return structs.replace(present, name=form.line("name"), starts_on=day, time_zone=form.line("time_zone"))


@cache
def _zones() -> list[str]:
    """The names of all time zones; to look them up reads a thousand files."""
    return sorted(available_timezones())


def _fields(event: Event) -> dict[str, list[str]]:
    day = "" if event.starts_on is None else event.starts_on.isoformat()
    return {"name": [event.name], "starts_on": [day], "time_zone": [event.time_zone], "version": [str(event.version)]}


def _differences(visit: OrganiserVisit, latest: Event) -> list[Difference]:
    """Every field that the two differ in."""
    return [
        Difference(label=visit.t(f"organiser.event.{name}"), yours=visit.form.line(name), theirs=theirs)
        for name, (theirs,) in _fields(latest).items()
        if name != "version" and visit.form.line(name) != theirs
    ]


def _form(
    visit: OrganiserVisit, shown: Form, event: Event | None = None, problems: list[FieldError] | None = None
) -> Response[str]:
    path = "/events" if event is None else f"/events/{event.id}/details"
    return visit.page(
        "event_form", event=event, here="event" if event else "events", problems=problems, shown=shown, path=path,
        zones=_zones(),
    )  # fmt: skip


HANDLERS = (show_events, show_new_event, add_event, show_event, show_details, change_details)
