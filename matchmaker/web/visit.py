"""A visit to a page: its transaction, and how often somebody may send something.

What only looks is given a transaction that cannot write, so that no page changes anything by being opened.
"""

import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from litestar.di import NamedDependency
from litestar.response import Redirect

from matchmaker.model.ids import AssociationId
from matchmaker.services import strangers
from matchmaker.store import limits
from matchmaker.store.connection import Connection
from matchmaker.store.tenant import tenant_transaction, untenanted_transaction
from matchmaker.web.forms import PageRequest
from matchmaker.web.pages import HEADERS
from matchmaker.web.phrases import language_of
from matchmaker.web.trouble import TooOften

At = NamedDependency[datetime]


@asynccontextmanager
async def looking(request: PageRequest, association_id: AssociationId) -> AsyncIterator[Connection]:
    """A transaction of the association that reads, and cannot do anything else."""
    async with tenant_transaction(request.app.state.pool, association_id, readonly=True) as connection:
        yield connection


@asynccontextmanager
async def acting(request: PageRequest, association_id: AssociationId) -> AsyncIterator[Connection]:
    """A transaction of the association, committed before anything is answered."""
    async with tenant_transaction(request.app.state.pool, association_id) as connection:
        yield connection


async def count(request: PageRequest, at: datetime) -> None:
    """Counts what is sent from one address, over all processes together. Raises `TooOften`."""
    settings = request.app.state.settings
    window = settings.rate_window_seconds
    began = int(at.timestamp()) // window * window
    window_start = datetime.fromtimestamp(began, UTC)
    host = request.client.host[:100] if request.client else "unknown"
    async with untenanted_transaction(request.app.state.pool) as connection:
        used = await limits.count(connection, f"page:{host}", window_start)
        if used == 1:
            await limits.remove_before(connection, window_start - timedelta(seconds=window))
    if used > settings.rate_requests_anonymous:
        raise TooOften(max(began + window - int(at.timestamp()), 1))


async def count_link(request: PageRequest, at: datetime) -> None:
    """Counts a link that somebody asks for by mail. Raises `TooOften`."""
    host = request.client.host if request.client else "unknown"
    wait = await strangers.count_link(request.app.state.pool, host, at, most=request.app.state.settings.rate_links)
    if wait is not None:
        raise TooOften(math.ceil(wait.total_seconds()))


def language(request: PageRequest, spoken: list[str] | None = None) -> str:
    """The language of the page: the visitor's own, else the one their browser asks for."""
    return language_of(spoken or [], request.headers.get("accept-language", ""))


def onward(path: str) -> Redirect:
    """To another page, after something was sent, so that going back or loading again sends nothing twice."""
    return Redirect(path, status_code=303, headers=dict(HEADERS))


def said_in(request: PageRequest) -> str:
    """The key of what the page is to say on top, after something was sent; the page knows which keys there are."""
    return request.query_params.get("said", "")
