"""An event with a draft, as the organisers' pages of runs show it."""

from msgspec import Struct

from matchmaker.model.ids import AssociationId, AttendeeId, EventId, RunId
from matchmaker.model.pairing import Unmatched
from matchmaker.model.run import MatchRun, RunState
from matchmaker.model.wish import Verdict
from matchmaker.store import decisions, introductions, pairings, runs
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.factories import AT, HASH

NAMES = ("Ada", "Bob", "Cy", "Dee")


class Room(Struct, frozen=True, kw_only=True):
    """An event of four people, in the order of their ids, and a draft that pairs the first two and the last two."""

    pool: Pool
    association_id: AssociationId
    event_id: EventId
    run_id: RunId
    people: list[AttendeeId]
    names: list[str]

    @property
    def runs(self) -> str:
        return f"/events/{self.event_id}/runs"

    @property
    def run(self) -> str:
        return f"{self.runs}/{self.run_id}"

    def pair(self, first: int, second: int) -> dict[str, str]:
        return {"first": self.people[first], "second": self.people[second]}

    async def decided(self) -> dict[tuple[str, str], Verdict]:
        name = dict(zip(self.people, self.names, strict=True))
        async with tenant_transaction(self.pool, self.association_id) as connection:
            found = await decisions.find(connection, self.event_id, limit=50)
        return {(name[one.first_id], name[one.second_id]): one.verdict for one in found}

    async def state(self) -> RunState:
        async with tenant_transaction(self.pool, self.association_id) as connection:
            run = await runs.get(connection, self.event_id, self.run_id)
        assert run is not None
        return run.state

    async def latest(self) -> MatchRun:
        async with tenant_transaction(self.pool, self.association_id) as connection:
            (run,) = await runs.find(connection, self.event_id, limit=1)
        return run

    async def introductions(self) -> int:
        async with tenant_transaction(self.pool, self.association_id) as connection:
            return len(await introductions.find(connection, self.event_id, limit=50))

    async def letters(self) -> int:
        async with tenant_transaction(self.pool, self.association_id) as connection:
            number: int = await connection.fetchval("select count(*) from message")
        return number


async def a_room(pool: Pool, association_id: AssociationId) -> Room:
    """Committed."""
    async with tenant_transaction(pool, association_id) as connection:
        event = await factories.event(connection, name="Spring day")
        made = [
            await factories.attendee(
                connection, event.id, name, organisation=f"{name} & Sons", email=f"{name}@example.org"
            )
            for name in NAMES
        ]
        made.sort(key=lambda one: one.id)
        people = [one.id for one in made]
        run = await factories.run(connection, event.id)
        assert await runs.start(connection, run.id, AT) is not None
        alone = Unmatched(id=people[0], code="nothing_said", reason="x")
        report = factories.report(people=4, pairings=2)
        await runs.draft(connection, run.id, report=report, unmatched=[alone], input_hash=HASH, output_hash=HASH, at=AT)
        weak = {"mutual_value": 20.0, "value_to_first": 5.0, "value_to_second": 45.0}
        given = [factories.pairing(people[0], people[1]), factories.pairing(people[2], people[3], rank=2, **weak)]
        await pairings.add_all(connection, run.id, given)
    return Room(
        pool=pool,
        association_id=association_id,
        event_id=event.id,
        run_id=run.id,
        people=people,
        names=[one.name for one in made],
    )
