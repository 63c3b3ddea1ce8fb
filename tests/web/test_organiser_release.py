"""What an organiser sets for a release: a share held back to measure what matching adds, and the dates of sets."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from litestar import Litestar

from matchmaker.matching.uplift import pairs_least
from matchmaker.model.group import GroupKind
from matchmaker.model.ids import AssociationId
from matchmaker.model.introduction import SetHours
from matchmaker.model.run import Format
from matchmaker.store import groups
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from matchmaker.web.forms import Form
from matchmaker.web.organiser.holding_back import UPLIFT, YES_SHARE, holding_back
from matchmaker.web.organiser.release_form import asked_in
from tests import factories
from tests.web.browser import Clock, Page
from tests.web.organiser import signed_in
from tests.web.run_room import Room, a_room
from tests.web.test_organiser_runs import carried_out, shown, waiting

FIRST = {"date_1_day": "2026-12-10", "date_1_begins": "10:00", "date_1_ends": "12:00"}
SIXTH = {"date_6_day": "2027-01-14", "date_6_begins": "18:30", "date_6_ends": "20:00"}


@pytest.fixture
async def room(pool: Pool, association_id: AssociationId, clock: Clock) -> Room:
    """All four let some introductions be held back."""
    room = await a_room(pool, association_id)
    async with tenant_transaction(pool, association_id) as connection:
        await connection.execute("update attendee set may_hold_back = true where event_id = $1", room.event_id)
    return room


@pytest.fixture
async def sets(room: Room) -> str:
    """The page of the release of two sets of an event in Berlin."""
    async with tenant_transaction(room.pool, room.association_id) as connection:
        await connection.execute("update event set time_zone = 'Europe/Berlin' where id = $1", room.event_id)
        run = await factories.drafted_run(connection, room.event_id, format=Format.SETS)
        made = [
            factories.group(
                room.people[start : start + 2], kind=GroupKind.SET, number=number, round=None, challenge="Growth"
            )
            for number, start in ((1, 0), (2, 2))
        ]
        await groups.add_all(connection, run.id, made)
        await groups.add_members(connection, run.id, made)
    return f"{room.runs}/{run.id}/release"


async def test_a_share_is_held_back_and_it_is_said_beforehand_what_that_could_show(
    app: Litestar, room: Room, clock: Clock
) -> None:
    async with signed_in(app, room.association_id, clock) as desk:
        page = await shown(desk, f"{room.run}/release")
        assert "2 introductions of this run are between two who both agreed." in page.text
        assert "With 4 people that is too few to see whether matching adds 20 points of a hundred" in page.text
        assert "5 % 0 nothing: too few" in page.text
        assert (await desk.press(f"{room.run}/release", holdback="21")).status_code == 422
        await desk.press(f"{room.run}/release", holdback="20")
        planned = await waiting(room)
        assert planned.asked.holdback_share == 0.2
        page = await shown(desk, f"{room.run}/release")
        assert "20 % of the introductions between two who agreed to it are held back by chance." in page.text
        await carried_out(room, planned, clock)
    async with tenant_transaction(room.pool, room.association_id) as connection:
        assert await connection.fetchval("select count(*) from hold_back where share::numeric(3, 2) = 0.2") == 2


async def test_nothing_is_offered_to_hold_back_where_nobody_agreed(app: Litestar, room: Room, clock: Clock) -> None:
    async with tenant_transaction(room.pool, room.association_id) as connection:
        await connection.execute("update attendee set measured = false where id = $1", room.people[0])
        await connection.execute("update attendee set may_hold_back = false where id = $1", room.people[3])
    async with signed_in(app, room.association_id, clock) as desk:
        page = await shown(desk, f"{room.run}/release")
    assert "Nobody in this run's introductions agreed to it" in page.text
    assert "holdback" not in page.fields


def test_what_is_needed_is_said_for_people_like_these() -> None:
    """A table of what shows, and how many people it takes to see a difference that is worth knowing."""
    needed = pairs_least(held_back=0.2, yes_share=YES_SHARE, uplift=UPLIFT)
    few, many = holding_back(people=60, pairs=30), holding_back(people=900, pairs=needed)
    assert (few.enough, few.needed, few.people_needed) == (False, needed, 2 * needed)
    assert [one.points for one in few.shares] == [None, None, None]
    assert (many.enough, many.shares[-1].points) == (True, 20)
    assert holding_back(people=60, pairs=0).people_needed == 0


async def test_dates_of_sets_are_seen_before_they_are_sent_and_are_in_the_events_own_time(
    app: Litestar, room: Room, clock: Clock, sets: str
) -> None:
    async with signed_in(app, room.association_id, clock) as desk:
        page = await shown(desk, sets)
        assert "The programme has no rounds" in page.text
        assert "No letter" in page.text
        answer = await desk.press(sets, choice="look", **FIRST, **SIXTH)
        page = Page(answer.text)
        assert (answer.status_code, "4 people are written to" in page.text) == (200, True)
        assert (page.fields["date_6_begins"], "<details open>" in answer.text) == ("18:30", True)
        async with tenant_transaction(room.pool, room.association_id) as connection:
            assert await connection.fetchval("select count(*) from planned_release") == 0
        assert (await desk.press(sets, **FIRST, **SIXTH)).status_code == 303
        assert "Thursday 10 December, 10:00" in (await shown(desk, sets)).text
    async with tenant_transaction(room.pool, room.association_id) as connection:
        asked = await connection.fetchval("select asked->'dates'->0->>'starts_at' from planned_release")
    assert datetime.fromisoformat(asked) == datetime(2026, 12, 10, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"date_1_day": "soon"}, "date_1_day", "this is no day"),
        ({"date_1_ends": ""}, "date_1_ends", "an hour such as 10:00, please"),
        ({"date_1_ends": "09:00"}, "date_1_ends", "it ends before it begins"),
        ({"date_1_day": "2026-11-20"}, "date_1_day", "this is over already"),
        ({"date_1_day": "2027-02-01"}, "date_6_day", "this begins before the date above it has ended"),
    ],
)
async def test_a_date_that_cannot_be_is_told_at_its_field_and_nothing_is_planned(
    app: Litestar, room: Room, clock: Clock, sets: str, wrong: dict[str, str], field: str, words: str
) -> None:
    async with signed_in(app, room.association_id, clock) as desk:
        answer = await desk.press(sets, **{**FIRST, **SIXTH, **wrong})
    assert answer.status_code == 422
    assert f'id="{field}-mistake">{words}' in answer.text
    assert Page(answer.text).text.count(words) == 2
    async with tenant_transaction(room.pool, room.association_id) as connection:
        assert await connection.fetchval("select count(*) from planned_release") == 0


def test_hours_of_a_set_are_told_from_the_same_wall_clock() -> None:
    """Ten to twelve in Berlin is nine to eleven in winter, wherever the server stands."""
    form = Form({name: [text] for name, text in FIRST.items()})
    found = asked_in(form, Format.SETS, zone=ZoneInfo("Europe/Berlin"), at=factories.AT)
    day = datetime(2026, 12, 10, tzinfo=UTC)
    assert found.dates == [SetHours(starts_at=day.replace(hour=9), ends_at=day.replace(hour=11))]
    assert asked_in(form, Format.ROUNDS, zone=UTC, at=factories.AT).dates == []
