"""A note to some of an event's people, in the organiser's own words: written, looked at and counted, then sent (F68)."""

from datetime import timedelta

from litestar import Response, get, post
from litestar.params import FromPath
from msgspec import ValidationError, convert, to_builtins

from matchmaker.errors import FieldError
from matchmaker.model.association import Scope
from matchmaker.model.completeness import Lack
from matchmaker.model.event import Event
from matchmaker.model.note import (
    HEADING_CHARS_MAX,
    PARAGRAPH_CHARS_MAX,
    PARAGRAPHS_MAX,
    NoteInput,
    NotePreview,
    Segment,
)
from matchmaker.model.text import LINE_CHARS_MAX, clean_line
from matchmaker.services import mail_out
from matchmaker.store import events, notes, room
from matchmaker.web.forms import Form
from matchmaker.web.organiser.events import event_of
from matchmaker.web.organiser.visit import OrganiserVisit, Visit

GROUPS_MAX = 200
SENT_SHOWN = 100
TWICE = timedelta(minutes=10)
FIELDS = ("heading", "text", "group", "organisation", "lacks")


@get("/events/{event_id:str}/room/note", scope=Scope.ATTENDEES_WRITE)
async def show_note(visit: Visit, event_id: FromPath[str]) -> Response[str]:
    """The form, and what was written before."""
    return await _page(visit, await event_of(visit, event_id))


@post("/events/{event_id:str}/room/note", scope=Scope.ATTENDEES_WRITE)
async def preview_segment_note(visit: Visit, event_id: FromPath[str]) -> Response[str]:
    """How it would look, and to how many it would go; nothing is sent or kept."""
    event = await event_of(visit, event_id)
    given, problems = note_of(visit.form)
    if given is None:
        return await _page(visit, event, problems=problems)
    return await _page(visit, event, preview=await mail_out.preview(visit.connection, event.id, given, at=visit.at))


@post("/events/{event_id:str}/room/letters", scope=Scope.ATTENDEES_WRITE)
async def send_segment_note(visit: Visit, event_id: FromPath[str]) -> Response[str]:
    """Sends it; the same words to the same people within ten minutes are a button pressed twice, and sent once."""
    event = await event_of(visit, event_id)
    given, problems = note_of(visit.form)
    if given is None:
        return await _page(visit, event, problems=problems)
    await events.lock(visit.connection, event.id)
    if not await notes.was_written(visit.connection, event.id, given, since=visit.at - TWICE):
        await mail_out.mail_out(visit.connection, event.id, given, at=visit.at)
    return visit.onward(f"/events/{event.id}/room/note", said="note_sent")


def note_of(form: Form) -> tuple[NoteInput | None, list[FieldError]]:
    """The note that a form holds: an empty line begins a paragraph. None where something is wrong with it."""
    paragraphs = [one for part in form.text("text").split("\n\n") if (one := clean_line(part))]
    problems = [FieldError(f"/{name}", "empty", "") for name in ("heading", "text") if not form.line(name)]
    if len(form.line("heading")) > HEADING_CHARS_MAX:
        problems.append(FieldError("/heading", "heading_long", ""))
    if len(paragraphs) > PARAGRAPHS_MAX or any(len(one) > PARAGRAPH_CHARS_MAX for one in paragraphs):
        problems.append(FieldError("/text", "paragraphs_long", ""))
    if problems:
        return None, problems
    lacks = next((one for one in Lack if one.value == form.line("lacks")), None)
    segment = Segment(
        group=form.line("group")[:LINE_CHARS_MAX] or None,
        organisation=form.line("organisation")[:LINE_CHARS_MAX] or None,
        lacks=lacks,
    )
    try:
        given = {"heading": form.line("heading"), "paragraphs": paragraphs, "segment": to_builtins(segment)}
        return convert(given, NoteInput), []
    except ValidationError:
        return None, [FieldError("/text", "unreadable", "")]


async def _page(
    visit: OrganiserVisit,
    event: Event,
    *,
    problems: list[FieldError] | None = None,
    preview: NotePreview | None = None,
) -> Response[str]:
    return visit.page(
        "note",
        event=event,
        here="room",
        problems=problems,
        preview=preview,
        kept=[(name, visit.form.text(name)) for name in FIELDS],
        groups=await room.groups(visit.connection, event.id, limit=GROUPS_MAX),
        kinds=[one.value for one in Lack],
        sent=await notes.find(visit.connection, event.id, limit=SENT_SHOWN),
    )


HANDLERS = (show_note, preview_segment_note, send_segment_note)
