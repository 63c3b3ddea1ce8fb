"""The page of one's own, as it is shown at first and again after each form."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from litestar import Response

from matchmaker.errors import FieldError
from matchmaker.model.attendee import MeetingPlace
from matchmaker.model.suggestion import SuggestionInput
from matchmaker.model.text import MINUTES_MAX, QUOTA_MAX
from matchmaker.model.wish import Strength
from matchmaker.services import look_back, show, suggest
from matchmaker.store import exclusions, pauses, programmes, wishes
from matchmaker.store.connection import Connection
from matchmaker.web import forms
from matchmaker.web.attendee.profile import PURPOSES, SPOKEN, filled
from matchmaker.web.attendee.session import Visitor
from matchmaker.web.fields import mistakes
from matchmaker.web.forms import Form, PageRequest
from matchmaker.web.pages import page
from matchmaker.web.visit import language

SAID = (
    "saved",
    "stale",
    "chosen_nothing",
    "no_such_person",
    "kept_apart",
    "known",
    "removed",
    "changed_meanwhile",
    "wished",
)
LISTED_MAX = 200
STRENGTHS = {one.value: one for one in Strength}

Act = Callable[[PageRequest, Connection, Visitor, Form, datetime], Awaitable[Response[Any]]]


async def show_page(
    request: PageRequest,
    connection: Connection,
    visitor: Visitor,
    at: datetime,
    said: str = "",
    *,
    form: Form | None = None,
    problems: list[FieldError] | None = None,
    status: int = 200,
) -> Response[str]:
    """The page, with what is said on top after something was sent, and with a form as it was sent where it has mistakes."""
    around = await show.circumstances(connection, visitor.event_id, visitor.attendee_id)
    suggested = await asyncio.to_thread(suggest.for_attendee, around.attendee, SuggestionInput())
    return page(
        "attendee/me",
        language(request, around.attendee.languages),
        status=status,
        association=around.association,
        event=around.event,
        attendee=around.attendee,
        introductions=await show.of_attendee(connection, visitor.event_id, visitor.attendee_id, at),
        apart=await exclusions.find_asked(connection, visitor.event_id, visitor.attendee_id, limit=LISTED_MAX),
        wished=await wishes.stated_by(connection, visitor.event_id, visitor.attendee_id, limit=LISTED_MAX),
        afterwards=await look_back.still_open(connection, visitor.event_id, visitor.attendee_id, at),
        pause=await pauses.of_attendee(connection, visitor.attendee_id, at),
        suggested=suggested,
        form=form or filled(around.attendee),
        mistakes=mistakes(problems or []),
        slots=await programmes.slots(connection, visitor.event_id),
        rounds=await show.rounds(connection, visitor.event_id, visitor.attendee_id, with_sets=True),
        seal=forms.seal(request, visitor.purpose, at),
        said=said if said in SAID else "",
        spoken=SPOKEN,
        purposes=PURPOSES,
        strengths=STRENGTHS,
        meeting_places=[place.value for place in MeetingPlace],
        quota_max=QUOTA_MAX,
        minutes_max=MINUTES_MAX,
    )
