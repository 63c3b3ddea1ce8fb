"""A calendar feed is read again and again, and shows released rounds under names that stay."""

from datetime import timedelta

import httpx
from icalendar import Calendar

from matchmaker.model.introduction import ReleaseInput
from matchmaker.model.link import LinkScope
from matchmaker.model.run import Format
from matchmaker.services import release
from matchmaker.store import placements
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.factories import AT
from tests.web.world import World


async def seat(world: World, *, released: bool) -> None:
    """Ada and Bob at table 7 of the first round, and Ada alone in a second."""
    hours = AT + timedelta(days=30), AT + timedelta(days=30, minutes=20)
    later = AT + timedelta(days=30, hours=1), AT + timedelta(days=30, hours=2)
    async with tenant_transaction(world.pool, world.association_id) as connection:
        run = await factories.drafted_run(connection, world.event_id, format=Format.TABLES)
        await placements.add_round(connection, run.id, 1, [(world.ada, 7), (world.bob, 7)], hours=hours)
        await placements.add_round(connection, run.id, 2, [(world.ada, None)], hours=later)
        if released:
            await release.release(connection, world.event_id, run.id, ReleaseInput(), at=AT)


async def test_a_feed_shows_rounds_with_whom_and_where(world: World, visitor: httpx.AsyncClient) -> None:
    await seat(world, released=True)
    address = f"/c/{await world.link(world.ada, LinkScope.FEED)}.ics"
    answer = await visitor.get(address)
    assert answer.headers["content-type"].startswith("text/calendar")
    first, second = Calendar.from_ical(answer.content).walk("VEVENT")
    assert (first["summary"], first["location"]) == ("Talk with Bob O’Example", "Table 7")
    assert first.decoded("dtstart") == AT + timedelta(days=30)
    assert second["summary"] == "Annual conference: a round to yourself"
    assert "example.com" not in answer.text
    world.clock.go(days=1)
    again = Calendar.from_ical((await visitor.get(address)).content).walk("VEVENT")
    assert [one["uid"] for one in again] == [first["uid"], second["uid"]]


async def test_a_feed_has_the_names_of_the_letters_and_marks_what_is_cancelled(
    world: World, visitor: httpx.AsyncClient
) -> None:
    await seat(world, released=True)
    address = f"/c/{await world.link(world.ada, LinkScope.FEED)}.ics"
    ids = [str(row[0]) for row in await world.rows(
        f"select id from meeting where attendee_id = '{world.ada}' order by round"
    )]  # fmt: skip
    before = Calendar.from_ical((await visitor.get(address)).content).walk("VEVENT")
    assert [str(one["uid"]).partition("@")[0] for one in before] == ids
    async with tenant_transaction(world.pool, world.association_id) as connection:
        run = await factories.drafted_run(connection, world.event_id, format=Format.TABLES)
        await release.release(connection, world.event_id, run.id, ReleaseInput(), at=AT)
    after = Calendar.from_ical((await visitor.get(address)).content).walk("VEVENT")
    assert [(one["uid"], one["sequence"], one["status"]) for one in after] == [
        (one["uid"], 1, "CANCELLED") for one in before
    ]


async def test_a_feed_shows_nothing_that_is_not_released(world: World, visitor: httpx.AsyncClient) -> None:
    await seat(world, released=False)
    answer = await visitor.get(f"/c/{await world.link(world.ada, LinkScope.FEED)}.ics")
    assert Calendar.from_ical(answer.content).walk("VEVENT") == []


async def test_a_feed_opens_with_its_own_link_only(world: World, visitor: httpx.AsyncClient) -> None:
    feed, other = await world.link(world.ada, LinkScope.FEED), await world.link(world.ada, LinkScope.EXITS)
    assert (await visitor.get(f"/c/{feed}")).status_code == 404
    assert (await visitor.get(f"/c/{other}.ics")).status_code == 410
