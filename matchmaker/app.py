"""Where everything is joined."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from litestar import Litestar, Request, Response, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.status_codes import HTTP_404_NOT_FOUND

from matchmaker.api import (
    acquaintances,
    actions,
    attendees,
    check_ins,
    comebacks,
    completeness,
    contract,
    coverage,
    decisions,
    docs,
    door,
    doors,
    encounters,
    events,
    exclusions,
    exports,
    fairness,
    feedback,
    funnel,
    groups,
    health,
    imports,
    introductions,
    keys,
    letters,
    mappings,
    messages,
    notes,
    pairings,
    pauses,
    privacy,
    programme,
    promises,
    quality,
    run_exports,
    runs,
    seats,
    senders,
    suggestions,
    times,
    weights,
    whatif,
    wishes,
)
from matchmaker.api.body import ApiRequest
from matchmaker.api.envelope import Clock, enveloped
from matchmaker.api.gate import GUARDS
from matchmaker.api.idempotency import Replayed, replay
from matchmaker.api.problems import problem_response
from matchmaker.api.secret import cursor_secret
from matchmaker.api.transaction import TransactionMiddleware, provide_at, provide_connection
from matchmaker.errors import NotFound
from matchmaker.services.calculate import Calculator
from matchmaker.services.open_file import new_gate
from matchmaker.services.press import Press
from matchmaker.services.why import Questions
from matchmaker.settings import Settings
from matchmaker.store.connection import Pool
from matchmaker.store.pool import open_pool
from matchmaker.web import mailbox, pages, trouble
from matchmaker.web.attendee.handlers import HANDLERS as ATTENDEE_PAGES
from matchmaker.web.organiser import problems as organiser_problems
from matchmaker.web.organiser import trouble as organiser_trouble
from matchmaker.web.organiser.gate import admit
from matchmaker.web.organiser.handlers import HANDLERS as ORGANISER_PAGES
from matchmaker.web.organiser.visit import provide_visit

RESOURCES = (
    *(
        events,
        programme,
        attendees,
        check_ins,
        door,
        doors,
        suggestions,
        imports,
        mappings,
        exclusions,
        acquaintances,
        wishes,
        decisions,
        encounters,
    ),
    *(
        feedback,
        runs,
        seats,
        pairings,
        whatif,
        completeness,
        coverage,
        groups,
        actions,
        introductions,
        times,
        promises,
        fairness,
        exports,
        quality,
        run_exports,
        weights,
        messages,
        notes,
        keys,
    ),
    *(funnel, privacy, pauses, senders, letters, comebacks, health, docs),
)

PAGES = (pages.get_file, *mailbox.HANDLERS, *ATTENDEE_PAGES)


def _first_part(path: str) -> str:
    return path.strip("/").partition("/")[0]


OF_ORGANISERS = {_first_part(path) for one in ORGANISER_PAGES for path in one.paths} - {""}


def utc_now() -> datetime:
    """The clock, which is read once a request."""
    return datetime.now(UTC)


def create_app(settings: Settings, pool: Pool | None = None, *, clock: Clock = utc_now) -> Litestar:
    """The application. It opens a pool of its own, and closes it, unless it is given one."""
    app = Litestar(
        route_handlers=[*(resource.router for resource in RESOURCES), _pages(), organiser_pages(ORGANISER_PAGES)],
        guards=GUARDS,
        middleware=[TransactionMiddleware()],
        dependencies={
            "connection": Provide(provide_connection),
            "at": Provide(provide_at, sync_to_thread=False),
        },
        exception_handlers={Replayed: replay, HTTPException: _nowhere_or_problem, Exception: problem_response},
        request_class=ApiRequest,
        request_max_body_size=settings.body_bytes_max,
        lifespan=[_pool_opened],
        on_shutdown=[_children_ended],
        openapi_config=None,
        logging_config=None,
        state=State(
            {
                "settings": settings,
                "pool": pool,
                "questions": Questions(Calculator()),
                "workbooks": new_gate(),
                "turns": asyncio.Lock(),
                "press": Press(),
                "openapi": b"",
                "secret": lambda: cursor_secret(settings),
                "stopping": False,
            }
        ),
    )
    app.state.openapi = contract.encoded(app)
    app.asgi_handler = enveloped(app.asgi_handler, settings, _methods(app), clock)
    return app


def _pages() -> Router:
    """The attendee's pages. They are open to everyone and no part of the contract; what goes wrong on one is a page too."""
    return Router(
        "/",
        route_handlers=PAGES,
        opt={"public": True, "page": True},
        exception_handlers={HTTPException: _page_of_problem, Exception: _page_of_problem},
        include_in_schema=False,
    )


def organiser_pages(handlers: Sequence[HTTPRouteHandler]) -> Router:
    """The organisers' pages. The API's gate, which asks for a key, lets them by: their own asks who it is."""
    return Router(
        "/",
        route_handlers=handlers,
        opt={"public": True, "page": True},
        guards=[admit],
        dependencies={"visit": Provide(provide_visit)},
        exception_handlers={HTTPException: _organiser_page_of_problem, Exception: _organiser_page_of_problem},
        include_in_schema=False,
    )


def _nowhere_or_problem(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """An address that leads nowhere is a page to whoever reads pages, and a problem to a programme."""
    reads_pages = "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/v1/")
    if error.status_code != HTTP_404_NOT_FOUND or not reads_pages:
        return problem_response(request, error)
    if _first_part(request.url.path) in OF_ORGANISERS:
        return _organiser_page_of_problem(request, NotFound())
    return _page_of_problem(request, NotFound())


def _organiser_page_of_problem(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """What went wrong on an organiser's page, or what is to be done first."""
    known = organiser_problems.answered(request, error)
    if known is not None:
        return known
    problem = problem_response(request, error)
    return organiser_trouble.told_by_status(request, problem.status_code or 500, dict(problem.headers))


def _page_of_problem(request: Request[Any, Any, Any], error: Exception) -> Response[str]:
    """What went wrong, in words for a person; what pages do not know has the status, and the place in the log, of the API."""
    known = trouble.told(request, error)
    if known is not None:
        return known
    problem = problem_response(request, error)
    return trouble.told_by_status(request, problem.status_code or 500, dict(problem.headers))


def _methods(app: Litestar) -> dict[str, frozenset[str]]:
    """The methods of each path; Litestar makes a route of its own for some of them."""
    methods: dict[str, frozenset[str]] = {}
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            methods[route.path_format] = methods.get(route.path_format, frozenset()) | frozenset(route.methods)
    return methods


@asynccontextmanager
async def _pool_opened(app: Litestar) -> AsyncIterator[None]:
    if app.state.pool is not None:
        yield
        return
    settings: Settings = app.state.settings
    app.state.pool = await open_pool(settings.database_url or "", connections_max=settings.pool_connections_max)
    try:
        yield
    finally:
        await app.state.pool.close()


def _children_ended(app: Litestar) -> None:
    app.state.questions.close()
    app.state.press.stop()
