"""The desk on the day: who comes in is found by a scanned code or a few letters, and checked in by one press. For helpers too."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from matchmaker.errors import FieldError, NotFound
from matchmaker.model.association import Scope
from matchmaker.model.event import Event
from matchmaker.model.ids import AttendeeId
from matchmaker.services import check_in
from matchmaker.store import check_ins, events
from matchmaker.web.forms import CHOICE
from matchmaker.web.organiser.events import event_of
from matchmaker.web.organiser.room import asked, id_asked
from matchmaker.web.organiser.visit import OrganiserVisit, Visit

ROWS = 20


@get("/events/{event_id:str}/desk", scope=Scope.CHECK_INS_WRITE)
async def show_desk(visit: Visit, event_id: FromPath[str]) -> Response[str]:
    """The desk; for htmx the list alone, while somebody types a name."""
    return await _page(visit, await event_of(visit, event_id))


@post("/events/{event_id:str}/desk", scope=Scope.CHECK_INS_WRITE)
async def check_in_by_code(visit: Visit, event_id: FromPath[str]) -> Response[str]:
    """Checks in whoever has the code that a scanner typed."""
    event = await event_of(visit, event_id)
    if not visit.form.line("code"):
        return await _page(visit, event, problems=[FieldError("/code", "empty", "")])
    try:
        found = await check_in.by_code(visit.connection, event.id, visit.form.line("code"), visit.at)
    except NotFound:
        return await _page(visit, event, problems=[FieldError("/code", "code_unknown", "")])
    return visit.onward(f"/events/{event.id}/desk?seen={found.attendee_id}")


@post("/events/{event_id:str}/desk/{attendee_id:str}", scope=Scope.CHECK_INS_WRITE)
async def note_presence(visit: Visit, event_id: FromPath[str], attendee_id: FromPath[str]) -> Response[str]:
    """Says that they are here, or not after all, that they are not coming, or expected again."""
    event = await event_of(visit, event_id)
    one, connection = AttendeeId(attendee_id), visit.connection
    match visit.form.line(CHOICE):
        case "here":
            found = await check_ins.check_in(connection, event.id, one, visit.at)
        case "undo":
            found = await check_ins.undo(connection, event.id, one)
        case "absent":
            found = await check_ins.mark_absent(connection, event.id, one, visit.at)
        case "expected":
            found = await check_ins.expect(connection, event.id, one)
        case _:
            found = await check_ins.get(connection, event.id, one)
    if found is None:
        raise NotFound
    return visit.onward(f"/events/{event.id}/desk?seen={found.attendee_id}")


@post("/events/{event_id:str}/absences", scope=Scope.CHECK_INS_WRITE)
async def note_absences(visit: Visit, event_id: FromPath[str]) -> Response[str]:
    """Marks everyone who was expected and is not here as not coming, once the box beside the button is ticked."""
    event = await event_of(visit, event_id)
    if visit.form.line("sure") != "yes":
        return await _page(visit, event, problems=[FieldError("/sure", "tick_first", "")])
    await check_ins.mark_expected_absent(visit.connection, event.id, visit.at)
    return visit.onward(f"/events/{event.id}/desk", said="absences_noted")


@get("/desk/{code:str}", scope=Scope.CHECK_INS_WRITE)
async def show_badge(visit: Visit, code: FromPath[str]) -> Response[str]:
    """Whom a badge's code names, at whichever event: to be opened by a telephone's camera. To look checks nobody in."""
    found = await check_in.named(visit.connection, code)
    event = None if found is None else await events.get(visit.connection, found[0])
    if found is None or event is None:
        raise NotFound
    return await _page(visit, event, seen=found[1])


async def _page(
    visit: OrganiserVisit, event: Event, *, problems: list[FieldError] | None = None, seen: AttendeeId | None = None
) -> Response[str]:
    sought = asked(visit, "q")
    found = (
        await check_ins.find_by_words(visit.connection, event.id, words=sought.split()[:8], limit=ROWS + 1)
        if sought
        else []
    )
    listed: dict[str, Any] = {"event": event, "sought": sought, "people": found[:ROWS], "more": len(found) > ROWS}
    if visit.request.headers.get("hx-target") == "people":
        return visit.fragment("desk_people", **listed)
    last = seen or (AttendeeId(one) if (one := id_asked(visit, "seen")) else None)
    return visit.page(
        "desk",
        here="desk",
        problems=problems,
        opened=seen is not None,
        seen=None if last is None else await check_ins.get(visit.connection, event.id, last),
        attendance=await check_ins.count(visit.connection, event.id),
        **listed,
    )


HANDLERS = (show_desk, check_in_by_code, note_presence, note_absences, show_badge)
