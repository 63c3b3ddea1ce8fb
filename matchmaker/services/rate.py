"""Take in what attendees say of each other: many rows from the organiser, or one from an introduction."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from matchmaker.errors import FieldError, InvalidFields, NotFound
from matchmaker.intake import feedback as intake
from matchmaker.intake.people import Someone
from matchmaker.model.attendee_import import RowError
from matchmaker.model.feedback import ERRORS_SHOWN_MAX, FeedbackInput, FeedbackOutcome, contradicts_itself
from matchmaker.model.ids import EventId
from matchmaker.store import attendee_rows, attendees, events, feedback
from matchmaker.store.connection import Connection
from matchmaker.store.snapshots import ATTENDEES_MAX


async def rate(
    connection: Connection, event_id: EventId, given: Sequence[FeedbackInput], *, at: datetime
) -> FeedbackOutcome:
    """What became of feedback, all of which is right. Saying the same again changes nothing; saying more adds to it.

    Raises `NotFound` for the event, `InvalidFields` with every bad row.
    """
    if await events.get(connection, event_id) is None:
        raise NotFound
    named = list({id_ for one in given for id_ in (one.attendee_id, one.other_id)})
    known = await attendees.find_by_ids(connection, event_id, named)
    problems = [problem for place, one in enumerate(given) for problem in _problems(f"/{place}", one, known)]
    problems += _repeated(given)
    if problems:
        raise InvalidFields(problems)
    return await _put(connection, event_id, given, [], at)


async def take_file(connection: Connection, event_id: EventId, found: intake.Read, *, at: datetime) -> FeedbackOutcome:
    """What became of a file's rows: the good ones are taken in, each other is told. Raises `NotFound` for the event."""
    if await events.get(connection, event_id) is None:
        raise NotFound
    places = await attendee_rows.places(connection, event_id, limit=ATTENDEES_MAX)
    people = [
        Someone(id=one.id, external_id=one.external_id, email=one.email, name=one.name, organisation=one.organisation)
        for one in places
    ]
    good, errors = await asyncio.to_thread(intake.resolved, found, people)
    given, twice = intake.by_pair(good)
    return await _put(connection, event_id, given, [*errors, *twice], at)


async def _put(
    connection: Connection, event_id: EventId, given: Sequence[FeedbackInput], errors: Sequence[RowError], at: datetime
) -> FeedbackOutcome:
    added, changed = await feedback.put_all(connection, event_id, given, at)
    return FeedbackOutcome(
        added=added,
        changed=changed,
        unchanged=len(given) - added - changed,
        failed=len({error.row for error in errors}),
        errors=sorted(errors, key=lambda error: (error.row, error.column))[:ERRORS_SHOWN_MAX],
    )


def _problems(where: str, one: FeedbackInput, known: object) -> list[FieldError]:
    """All that is wrong with one row."""
    problems = [
        FieldError(f"{where}/{name}", "unknown-id", "This event has no such attendee.")
        for name, id_ in (("attendee_id", one.attendee_id), ("other_id", one.other_id))
        if id_ not in known  # type: ignore[operator]
    ]
    if one.attendee_id == one.other_id:
        problems.append(FieldError(f"{where}/other_id", "same", "Nobody can give feedback about themselves."))
    if (one.accepted, one.met, one.useful, one.reason) == (None, None, None, None):
        problems.append(FieldError(where, "says-nothing", "Say one of accepted, met, useful and reason."))
    if contradicts_itself(one.met, one.useful):
        problems.append(FieldError(f"{where}/useful", "not-met", "A meeting that did not take place is rated."))
    return problems


def _repeated(given: Sequence[FeedbackInput]) -> list[FieldError]:
    seen: set[tuple[str, str]] = set()
    problems = []
    for place, one in enumerate(given):
        if (one.attendee_id, one.other_id) in seen:
            problems.append(FieldError(f"/{place}", "repeated", "An earlier row says something of the same two."))
        seen.add((one.attendee_id, one.other_id))
    return problems
