"""Every page of an organiser, a line a family: who adds one adds a line, in the order of the alphabet."""

from litestar.handlers import HTTPRouteHandler

from matchmaker.web.organiser import (
    account,
    after,
    anew,
    attendee,
    attendee_acts,
    desk,
    door,
    events,
    files,
    live,
    note,
    organisers,
    plan,
    room,
    sign_in,
    start,
    unsaid,
)

HANDLERS: tuple[HTTPRouteHandler, ...] = (
    *account.HANDLERS,
    *after.HANDLERS,
    *anew.HANDLERS,
    *attendee.HANDLERS,
    *attendee_acts.HANDLERS,
    *desk.HANDLERS,
    *door.HANDLERS,
    *events.HANDLERS,
    *files.HANDLERS,
    *live.HANDLERS,
    *note.HANDLERS,
    *organisers.HANDLERS,
    *plan.HANDLERS,
    *room.HANDLERS,
    *sign_in.HANDLERS,
    *start.HANDLERS,
    *unsaid.HANDLERS,
)
