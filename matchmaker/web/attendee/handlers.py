"""Every page of an attendee, a line a family."""

from litestar.handlers import HTTPRouteHandler

from matchmaker.web.attendee import afterwards, exits, feed, introduction, join, me, verify

HANDLERS: tuple[HTTPRouteHandler, ...] = (
    *afterwards.HANDLERS,
    *exits.HANDLERS,
    *feed.HANDLERS,
    *introduction.HANDLERS,
    *join.HANDLERS,
    *me.HANDLERS,
    *verify.HANDLERS,
)
