"""The day and the days after, as they go: how far the pairs came, which letters are in doubt or came back, who is silent."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from matchmaker.export.charts.funnel import funnel as funnel_chart
from matchmaker.model.association import Scope
from matchmaker.model.ids import EventId, MessageId
from matchmaker.model.message import MessageReply, MessageState, Outcome
from matchmaker.model.privacy import PrivateEvent
from matchmaker.services import chase, collect, resume
from matchmaker.store import check_ins, messages, room
from matchmaker.web.forms import CHOICE
from matchmaker.web.organiser.events import event_of
from matchmaker.web.organiser.room import id_asked, is_private, names_of
from matchmaker.web.organiser.sets import latest_sets
from matchmaker.web.organiser.visit import OrganiserVisit, Visit

ROWS = 50


@get("/events/{event_id:str}/live", scope=Scope.RUNS_READ)
async def show_live(visit: Visit, event_id: FromPath[str]) -> Response[str]:
    """All of it; for htmx the figures alone, which come anew by themselves."""
    event = await event_of(visit, event_id)
    figures: dict[str, Any] = {
        "event": event,
        "attendance": await check_ins.count(visit.connection, event.id),
        "chart": funnel_chart(await collect.funnel(visit.connection, event.id), visit.language),
    }
    if visit.request.headers.get("hx-target") == "figures":
        return visit.fragment("live_figures", **figures)
    private = await is_private(visit, event)
    doubted = [] if private else await _in_state(visit, event.id, MessageState.UNCERTAIN)
    failed = [] if private else await _in_state(visit, event.id, MessageState.FAILED, after=id_asked(visit, "after"))
    counted = await room.count(visit.connection, event.id, visit.at)
    return visit.page(
        "live",
        here="live",
        private=private,
        doubted=[one for one in doubted if one.digest_id is None],
        failed=failed[:ROWS],
        next=failed[ROWS - 1].id if len(failed) > ROWS else None,
        names=await names_of(visit, event, {one.attendee_id for one in [*doubted, *failed]}),
        counted=counted,
        silent=(await chase.count(visit.connection, event.id)).silent,
        rounds=await resume.released(visit.connection, event.id),
        has_sets=not private and await latest_sets(visit, event.id) is not None,
        may_change=visit.may(Scope.ATTENDEES_WRITE),
        **figures,
    )


@post("/events/{event_id:str}/live/messages/{message_id:str}", scope=Scope.ATTENDEES_WRITE)
async def decide_letter(visit: Visit, event_id: FromPath[str], message_id: FromPath[str]) -> Response[str]:
    """Sends a letter in doubt again, or lets it go. One that is in doubt no more stays as it is."""
    event = await event_of(visit, event_id)
    if await is_private(visit, event):
        raise PrivateEvent
    outcome = next((one for one in Outcome if one.value == visit.form.line(CHOICE)), None)
    decided = None
    if outcome is not None:
        decided = await messages.decide(visit.connection, event.id, MessageId(message_id), outcome, visit.at)
    return visit.onward(f"/events/{event.id}/live", said="letter_decided" if decided else "letter_not_in_doubt")


async def _in_state(
    visit: OrganiserVisit, event_id: EventId, state: MessageState, *, after: str = ""
) -> list[MessageReply]:
    """The letters in that state, the first written first, after the one of that id."""
    last = await messages.get(visit.connection, event_id, MessageId(after)) if after else None
    position = None if last is None else (last.created_at, str(last.id))
    return await messages.find(visit.connection, event_id, state=state, after=position, limit=ROWS + 1)


HANDLERS = (show_live, decide_letter)
