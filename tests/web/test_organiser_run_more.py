"""What a run came to beside its pairs, and what more time or other rules would give, as its pages say it."""

import re

import pytest
from litestar import Litestar

from matchmaker.model.group import Bye, Connector
from matchmaker.model.ids import AssociationId
from matchmaker.model.privacy import Privacy
from matchmaker.model.run import Format
from matchmaker.services import why
from matchmaker.store import groups, privacies
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from matchmaker.web.organiser import run_more
from matchmaker.web.organiser.run_more import evenness
from tests import factories
from tests.api.world import seed
from tests.factories import LATER
from tests.web.browser import Clock
from tests.web.organiser import signed_in
from tests.web.run_room import Room, a_room
from tests.web.test_organiser_runs import shown


@pytest.fixture
async def room(pool: Pool, association_id: AssociationId, clock: Clock) -> Room:
    return await a_room(pool, association_id)


async def test_the_spread_is_said_in_words_and_links_lead_to_what_there_is(
    app: Litestar, room: Room, clock: Clock
) -> None:
    async with signed_in(app, room.association_id, clock) as desk:
        page = await shown(desk, f"{room.run}/more")
        assert "Very even" in page.text
        assert "The most that anybody has: 1. 0 people have none." in page.text
        assert "(the Gini coefficient): 0.00" in page.text
        linked = set(re.findall(rf'href="{room.run}/(\w+)"', (await desk.get(f"{room.run}/more")).text))
        assert linked & {"connectors", "byes", "rules", "groups"} == {"rules"}
        await _beyond(room)
        linked = set(re.findall(rf'href="{room.run}/(\w+)"', (await desk.get(f"{room.run}/more")).text))
        assert linked & {"connectors", "byes", "rules"} == {"connectors", "rules"}


@pytest.mark.parametrize(("gini", "key"), [(0, "even"), (0.1, "fair"), (0.3, "uneven"), (0.4, "very_uneven")])
def test_a_gini_has_words(gini: float, key: str) -> None:
    assert evenness(gini) == key


async def test_connectors_go_on_and_miss_nobody(
    app: Litestar, room: Room, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_more, "SHOWN", 1)
    await _beyond(room)
    async with signed_in(app, room.association_id, clock) as desk:
        first = (await desk.get(f"{room.run}/connectors")).text
        (onward,) = re.findall(rf'rel="next" href="({room.run}/connectors\?after=1)"', first)
        second = (await desk.get(onward)).text
        assert 'rel="next"' not in second
        assert "Nobody knows both" in (await shown(desk, f"{room.run}/connectors?after=9")).text
    rows = [re.findall(r'<th scope="row">.*?>(\w+) ·', one) for one in (first, second)]
    assert rows == [[room.names[2]], [room.names[1]]]


async def test_who_sits_out_is_listed_round_by_round(
    app: Litestar, room: Room, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_more, "SHOWN", 1)
    async with tenant_transaction(room.pool, room.association_id) as connection:
        run = await factories.drafted_run(connection, room.event_id, format=Format.ROUNDS, at=LATER)
        byes = [Bye(attendee_id=one, round=number) for number, one in enumerate(room.people[:2], start=1)]
        await groups.add_byes(connection, run.id, byes)
    path = f"{room.runs}/{run.id}"
    async with signed_in(app, room.association_id, clock) as desk:
        assert f'href="{path}/byes"' in (await desk.get(f"{path}/more")).text
        first = (await desk.get(f"{path}/byes")).text
        (onward,) = re.findall(r'rel="next" href="([^"]+)"', first)
        second = (await desk.get(onward.replace("&amp;", "&"))).text
        assert "Nobody sits out a round." in (await shown(desk, f"{room.run}/byes")).text
    named = [[name for name in room.names if f"{name} · " in one] for one in (first, second)]
    assert named == [room.names[:1], room.names[1:2]]


async def test_of_a_private_event_counts_and_byes_are_told_and_no_two_together(
    app: Litestar, room: Room, clock: Clock
) -> None:
    async with tenant_transaction(room.pool, room.association_id) as connection:
        assert await privacies.put(connection, room.event_id, Privacy.PRIVATE)
    async with signed_in(app, room.association_id, clock) as desk:
        more = (await desk.get(f"{room.run}/more")).text
        answers = {one: (await desk.get(f"{room.run}/{one}")).status_code for one in ("connectors", "byes", "rules")}
    assert ("Very even" in more, "/connectors" in more, "/pairings" in more) == (True, False, False)
    assert answers == {"connectors": 403, "byes": 200, "rules": 200}


async def test_other_rules_and_more_time_are_worked_out(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By real calculations of what the run read, with time for their child to start on a busy machine."""
    monkeypatch.setattr(why, "ANSWER_SECONDS_MAX", 120)
    ids = await seed(pool, association_id)
    rules = "/events/{event_id}/runs/{run_id}/rules".format(**ids)
    outlook = "/events/{event_id}/room/attendees/{attendee_id}/runs/{run_id}/outlook".format(**ids)
    async with signed_in(app, association_id, clock) as desk:
        assert "Work it out" in (await shown(desk, rules)).text
        page = await shown(desk, f"{rules}?ask=yes")
        assert "As it is:" in page.text
        assert "everyone who wants introductions would take one more" in page.text
        assert "the dial stood wholly at" in page.text
        assert " for the room, " not in page.text
        minutes = await shown(desk, f"{outlook}?minutes=30")
        assert minutes.fields["minutes"] == "30"
        assert "Nothing was changed." in minutes.text
        part = await desk.get(f"{outlook}?minutes=nonsense", **{"HX-Request": "true"})
        assert ("<html" in part.text, "Nothing was changed." in part.text) == (False, True)


async def test_an_answer_that_takes_too_long_is_said_to(
    app: Litestar, room: Room, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(why, "ANSWER_SECONDS_MAX", 0)
    path = f"/events/{room.event_id}/room/attendees/{room.people[0]}/runs/{room.run_id}/outlook"
    async with signed_in(app, room.association_id, clock) as desk:
        assert "The answer took too long" in (await shown(desk, f"{room.run}/rules?ask=yes")).text
        assert "The answer took too long" in (await shown(desk, path)).text


async def _beyond(room: Room) -> None:
    """Two who could introduce two others."""
    one, two, three, four = room.people
    found = [
        Connector(first=one, second=two, connector_id=three),
        Connector(first=three, second=four, connector_id=two),
    ]
    async with tenant_transaction(room.pool, room.association_id) as connection:
        await groups.add_connectors(connection, room.run_id, found)
