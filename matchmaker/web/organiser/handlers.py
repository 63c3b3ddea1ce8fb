"""Every page of an organiser, a line a family: who adds one adds a line, in the order of the alphabet."""

from litestar.handlers import HTTPRouteHandler

from matchmaker.web.organiser import (
    account,
    events,
    import_check,
    import_columns,
    imports,
    organisers,
    set_up,
    set_up_door,
    set_up_hours,
    set_up_policy,
    sign_in,
    start,
)

HANDLERS: tuple[HTTPRouteHandler, ...] = (
    *account.HANDLERS,
    *events.HANDLERS,
    *import_check.HANDLERS,
    *import_columns.HANDLERS,
    *imports.HANDLERS,
    *organisers.HANDLERS,
    *set_up.HANDLERS,
    *set_up_door.HANDLERS,
    *set_up_hours.HANDLERS,
    *set_up_policy.HANDLERS,
    *sign_in.HANDLERS,
    *start.HANDLERS,
)
