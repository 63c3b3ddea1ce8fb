"""A run keeps all that it proposes, whatever its format; one builds on another, and a comparison tells who would notice."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from msgspec import msgpack, structs

from matchmaker.errors import InvalidFields, NotFound
from matchmaker.model import snapshot as snapshots_
from matchmaker.model.group import Bye, Connector, GroupKind, Route
from matchmaker.model.ids import AttendeeId, RunId
from matchmaker.model.policy import MODEL_VERSIONS, Model
from matchmaker.model.programme import ProgrammeInput
from matchmaker.model.run import Format, Proposal, RunState
from matchmaker.model.text import text_hash
from matchmaker.model.wish import Told
from matchmaker.services import arrange, compare, match, review, tell
from matchmaker.services.calculate import Asked, Calculator
from matchmaker.services.review import RunNotDrafted
from matchmaker.store import attendees, pairings, placements, snapshots, vectors
from tests import factories
from tests.services.test_match import World, world
from tests.services.test_seat import hours

__all__ = ["world"]  # the fixture


class Proposing(Calculator):
    """Stands in for the child: it answers with a proposal made by hand, and keeps what it was asked."""

    def __init__(self, proposal: Proposal) -> None:
        super().__init__()
        self.proposal = proposal
        self.asked: list[Asked] = []

    async def propose(self, asked: Asked, hear: Callable[[str, float, Mapping[bytes, bytes]], Any]) -> bytes:
        self.asked.append(asked)
        report = structs.replace(self.proposal.report, input_hash=snapshots_.input_hash(asked.snapshot))
        return msgpack.encode(structs.replace(self.proposal, report=report))


def proposal(**fields: Any) -> Proposal:
    return Proposal(**{"pairings": [], "unmatched": [], "report": factories.report(), **fields})


@pytest.fixture
async def people(world: World) -> list[AttendeeId]:
    """Ada, Bob and Cy by rising ids."""
    await world.enrol("Ada", "Bob", "Cy")
    return sorted(world.people.values())


async def test_a_run_keeps_all_it_proposes_at_the_hours_it_read(world: World, people: list[AttendeeId]) -> None:
    first, second, third = people
    given = proposal(
        pairings=[factories.pairing(first, second, round=1, table=4, pinned=True)],
        groups=[
            factories.group([third, first], round=2, number=2),
            factories.group(people, kind=GroupKind.SET, round=None, rounds=[1], challenge="Growing"),
        ],
        byes=[Bye(attendee_id=third, round=1)],
        asks=[factories.ask(first, route=Route.HOST, expert_id=second)],
        connectors=[Connector(first=first, second=second, connector_id=third)],
    )
    slots = [factories.slot(n, starts_at=hours(30 * n)[0], ends_at=hours(30 * n)[1]) for n in (1, 2)]
    async with world.transaction() as connection:
        assert await arrange.replace(
            connection, world.event_id, ProgrammeInput(slots=slots), version=1, at=world.clock()
        )
    calculator = Proposing(given)
    run = await world.carried_out(calculator, format=Format.ROUNDS)
    assert (run.state, run.format, calculator.asked[0].format) == (RunState.DRAFTED, Format.ROUNDS, Format.ROUNDS)
    async with world.transaction() as connection:
        found = (
            await review.ranked(connection, world.event_id, run.id, limit=9),
            await review.groups(connection, world.event_id, run.id, limit=9),
            await review.byes(connection, world.event_id, run.id, limit=9),
            await review.asks(connection, world.event_id, run.id, limit=9),
            await review.connectors(connection, world.event_id, run.id, limit=9),
        )
        rows = await connection.fetch("select round, lower(during) as starts_at from placement order by round")
    assert found == (
        [tell.told(pairing) for pairing in given.pairings],
        list(enumerate(given.groups, start=1)),
        given.byes,
        list(enumerate(given.asks, start=1)),
        list(enumerate(given.connectors, start=1)),
    )
    assert [tuple(row) for row in rows] == [(1, slots[0].starts_at)] * 2 + [(2, slots[1].starts_at)] * 2


async def test_a_run_that_would_seat_someone_twice_is_failed_in_words_and_keeps_nothing(
    world: World, people: list[AttendeeId]
) -> None:
    first, second, third = people
    twice = [
        factories.pairing(first, second, rank=1, round=1, table=1),
        factories.pairing(first, third, rank=2, round=1, table=2),
    ]
    run = await world.carried_out(Proposing(proposal(pairings=twice)), format=Format.ROUNDS)
    assert (run.state, run.starts, run.error) == (RunState.FAILED, 1, "Someone would sit at two places at a time.")
    async with world.transaction() as connection:
        assert await pairings.count(connection, run.id) == await placements.count(connection, run.id) == 0


async def test_whatever_is_proposed_beside_pairings_counts_in_the_hash(world: World, people: list[AttendeeId]) -> None:
    first, second, third = people
    plain = proposal(pairings=[factories.pairing(first, second)])
    others = [
        structs.replace(plain, groups=[factories.group([first, third])]),
        structs.replace(plain, byes=[Bye(attendee_id=third, round=1)]),
        structs.replace(plain, asks=[factories.ask(third)]),
        structs.replace(plain, connectors=[Connector(first=first, second=second, connector_id=third)]),
        structs.replace(plain, unmatched=[factories.unmatched(third)]),
    ]
    assert len({match.output_hash(one) for one in (plain, *others)}) == 6
    assert match.output_hash(structs.replace(plain, report=factories.report(people=9))) == match.output_hash(plain)


async def test_a_repeated_run_keeps_its_format_and_what_it_was_built_on(world: World, people: list[AttendeeId]) -> None:
    calculator = Proposing(proposal())
    first = await world.carried_out(calculator, format=Format.TABLES)
    second = await world.carried_out(calculator, format=Format.SETS, builds_on=first.id)
    replay = await world.carried_out(calculator, replay_of=second.id)
    assert (replay.format, replay.builds_on, replay.replay_of) == (Format.SETS, first.id, second.id)
    assert calculator.asked[2].snapshot == calculator.asked[1].snapshot


async def test_a_run_reads_what_the_one_it_builds_on_told(world: World, people: list[AttendeeId]) -> None:
    first, second, third = people
    told = [factories.pairing(first, second, told=True), factories.pairing(first, third, rank=2)]
    calculator = Proposing(proposal(pairings=told))
    before = await world.carried_out(calculator)
    await world.carried_out(calculator)
    after = await world.carried_out(calculator, builds_on=before.id)
    async with world.transaction() as connection:
        read = snapshots_.decode(await snapshots.get(connection, after.id) or b"")
    assert read.told == [Told(first_id=first, second_id=second)]


async def test_a_run_builds_on_one_that_is_there_and_drafted_and_repeats_none_besides(world: World) -> None:
    with pytest.raises(NotFound):
        await world.request(builds_on=RunId(factories.association_id()))
    drafted = await world.carried_out(Proposing(proposal()))
    with pytest.raises(InvalidFields) as caught:
        await world.request(builds_on=drafted.id, replay_of=drafted.id)
    assert [field.pointer for field in caught.value.fields] == ["/builds_on"]
    queued = await world.request()
    with pytest.raises(RunNotDrafted):
        await world.request(builds_on=queued.id)


async def test_a_challenge_is_encoded_and_found_again(world: World) -> None:
    calculator = Proposing(proposal())
    async with world.transaction() as connection:
        await factories.attendee(connection, world.event_id, "Ada", challenge="Growing", seeks=["b"])
        assert await attendees.texts(connection, world.event_id, limit=9) == ["Growing", "b"]
    kept = {text_hash(text): bytes(8) for text in ("Growing", "b")}
    async with world.transaction() as connection:
        await vectors.add_all(connection, MODEL_VERSIONS[Model.TFIDF], kept)
    await world.carried_out(calculator)
    assert calculator.asked[0].memory == kept


# Two runs beside each other


async def _compared(world: World, here: Proposal, there: Proposal) -> compare.RunComparison:
    one = await world.carried_out(Proposing(here), format=Format.ROUNDS)
    other = await world.carried_out(Proposing(there), format=Format.ROUNDS)
    async with world.transaction() as connection:
        return await compare.compare(connection, world.event_id, one.id, other.id)


async def test_who_meets_someone_else_is_affected_and_nobody_else(world: World, people: list[AttendeeId]) -> None:
    first, second, third = people
    kept = factories.pairing(first, second, rank=1)
    compared = await _compared(
        world,
        proposal(pairings=[kept, factories.pairing(second, third, rank=2)]),
        proposal(pairings=[structs.replace(kept, mutual_value=10.0)]),
    )
    assert (compared.pairings_in_both, compared.pairings_only_here, compared.pairings_changed) == (1, 1, 1)
    assert (compared.attendees_affected, compared.affected) == (2, [second, third])


async def test_the_same_pair_in_another_round_is_changed_and_affected(world: World, people: list[AttendeeId]) -> None:
    first, second, _ = people
    compared = await _compared(
        world,
        proposal(pairings=[factories.pairing(first, second, round=1, table=1)]),
        proposal(pairings=[factories.pairing(first, second, round=2, table=3)]),
    )
    (changed,) = compared.changed
    assert (changed.round_here, changed.round_there, changed.table_here, changed.table_there) == (1, 2, 1, 3)
    assert compared.affected == [first, second]


@pytest.mark.parametrize(
    ("fields", "affected"),
    [({}, 0), ({"mutual_value": 1.0, "value_least": 1.0}, 0), ({"number": 2}, 2), ({"round": 2}, 2)],
)
async def test_a_table_at_another_place_or_time_affects_all_who_sit_there(
    world: World, people: list[AttendeeId], fields: dict[str, Any], affected: int
) -> None:
    table = factories.group(people[:2])
    there = structs.replace(table, members=[people[1], people[0]], **fields)
    compared = await _compared(world, proposal(groups=[table]), proposal(groups=[there]))
    assert (compared.attendees_affected, compared.affected) == (affected, people[:affected])


async def test_a_table_of_other_people_affects_who_stays_who_comes_and_who_goes(
    world: World, people: list[AttendeeId]
) -> None:
    first, second, third = people
    here, there = factories.group([first, second]), factories.group([first, third])
    compared = await _compared(world, proposal(groups=[here]), proposal(groups=[there]))
    assert compared.affected == people


async def test_a_circle_the_other_way_round_affects_all_three_and_its_number_nobody(
    world: World, people: list[AttendeeId]
) -> None:
    circle = factories.group(people, kind=GroupKind.CIRCLE, round=None)
    turned = await _compared(
        world, proposal(groups=[circle]), proposal(groups=[structs.replace(circle, members=people[::-1])])
    )
    renumbered = await _compared(world, proposal(groups=[circle]), proposal(groups=[structs.replace(circle, number=5)]))
    assert (turned.affected, renumbered.affected) == (people, [])
