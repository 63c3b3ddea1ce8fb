"""Lists that are also given as CSV, whole and with names: which form a client wants, and who the people are."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from litestar import Response

from matchmaker.api.body import ApiRequest
from matchmaker.api.gate import require, wanted
from matchmaker.api.parameters import Format
from matchmaker.export.csv import Who
from matchmaker.model.association import Scope
from matchmaker.model.attendee import Attendee
from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.model.person import Contact
from matchmaker.model.profile import Profile
from matchmaker.store import attendees
from matchmaker.store.connection import Connection

JSON_TYPE = "application/json"
CSV_TYPE = "text/csv"
ROWS_MAX = 1_000_000


def wants_csv(request: ApiRequest, format: Format | None) -> bool:
    """Whether the list is to be CSV: as the parameter says, else as `Accept` says.

    Raises `Forbidden` where it is and the key may not read attendees, whom it names.
    """
    accepted = Format.CSV if wanted(request, (JSON_TYPE, CSV_TYPE)) == CSV_TYPE else Format.JSON
    as_csv = (format or accepted) is Format.CSV
    if as_csv:
        require(request, Scope.ATTENDEES_READ)
    return as_csv


async def spreadsheet(
    connection: Connection,
    event_id: EventId,
    people: Iterable[AttendeeId],
    *,
    written: Callable[[Who], bytes],
    name: str,
) -> Response[Any]:
    """A file of that name, `written` in a thread by the names of its people."""
    known = await attendees.find_by_ids(connection, event_id, list(dict.fromkeys(people)))
    who = {
        one: (
            Contact(name=reply.name, email=reply.email),
            Attendee(id=one, profile=Profile(), organisation=reply.organisation),
        )
        for one, reply in known.items()
    }
    content = await asyncio.to_thread(written, who)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Vary": "Accept"}
    return Response(content, media_type=CSV_TYPE, headers=headers)
