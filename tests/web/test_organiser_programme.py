"""Rounds and tables one by one: hours that differ, a break, a second day; seats, names, places, and who can sit where."""

from datetime import UTC, datetime

import pytest
from litestar import Litestar

from matchmaker.model.ids import AssociationId, EventId
from matchmaker.model.programme import Programme
from matchmaker.services import arrange
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests.web.browser import Clock, Page
from tests.web.organiser import Desk, signed_in
from tests.web.test_organiser_set_up import HOURS, an_event

TWO = {"rounds": "2", "tables": "2"}


async def programme_of(pool: Pool, association_id: AssociationId, event_id: EventId) -> Programme:
    async with tenant_transaction(pool, association_id) as connection:
        return await arrange.programme(connection, event_id)


async def laid_out(desk: Desk, event_id: EventId, **fields: str) -> None:
    """Rounds of a quarter of an hour from ten in Berlin, and tables of two."""
    path = f"/events/{event_id}/set-up/hours"
    assert (await desk.press(path, version="1", **{**HOURS, **TWO, **fields})).status_code == 303


async def fields_of(desk: Desk, path: str) -> dict[str, str]:
    return Page((await desk.get(path)).text).fields


async def test_rounds_differ_and_run_over_two_days_and_tables_stay(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    """The second is taken away, and one of another day put before the first, which makes it the first."""
    event_id = await an_event(pool, association_id, time_zone="Europe/Berlin")
    path = f"/events/{event_id}/set-up/rounds"
    async with signed_in(app, association_id, clock) as desk:
        await laid_out(desk, event_id)
        fields = await fields_of(desk, path)
        assert (fields["date_1_begins"], fields["date_2_ends"], fields["date_3_day"]) == ("10:00", "10:35", "")
        new = {"date_3_day": "2026-12-03", "date_3_begins": "18:00", "date_3_ends": "19:30"}
        blank = {f"date_2_{name}": "" for name in ("day", "begins", "ends")}
        answer = await desk.press(path, **{**fields, **blank, **new})
        assert answer.headers["location"].endswith(f"/events/{event_id}/set-up/hours?said=hours_made")
        assert "are not all alike" in Page((await desk.get(f"/events/{event_id}/set-up/hours")).text).text
        assert (await desk.press(path, **fields)).status_code == 409
    found = await programme_of(pool, association_id, event_id)
    assert [(one.number, one.starts_at, one.ends_at) for one in found.slots] == [
        (1, datetime(2026, 12, 3, 17, tzinfo=UTC), datetime(2026, 12, 3, 18, 30, tzinfo=UTC)),
        (2, datetime(2026, 12, 4, 9, tzinfo=UTC), datetime(2026, 12, 4, 9, 15, tzinfo=UTC)),
    ]
    assert len(found.tables) == 2


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"date_2_begins": "10:10"}, "date_2_day", "this begins before the date above it has ended"),
        ({"date_1_ends": "10:00"}, "date_1_ends", "it ends before it begins"),
        ({"date_3_day": "2026-12-05"}, "date_3_begins", "an hour such as 10:00, please"),
        ({"date_2_day": "0001-01-01"}, "date_2_day", "this is no day"),
    ],
)
async def test_a_round_that_cannot_be_is_told_at_its_field_and_all_stay(
    app: Litestar,
    pool: Pool,
    association_id: AssociationId,
    clock: Clock,
    wrong: dict[str, str],
    field: str,
    words: str,
) -> None:
    event_id = await an_event(pool, association_id)
    path = f"/events/{event_id}/set-up/rounds"
    async with signed_in(app, association_id, clock) as desk:
        await laid_out(desk, event_id)
        answer = await desk.press(path, **{**await fields_of(desk, path), **wrong})
        assert (answer.status_code, f'id="{field}-mistake">{words}' in answer.text) == (422, True)
    assert len((await programme_of(pool, association_id, event_id)).slots) == 2


async def test_tables_have_names_and_places_and_some_are_not_for_everybody(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    event_id = await an_event(pool, association_id)
    path = f"/events/{event_id}/set-up/tables"
    async with signed_in(app, association_id, clock) as desk:
        await laid_out(desk, event_id)
        fields = await fields_of(desk, path)
        steps = {"name_1": "Linden", "place_1": "upper floor", "seats_1": "8"}
        given = {name: text for name, text in (fields | steps).items() if name != "accessible_1"}
        assert (await desk.press(path, **{**given, "seats_2": "", "seats_3": "4"})).status_code == 303
        assert (await fields_of(desk, path))["place_1"] == "upper floor"
        stale = await desk.press(path, **{**given, "seats_3": "6"})
        assert (stale.status_code, "8, Linden, upper floor" in Page(stale.text).text) == (409, False)
        assert "4, Whoever needs an accessible table can sit here" in Page(stale.text).text
        for wrong in ({"seats_1": "1"}, {"name_1": "x" * 201}):
            assert (await desk.press(path, **{**given, **wrong})).status_code == 422
    found = await programme_of(pool, association_id, event_id)
    assert [(one.number, one.seats, one.name, one.place, one.accessible) for one in found.tables] == [
        (1, 8, "Linden", "upper floor", False),
        (3, 4, None, None, True),
    ]
    assert len(found.slots) == 2


async def test_of_many_tables_some_are_shown_and_the_others_stay(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    event_id = await an_event(pool, association_id)
    path = f"/events/{event_id}/set-up/tables"
    async with signed_in(app, association_id, clock) as desk:
        await laid_out(desk, event_id, tables="90")
        first = await desk.get(path)
        assert ("seats_40" in first.text, "seats_41" in first.text, "seats_91" in first.text) == (True, False, False)
        assert "?after=40" in first.text
        fields = await fields_of(desk, f"{path}?after=80")
        assert (fields["seats_90"], fields["seats_91"]) == ("2", "")
        answer = await desk.press(path, **{**fields, "name_81": "Oak"})
        assert answer.headers["location"].endswith("/set-up/tables?after=80&said=saved")
    found = await programme_of(pool, association_id, event_id)
    assert [table.number for table in found.tables] == list(range(1, 91))
    assert [table.name for table in found.tables if table.name] == ["Oak"]


@pytest.mark.parametrize(
    ("wanted", "place"), [("hours", "/set-up/hours"), ("set-up", "/set-up"), ("", ""), ("//x", "")]
)
async def test_whoever_says_the_day_goes_on_where_they_came_from(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock, wanted: str, place: str
) -> None:
    event_id = await an_event(pool, association_id, starts_on=None)
    async with signed_in(app, association_id, clock) as desk:
        assert f"/events/{event_id}/details?for=hours" in (await desk.get(f"/events/{event_id}/set-up/hours")).text
        fields = await fields_of(desk, f"/events/{event_id}/details?for={wanted}")
        answer = await desk.press(f"/events/{event_id}/details", **{**fields, "starts_on": "2026-12-04"})
        assert answer.headers["location"].endswith(f"/events/{event_id}{place}?said=saved")
