"""Fairness and power over HTTP."""

import httpx
import pytest

from matchmaker.model.fairness import Characteristic
from matchmaker.model.ids import AssociationId, EventId, RunId
from matchmaker.services.calculate import CalculationFailed
from matchmaker.services.why import AnswerFailed, AnswerTookTooLong, Questions
from matchmaker.store import feedback, pairings
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests.api.world import seed


@pytest.fixture
async def ids(pool: Pool, association_id: AssociationId) -> dict[str, str]:
    return await seed(pool, association_id)


async def test_a_room_of_three_is_too_small_to_be_told(client: httpx.AsyncClient, ids: dict[str, str]) -> None:
    answer = await client.get("/v1/events/{event_id}/runs/{run_id}/fairness".format(**ids), params={"by": "sector"})
    (group,) = answer.json()["groups"]
    assert (answer.status_code, answer.json()["by"], group["suppressed"], group["people"]) == (
        200,
        "sector",
        True,
        None,
    )


async def test_answers_count_where_the_two_were_paired(
    client: httpx.AsyncClient, ids: dict[str, str], pool: Pool, association_id: AssociationId
) -> None:
    rows = [
        {"attendee_id": ids["second_id"], "other_id": ids["attendee_id"], "useful": 2},
        {"attendee_id": ids["third_id"], "other_id": ids["attendee_id"], "useful": 5},  # who are not
        {"attendee_id": ids["third_id"], "other_id": ids["second_id"], "met": True},
    ]
    assert (await client.post(f"/v1/events/{ids['event_id']}/feedback", json=rows)).status_code == 200
    async with tenant_transaction(pool, association_id) as connection:
        found = await feedback.answers_to_run(connection, RunId(ids["run_id"]), limit=10)
        gains = await pairings.gains(connection, RunId(ids["run_id"]), limit=10)
    assert sorted(found) == sorted([(ids["attendee_id"], False), (ids["second_id"], True)])
    assert gains == [(ids["attendee_id"], ids["second_id"], 60.0, 40.0)]


async def test_a_run_that_is_not_there_or_not_drafted_treats_nobody(
    client: httpx.AsyncClient, ids: dict[str, str], pool: Pool, association_id: AssociationId
) -> None:
    runs = f"/v1/events/{ids['event_id']}/runs"
    assert (await client.get(f"{runs}/{ids['event_id']}/fairness")).status_code == 404
    queued = (await client.post(runs, json={})).json()["id"]
    assert (await client.get(f"{runs}/{queued}/fairness")).status_code == 409
    assert (await client.get(f"{runs}/{ids['other_id']}/fairness")).status_code == 404  # it has kept nothing it read
    assert (await client.get(f"{runs}/{ids['run_id']}/fairness?by=shoe_size")).status_code == 400
    async with tenant_transaction(pool, association_id) as connection:
        await connection.execute("update match_run set format = 'sets' where id = $1", ids["run_id"])
    assert (await client.get(f"{runs}/{ids['run_id']}/fairness")).status_code == 422


async def test_the_calculations_faults_are_faults_of_ours(
    ids: dict[str, str], pool: Pool, association_id: AssociationId
) -> None:
    run = (pool, association_id, EventId(ids["event_id"]), RunId(ids["run_id"]), Characteristic.GROUP)
    for raised, told in ((CalculationFailed("No."), AnswerFailed), (TimeoutError(), AnswerTookTooLong)):
        with pytest.raises(told):
            await Questions(Broken(raised)).weigh(*run)  # type: ignore[arg-type]


class Broken:
    """A calculator that raises."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def weigh(self, treatment: object) -> None:
        raise self.error


async def test_power_is_told_before_an_event(client: httpx.AsyncClient, ids: dict[str, str]) -> None:
    address = f"/v1/events/{ids['event_id']}/uplift/power"
    asked = {"pairs": "712", "held_back": "0.5", "yes_share": "0.3", "difference": "0.1"}
    found = (await client.get(address, params=asked)).json()
    assert (found["pairs"], found["held_back"]) == (712, 356)
    assert found["power"] == pytest.approx(0.8, abs=0.005)
    assert found["difference_least"] == pytest.approx(0.1, abs=0.002)
    assert (await client.get(address)).status_code == 400
    assert (await client.get(f"/v1/events/{ids['run_id']}/uplift/power?pairs=1")).status_code == 404


async def test_uplift_is_told_once_there_are_enough(client: httpx.AsyncClient, ids: dict[str, str]) -> None:
    found = (await client.get(f"/v1/events/{ids['event_id']}/uplift")).json()
    nothing = {"pairs": 0, "met": None, "useful": None}
    assert (found["introduced"], found["held_back"], found["enough"]) == (nothing, nothing, False)
    assert found["summary"].startswith("Too few to tell")
    assert (await client.get(f"/v1/events/{ids['run_id']}/uplift")).status_code == 404


@pytest.mark.parametrize("share", [-0.1, 0.21, "a"])
async def test_no_more_than_a_fifth_is_held_back(client: httpx.AsyncClient, ids: dict[str, str], share: object) -> None:
    path = f"/v1/events/{ids['event_id']}/runs/{ids['run_id']}/release"
    answer = await client.post(path, json={"holdback_share": share})
    assert (answer.status_code, [one["pointer"] for one in answer.json()["errors"]]) == (400, ["/holdback_share"])
