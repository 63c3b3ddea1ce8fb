"""Every page of an organiser, a line a family: who adds one adds a line, in the order of the alphabet."""

from litestar.handlers import HTTPRouteHandler

from matchmaker.web.organiser import account, after, events, files, organisers, plan, sign_in, start

HANDLERS: tuple[HTTPRouteHandler, ...] = (
    *account.HANDLERS,
    *after.HANDLERS,
    *events.HANDLERS,
    *files.HANDLERS,
    *organisers.HANDLERS,
    *plan.HANDLERS,
    *sign_in.HANDLERS,
    *start.HANDLERS,
)
