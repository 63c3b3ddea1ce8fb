"""Deleting an event: what goes is said, its name is asked for, and who attends no other event is forgotten."""

import re

from litestar import Litestar

from matchmaker.model.ids import AssociationId, EventId
from matchmaker.model.organiser import Role
from matchmaker.store import events
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.web.browser import BASE_URL, Clock, Page, visiting
from tests.web.organiser import signed_in
from tests.web.world import World


async def is_there(pool: Pool, association_id: AssociationId, event_id: EventId) -> bool:
    async with tenant_transaction(pool, association_id) as connection:
        return await events.get(connection, event_id) is not None


async def test_an_event_goes_with_who_attends_no_other(app: Litestar, world: World, clock: Clock) -> None:
    async with tenant_transaction(world.pool, world.association_id) as connection:
        other = await factories.event(connection, name="Another day")
        await factories.attendee(connection, other.id, "Ada Example", email="ada@example.org")
        event = await events.get(connection, world.event_id)
    assert event is not None
    path = f"/events/{world.event_id}/deletion"
    async with signed_in(app, world.association_id, clock) as desk:
        assert path in (await desk.get(f"/events/{world.event_id}/details")).text
        page = Page((await desk.get(path)).text)
        assert "2 attendees, with all that they said" in page.text
        assert "1 run, with its pairings" in page.text
        assert "1 introduction that was offered" in page.text
        answer = await desk.press(path, name=event.name.upper(), version=page.fields["version"])
        assert answer.headers["location"].endswith("/events?said=event_deleted")
        assert "The event is deleted" in Page((await desk.get("/events?said=event_deleted")).text).text
    assert not await is_there(world.pool, world.association_id, world.event_id)
    assert await world.rows("select name from contact") == [("Ada Example",)]
    assert await world.rows("select count(*) from person") == [(1,)]


async def test_nothing_goes_without_the_name_or_after_a_change(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    async with tenant_transaction(pool, association_id) as connection:
        event = await factories.event(connection, name="Spring day")
    path = f"/events/{event.id}/deletion"
    async with signed_in(app, association_id, clock) as desk:
        for name in ("", "Spring", "Autumn day"):
            answer = await desk.press(path, name=name, version="1")
            assert (answer.status_code, 'id="name-mistake"' in answer.text) == (422, True)
        answer = await desk.press(path, name="Spring day", version="7")
        assert answer.headers["location"].endswith(f"{path}?said=event_changed_meanwhile")
    assert await is_there(pool, association_id, event.id)


async def test_a_helper_deletes_nothing(app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock) -> None:
    async with tenant_transaction(pool, association_id) as connection:
        event = await factories.event(connection, name="Spring day")
    async with signed_in(app, association_id, clock, Role.HELPER) as desk:
        answer = await desk.press(f"/events/{event.id}/deletion", name="Spring day", version="1")
        assert answer.status_code == 403
    assert await is_there(pool, association_id, event.id)


async def test_who_asks_what_is_known_of_them_is_shown_the_way(app: Litestar, world: World, clock: Clock) -> None:
    async with signed_in(app, world.association_id, clock) as desk:
        answer = await desk.get(f"/events/{world.event_id}/set-up/privacy")
        (path,) = re.findall(rf"<code>{BASE_URL}(/join/[^<]+/link)</code>", answer.text)
        assert f"/events/{world.event_id}/deletion" in answer.text
    async with visiting(app) as browser:
        assert (await browser.get(path)).status_code == 200
