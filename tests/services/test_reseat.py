"""A change of seats by hand: told before it is made, made whole, and taken back without a trace."""

from typing import Any

import pytest

from matchmaker.model.programme import TableInput
from matchmaker.model.run import Format
from matchmaker.model.seating import Break, SeatChange
from matchmaker.services import reseat
from matchmaker.services.reseat import SeatsFixed, SeatsImpossible, SeatsMoved
from matchmaker.store import programmes, runs
from matchmaker.store.connection import Connection
from tests.factories import AT
from tests.seating import Draft, draft

HELD = {
    "placement": "select round, table_number, attendee_id from placement where run_id = $1 order by 1, 2, 3",
    "run_group": "select rank, kind, round, number from run_group where run_id = $1 order by rank",
    "run_group_member": "select group_rank, attendee_id from run_group_member where run_id = $1 order by 1, 2",
    "run_bye": "select round, attendee_id from run_bye where run_id = $1 order by 1, 2",
    "pairing": "select rank, first_id, second_id, round, table_number from pairing where run_id = $1 order by rank",
}


def swap(of: Draft, one: str, here: int | None, other: str, there: int | None, *, round: int = 1) -> SeatChange:
    return SeatChange(
        round=round, attendee_id=of.people[one], table_from=here, table_to=there, other_id=of.people[other]
    )


def move(of: Draft, one: str, here: int, there: int, *, round: int = 1) -> SeatChange:
    return SeatChange(round=round, attendee_id=of.people[one], table_from=here, table_to=there)


async def held(connection: Connection, of: Draft) -> dict[str, list[tuple[Any, ...]]]:
    """All that a run keeps of its seats."""
    return {name: [tuple(row) for row in await connection.fetch(sql, of.run_id)] for name, sql in HELD.items()}


async def effect_of(connection: Connection, of: Draft, change: SeatChange) -> Any:
    answer = of.answer(await reseat.asked(connection, of.event_id, of.run_id, change))
    return (await reseat.look(connection, of.event_id, of.run_id, change, answer)).effect


async def kept(connection: Connection, of: Draft, change: SeatChange) -> None:
    answer = of.answer(await reseat.asked(connection, of.event_id, of.run_id, change))
    await reseat.keep(connection, of.event_id, of.run_id, change, answer)


async def at_table(connection: Connection, of: Draft, round: int, table: int) -> list[str]:
    rows = await connection.fetch(
        "select attendee_id from placement where run_id = $1 and round = $2 and table_number = $3",
        of.run_id, round, table,
    )  # fmt: skip
    return of.names([row["attendee_id"] for row in rows])


async def pairs_of(connection: Connection, of: Draft) -> list[tuple[str, str, int, int]]:
    rows = await connection.fetch(
        "select first_id, second_id, round, table_number from pairing where run_id = $1 order by rank", of.run_id
    )
    named = [(of.names([row["first_id"], row["second_id"]]), row) for row in rows]
    return [(one, other, row["round"], row["table_number"]) for (one, other), row in named]


async def test_the_effect_is_told_and_nothing_is_changed(connection: Connection) -> None:
    """Bob comes to Ada, and each has what the other seeks; Eve and Flo gain nothing either way."""
    of = await draft(connection)
    before = await held(connection, of)
    found = await effect_of(connection, of, swap(of, "Cy", 1, "Bob", 2))
    assert [(one.table, one.value_before) for one in found.tables] == [(1, 0.0), (2, 0.0)]
    assert all(one.value_after > 10 for one in found.tables)
    cy, bob, *others = found.people
    assert (of.names([cy.attendee_id]), of.names(cy.leaves), of.names(cy.joins)) == (
        ["Cy"],
        ["Ada", "Eve"],
        ["Dee", "Flo"],
    )
    assert (of.names(bob.leaves), of.names(bob.joins)) == (["Dee", "Flo"], ["Ada", "Eve"])
    assert (cy.value_before, bob.value_before) == (0.0, 0.0)
    assert min(cy.value_after, bob.value_after) > 10
    assert of.names([one.attendee_id for one in others]) == ["Ada", "Dee", "Eve", "Flo"]
    assert (found.against, found.hinders, found.possible) == ([], [], True)
    assert await held(connection, of) == before


async def test_who_sits_together_in_another_round_is_told(connection: Connection) -> None:
    """In the second round Bob sits with Eve, and Dee with Flo anyway."""
    of = await draft(connection)
    found = await effect_of(connection, of, swap(of, "Cy", 1, "Bob", 2))
    assert [of.names([one.first, one.second]) for one in found.again] == [["Bob", "Eve"]]


async def test_a_swap_is_made_whole_and_taken_back_without_a_trace(connection: Connection) -> None:
    of = await draft(connection)
    before, change = await held(connection, of), swap(of, "Cy", 1, "Bob", 2)
    await kept(connection, of, change)
    assert await at_table(connection, of, 1, 1) == ["Ada", "Bob", "Eve"]
    assert await at_table(connection, of, 1, 2) == ["Cy", "Dee", "Flo"]
    assert await at_table(connection, of, 2, 1) == ["Ada", "Dee", "Flo"]
    assert sorted(await pairs_of(connection, of)) == [("Ada", "Bob", 1, 1), ("Cy", "Dee", 1, 2)]
    values = await connection.fetch(
        "select mutual_value, value_least from run_group where run_id = $1 and round = 1 order by rank", of.run_id
    )
    told = await effect_of(connection, of, change.undone)
    assert [row["mutual_value"] for row in values] == [one.value_before for one in told.tables]
    assert [row["value_least"] for row in values] == [0.0, 0.0]
    await kept(connection, of, change.undone)
    assert await held(connection, of) == before


async def test_a_pair_keeps_its_place_in_the_ranking_where_it_meets_in_another_round_too(
    connection: Connection,
) -> None:
    of = await draft(connection)
    await kept(connection, of, swap(of, "Cy", 1, "Bob", 2))
    await kept(connection, of, swap(of, "Dee", 1, "Bob", 2, round=2))
    assert sorted(await pairs_of(connection, of)) == [("Ada", "Bob", 1, 1), ("Cy", "Dee", 1, 2)]
    await kept(connection, of, swap(of, "Bob", 1, "Cy", 2))
    assert sorted(await pairs_of(connection, of)) == [("Ada", "Bob", 2, 1), ("Cy", "Dee", 2, 2)]


async def test_a_free_seat_is_taken_and_a_full_table_is_not(connection: Connection) -> None:
    """Tables have three seats."""
    of = await draft(connection)
    full = await effect_of(connection, of, move(of, "Cy", 1, 2))
    assert (full.hinders, full.possible) == (["full"], False)
    tables = [TableInput(number=1, seats=3), TableInput(number=2, seats=4)]
    await programmes.add_tables(connection, of.event_id, tables)
    assert (await effect_of(connection, of, move(of, "Cy", 1, 2))).possible
    await kept(connection, of, move(of, "Cy", 1, 2))
    assert await at_table(connection, of, 1, 2) == ["Bob", "Cy", "Dee", "Flo"]
    alone = await effect_of(connection, of, move(of, "Ada", 1, 2))
    assert alone.hinders == ["full", "alone"]


async def test_who_is_kept_apart_is_not_brought_together_by_hand(connection: Connection) -> None:
    of = await draft(connection, apart=[("Ada", "Bob")])
    before, change = await held(connection, of), swap(of, "Cy", 1, "Bob", 2)
    found = await effect_of(connection, of, change)
    assert [(of.names([one.first, one.second]), one.why) for one in found.against] == [(["Ada", "Bob"], Break.EXCLUDED)]
    assert not found.possible
    with pytest.raises(SeatsImpossible):
        await kept(connection, of, change)
    assert await held(connection, of) == before


async def test_colleagues_at_one_table_are_told_and_may_be(connection: Connection) -> None:
    of = await draft(connection)
    found = await effect_of(connection, of, swap(of, "Cy", 1, "Flo", 2))
    assert [one.why for one in found.against] == [Break.COLLEAGUES]
    assert found.possible


async def test_who_sat_elsewhere_meanwhile_is_not_moved(connection: Connection) -> None:
    of = await draft(connection)
    change = swap(of, "Cy", 1, "Bob", 2)
    await kept(connection, of, change)
    after = await held(connection, of)
    for late in (change, swap(of, "Cy", 1, "Dee", 2), move(of, "Cy", 1, 2)):
        with pytest.raises(SeatsMoved):
            await kept(connection, of, late)
    assert await held(connection, of) == after


async def test_a_table_that_changed_since_its_effect_was_asked_is_asked_of_again(connection: Connection) -> None:
    """Cy and Bob sit where they sat, but not with whom."""
    of = await draft(connection)
    change = swap(of, "Cy", 1, "Bob", 2)
    answer = of.answer(await reseat.asked(connection, of.event_id, of.run_id, change))
    await kept(connection, of, swap(of, "Ada", 1, "Dee", 2))
    after = await held(connection, of)
    with pytest.raises(SeatsMoved):
        await reseat.keep(connection, of.event_id, of.run_id, change, answer)
    assert await held(connection, of) == after


async def test_what_is_released_stays_as_people_were_told(connection: Connection) -> None:
    of = await draft(connection)
    await runs.release(connection, of.event_id, of.run_id, AT)
    with pytest.raises(SeatsFixed):
        await kept(connection, of, swap(of, "Cy", 1, "Bob", 2))


async def test_pairs_of_a_round_swap_and_a_third_follows_their_table(connection: Connection) -> None:
    """Cy goes to Dee, whom Eve joins; Bob meets Ada in the second round, so he cannot take Cy's seat."""
    of = await draft(connection, Format.ROUNDS)
    before = await held(connection, of)
    twice = await effect_of(connection, of, swap(of, "Cy", 1, "Bob", 2))
    assert (twice.hinders, twice.possible) == (["twice"], False)
    change = swap(of, "Cy", 1, "Dee", 2)
    await kept(connection, of, change)
    assert (await pairs_of(connection, of))[:2] == [("Ada", "Dee", 1, 1), ("Bob", "Cy", 1, 2)]
    members = await connection.fetch("select attendee_id from run_group_member where run_id = $1", of.run_id)
    assert of.names([row["attendee_id"] for row in members]) == ["Bob", "Cy", "Eve"]
    await kept(connection, of, change.undone)
    assert await held(connection, of) == before


async def test_a_bye_is_handed_over(connection: Connection) -> None:
    of = await draft(connection, Format.ROUNDS)
    before, change = await held(connection, of), swap(of, "Flo", None, "Cy", 1)
    found = await effect_of(connection, of, change)
    assert (found.people[0].value_before, found.people[1].value_after) == (None, None)
    await kept(connection, of, change)
    assert await at_table(connection, of, 1, 1) == ["Ada", "Flo"]
    assert of.names([row[1] for row in (await held(connection, of))["run_bye"]]) == ["Cy"]
    assert (await pairs_of(connection, of))[0] == ("Ada", "Flo", 1, 1)
    await kept(connection, of, change.undone)
    assert await held(connection, of) == before


async def test_in_pairs_nobody_moves_alone(connection: Connection) -> None:
    of = await draft(connection, Format.ROUNDS)
    assert "pairs_only" in (await effect_of(connection, of, move(of, "Cy", 1, 2))).hinders


async def test_who_needs_an_accessible_table_stays_at_one(connection: Connection) -> None:
    of = await draft(connection)
    tables = [TableInput(number=1, seats=3), TableInput(number=2, seats=3, accessible=False)]
    await programmes.add_tables(connection, of.event_id, tables)
    await connection.execute("update attendee set needs_accessible = true where id = $1", of.people["Cy"])
    assert (await effect_of(connection, of, swap(of, "Cy", 1, "Bob", 2))).hinders == ["not_accessible"]
    assert (await effect_of(connection, of, swap(of, "Ada", 1, "Bob", 2))).hinders == []


async def test_a_pin_that_a_change_parts_is_told(connection: Connection) -> None:
    of = await draft(connection, pinned=[("Ada", "Cy"), ("Bob", "Eve")])
    found = await effect_of(connection, of, swap(of, "Cy", 1, "Bob", 2))
    assert [of.names([one.first, one.second]) for one in found.unpinned] == [["Ada", "Cy"]]
    assert found.possible


async def unseat(connection: Connection, of: Draft, *names: str, round: int = 1) -> None:
    """As where there were too few seats for all."""
    for name in names:
        await connection.execute(
            "delete from placement where run_id = $1 and round = $2 and attendee_id = $3",
            of.run_id, round, of.people[name],
        )  # fmt: skip
        await connection.execute(
            """
            delete from run_group_member
             where run_id = $1
               and attendee_id = $3
               and group_rank in (select rank from run_group where run_id = $1 and round = $2)
            """,
            of.run_id, round, of.people[name],
        )  # fmt: skip


async def test_who_has_no_seat_takes_a_free_one_and_gives_it_up_without_a_trace(connection: Connection) -> None:
    of = await draft(connection)
    await unseat(connection, of, "Bob")
    before, change = (
        await held(connection, of),
        SeatChange(round=1, attendee_id=of.people["Bob"], table_from=None, table_to=2),
    )
    found = await effect_of(connection, of, change)
    assert (found.possible, found.away, of.names(found.people[0].joins)) == (True, [], ["Dee", "Flo"])
    await kept(connection, of, change)
    assert await at_table(connection, of, 1, 2) == ["Bob", "Dee", "Flo"]
    await kept(connection, of, change.undone)
    assert await held(connection, of) == before


async def test_who_has_no_seat_takes_that_of_another_who_then_has_none_nor_a_bye(connection: Connection) -> None:
    of = await draft(connection)
    await unseat(connection, of, "Bob")
    before, change = await held(connection, of), swap(of, "Bob", None, "Cy", 1)
    await kept(connection, of, change)
    assert await at_table(connection, of, 1, 1) == ["Ada", "Bob", "Eve"]
    assert (await held(connection, of))["run_bye"] == []
    assert ("Ada", "Bob", 1, 1) in await pairs_of(connection, of)
    await kept(connection, of, change.undone)
    assert await held(connection, of) == before


async def test_two_without_a_seat_have_none_to_change(connection: Connection) -> None:
    of = await draft(connection)
    await unseat(connection, of, "Bob", "Cy")
    assert "to_nowhere" in (await effect_of(connection, of, swap(of, "Bob", None, "Cy", None))).hinders


async def test_who_said_they_are_not_there_is_told_and_may_be_seated(connection: Connection) -> None:
    of = await draft(connection)
    await unseat(connection, of, "Bob")
    change = SeatChange(round=1, attendee_id=of.people["Bob"], table_from=None, table_to=2)
    for available, away in (([2], [of.people["Bob"]]), ([], [of.people["Bob"]]), ([1], []), (None, [])):
        await connection.execute("update attendee set available = $2 where id = $1", of.people["Bob"], available)
        found = await effect_of(connection, of, change)
        assert (found.away, found.possible) == (away, True)


async def test_in_pairs_nobody_gives_up_a_seat_alone(connection: Connection) -> None:
    of = await draft(connection, Format.ROUNDS)
    change = SeatChange(round=1, attendee_id=of.people["Cy"], table_from=1, table_to=None)
    assert (await effect_of(connection, of, change)).hinders == ["pairs_only", "alone"]


async def test_who_opted_out_since_is_given_no_seat(connection: Connection) -> None:
    of = await draft(connection)
    await unseat(connection, of, "Bob")
    change = SeatChange(round=1, attendee_id=of.people["Bob"], table_from=None, table_to=2)
    await connection.execute("update attendee set opted_in = false where id = $1", of.people["Bob"])
    assert (await effect_of(connection, of, change)).hinders == ["not_part"]
