"""Coverage over HTTP: of an event as it is now, and of what one attendee's introductions cover."""

import httpx
import pytest

from matchmaker.model.ids import AssociationId
from matchmaker.model.whatif import CoverageQuestion
from matchmaker.services import why
from matchmaker.store.connection import Pool
from tests.api.world import seed

NOBODY = "00000000-0000-4000-8000-000000000000"


async def filled_event(client: httpx.AsyncClient) -> str:
    event = (await client.post("/v1/events", json={"name": "Spring", "policy": {"model": "tfidf"}})).json()["id"]
    for name, seek, offer in (("Ada", "quartz", "fjord"), ("Bob", "fjord", "dodo")):
        given = {"name": name, "seeks": [seek], "offers": [offer]}
        assert (await client.post(f"/v1/events/{event}/attendees", json=given)).status_code == 201
    return str(event)


async def test_an_event_is_covered_before_any_run(client: httpx.AsyncClient) -> None:
    found = (await client.get(f"/v1/events/{await filled_event(client)}/coverage")).json()
    assert (found["people"], found["seeks"], found["unmet"], found["idle"]) == (2, 2, 1, 1)
    assert [one["text"] for one in found["unmet_seeks"]] == ["quartz"]


async def test_an_event_that_is_not_there_has_no_coverage(client: httpx.AsyncClient) -> None:
    assert (await client.get(f"/v1/events/{NOBODY}/coverage")).status_code == 404


async def test_a_room_too_large_is_said_to_be(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(why.PEOPLE_MAX, CoverageQuestion, 1)
    answer = await client.get(f"/v1/events/{await filled_event(client)}/coverage")
    assert (answer.status_code, "2 people" in answer.json()["detail"]) == (422, True)


async def test_an_attendees_coverage_is_by_their_pairings(
    client: httpx.AsyncClient, pool: Pool, association_id: AssociationId
) -> None:
    ids = await seed(pool, association_id)
    path = "/v1/events/{event_id}/attendees/{attendee_id}".format(**ids)
    known = (await client.get(path)).json()
    given = {"name": known["name"], "seeks": ["a mentor", "a loan"]}
    assert (await client.put(path, json=given, headers={"If-Match": '"1"'})).status_code == 200
    answer = await client.get("/v1/events/{event_id}/runs/{run_id}/attendees/{attendee_id}/coverage".format(**ids))
    found = answer.json()
    assert found["share"] == 0.5
    assert [(one["text"], one["kind"], len(one["by"])) for one in found["seeks"]] == [
        ("a mentor", "find_mentor", 1),
        ("a loan", "raise", 0),
    ]
