"""Where a click leads nowhere, the page says why and how to go on."""

from datetime import date
from typing import Any

import pytest
from litestar import Litestar

from matchmaker.model.ids import AssociationId
from matchmaker.model.run import Format
from matchmaker.store import runs
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.factories import AT
from tests.seating import Draft, draft
from tests.web.browser import BASE_URL, Clock, Page, visiting
from tests.web.organiser import at_desk, signed_in

FORGOTTEN = "What this run read of people is no longer kept"


async def without_input(pool: Pool, association_id: AssociationId, format: Format, *, released: bool = False) -> Draft:
    """A run of which what it read is gone."""
    async with tenant_transaction(pool, association_id) as connection:
        of = await draft(connection, format)
        await connection.execute("delete from run_snapshot")
        if released:
            await runs.release(connection, of.event_id, of.run_id, AT)
    return of


async def test_nothing_more_is_asked_of_a_run_whose_input_is_gone(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    of = await without_input(pool, association_id, Format.ROUNDS, released=True)
    home = f"/events/{of.event_id}"
    async with signed_in(app, association_id, clock) as desk:
        why = await desk.get(f"{home}/runs/{of.run_id}/why-not?first=Ada&second=Bob")
        fairness = await desk.get(f"{home}/after/fairness")
    assert (why.status_code, fairness.status_code) == (200, 200)
    assert f"{FORGOTTEN}, so nothing more can be asked of it. Start another run" in Page(why.text).text
    assert f"{FORGOTTEN}, so their groups cannot be compared any more" in Page(fairness.text).text
    assert f'href="{home}/runs"' in fairness.text


async def test_seats_of_a_run_whose_input_is_gone_stay_as_they_are(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    of = await without_input(pool, association_id, Format.TABLES)
    query = f"run={of.run_id}&round=1&person={of.people['Ada']}&place=with:{of.people['Bob']}"
    async with signed_in(app, association_id, clock) as desk:
        answer = await desk.get(f"/events/{of.event_id}/plan/change?{query}")
    assert answer.status_code == 409
    assert "Start another run, and change its seats." in Page(answer.text).text


@pytest.mark.parametrize("page", ["pairings", "groups", "without", "decisions", "why-not", "release"])
async def test_a_run_without_a_result_says_so_and_leads_to_the_runs(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock, page: str
) -> None:
    async with tenant_transaction(pool, association_id) as connection:
        event = await factories.event(connection)
        run = await factories.run(connection, event.id)
    async with signed_in(app, association_id, clock) as desk:
        answer = await desk.get(f"/events/{event.id}/runs/{run.id}/{page}")
    assert answer.status_code == 409
    assert "This run has nothing to show" in Page(answer.text).text
    assert f'href="/events/{event.id}/runs"' in answer.text


async def test_what_is_not_there_leads_back_to_its_event(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    async with tenant_transaction(pool, association_id) as connection:
        event = await factories.event(connection)
    async with signed_in(app, association_id, clock) as desk:
        gone = await desk.get(f"/events/{event.id}/room/attendees/{event.id}")
        unknown = await desk.get("/events/<b>")
    assert (gone.status_code, unknown.status_code) == (404, 404)
    assert f'<a href="/events/{event.id}">To this event</a>' in gone.text
    assert "To this event" not in unknown.text


@pytest.mark.parametrize(("starts_on", "step"), [(AT.date(), "To the desk"), (date(2020, 1, 1), "See what came of it")])
async def test_until_its_day_is_over_a_released_event_leads_to_the_desk(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock, starts_on: date, step: str
) -> None:
    async with tenant_transaction(pool, association_id) as connection:
        of = await draft(connection, starts_on=starts_on)
        await runs.release(connection, of.event_id, of.run_id, AT)
    async with signed_in(app, association_id, clock) as desk:
        answer = await desk.get(f"/events/{of.event_id}")
    assert f">{step}</a>" in answer.text


@pytest.mark.parametrize(("path", "reader"), [("/events/x/nowhere", at_desk), ("/desk", at_desk), ("/i", visiting)])
async def test_an_address_that_leads_nowhere_is_a_page_to_people(app: Litestar, path: str, reader: Any) -> None:
    async with reader(app) as browser:
        page = await browser.get(path, headers={"Accept": "text/html,*/*;q=0.8"})
    assert (page.status_code, Page(page.text).headings) == (404, ["h1"])


@pytest.mark.parametrize(
    ("path", "accept"), [("/events/x/nowhere", "*/*"), ("/i", "application/json"), ("/v1/nowhere", "text/html")]
)
async def test_an_address_that_leads_nowhere_is_a_problem_to_programmes(app: Litestar, path: str, accept: str) -> None:
    async with at_desk(app) as browser:
        answer = await browser.get(path, headers={"Accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


async def test_the_servers_bare_address_leads_to_the_events(app: Litestar) -> None:
    async with at_desk(app) as browser:
        answer = await browser.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{BASE_URL}/events")
