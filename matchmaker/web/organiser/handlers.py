"""Every page of an organiser, a line a family: who adds one adds a line, in the order of the alphabet."""

from litestar.handlers import HTTPRouteHandler

from matchmaker.web.organiser import (
    account,
    events,
    organisers,
    run_groups,
    run_pairings,
    run_questions,
    run_release,
    runs,
    sign_in,
    start,
)

HANDLERS: tuple[HTTPRouteHandler, ...] = (
    *account.HANDLERS,
    *events.HANDLERS,
    *organisers.HANDLERS,
    *run_groups.HANDLERS,
    *run_pairings.HANDLERS,
    *run_questions.HANDLERS,
    *run_release.HANDLERS,
    *runs.HANDLERS,
    *sign_in.HANDLERS,
    *start.HANDLERS,
)
