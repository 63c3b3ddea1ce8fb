"""What attendees said of each other, for organisers alone: read, taken away, taken in from a file. A private event counts."""

import asyncio
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from matchmaker.errors import FieldError
from matchmaker.intake import feedback as intake
from matchmaker.intake.table import Unusable
from matchmaker.model.association import Scope
from matchmaker.model.event import Event
from matchmaker.model.feedback import FeedbackOutcome
from matchmaker.model.ids import AttendeeId
from matchmaker.services import collect, rate
from matchmaker.store import feedback
from matchmaker.web.organiser.asked import asked_by, moment_in
from matchmaker.web.organiser.events import event_of
from matchmaker.web.organiser.run_people import Who, is_private, meant, open_event, who
from matchmaker.web.organiser.visit import OrganiserVisit, Visit

ROWS = 50
FILE_ROWS_MAX = 20_000
ERRORS_SHOWN = 50


@get("/events/{event_id:str}/feedback", scope=Scope.ATTENDEES_WRITE)
async def show_feedback(visit: Visit, event_id: FromPath[str]) -> Response[str]:
    """All of it, the first said first, or of and about one person. Not for helpers, who need it for nothing."""
    event = await event_of(visit, event_id)
    if await is_private(visit, event):
        counted = await collect.funnel(visit.connection, event.id)
        return visit.page("feedback_private", event=event, here="after", counted=counted)
    return await _page(visit, event)


@post("/events/{event_id:str}/feedback", scope=Scope.ATTENDEES_WRITE)
async def take_feedback(visit: Visit, event_id: FromPath[str]) -> Response[str]:
    """Takes in a file of answers; its good rows go in, and each other is told. The same file again changes nothing."""
    event = await open_event(visit, event_id)
    sent = visit.files.get("file")
    data = b"" if sent is None else await sent.read()
    if not data:
        return await _page(visit, event, problems=[FieldError("/file", "empty", "")])
    try:
        found = await asyncio.to_thread(intake.read, data, rows_max=FILE_ROWS_MAX)
    except Unusable as error:
        return await _page(visit, event, refused=error)
    return await _page(visit, event, outcome=await rate.take_file(visit.connection, event.id, found, at=visit.at))


@post("/events/{event_id:str}/feedback/{feedback_id:str}/removal", scope=Scope.ATTENDEES_WRITE)
async def remove_feedback(visit: Visit, event_id: FromPath[str], feedback_id: FromPath[str]) -> Response[str]:
    """What is learned from now on is learned without it. What is gone already is as good."""
    event = await open_event(visit, event_id)
    await feedback.remove(visit.connection, event.id, feedback_id)
    return visit.onward(f"/events/{event.id}/feedback", said="removed")


async def _page(
    visit: OrganiserVisit,
    event: Event,
    *,
    problems: list[FieldError] | None = None,
    refused: Unusable | None = None,
    outcome: FeedbackOutcome | None = None,
) -> Response[str]:
    asked = asked_by(visit)
    people = await meant(visit, event, asked.line("person"))
    one = people[0].id if len(people) == 1 else None
    unclear = bool(asked.line("person")) and one is None
    return visit.page(
        "feedback", event=event, here="after", problems=problems, status=422 if refused else None, refused=refused,
        outcome=outcome, errors_shown=ERRORS_SHOWN, person=asked.line("person"), people=people if unclear else [],
        unclear=unclear,
        **(await _rows(visit, event, one, asked.line("after")) if not unclear else NOTHING),
    )  # fmt: skip


NOTHING: dict[str, Any] = {"rows": [], "who": {}, "onward": ""}


async def _rows(visit: OrganiserVisit, event: Event, one: AttendeeId | None, cursor: str) -> dict[str, Any]:
    found = await feedback.find(visit.connection, event.id, attendee_id=one, after=moment_in(cursor), limit=ROWS + 1)
    rows, last = found[:ROWS], found[ROWS - 1] if len(found) > ROWS else None
    names: dict[AttendeeId, Who] = await who(
        visit, event, [id_ for row in rows for id_ in (row.attendee_id, row.other_id)]
    )
    return {
        "rows": rows,
        "who": names,
        "onward": "" if last is None else f"{last.created_at.isoformat()}~{last.id}",
    }


HANDLERS = (show_feedback, take_feedback, remove_feedback)
