"""A long file is tried and taken in by a worker, once, whatever ends that worker on the way."""

import asyncio
from collections.abc import Callable

import pytest

from matchmaker.intake import csv
from matchmaker.model.held_file import STARTS_MAX, Asked, HeldFile
from matchmaker.model.ids import AssociationId, EventId, HeldFileId
from matchmaker.services import bring_in, hold
from matchmaker.services.hold import ChangedMeanwhile
from matchmaker.store import attendees, held_files, imports, jobs
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.factories import AT, LATER

ROWS_MAX = 9
GOOD = "name,quota\nAda,1\nBob,2\n"
MIXED = "name,quota\nAda,1\nBob,many\n"


class Bench:
    """A file of an event that is held and of which something is asked."""

    def __init__(self, pool: Pool, association_id: AssociationId) -> None:
        self.pool, self.association_id = pool, association_id
        self.event_id, self.held_id = EventId(""), HeldFileId("")

    async def ask(self, asked: Asked, text: str) -> None:
        async with tenant_transaction(self.pool, self.association_id) as connection:
            self.event_id = (await factories.event(connection)).id
            sheet = csv.sheet_of(text.encode(), rows_max=ROWS_MAX)
            held = await hold.hold(connection, self.event_id, sheet, file_name="list.csv", at=AT)
            self.held_id = held.id
            await bring_in.ask(connection, held, asked, at=AT)

    async def work(self, *, rows_max: int = ROWS_MAX) -> None:
        job = jobs.ImportJob(association_id=self.association_id, held_id=self.held_id)
        await bring_in.carry_out(self.pool, job, rows_max=rows_max, now=lambda: LATER)

    async def held(self) -> HeldFile | None:
        async with tenant_transaction(self.pool, self.association_id) as connection:
            return await held_files.get(connection, self.event_id, self.held_id, AT)

    async def people(self) -> list[str]:
        async with tenant_transaction(self.pool, self.association_id) as connection:
            return sorted(one.name for one in await attendees.find(connection, self.event_id, limit=9))

    async def imports(self) -> int:
        async with tenant_transaction(self.pool, self.association_id) as connection:
            return len(await imports.find(connection, self.event_id, limit=9))


@pytest.fixture
def bench(pool: Pool, association_id: AssociationId) -> Bench:
    return Bench(pool, association_id)


async def test_what_was_asked_is_done_once(bench: Bench) -> None:
    await bench.ask(Asked.TAKE, GOOD)
    await bench.work()
    await bench.work()
    assert await bench.people() == ["Ada", "Bob"]
    assert (await bench.held(), await bench.imports()) == (None, 1)


async def test_a_check_takes_nobody_in(bench: Bench) -> None:
    await bench.ask(Asked.CHECK, MIXED)
    await bench.work()
    held = await bench.held()
    assert held is not None
    assert (held.asked, held.starts, held.import_id is None, await bench.people()) == (None, 0, False, [])


async def test_rows_with_mistakes_stay_held(bench: Bench) -> None:
    await bench.ask(Asked.TAKE, MIXED)
    await bench.work()
    held = await bench.held()
    assert held is not None
    assert (held.rows, held.asked, await bench.people()) == (1, None, ["Ada"])


@pytest.mark.parametrize(("text", "people"), [(GOOD, ["Ada", "Bob"]), (MIXED, [])])
async def test_all_or_nobody_where_that_was_asked(bench: Bench, text: str, people: list[str]) -> None:
    await bench.ask(Asked.TAKE_IF_RIGHT, text)
    await bench.work()
    held = await bench.held()
    assert await bench.people() == people
    assert (held is None) == bool(people)
    assert held is None or held.import_id is not None


async def test_a_worker_that_dies_on_the_way_leaves_all_to_the_next(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows were written when it died, and its transaction was not committed."""
    await bench.ask(Asked.TAKE, GOOD)
    with monkeypatch.context() as broken:
        broken.setattr(imports, "add", _dies(asyncio.CancelledError))
        with pytest.raises(asyncio.CancelledError):
            await bench.work()
    held = await bench.held()
    assert held is not None
    assert (held.asked, held.starts, await bench.people()) == (Asked.TAKE, 0, [])
    await bench.work()
    assert (await bench.people(), await bench.imports()) == (["Ada", "Bob"], 1)


async def test_what_never_ends_well_is_given_up_in_words(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    await bench.ask(Asked.TAKE, GOOD)
    monkeypatch.setattr(imports, "add", _dies(OSError))
    for _ in range(STARTS_MAX - 1):
        with pytest.raises(OSError, match="broken"):
            await bench.work()
    await bench.work()
    held = await bench.held()
    assert held is not None
    assert held.refusal is not None
    assert (held.asked, held.refusal.code, await bench.people()) == (None, "begun_too_often", [])


async def test_what_ended_its_worker_each_time_is_not_begun_again(bench: Bench) -> None:
    await bench.ask(Asked.TAKE, GOOD)
    async with tenant_transaction(bench.pool, bench.association_id) as connection:
        for _ in range(STARTS_MAX):
            assert await held_files.begin(connection, bench.held_id, AT)
    await bench.work()
    held = await bench.held()
    assert held is not None
    assert held.refusal is not None
    assert (held.refusal.code, await bench.people()) == ("begun_too_often", [])


async def test_why_a_file_cannot_be_read_is_kept_with_it(bench: Bench) -> None:
    await bench.ask(Asked.CHECK, GOOD)
    await bench.work(rows_max=1)
    held = await bench.held()
    assert held is not None
    assert held.refusal is not None
    assert (held.asked, held.refusal.detail) == (None, "The file has more than 1 rows.")


async def test_what_is_called_off_meanwhile_is_not_taken_in(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    await bench.ask(Asked.TAKE, GOOD)
    add = imports.add

    async def added(*given: object, **named: object) -> object:
        async with tenant_transaction(bench.pool, bench.association_id) as connection:
            assert await held_files.end(connection, bench.held_id)
        return await add(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(imports, "add", added)
    await bench.work()
    held = await bench.held()
    assert held is not None
    assert (held.asked, held.rows, await bench.people()) == (None, 2, [])


async def test_nothing_changes_a_file_of_which_something_is_asked(bench: Bench) -> None:
    await bench.ask(Asked.CHECK, GOOD)
    held = await bench.held()
    assert held is not None
    async with tenant_transaction(bench.pool, bench.association_id) as connection:
        assert await held_files.save_rules(connection, held.id, [], version=held.version) is None
        assert await held_files.save_cells(connection, held.id, b"", rows=0, version=held.version) is None
        with pytest.raises(ChangedMeanwhile):
            await bring_in.ask(connection, held, Asked.TAKE, at=AT)


async def test_how_far_it_is_grows_to_the_whole(bench: Bench) -> None:
    """By what is told on the way, whatever the rows are."""
    await bench.ask(Asked.CHECK, GOOD)
    held, told = await bench.held(), list[float]()
    assert held is not None
    async with tenant_transaction(bench.pool, bench.association_id) as connection:
        await hold.try_out(connection, held, rows_max=ROWS_MAX, at=AT, tell=told.append)
    assert told == sorted(told)
    assert told[-1] == hold.TAKEN_SHARE


def _dies(error: type[BaseException]) -> Callable[..., object]:
    async def add(*_: object, **__: object) -> object:
        raise error("broken")

    return add
