"""What stands after an address's question mark, read as a form is: numbers, ids, and the run that a page is about."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from matchmaker.errors import NotFound
from matchmaker.model.ids import AttendeeId, EventId, RunId
from matchmaker.model.run import Format, MatchRun, RunState
from matchmaker.model.text import INT4_MAX
from matchmaker.services import review
from matchmaker.store import runs
from matchmaker.store.connection import Connection
from matchmaker.web.forms import Form
from matchmaker.web.organiser.visit import OrganiserVisit

RUNS_LOOKED_AT = 50


def asked_by(visit: OrganiserVisit) -> Form:
    """The query, as a form."""
    query = visit.request.query_params
    return Form({name: query.getall(name) for name in query})


def number_in(asked: Form, name: str, *, most: int = INT4_MAX) -> int | None:
    """A number of the form from 1 on; None where it holds none."""
    text = asked.line(name)
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 11 else 0
    return number if 1 <= number <= most else None


def attendee_of(text: str) -> AttendeeId:
    """The id. Raises `NotFound` for what is none."""
    return AttendeeId(_uuid(text))


def moment_in(cursor: str) -> tuple[datetime, str] | None:
    """Where a page of a list by age begins, a moment and an id; at the beginning where the cursor is none of ours."""
    moment, _, row_id = cursor.partition("~")
    try:
        found = datetime.fromisoformat(moment)
        return (found, str(UUID(row_id))) if found.tzinfo is not None else None
    except ValueError:
        return None


async def run_in(
    connection: Connection,
    event_id: EventId,
    asked: Form,
    *,
    states: Collection[RunState],
    formats: Collection[Format] = frozenset(Format),
) -> MatchRun | None:
    """The run that is named, else the latest in one of these states and formats; None where there is none.

    Raises `NotFound`, `RunNotDrafted` of one that is named.
    """
    if asked.line("run"):
        return await review.run(connection, event_id, RunId(_uuid(asked.line("run"))))
    found = await runs.find(connection, event_id, limit=RUNS_LOOKED_AT)
    return next((one for one in found if one.format in formats and one.state in states), None)


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise NotFound from None
