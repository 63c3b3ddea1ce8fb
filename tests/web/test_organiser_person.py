"""One attendee and the others, and what a run gives them: said, shown, taken away, and nothing of it in a private event."""

import pytest
from litestar import Litestar

from matchmaker.model.group import Connector, GroupKind, Route
from matchmaker.model.ids import AssociationId, AttendeeId, RunId
from matchmaker.model.organiser import Role
from matchmaker.model.pairing import Reason
from matchmaker.model.privacy import Privacy
from matchmaker.store import encounters, groups, pairings, privacies
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.factories import LATER
from tests.web.browser import Clock, Page
from tests.web.organiser import signed_in
from tests.web.run_room import a_room
from tests.web.test_room import person, text_of
from tests.web.world import World

RELATIONS = ("must_meet", "would_like", "rather_not", "known", "met", "sat_together", "apart")


def home(world: World, attendee_id: str = "") -> str:
    return f"/events/{world.event_id}/room/attendees/{attendee_id or world.ada}"


async def private(world: World) -> None:
    async with tenant_transaction(world.pool, world.association_id) as connection:
        assert await privacies.put(connection, world.event_id, Privacy.PRIVATE)


async def draft(world: World) -> RunId:
    """A later run of Ada and Bob, in which Cy knows both, Ada's ask waits, and three help each other."""
    cy = AttendeeId(await person(world, "Cy Third"))
    async with tenant_transaction(world.pool, world.association_id) as connection:
        run = await factories.drafted_run(connection, world.event_id, at=LATER)
        first, second = min(world.ada, world.bob), max(world.ada, world.bob)
        reasons = [Reason(to=world.ada, seek="Bookkeeping for clubs", offer="Bookkeeping for clubs", share=1.0)]
        reasons += [Reason(to=world.bob, seek="A mentor", offer="A mentor", share=1.0)]
        await pairings.add_all(connection, run.id, [factories.pairing(first, second, reasons=reasons)])
        await groups.add_connectors(connection, run.id, [Connector(first=first, second=second, connector_id=cy)])
        circle = [factories.group([world.ada, world.bob, cy], kind=GroupKind.CIRCLE, round=None)]
        await groups.add_all(connection, run.id, circle)
        await groups.add_members(connection, run.id, circle)
        await groups.add_asks(connection, run.id, [factories.ask(world.ada, seek="A choir", route=Route.QUEUE)])
    return run.id


async def test_each_relation_is_said_shown_and_taken_away(app: Litestar, world: World) -> None:
    path = f"{home(world)}/others"
    tables = ("wish", "acquaintance", "encounter", "exclusion")
    async with signed_in(app, world.association_id, world.clock) as desk:
        for relation in RELATIONS:
            assert (await desk.press(path, relation=relation, person="bob")).status_code == 303
            assert (await desk.press(path, relation=relation, person="bob")).status_code == 303
        counts = [(await world.rows(f"select count(*) from {table}"))[0][0] for table in tables]
        assert counts == [1, 1, 2, 1]
        assert await world.rows("select strength from wish") == [("rather_not",)]
        mine, theirs = [text_of(await desk.get(f"{home(world, one)}/others")) for one in (world.ada, world.bob)]
        for table, kind in zip(tables, ("wishes", "acquaintances", "encounters", "exclusions"), strict=True):
            for (row_id,) in await world.rows(f"select id from {table}"):
                assert (await desk.press(f"{path}/{kind}/{row_id}")).status_code == 303
                assert (await desk.press(f"{path}/{kind}/{row_id}")).status_code == 303
        counts = [(await world.rows(f"select count(*) from {table}"))[0][0] for table in tables]
    said = ("Would rather not meet Bob", "Met Bob", "Sat together with Bob")
    assert [one in mine for one in said] == [True] * 3
    assert "Ada Example would rather not meet Bob O’Example" in theirs
    assert counts == [0, 0, 0, 0]


async def test_what_is_unclear_is_asked_and_what_was_typed_stays(app: Litestar, world: World) -> None:
    another = await person(world, "Bob Another")
    path = f"{home(world)}/others"
    async with signed_in(app, world.association_id, world.clock) as desk:
        empty = await desk.press(path)
        nobody = await desk.press(path, person="Zed", relation="known")
        several = await desk.press(path, person="bob", relation="known")
        oneself = await desk.press(path, person="Ada", relation="known")
        unknown = await desk.press(path, person="bob", relation="adores")
        assert [one.status_code for one in (empty, nobody, several, oneself, unknown)] == [422] * 5
        assert "nobody at this event has such a name" in oneself.text
        assert ("Bob Another" in several.text, 'value="bob"' in several.text) == (True, True)
        assert await world.rows("select count(*) from acquaintance") == [(0,)]
        assert (await desk.press(path, person="bob", other=another, relation="known")).status_code == 303
        assert (await desk.press(f"{home(world)}/exclusions")).status_code == 422
        assert (await desk.press(f"{home(world)}/exclusions", organisation="Rivals")).status_code == 303
        assert "Everybody of Rivals" in text_of(await desk.get(path))
    pair = (min(world.ada, AttendeeId(another)), max(world.ada, AttendeeId(another)))
    assert await world.rows("select first_id, second_id from acquaintance") == [pair]
    assert await world.rows("select attendee_id, organisation from exclusion") == [(world.ada, "Rivals")]


async def test_the_memory_reaches_over_events_and_never_out_of_a_private_one(app: Litestar, world: World) -> None:
    async with tenant_transaction(world.pool, world.association_id) as connection:
        for name in ("Last year", "In private"):
            event = await factories.event(connection, name=name)
            ada = await factories.attendee(connection, event.id, "Ada Example", email="ada@example.org")
            other = await factories.attendee(connection, event.id, f"Met {name}")
            await encounters.add(connection, event.id, factories.encounter(ada.id, other.id), LATER)
        assert await privacies.put(connection, event.id, Privacy.PRIVATE)
    async with signed_in(app, world.association_id, world.clock) as desk:
        page = text_of(await desk.get(f"{home(world)}/others"))
    assert ("Met Met Last year" in page, "at Last year" in page, "In private" in page) == (True, True, False)


async def test_of_a_private_event_nothing_is_listed_and_only_what_tells_nothing_is_taken(
    app: Litestar, world: World
) -> None:
    path = f"{home(world)}/others"
    async with signed_in(app, world.association_id, world.clock) as desk:
        for relation in RELATIONS:
            await desk.press(path, relation=relation, person="bob")
        await world.rows("delete from exclusion returning 1")
        await private(world)
        page = text_of(await desk.get(path))
        assert ("This event is private" in page, "Bob" in page) == (True, False)
        answers = [(await desk.press(path, relation=one, person="bob")).status_code for one in RELATIONS]
        run = text_of(await desk.get(f"{home(world)}/match"))
    assert answers == [403, 403, 403, 303, 403, 403, 303]
    assert ("This event is private" in run, "Bob" in run) == (True, False)


async def test_what_the_run_gives_somebody_stands_on_one_page(app: Litestar, world: World) -> None:
    run_id = await draft(world)
    async with signed_in(app, world.association_id, world.clock, Role.HELPER) as desk:
        page = text_of(await desk.get(f"{home(world)}/match"))
        earlier = await world.rows(f"select id from match_run where id <> '{run_id}'")
        older = text_of(await desk.get(f"{home(world)}/match?run={earlier[0][0]}"))
        assert (await desk.get(f"{home(world)}/match?run=nonsense")).status_code == 404
    words = (
        "Sought: “Bookkeeping for clubs”. Offered: “Bookkeeping for clubs”.",
        "Cy Third knows both and could introduce",
        "Giving circle",
        "“A choir”: Your queue",
        "0 % of what they seek is answered",
    )
    assert [one in page for one in words] == [True] * 5
    assert "Cy Third" not in older


async def test_who_has_nobody_reads_why(app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock) -> None:
    room = await a_room(pool, association_id)
    path = f"/events/{room.event_id}/room/attendees/{room.people[0]}/match"
    async with signed_in(app, association_id, clock) as desk:
        async with tenant_transaction(pool, association_id) as connection:
            await connection.execute("delete from pairing")
        page = text_of(await desk.get(path))
    assert ("Nobody in this run." in page, "They have said nothing yet that others could read." in page) == (True, True)


async def test_somebody_is_added_by_hand_and_is_who_they_were_before(app: Litestar, world: World) -> None:
    async with tenant_transaction(world.pool, world.association_id) as connection:
        earlier = (await factories.event(connection, name="Last year")).id
        await factories.attendee(connection, earlier, "Wim", email="wim@example.org")
    path = f"/events/{world.event_id}/room/new"
    async with signed_in(app, world.association_id, world.clock) as desk:
        assert path in (await desk.get(f"/events/{world.event_id}/room")).text
        wrong = await desk.press(path, email="nonsense", seeks="Kept words")
        assert (wrong.status_code, "Kept words" in wrong.text) == (422, True)
        taken = await desk.press(path, name="Ada", email="ada@example.org")
        assert "somebody else at this event has this address" in taken.text
        added = await desk.press(path, name="Wim W", email="wim@example.org", seeks="A choir\nA band", groups="Board")
        assert "Added. Here you may say the rest." in text_of(await desk.get(added.headers["location"]))
        assert (await desk.press(path, name="Nameless, without an address")).status_code == 303
    found = await world.rows(
        f"select seeks, groups from attendee where event_id = '{world.event_id}' and groups <> '{{}}'"
    )
    assert found == [(["A choir", "A band"], ["Board"])]
    assert await world.rows("select count(*) from contact where email_key = 'wim@example.org'") == [(1,)]


async def test_a_page_of_nobody_is_no_page(app: Litestar, world: World) -> None:
    nobody = home(world, "00000000-0000-4000-8000-000000000000")
    async with signed_in(app, world.association_id, world.clock) as desk:
        answers = [(await desk.get(f"{nobody}/{one}")).status_code for one in ("others", "match")]
        answers += [(await desk.press(f"{nobody}/others", relation="known", person="bob")).status_code]
    assert answers == [404] * 3


@pytest.mark.parametrize("language", ["en", "de"])
async def test_the_tabs_name_the_page_one_is_on(app: Litestar, world: World, language: str) -> None:
    async with signed_in(app, world.association_id, world.clock) as desk:
        desk.browser.headers["Accept-Language"] = language
        for tab in ("", "/others", "/match"):
            page = Page((await desk.get(home(world) + tab)).text)
            assert page.language == language
            assert (await desk.get(home(world) + tab)).text.count('aria-current="page"') == 2
