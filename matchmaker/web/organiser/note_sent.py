"""A note that was written: its words, to whom it went, and what became of its letters."""

from collections import Counter

from litestar import Response, get
from litestar.params import FromPath

from matchmaker.errors import NotFound
from matchmaker.model.association import Scope
from matchmaker.model.ids import NoteId
from matchmaker.model.message import MessageState
from matchmaker.store import notes
from matchmaker.web.organiser.events import event_of
from matchmaker.web.organiser.room import is_private
from matchmaker.web.organiser.run_people import who
from matchmaker.web.organiser.visit import Visit

NAMED = 50
FATES = {
    MessageState.SENT: "sent",
    MessageState.UNCERTAIN: "uncertain",
    MessageState.FAILED: "unsent",
    MessageState.DROPPED: "unsent",
}
WAITING = "waiting"


@get("/events/{event_id:str}/room/notes/{note_id:str}", scope=Scope.ATTENDEES_READ)
async def show_sent_note(visit: Visit, event_id: FromPath[str], note_id: FromPath[str]) -> Response[str]:
    """One note. Of a private event what became of its letters is not counted: of one letter it would tell on its reader."""
    event = await event_of(visit, event_id)
    note = await notes.get(visit.connection, event.id, NoteId(note_id))
    if note is None:
        raise NotFound
    private = await is_private(visit, event)
    fates: Counter[str] = Counter()
    for state, number in (await notes.fates(visit.connection, event.id, note)).items():
        fates[FATES.get(state, WAITING)] += number
    named = [] if private else (note.segment.attendee_ids or [])
    return visit.page(
        "note_sent", event=event, here="room", note=note, private=private, fates=fates,
        named=list((await who(visit, event, named[:NAMED])).values()), more=max(len(named) - NAMED, 0),
    )  # fmt: skip


HANDLERS = (show_sent_note,)
