"""What is over is removed when its days have passed, and not a day before; whoever is needed elsewhere stays."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import asyncpg
import pytest

from matchmaker import tokens
from matchmaker.model.held_file import HeldFileInput
from matchmaker.model.ids import AttendeeId, EventId
from matchmaker.model.link import LinkScope
from matchmaker.services import tidy
from matchmaker.services.tidy import Kept, Tidied
from matchmaker.store import (
    comebacks,
    doors,
    embedded,
    event_kinds,
    held_files,
    links,
    messages,
    migrate,
    page_sessions,
    snapshots,
    suppressions,
)
from matchmaker.store.connection import Connection, Pool
from matchmaker.store.pool import open_pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.conftest import new_association
from tests.factories import AT, LATER

DAY = timedelta(days=1)
KEPT = Kept(message_days=400, unverified_days=14, attendee_days=30)


@pytest.fixture
async def ada(connection: Connection, event_id: EventId) -> AttendeeId:
    return (await factories.attendee(connection, event_id, "Ada", email="ada@example.org")).id


async def gone(connection: Connection, kept: Kept, at: datetime) -> tuple[Tidied, Tidied]:
    """What is removed a second before `at`, and just after."""
    second = timedelta(seconds=1)
    return await tidy.tidy(connection, kept, at=at - second), await tidy.tidy(connection, kept, at=at + second)


async def count(connection: Connection) -> tuple[int, int]:
    """Attendees and people of the association."""
    return (
        await connection.fetchval("select count(*) from attendee"),
        await connection.fetchval("select count(*) from person"),
    )


async def test_a_message_goes_after_its_end_and_one_that_has_none_stays(
    connection: Connection, ada: AttendeeId
) -> None:
    await messages.add(connection, [factories.message(ada), factories.message(ada, edition="2")], AT)
    await connection.execute(
        "update message set state = 'dropped', reason = 'left', ended_at = $1 where edition = '2'", LATER
    )
    assert await gone(connection, KEPT, LATER + 400 * DAY) == (Tidied(), Tidied(messages=1))
    assert await connection.fetchval("select edition from message") == "1"


async def test_links_sessions_and_bounces_go_and_a_suppression_stays(connection: Connection, ada: AttendeeId) -> None:
    await links.make(connection, LinkScope.ME, ada, expires_at=LATER, at=AT)
    await suppressions.add_bounce(connection, bytes(32), "4.2.2", LATER)
    await suppressions.add_bounce(connection, bytes(32), "4.2.2", LATER + DAY)
    assert await gone(connection, KEPT, LATER + 30 * DAY) == (Tidied(), Tidied(links=1, bounces=1))
    await page_sessions.add(connection, ada, tokens.hash_of("one"), ends_at=LATER + 40 * DAY, at=AT)
    await comebacks.add(connection, bytes(32), LATER + 39 * DAY)
    assert (await gone(connection, KEPT, LATER + 40 * DAY))[1] == Tidied(sessions=1, reports=1)


async def test_who_never_confirmed_is_forgotten_and_who_did_is_not(connection: Connection, event_id: EventId) -> None:
    for name in ("Ada", "Bob"):
        one = (await factories.attendee(connection, event_id, name)).id
        await doors.add(connection, event_id, one, AT)
        if name == "Bob":
            await doors.verify(connection, one, LATER)
    await factories.attendee(connection, event_id, "Cy")
    assert await gone(connection, KEPT, AT + 14 * DAY) == (Tidied(), Tidied(unverified=1))
    assert await count(connection) == (2, 2)
    assert await connection.fetchval("select count(*) from contact where name = 'Ada'") == 0


async def test_attendees_go_after_their_event_and_who_comes_again_stays_a_person(connection: Connection) -> None:
    past = await factories.event(connection, starts_on=AT.date())
    coming = await factories.event(connection, starts_on=(AT + 60 * DAY).date())
    undated = await factories.event(connection)
    for name in ("Ada", "Bob"):
        await factories.attendee(connection, past.id, name, email=f"{name.lower()}@example.org")
    for event in (coming, undated):
        await factories.attendee(connection, event.id, "Ada", email="ada@example.org")
    assert await count(connection) == (4, 2)
    due = AT.replace(hour=0, minute=0, second=0, microsecond=0) + 31 * DAY
    assert await gone(connection, KEPT, due) == (Tidied(), Tidied(attendees=2))
    assert await count(connection) == (2, 1)


async def test_what_runs_read_of_attendees_goes_with_them(connection: Connection) -> None:
    past, undated = await factories.event(connection, starts_on=AT.date()), await factories.event(connection)
    for event in (past, undated):
        await factories.attendee(connection, event.id, "Ada")
        run = await factories.drafted_run(connection, event.id)
        await snapshots.add(connection, run.id, b"what it read")
    due = AT.replace(hour=0, minute=0, second=0, microsecond=0) + 31 * DAY
    assert await gone(connection, KEPT, due) == (Tidied(), Tidied(attendees=1, snapshots=1))
    assert await connection.fetchval("select event_id from run_snapshot join match_run on id = run_id") == undated.id


async def test_attendees_are_kept_for_ever_unless_the_operator_says_otherwise(connection: Connection) -> None:
    past = await factories.event(connection, starts_on=AT.date())
    await factories.attendee(connection, past.id, "Ada")
    assert await tidy.tidy(connection, Kept(), at=AT + 9_000 * DAY) == Tidied()


async def test_an_event_may_keep_its_people_for_fewer_days_and_not_for_more(connection: Connection) -> None:
    briefly, longer = [await factories.event(connection, starts_on=AT.date()) for _ in range(2)]
    for event, days in ((briefly, 7), (longer, 3_650)):
        await event_kinds.put_keep_days(connection, event.id, days)
        await factories.attendee(connection, event.id, "Ada")
    day = AT.replace(hour=0, minute=0, second=0, microsecond=0)
    assert await gone(connection, KEPT, day + 8 * DAY) == (Tidied(), Tidied(attendees=1))
    assert await tidy.tidy(connection, Kept(), at=day + 3_650 * DAY) == Tidied()
    assert await gone(connection, KEPT, day + 31 * DAY) == (Tidied(), Tidied(attendees=1))


async def test_a_held_file_goes_after_a_day(connection: Connection, event_id: EventId) -> None:
    given = HeldFileInput(file_name="a.csv", rows=1, cells=b"", rules=[])
    await held_files.add(connection, event_id, given, AT)
    assert await gone(connection, KEPT, AT + DAY) == (Tidied(), Tidied(held_files=1))


@pytest.fixture
async def own_pool(database: embedded.Server) -> AsyncIterator[Pool]:
    """Of a database in which there is nobody but who this test puts there, since all associations are tidied."""
    server = await asyncpg.connect(database.dsn(embedded.SUPERUSER))
    await server.execute(f"create database tidy owner {embedded.OWNER}")
    await migrate.migrate(database.dsn(embedded.OWNER, "tidy"))
    pool = await open_pool(database.dsn(embedded.APP, "tidy"), connections_max=3)
    yield pool
    await pool.close()
    await server.execute("drop database tidy with (force)")
    await server.close()


@pytest.mark.parametrize("letters", [0, 1])
async def test_every_association_is_tidied_until_nothing_is_left_whether_it_ever_wrote_or_not(
    own_pool: Pool, monkeypatch: pytest.MonkeyPatch, letters: int
) -> None:
    monkeypatch.setattr(tidy, "AT_ONCE_MAX", 2)
    pool, association_id = own_pool, await new_association(own_pool)
    async with tenant_transaction(pool, association_id) as connection:
        event = await factories.event(connection)
        one = (await factories.attendee(connection, event.id)).id
        await messages.add(connection, [factories.message(one)] * letters, AT)
        for _ in range(5):
            await links.make(connection, LinkScope.ME, one, expires_at=LATER, at=AT)
    stopping = asyncio.Event()
    tidying = asyncio.create_task(tidy.tidy_until(pool, KEPT, stopping, now=lambda: LATER + 31 * DAY))
    async with asyncio.timeout(20):
        while True:
            async with tenant_transaction(pool, association_id) as connection:
                if not await connection.fetchval("select count(*) from link"):
                    break
            await asyncio.sleep(0.05)
    stopping.set()
    await tidying
    async with tenant_transaction(pool, association_id) as connection:
        assert await connection.fetchval("select count(*) from message") == letters


async def test_associations_that_were_there_before_the_list_of_all_are_on_it(database: embedded.Server) -> None:
    """The file's own statement is run anew on rows that it did not see; the owner alone would see none of them."""
    file = next(migrate.MIGRATIONS.glob("*_tenants_known.sql")).read_text()
    up = file.partition("-- migrate:down")[0]
    fill = up[up.index("alter table association no force") : up.index("grant select, insert")]
    owner = await asyncpg.connect(database.dsn(embedded.OWNER))
    transaction = owner.transaction()
    await transaction.start()
    try:
        await owner.execute("alter table association disable trigger association_noted")
        association_id = factories.association_id()
        await owner.execute("select set_config('app.association', $1, true)", association_id)
        await owner.execute("insert into association (id, name, created_at) values ($1, 'Old', $2)", association_id, AT)
        await owner.execute("select set_config('app.association', '', true)")
        await owner.execute(fill)
        assert await owner.fetchval("select count(*) from tenant where association_id = $1", association_id) == 1
        assert await owner.fetchval("select count(*) from association") == 0, "forced again"
    finally:
        await transaction.rollback()
        await owner.close()
