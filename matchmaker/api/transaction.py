"""One request, one tenant transaction, committed before the first byte of the answer leaves.

It opens when a handler takes the connection, so a request refused at the gate costs none. The answer is held back until it
is whole: with an idempotency key its very bytes are kept in the transaction of the effect, and a commit that fails is an
error, never a success that did not happen. (Litestar's clean-up of a generator dependency also runs before the first byte,
but before the bytes are known.)
"""

from collections.abc import MutableMapping
from contextlib import AsyncExitStack, suppress
from datetime import datetime
from typing import Any

from litestar.di import NamedDependency
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.params import SkipValidation
from litestar.types import ASGIApp, Receive, Scope, Send

from matchmaker.api import idempotency
from matchmaker.api.body import ApiRequest
from matchmaker.api.context import association_of, context_of
from matchmaker.api.problems import problem_response
from matchmaker.model.ids import AssociationId
from matchmaker.store import connection
from matchmaker.store.tenant import tenant_transaction

Connection = NamedDependency[SkipValidation[connection.Connection]]
At = NamedDependency[datetime]

Message = MutableMapping[str, Any]


class Transaction:
    """The transaction of one request: opened once or not at all."""

    def __init__(self, pool: connection.Pool, association_id: AssociationId) -> None:
        self._pool, self._association_id = pool, association_id
        self._stack = AsyncExitStack()
        self.connection: connection.Connection | None = None

    async def open(self) -> connection.Connection:
        if self.connection is None:
            opening = tenant_transaction(self._pool, self._association_id)
            self.connection = await self._stack.enter_async_context(opening)
        return self.connection

    async def commit(self) -> None:
        self.connection = None
        await self._stack.aclose()

    async def roll_back(self) -> None:
        """Ends it with an error, which is how a transaction learns to forget."""
        self.connection = None
        with suppress(_RolledBack):
            await self._stack.__aexit__(_RolledBack, _RolledBack(), None)


class _RolledBack(Exception):
    """Only to leave the transaction by."""


async def provide_connection(request: ApiRequest) -> connection.Connection:
    """The connection of this request, in its transaction; answers an idempotency key that came before."""
    transaction = transaction_of(request)
    connection = await transaction.open()
    known = await idempotency.known(connection, request)
    if known is not None:
        await transaction.roll_back()
        raise idempotency.Replayed(known)
    return connection


def provide_at(request: ApiRequest) -> datetime:
    """The hour of this request, read once."""
    return context_of(request.scope).at


def transaction_of(request: ApiRequest) -> Transaction:
    """The transaction of this request, perhaps not open yet."""
    context = context_of(request.scope)
    if context.transaction is None:
        context.transaction = Transaction(request.app.state.pool, association_of(request.scope))
    transaction: Transaction = context.transaction
    return transaction


class TransactionMiddleware(ASGIMiddleware):
    """Ends the transaction: commits a success with its kept answer, rolls back anything else, then lets the answer go."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        held: list[Message] = []
        context = context_of(scope)

        async def hold(message: Message) -> None:
            if held or (context.transaction is not None and context.transaction.connection is not None):
                held.append(message)
            else:
                await send(message)  # type: ignore[arg-type]

        try:
            await next_app(scope, receive, hold)  # type: ignore[arg-type]
            if held:
                await self._end(scope, context.transaction, held)
        except Exception as error:
            held = await _answer(scope, receive, error)
        finally:
            if context.transaction is not None and context.transaction.connection is not None:
                await context.transaction.roll_back()
        for message in held:
            await send(message)  # type: ignore[arg-type]

    async def _end(self, scope: Scope, transaction: Transaction, held: list[Message]) -> None:
        if held[0]["status"] < 400 and transaction.connection is not None:
            await idempotency.keep(transaction.connection, scope, held)
            await transaction.commit()
        else:
            await transaction.roll_back()


async def _answer(scope: Scope, receive: Receive, error: Exception) -> list[Message]:
    """The answer to an error at the commit, when Litestar believes that an answer is on its way already."""
    answer: list[Message] = []

    async def collect(message: Message) -> None:
        answer.append(message)

    request: ApiRequest = ApiRequest(scope, receive)
    response = problem_response(request, error).to_asgi_response(app=None, request=request)
    await response(scope, receive, collect)  # type: ignore[arg-type]
    return answer
