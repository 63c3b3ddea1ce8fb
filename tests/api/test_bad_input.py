"""Whatever people write, the attendee's door takes it as it is; a run neither shows nor matches what nobody should read."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from matchmaker.model.ids import AssociationId, RunId
from matchmaker.services import match
from matchmaker.services.calculate import Calculator
from matchmaker.store.connection import Pool
from matchmaker.store.jobs import MatchJob
from tests.api.conftest import clock
from tests.hostile import NOTES, PEOPLE, PLAIN, SILENT, leaked


@pytest.fixture(scope="module")
def calculator() -> Iterator[Calculator]:
    calculator = Calculator()
    yield calculator
    calculator.stop()


async def enrolled(client: httpx.AsyncClient, event: str) -> dict[str, str]:
    """Everyone by name, as they came; who wrote blanks is refused that and comes without words."""
    ids = {}
    for name, (seeks, offers) in PEOPLE.items():
        words = {"seeks": [seeks] if seeks.strip() else [], "offers": [offers] if offers.strip() else []}
        answer = await client.post(f"/v1/events/{event}/attendees", json={"name": name, "external_id": name, **words})
        assert answer.status_code == 201
        ids[answer.json()["id"]] = name
    return ids


@pytest.mark.parametrize("model", ["usem3", "tfidf"])
async def test_plain_people_get_each_other_and_nothing_leaks(
    client: httpx.AsyncClient, pool: Pool, association_id: AssociationId, calculator: Calculator, model: str
) -> None:
    event = (await client.post("/v1/events", json={"name": "Spring", "policy": {"model": model, "quota": 6}})).json()[
        "id"
    ]
    ids = await enrolled(client, event)
    run = (await client.post(f"/v1/events/{event}/runs", json={})).json()["id"]
    job = MatchJob(association_id=association_id, run_id=RunId(run))
    await match.carry_out(pool, job, calculator, now=clock)
    address = f"/v1/events/{event}/runs/{run}"
    done = (await client.get(address)).json()
    assert (done["state"], done["error"]) == ("drafted", None)
    assert {code: done["report"]["notes"].get(code) for code in NOTES} == NOTES
    pairs = (await client.get(f"{address}/pairings")).json()["items"]
    assert {tuple(sorted((ids[one["first"]], ids[one["second"]]))) for one in pairs} >= PLAIN
    unmatched = (await client.get(f"{address}/unmatched")).json()["items"]
    assert {ids[one["id"]] for one in unmatched if one["code"] == "nothing_said"} == SILENT
    for part in await _all_of(client, address):
        assert leaked(part.text) == []


async def _all_of(client: httpx.AsyncClient, address: str) -> list[httpx.Response]:
    """What a run says of people's words: pairings, in JSON and as a table, asks, and who is without."""
    answers = [
        await client.get(f"{address}/pairings"),
        await client.get(f"{address}/pairings", headers={"Accept": "text/csv"}),
        await client.get(f"{address}/asks"),
        await client.get(f"{address}/unmatched"),
    ]
    assert [answer.status_code for answer in answers] == [200] * len(answers)
    assert all(len(answer.content) > 100 for answer in answers)
    return answers


async def test_a_goal_kind_that_is_switched_off_is_told_of_by_the_run(
    client: httpx.AsyncClient, pool: Pool, association_id: AssociationId, calculator: Calculator
) -> None:
    policy = {"model": "tfidf", "goal_kinds_off": ["be_hired"]}
    event = (await client.post("/v1/events", json={"name": "Spring", "policy": policy})).json()
    assert event["policy"]["goal_kinds_off"] == ["be_hired"]
    seek = {"name": "Ada", "seeks": ["I am looking for a job as a pastry chef"]}
    ada = (await client.post(f"/v1/events/{event['id']}/attendees", json=seek)).json()["id"]
    run = (await client.post(f"/v1/events/{event['id']}/runs", json={})).json()["id"]
    await match.carry_out(pool, MatchJob(association_id=association_id, run_id=RunId(run)), calculator, now=clock)
    report = (await client.get(f"/v1/events/{event['id']}/runs/{run}")).json()["report"]
    assert [(one["code"], one["attendees"]) for one in report["remarks"]] == [("goal_kinds_off", [ada])]


@pytest.mark.parametrize("name", ["stuffed", "orders", "linked", "essay"])
async def test_suggestions_say_what_matters_of_it(client: httpx.AsyncClient, event: dict[str, Any], name: str) -> None:
    seeks, offers = PEOPLE[name]
    given = {"name": name, "seeks": [seeks], "offers": [offers]}
    made = (await client.post(f"/v1/events/{event['id']}/attendees", json=given)).json()["id"]
    path = f"/v1/events/{event['id']}/attendees/{made}/suggestions"
    notes = (await client.post(path, json={})).json()["notes"]
    said = {
        "stuffed": "the same words over and over",
        "orders": "cannot be shown to others",
        "linked": "links, addresses, telephone numbers",
        "essay": "One text is both sought and offered",
    }
    assert any(said[name] in note for note in notes)
