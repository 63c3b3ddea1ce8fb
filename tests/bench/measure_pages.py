"""How long the server takes over an organiser's pages at 5,000 attendees and 15,000 pairings.

    python -m tests.bench.measure_pages [PEOPLE]

Each page is opened twenty times over HTTP without a socket, each file three times; the median and the slowest are told. Never
timed in CI.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from matchmaker.app import create_app
from matchmaker.model.ids import AssociationId, AttendeeId, EventId, RunId
from matchmaker.model.run import Format
from matchmaker.services import take_in
from matchmaker.settings import Settings
from matchmaker.store import embedded, groups, migrate, pairings, placements
from matchmaker.store.connection import Connection, Pool
from matchmaker.store.pool import open_pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.conftest import new_association
from tests.factories import AT
from tests.web.browser import BASE_URL, Clock
from tests.web.organiser import Desk, signed_in

PAIRINGS_EACH = 3
OPENED, TAKEN = 20, 3
SEATS = 8


def main() -> None:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    with tempfile.TemporaryDirectory() as folder, embedded.start(Path(folder)) as server:
        asyncio.run(_measure(server, people))


async def _measure(server: embedded.Server, people: int) -> None:
    await migrate.migrate(server.dsn(embedded.OWNER))
    pool = await open_pool(server.dsn(embedded.APP), connections_max=5)
    association_id = await new_association(pool)
    event_id, run_id = await _filled(pool, association_id, people)
    clock = Clock()
    app = create_app(
        Settings(base_url=BASE_URL, log_level="error", rate_requests_anonymous=1_000_000), pool, clock=clock
    )
    async with signed_in(app, association_id, clock) as desk:
        home = f"/events/{event_id}"
        for path in (
            home,
            f"{home}/room",
            f"{home}/room?q=Person+4711",
            f"{home}/room?q=nobody+at+all",
            f"{home}/desk?q=4711",
            f"{home}/live",
            f"{home}/plan",
            f"{home}/plan?q=Person+4711",
            f"{home}/files",
            f"{home}/runs/{run_id}",
            f"{home}/runs/{run_id}/pairings",
            f"{home}/runs/{run_id}/pairings?after={people * PAIRINGS_EACH // 2}",
            f"{home}/runs/{run_id}/pairings?person=Person+4711",
            f"{home}/runs/{run_id}/pairings?organisation=House+47",
        ):
            await _opened(desk, path, str(event_id), str(run_id))
        for file in (
            "attendees/download?format=csv",
            "attendees/download?format=xlsx",
            f"pairings/download?format=csv&run={run_id}",
            f"pairings/download?format=xlsx&run={run_id}",
            "badges/download",
            "table_sheets/download",
        ):
            await _opened(desk, f"{home}/files/{file}", str(event_id), str(run_id), times=TAKEN)
    await pool.close()


async def _filled(pool: Pool, association_id: AssociationId, people: int) -> tuple[EventId, RunId]:
    """An event in which everybody is paired with the next three of a circle."""
    rows = [
        factories.import_row(f"Person {number}", external_id=str(number), organisation=f"House {number % 100}")
        for number in range(people)
    ]
    async with tenant_transaction(pool, association_id) as connection:
        event = await factories.event(connection, name="Large day")
        await take_in.take_in(connection, event.id, factories.table(*rows), dry_run=False, at=AT)
        ids = await connection.fetch("select id from attendee order by id")
        people_ids = [row["id"] for row in ids]
        run = await factories.drafted_run(connection, event.id)
        pairs = sorted(
            tuple(sorted((people_ids[place], people_ids[(place + step) % people])))
            for place in range(people)
            for step in range(1, PAIRINGS_EACH + 1)
        )
        given = [factories.pairing(first, second, rank=rank) for rank, (first, second) in enumerate(pairs, start=1)]
        await pairings.add_all(connection, run.id, given)
        await _seated(connection, event.id, people_ids)
    async with pool.acquire() as plain:
        await plain.execute("analyze")
    return event.id, run.id


async def _seated(connection: Connection, event_id: EventId, people: list[AttendeeId]) -> None:
    """Everybody in one round, eight at a table."""
    run = await factories.drafted_run(connection, event_id, format=Format.TABLES, at=AT + timedelta(hours=1))
    tables = [people[at : at + SEATS] for at in range(0, len(people), SEATS)]
    given = [factories.group(members, round=1, number=number) for number, members in enumerate(tables, start=1)]
    await groups.add_all(connection, run.id, given)
    await groups.add_members(connection, run.id, given)
    seats = [(one, number) for number, members in enumerate(tables, start=1) for one in members]
    await placements.add_round(connection, run.id, 1, seats, hours=None)


async def _opened(desk: Desk, path: str, event_id: str, run_id: str, *, times: int = OPENED) -> None:
    took = []
    for _ in range(times):
        began = time.perf_counter()
        answer = await desk.get(path)
        took.append(1000 * (time.perf_counter() - began))
        assert answer.status_code == 200, answer.content[:500]
    shown = path.replace(event_id, "…").replace(run_id, "…")
    print(f"{shown}: {statistics.median(took):.0f} ms, at most {max(took):.0f}; {len(answer.content):,} bytes")


if __name__ == "__main__":
    main()
