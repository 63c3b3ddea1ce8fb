"""Of what is good once one wins, however many try at the same moment, at several servers of one database."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
from litestar import Litestar

from matchmaker.app import create_app
from matchmaker.model.ids import AssociationId
from matchmaker.model.organiser import Role, Way
from matchmaker.services import invite, prove, sign_in
from matchmaker.settings import Settings
from matchmaker.store import embedded, recovery_codes
from matchmaker.store.connection import Connection, Pool
from matchmaker.store.pool import open_pool
from matchmaker.store.tenant import tenant_transaction
from tests.web.browser import Clock, Page
from tests.web.organiser import EMAIL, PASSWORD, PRESSED, an_organiser, at_desk, code_at, with_password

TAKERS = 100
SIGNERS = 10


@pytest.fixture
async def pools(pool: Pool, database: embedded.Server) -> AsyncIterator[list[Pool]]:
    """Those of two servers."""
    other = await open_pool(database.dsn(embedded.APP), connections_max=5)
    yield [pool, other]
    await other.close()


async def at_once(
    pools: list[Pool], association_id: AssociationId, act: Callable[[Connection], Awaitable[object]]
) -> int:
    """How many of those who try at once, at either server, succeed; each in a transaction that begins before any ends."""
    ready = asyncio.Event()

    async def one(number: int) -> bool:
        await ready.wait()
        try:
            async with tenant_transaction(pools[number % 2], association_id) as connection:
                await act(connection)
        except sign_in.NotProven:
            return False
        return True

    tries = [asyncio.create_task(one(number)) for number in range(SIGNERS)]
    ready.set()
    return sum(await asyncio.gather(*tries))


async def test_of_a_hundred_who_take_up_one_invitation_one_is_let_in(
    app: Litestar,
    pools: list[Pool],
    page_settings: Settings,
    association_id: AssociationId,
    clock: Clock,
) -> None:
    async with tenant_transaction(pools[0], association_id) as connection:
        path = f"/start/{await invite.invite(connection, Role.OWNER, label='x', at=clock.at)}"
    other = create_app(page_settings, pools[1], clock=clock)
    async with at_desk(app) as here, at_desk(other) as there:
        fields = Page((await here.get(path)).text).fields

        async def take(number: int) -> httpx.Response:
            given = {**fields, "name": f"N {number}", "email": f"n{number}@example.org", "association": "Ours"}
            browser = (here, there)[number % 2]
            for _ in range(9):
                answer = await browser.post(path, data=given, headers=PRESSED)
                if answer.status_code != 503:  # all connections are busy: told to come again
                    break
                await asyncio.sleep(0.2)
            return answer

        answers = await asyncio.gather(*(take(number) for number in range(TAKERS)))
    statuses = [one.status_code for one in answers]
    assert (statuses.count(303), statuses.count(410)) == (1, TAKERS - 1)
    assert sum("set-cookie" in one.headers for one in answers) == 1
    async with tenant_transaction(pools[0], association_id) as connection:
        assert await connection.fetchval("select count(*) from organiser") == 1
        assert await connection.fetchval("select count(*) from organiser_session") == 1


@pytest.mark.parametrize("kind", ["authenticator", "recovery"])
async def test_of_those_who_send_one_code_one_is_proven(
    app: Litestar, pools: list[Pool], association_id: AssociationId, clock: Clock, kind: str
) -> None:
    """Seen over a shoulder and typed elsewhere at the same moment."""
    organiser_id = await an_organiser(pools[0], association_id)
    await with_password(pools[0], association_id, organiser_id)
    code = code_at(app, clock)
    if kind == "recovery":
        code = prove.new_recovery_codes()[0]
        async with tenant_transaction(pools[0], association_id) as connection:
            await recovery_codes.replace(connection, organiser_id, [prove.recovery_hash(code)], clock.at)

    async def prove_it(connection: Connection) -> None:
        secret = app.state.secret()
        proven = await sign_in.by_password(connection, EMAIL, PASSWORD, code, secret=secret, at=clock.at)
        assert proven[1] is (Way.RECOVERY if kind == "recovery" else Way.PASSWORD)

    assert await at_once(pools, association_id, prove_it) == 1
    assert await at_once(pools, association_id, prove_it) == 0
