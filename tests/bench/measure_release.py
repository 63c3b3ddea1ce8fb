"""How long a release of 500 people × 6 introductions takes until all its mail is written, how fast it leaves, and what memory
it takes: `python -m tests.bench.measure_release [PEOPLE]`."""

import asyncio
import resource
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

from matchmaker.model.ids import AssociationId, EventId, RunId
from matchmaker.model.introduction import ReleaseInput
from matchmaker.model.pairing import Reason
from matchmaker.services import deliver, release, take_in, write
from matchmaker.services.address import post_of
from matchmaker.settings import Settings
from matchmaker.store import attendees, embedded, migrate, pairings
from matchmaker.store.connection import Pool
from matchmaker.store.pool import open_pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.conftest import new_association
from tests.factories import AT
from tests.mail.post_office import opened

INTRODUCTIONS_EACH = 6


def main() -> None:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    with tempfile.TemporaryDirectory() as folder, embedded.start(Path(folder)) as server:
        asyncio.run(_measure(server, people))


async def _measure(server: embedded.Server, people: int) -> None:
    await migrate.migrate(server.dsn(embedded.OWNER))
    pool = await open_pool(server.dsn(embedded.APP), connections_max=5)
    association_id = await new_association(pool)
    event_id, run_id = await _drafted(pool, association_id, people)
    began, before = time.perf_counter(), _peak()
    async with tenant_transaction(pool, association_id) as connection:
        done = await release.release(connection, event_id, run_id, ReleaseInput(), at=AT)
    print(f"release: {done.offered:,} introductions, their mail written, in {time.perf_counter() - began:.2f} s")
    async with opened() as office:
        settings = Settings(
            mail="smtp", smtp_host="127.0.0.1", smtp_port=office.port, smtp_security="none",
            mail_from="events@example.org", base_url="https://events.example.org",
        )  # fmt: skip
        post = post_of(settings, write=write.write, exits_url=write.exits_url)
        began, used, at, days = time.perf_counter(), time.process_time(), AT, 0
        while await _left(pool, association_id):
            await _one_day(pool, association_id, post, at)
            at, days = at + timedelta(days=1), days + 1
        seconds, used = time.perf_counter() - began, time.process_time() - used
    letters = len(office.taken)
    print(
        f"sent: {letters:,} letters to {people:,} people in {days} days of theirs, {letters / seconds:,.0f} a second, "
        f"{1000 * used / letters:.1f} processor ms each, both ends"
    )
    print(f"memory: {before:,.0f} MB before, {_peak():,.0f} MB at most")
    await pool.close()


async def _drafted(pool: Pool, association_id: AssociationId, people: int) -> tuple[EventId, RunId]:
    """A run in which everyone is to meet the three who come before and after them in a circle."""
    async with tenant_transaction(pool, association_id) as connection:
        event = await factories.event(connection)
        rows = [
            factories.import_row(
                f"Person {number}", email=f"p{number}@example.org", seeks=["an oven"], offers=["bread"]
            )
            for number in range(people)
        ]
        await take_in.take_in(connection, event.id, factories.table(*rows), dry_run=False, at=AT)
        ids = [one.id for one in await attendees.find(connection, event.id, limit=people)]
        run = await factories.drafted_run(connection, event.id)
        pairs = sorted(
            {
                (min(pair), max(pair))
                for row, one in enumerate(ids)
                for step in range(1, INTRODUCTIONS_EACH // 2 + 1)
                for pair in [(one, ids[(row + step) % people])]
            }
        )
        made = [
            factories.pairing(
                first,
                second,
                rank=rank,
                reasons=[Reason(to=one, seek="an oven", offer="bread", share=1.0) for one in (first, second)],
            )
            for rank, (first, second) in enumerate(pairs, start=1)
        ]
        await pairings.add_all(connection, run.id, made)
    return event.id, run.id


async def _one_day(pool: Pool, association_id: AssociationId, post: deliver.Post, at: datetime) -> None:
    while await deliver.deliver_some(pool, association_id, post, now=lambda: at):
        pass


async def _left(pool: Pool, association_id: AssociationId) -> bool:
    async with tenant_transaction(pool, association_id, readonly=True) as connection:
        found: bool = await connection.fetchval("select exists (select from message where state = 'queued')")
    return found


def _peak() -> float:
    """Megabytes that this process held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
