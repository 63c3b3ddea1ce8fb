"""Questions over HTTP: why two people are not paired, what other rules would give, what more time would add."""

from typing import Any

import httpx
import pytest
from litestar import Litestar

from matchmaker.app import create_app
from matchmaker.model.ids import AssociationId
from matchmaker.services import why
from matchmaker.services.calculate import CalculationFailed
from matchmaker.settings import Settings
from matchmaker.store.connection import Pool
from tests.api.world import seed

NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
async def ids(pool: Pool, association_id: AssociationId) -> dict[str, str]:
    return await seed(pool, association_id)


@pytest.fixture
def run(ids: dict[str, str]) -> str:
    return "/v1/events/{event_id}/runs/{run_id}".format(**ids)


async def test_why_two_are_not_paired_is_said_in_words_and_points(
    client: httpx.AsyncClient, ids: dict[str, str], run: str
) -> None:
    known = {"first": ids["second_id"], "second": ids["attendee_id"]}
    found = (await client.get(f"{run}/pairings/why-not", params=known)).json()
    assert (found["first"], found["second"], found["code"]) == (ids["attendee_id"], ids["second_id"], "full_of_better")
    assert found["forced"]["cost"] == found["forced"]["cost_least"] > 0
    assert found["forced"]["second_loses"] == [ids["third_id"]]
    kept_apart = {"first": ids["attendee_id"], "second": ids["third_id"]}
    excluded = (await client.get(f"{run}/pairings/why-not", params=kept_apart)).json()
    assert (excluded["code"], excluded["forced"]) == ("excluded", None)


async def test_what_each_rule_would_give_is_beside_what_is(client: httpx.AsyncClient, run: str) -> None:
    found = (await client.get(f"{run}/relaxations")).json()
    by_rule = {one["rule"]: one for one in found["relaxations"]}
    assert by_rule.keys() == {"quota", "least", "inclusion", "floor", "acquaintances"}
    for one in by_rule.values():
        assert one["objective_more"] == pytest.approx(
            one["outcome"]["objective"] - found["outcome"]["objective"], abs=0.01
        )
    assert by_rule["quota"]["unmatched_fewer"] == 1


async def test_what_more_time_would_add_depends_on_how_much(
    client: httpx.AsyncClient, ids: dict[str, str], run: str
) -> None:
    outlook = f"{run}/attendees/{ids['second_id']}/outlook"
    more = (await client.get(outlook)).json()
    assert (more["minutes"], more["introductions"], more["meets"]) == (15, 1, [ids["attendee_id"]])
    assert (await client.get(outlook, params={"minutes": 14})).json()["introductions"] == 0
    assert (await client.get(outlook, params={"minutes": 0})).status_code == 400
    assert (await client.get(outlook, params={"minutes": 481})).status_code == 400


async def test_who_was_not_there_is_named(client: httpx.AsyncClient, ids: dict[str, str], run: str) -> None:
    asked = {"first": NOBODY, "second": ids["second_id"]}
    answer = await client.get(f"{run}/pairings/why-not", params=asked)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "?first")
    assert (await client.get(f"{run}/pairings/why-not", params={"first": NOBODY})).status_code == 400
    assert (await client.get(f"{run}/attendees/{NOBODY}/outlook")).status_code == 404


async def test_what_takes_too_long_is_503_and_what_is_too_large_names_the_cure(
    client: httpx.AsyncClient, run: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(why, "ANSWER_SECONDS_MAX", 0)
        answer = await client.get(f"{run}/relaxations")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    with monkeypatch.context() as patch:
        patch.setattr(why, "PEOPLE_MAX", dict.fromkeys(why.PEOPLE_MAX, 1))
        answer = await client.get(f"{run}/relaxations")
    assert answer.status_code == 422
    assert "--why" in answer.json()["cure"]


async def test_a_run_under_way_is_asked_too_early(client: httpx.AsyncClient, event: dict[str, Any]) -> None:
    queued = (await client.post(f"/v1/events/{event['id']}/runs", json={})).json()
    answer = await client.get(f"/v1/events/{event['id']}/runs/{queued['id']}/relaxations")
    assert answer.status_code == 409


async def test_an_error_of_ours_is_one(
    app: Litestar, client: httpx.AsyncClient, run: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(asked: Any) -> None:
        raise CalculationFailed("words that may quote someone")

    monkeypatch.setattr(app.state.questions._calculator, "answer", fail)
    answer = await client.get(f"{run}/relaxations")
    assert answer.status_code == 500
    assert "quote" not in answer.text


async def test_a_server_that_stops_ends_the_child(settings: Settings, tmp_path: Any) -> None:
    app = create_app(settings)
    async with app.lifespan():
        calculator = app.state.questions._calculator
        assert calculator._child is None
        child = _started(calculator)
        assert child.is_alive()
    assert not child.is_alive()


def _started(calculator: Any) -> Any:
    calculator.warm()
    return calculator._child


async def test_a_swap_is_told_before_it_is_asked_for(client: httpx.AsyncClient, ids: dict[str, str], run: str) -> None:
    four = {"first": "attendee_id", "first_partner": "second_id", "second": "third_id", "second_partner": "second_id"}
    asked = {name: ids[one] for name, one in four.items()}
    found = (await client.get(f"{run}/pairings/swap", params=asked)).json()
    assert (found["possible"], len(found["people"])) == (False, 4)
    strange = await client.get(f"{run}/pairings/swap", params={**asked, "second_partner": NOBODY})
    assert (strange.status_code, strange.json()["errors"][0]["pointer"]) == (422, "?second_partner")
