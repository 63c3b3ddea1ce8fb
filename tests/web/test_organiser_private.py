"""Of a private event no page and no file tells an organiser who is with whom, or what one said of another (F79).

Two people trade places in all that was proposed, said and arranged; whoever looks at every page before and after sees no
difference. At an open event the same look shows where it could.
"""

from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from litestar import Litestar

from matchmaker.model.exclusion import Acquaintance
from matchmaker.model.group import Route
from matchmaker.model.ids import AssociationId, AttendeeId
from matchmaker.model.message import LetterKind, MessageInput
from matchmaker.model.privacy import Privacy
from matchmaker.model.run import Format, MatchRun
from matchmaker.store import (
    acquaintances,
    check_ins,
    embedded,
    encounters,
    exclusions,
    feedback,
    groups,
    introductions,
    messages,
    pairings,
    placements,
    privacies,
    promises,
    wishes,
)
from matchmaker.store.connection import Connection, Pool
from matchmaker.store.tenant import tenant_transaction
from matchmaker.web.organiser.file_kinds import KINDS
from tests import factories
from tests.factories import AT, LATER
from tests.web.browser import Clock
from tests.web.organiser import Desk, signed_in
from tests.web.routes import filled, handlers
from tests.web.world import World

# What is calculated anew by a process of its own, from what everybody said, as a figure of many: `tests/matching` looks at those.
CALCULATED = {"show_coverage_map", "show_fairness"}
ELSEWHERE = {
    "show_sign_in",
    "show_start",
    "show_account",
    "show_passkeys",
    "show_password",
}  # and with random words in them
# Which pages of an open event tell who is with whom.
TELLING = {"show_attendee", "show_pairings", "show_plan", "show_groups", "take_file", "show_asks"}
SEATS = {"promise", "run_group_member"}  # of one, and beside others


class Four(World):
    """Ada is with Bob, and Cy with Dee, in everything there is; nothing is said of any other two."""

    cy: AttendeeId
    dee: AttendeeId

    @property
    def pairs(self) -> list[tuple[AttendeeId, AttendeeId]]:
        return [(self.ada, self.bob), (self.cy, self.dee)]


@pytest.fixture
async def world(pool: Pool, association_id: AssociationId, clock: Clock) -> Four:
    world = Four(pool, association_id, clock)
    await world.build()
    async with tenant_transaction(pool, association_id) as connection:
        more = {"seeks": ["A mentor"], "offers": ["Bread"]}
        cy, dee = [
            await factories.attendee(connection, world.event_id, f"{name} Example", **more) for name in ("Cy", "Dee")
        ]
        world.cy, world.dee = cy.id, dee.id
        run_id = await connection.fetchval("select id from match_run")
        ends = AT + timedelta(days=14)
        await introductions.offer(connection, world.event_id, run_id, *sorted(world.pairs[1]), expires_at=ends, at=AT)
        for one, other in world.pairs:
            await _say(connection, world, one, other)
        await _fail_letters(connection)
        await _arrange(connection, world)
        await connection.execute("update attendee set checked_in_at = $1", AT)
    return world


async def _say(connection: Connection, world: Four, one: AttendeeId, other: AttendeeId) -> None:
    event_id = world.event_id
    await exclusions.ask(connection, event_id, one, "them", others=[other], at=AT)
    await acquaintances.add(connection, event_id, Acquaintance(first_id=one, second_id=other), AT, is_own=True)
    await wishes.put(connection, event_id, factories.wish(one, other), AT)
    await encounters.add(connection, event_id, factories.encounter(min(one, other), max(one, other)), AT)
    await feedback.put_all(connection, event_id, [factories.feedback(one, other)], AT)
    (made,) = await introductions.find(connection, event_id, attendee_id=one, limit=2)
    await promises.add(connection, made.id, one, "To call.", due_at=AT + timedelta(days=9), at=AT)
    told = [MessageInput(letter=LetterKind.HELD_BACK, attendee_id=each, not_before=AT) for each in (one, other)]
    await messages.add(connection, told, AT)


async def _fail_letters(connection: Connection) -> None:
    await connection.execute("update message set state = 'failed', claim = 1, reason = 'refused', ended_at = $1", LATER)


async def _arrange(connection: Connection, world: Four) -> None:
    """Tables that were released before, rounds that are, and a draft of each."""
    made = [_proposal(connection, world, format) for format in (Format.TABLES, Format.ROUNDS) for _ in range(2)]
    tables, _, rounds, _ = [await one for one in made]
    for run, state in ((tables, "superseded"), (rounds, "released")):
        await connection.execute("update match_run set state = 'superseded' where state = 'released'")
        await connection.execute(
            "update match_run set state = $2, released_at = $3 where id = $1", run.id, state, LATER
        )


async def _proposal(connection: Connection, world: Four, format: Format) -> MatchRun:
    run = await factories.drafted_run(connection, world.event_id, format=format, at=LATER)
    pairs = [(min(pair), max(pair)) for pair in world.pairs]
    if format is Format.ROUNDS:
        proposed = [
            factories.pairing(*pair, rank=table, round=1, table=table) for table, pair in enumerate(pairs, start=1)
        ]
        await pairings.add_all(connection, run.id, proposed)
    else:
        tables = [factories.group(list(pair), number=table) for table, pair in enumerate(pairs, start=1)]
        await groups.add_all(connection, run.id, tables)
        await groups.add_members(connection, run.id, tables)
    asks = [factories.ask(one, route=Route.CLINIC, expert_id=other, value=1.0, offer="Bread") for one, other in pairs]
    await groups.add_asks(connection, run.id, asks)
    seats = [(one, table) for table, pair in enumerate(pairs, start=1) for one in pair]
    await placements.add_round(connection, run.id, 1, seats, hours=None)
    return run


async def test_nobody_learns_from_a_page_who_is_with_whom(
    app: Litestar, pool: Pool, database: embedded.Server, world: Four, clock: Clock
) -> None:
    async with tenant_transaction(pool, world.association_id) as connection:
        await privacies.put(connection, world.event_id, Privacy.PRIVATE)
    before, after = await looked_at_twice(app, pool, database, world, clock)
    assert len(before) > 80
    assert sorted(path for path in before if before[path] != after[path]) == []


async def test_an_open_event_shows_it_where_a_private_one_does_not(
    app: Litestar, pool: Pool, database: embedded.Server, world: Four, clock: Clock
) -> None:
    """So that the look above would have seen it."""
    before, after = await looked_at_twice(app, pool, database, world, clock)
    differing = {path[0] for path in before if before[path] != after[path]}
    assert sorted(TELLING - differing) == []


async def looked_at_twice(
    app: Litestar, pool: Pool, database: embedded.Server, world: Four, clock: Clock
) -> tuple[dict[tuple[str, str], str], dict[tuple[str, str], str]]:
    """Every page, before and after Bob and Cy trade places, by its handler and path."""
    async with signed_in(app, world.association_id, clock) as desk:
        desk.browser.event_hooks = {}  # which want whole pages
        async with tenant_transaction(pool, world.association_id) as connection:
            paths = await paths_of(connection, world)
        before = {path: await looked_at(desk, path[1]) for path in paths}
        owner = await asyncpg.connect(database.dsn(embedded.OWNER))
        async with owner.transaction():
            await owner.execute("select set_config('app.association', $1, true)", world.association_id)
            await trade_places(owner, world)
        await owner.close()
        return before, {path: await looked_at(desk, path[1]) for path in paths}


async def looked_at(desk: Desk, path: str) -> str:
    answer = await desk.get(path)
    assert answer.status_code < 500, path
    return f"{answer.status_code} {answer.content!r}"


async def paths_of(connection: Connection, world: Four) -> list[tuple[str, str]]:
    """Every page and file, for each attendee and run, with the questions that a page can be asked."""
    runs = [str(row[0]) for row in await connection.fetch(
        "select id from match_run where state = 'drafted' or format = 'introductions' order by format, id"
    )]  # fmt: skip
    code = (await check_ins.codes(connection, world.event_id, limit=9))[world.bob]
    values: dict[str, list[str]] = {
        "event_id": [world.event_id],
        "attendee_id": [world.ada, world.bob, world.cy],
        "run_id": runs,
        "key": list(KINDS),
        "code": [code],
    }
    queries = {
        "show_pairings": ["", "?person=Ada"],
        "show_why_not": ["", "?first=Ada"],
        "show_swap": [f"?first={world.ada}&first_partner={world.bob}&other=Bob"],
        "show_comparison": [f"?earlier={runs[0]}&later={runs[1]}"],
        "show_plan": [f"?run={run}&q=Bob" for run in runs],
        "show_desk": ["?q=Example"],
        "show_file": [f"?run={run}" for run in runs],
        "take_file": [f"?run={run}&format=csv" for run in runs],
    }
    return [
        (handler.handler_name, path + query)
        for handler in handlers("GET")
        if handler.handler_name not in CALCULATED | ELSEWHERE
        for path in filled(handler, values)
        for query in queries.get(handler.handler_name, [""])
    ]


async def trade_places(connection: Any, world: Four) -> None:
    """Bob is Cy, and Cy is Bob, in every row that is about two people, or about a seat beside others."""
    columns = await connection.fetch(
        """
        select constraint_.conrelid::regclass::text as named, array_agg(distinct attribute.attname::text) as columns
          from pg_constraint as constraint_
          join pg_attribute as attribute
            on attribute.attrelid = constraint_.conrelid and attribute.attnum = any (constraint_.conkey)
         where constraint_.contype = 'f'
           and constraint_.confrelid in ('attendee'::regclass)
           and attribute.attname not in ('association_id', 'event_id')
         group by 1
        """
    )
    bob, cy = world.bob, world.cy
    traded = 0
    for row in columns:
        table, names = row["named"], row["columns"]
        if len(names) < 2 and table not in SEATS:
            continue
        new = {
            name: f"case {name} when '{bob}' then '{cy}'::uuid when '{cy}' then '{bob}'::uuid else {name} end"
            for name in names
        }
        if {"first_id", "second_id"} <= set(names):
            both = f"{new['first_id']}, {new['second_id']}"
            new |= {"first_id": f"least({both})", "second_id": f"greatest({both})"}
        where = " or ".join(f"{name} in ('{bob}', '{cy}')" for name in names)
        await connection.execute(
            f"update {table} set {', '.join(f'{name} = {value}' for name, value in new.items())} where {where}"
        )
        traded += 1
    assert traded > 10, columns
    await connection.execute(
        "update placement set table_number = 3 - table_number where attendee_id in ($1, $2)", bob, cy
    )
