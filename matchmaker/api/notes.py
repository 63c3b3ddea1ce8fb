"""Notes: letters in your own words to a segment of an event's people."""

from datetime import datetime

from litestar import Response, Router, get, post
from litestar.params import FromPath, JSONBody

from matchmaker.api.body import ApiRequest
from matchmaker.api.paging import Page, page, position
from matchmaker.api.parameters import LIMIT, Cursor, Limit, PathEvent
from matchmaker.api.transaction import At, Connection
from matchmaker.api.versions import created, existing
from matchmaker.model.association import Scope
from matchmaker.model.ids import NoteId
from matchmaker.model.note import Note, NoteInput, NotePreview
from matchmaker.services import mail_out
from matchmaker.store import events, notes


@post(
    "/preview",
    operation_id="preview_note",
    summary="Preview a note",
    response_description="To how many it would go, and how it would look.",
    status_code=200,
    scope=Scope.ATTENDEES_READ,
)
async def preview_note(connection: Connection, at: At, event_id: PathEvent, data: JSONBody[NoteInput]) -> NotePreview:
    """Shows a note as a made-up person would get it, and counts whom it would reach. Nothing is sent or kept."""
    return await mail_out.preview(connection, event_id, data, at=at)


@post(
    operation_id="create_note",
    summary="Write to some of an event's people",
    response_description="The note.",
    scope=Scope.ATTENDEES_WRITE,
    gives=("Location", "Idempotency-Replayed"),
)
async def create_note(connection: Connection, at: At, event_id: PathEvent, data: JSONBody[NoteInput]) -> Response[Note]:
    """Writes to everyone of a segment whom mail reaches, in your words: plain text, of which nothing becomes a link.

    The letters leave in the hours of your sender, and count towards the one a day that anybody gets.
    """
    note = await mail_out.mail_out(connection, event_id, data, at=at)
    return created(note, f"/v1/events/{event_id}/notes/{note.id}")


@get(
    operation_id="list_notes",
    summary="List notes",
    response_description="A page of notes.",
    scope=Scope.ATTENDEES_READ,
    gives=("Link",),
)
async def list_notes(
    request: ApiRequest, connection: Connection, event_id: PathEvent, limit: Limit = LIMIT, cursor: Cursor = None
) -> Page[Note]:
    """Lists what you wrote to an event's people, the first first. What became of each letter stands among the messages."""
    existing(await events.get(connection, event_id))
    after = position(request, cursor, tuple[datetime, str])
    found = await notes.find(connection, event_id, after=after, limit=limit + 1)
    return page(request, found, limit, lambda one: (one.created_at, one.id))


@get(
    "/{note_id:str}",
    operation_id="get_note",
    summary="Get a note",
    response_description="The note.",
    scope=Scope.ATTENDEES_READ,
)
async def get_note(connection: Connection, event_id: PathEvent, note_id: FromPath[NoteId]) -> Note:
    """Gets a note."""
    return existing(await notes.get(connection, event_id, note_id))


router = Router(
    "/v1/events/{event_id:str}/notes",
    tags=["notes"],
    route_handlers=[preview_note, create_note, list_notes, get_note],
)
