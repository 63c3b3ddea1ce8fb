"""Times: when two who were introduced meet; one proposes, the other agrees, and either may call it off."""

from litestar import Router, get, post
from litestar.params import JSONBody

from matchmaker.api.parameters import PathEvent, PathIntroduction
from matchmaker.api.strangers import refuse_strangers
from matchmaker.api.transaction import At, Connection
from matchmaker.api.versions import existing
from matchmaker.model.appointment import AgreementInput, CancellationInput, TimeInput, Times, times
from matchmaker.model.association import Scope
from matchmaker.services import agree
from matchmaker.store import appointments, introductions


@get(
    operation_id="get_times",
    summary="Get when two meet",
    response_description="What they have agreed on, and what is proposed.",
    scope=Scope.RUNS_READ,
    tells_who=True,
)
async def get_times(connection: Connection, event_id: PathEvent, introduction_id: PathIntroduction) -> Times:
    """Gets when two who were introduced meet, and what one of them proposes; all null before that."""
    existing(await introductions.get(connection, introduction_id, event_id=event_id))
    return times(await appointments.get(connection, introduction_id))


@post(
    operation_id="create_time",
    summary="Propose a time",
    response_description="The times as they are now.",
    status_code=200,
    scope=Scope.ATTENDEES_WRITE,
    tells_who=True,
    gives=("Idempotency-Replayed",),
)
async def create_time(
    connection: Connection, at: At, event_id: PathEvent, introduction_id: PathIntroduction, data: JSONBody[TimeInput]
) -> Times:
    """Proposes a time for one side, in place of what either proposed before; what was agreed on stands meanwhile.

    The other gets a letter that asks. 409 before both have said yes, or where the time is past or more than 400 days ahead.
    """
    existing(await introductions.get(connection, introduction_id, event_id=event_id))
    await refuse_strangers(connection, event_id, attendee_id=data.attendee_id)
    return times(
        await agree.propose(connection, introduction_id, data.attendee_id, data.starts_at, minutes=data.minutes, at=at)
    )


@post(
    "/agreement",
    operation_id="agree_time",
    summary="Agree to a time",
    response_description="The times as they are now.",
    status_code=200,
    scope=Scope.ATTENDEES_WRITE,
    tells_who=True,
    gives=("Idempotency-Replayed",),
)
async def agree_time(
    connection: Connection,
    at: At,
    event_id: PathEvent,
    introduction_id: PathIntroduction,
    data: JSONBody[AgreementInput],
) -> Times:
    """Agrees for one side to the time that the other proposes: both get it as an entry for their calendars.

    409 where the other proposes another time by now, or none.
    """
    existing(await introductions.get(connection, introduction_id, event_id=event_id))
    await refuse_strangers(connection, event_id, attendee_id=data.attendee_id)
    return times(await agree.agree(connection, introduction_id, data.attendee_id, data.starts_at, at))


@post(
    "/cancellation",
    operation_id="cancel_time",
    summary="Call a time off",
    response_description="The times as they are now.",
    status_code=200,
    scope=Scope.ATTENDEES_WRITE,
    tells_who=True,
    gives=("Idempotency-Replayed",),
)
async def cancel_time(
    connection: Connection,
    at: At,
    event_id: PathEvent,
    introduction_id: PathIntroduction,
    data: JSONBody[CancellationInput],
) -> Times:
    """Calls off for one side what the two have agreed on: it leaves the calendars that it is in, and no reason is given.

    409 where nothing is agreed on, or it has begun.
    """
    existing(await introductions.get(connection, introduction_id, event_id=event_id))
    await refuse_strangers(connection, event_id, attendee_id=data.attendee_id)
    return times(await agree.call_off(connection, introduction_id, data.attendee_id, at))


router = Router(
    "/v1/events/{event_id:str}/introductions/{introduction_id:str}/times",
    tags=["introductions"],
    route_handlers=[get_times, create_time, agree_time, cancel_time],
)
