"""Times over HTTP: proposed by one side, agreed to by the other, called off by either."""

from typing import Any

import httpx
import pytest

from matchmaker.model.ids import AssociationId
from matchmaker.store.connection import Pool
from tests.api.world import seed

HOUR = "2027-05-20T10:00:00Z"
LATER = "2027-05-21T10:00:00Z"
NOTHING = dict.fromkeys(
    ("starts_at", "ends_at", "proposed_starts_at", "proposed_ends_at", "proposer_id", "cancelled_at")
)


@pytest.fixture
async def ids(pool: Pool, association_id: AssociationId) -> dict[str, str]:
    return await seed(pool, association_id)


@pytest.fixture
async def times(client: httpx.AsyncClient, ids: dict[str, str]) -> str:
    """The address of the times of two who were introduced."""
    introduction = "/v1/events/{event_id}/introductions/{introduction_id}".format(**ids)
    await client.post(f"{introduction}/response", json={"attendee_id": ids["second_id"], "answer": "yes"})
    return f"{introduction}/times"


def of(who: str, **more: Any) -> dict[str, Any]:
    return {"attendee_id": who, **more}


async def test_a_time_is_proposed_agreed_on_and_called_off(
    client: httpx.AsyncClient, ids: dict[str, str], times: str
) -> None:
    second, third = ids["second_id"], ids["third_id"]
    assert (await client.get(times)).json() == NOTHING
    proposed = await client.post(times, json=of(second, starts_at=HOUR, minutes=30))
    hours = {"proposed_starts_at": HOUR, "proposed_ends_at": "2027-05-20T10:30:00Z"}
    assert (proposed.status_code, proposed.json()) == (200, {**NOTHING, **hours, "proposer_id": second})
    assert (await client.post(f"{times}/agreement", json=of(third, starts_at=LATER))).status_code == 409
    agreed = await client.post(f"{times}/agreement", json=of(third, starts_at=HOUR))
    assert agreed.json() == {**NOTHING, "starts_at": HOUR, "ends_at": "2027-05-20T10:30:00Z"}
    assert (await client.get(times)).json() == agreed.json()
    called_off = (await client.post(f"{times}/cancellation", json=of(second))).json()
    assert (called_off["starts_at"], called_off["cancelled_at"] is None) == (None, False)
    assert (await client.post(f"{times}/cancellation", json=of(second))).status_code == 409


async def test_it_takes_as_long_as_the_introduction_unless_told(
    client: httpx.AsyncClient, ids: dict[str, str], times: str
) -> None:
    proposed = (await client.post(times, json=of(ids["second_id"], starts_at=HOUR))).json()
    assert proposed["proposed_ends_at"] == "2027-05-20T10:15:00Z"


async def test_one_alone_agrees_to_nothing_and_nobody_before_both_said_yes(
    client: httpx.AsyncClient, ids: dict[str, str]
) -> None:
    times = "/v1/events/{event_id}/introductions/{introduction_id}/times".format(**ids)
    assert (await client.post(times, json=of(ids["second_id"], starts_at=HOUR))).status_code == 409
    await client.post(times.replace("/times", "/response"), json=of(ids["second_id"], answer="yes"))
    assert (await client.post(times, json=of(ids["second_id"], starts_at=HOUR))).status_code == 200
    assert (await client.post(f"{times}/agreement", json=of(ids["second_id"], starts_at=HOUR))).status_code == 409


@pytest.mark.parametrize("starts_at", ["2020-01-01T10:00:00Z", "2030-01-01T10:00:00Z"])
async def test_only_a_time_to_come_is_proposed(
    client: httpx.AsyncClient, ids: dict[str, str], times: str, starts_at: str
) -> None:
    assert (await client.post(times, json=of(ids["second_id"], starts_at=starts_at))).status_code == 409


async def test_an_hour_needs_its_offset_and_the_two_are_the_only_ones(
    client: httpx.AsyncClient, ids: dict[str, str], times: str
) -> None:
    naive = await client.post(times, json=of(ids["second_id"], starts_at="2027-05-20T10:00:00"))
    assert (naive.status_code, naive.json()["errors"][0]["pointer"]) == (400, "/starts_at")
    assert (await client.post(times, json=of(ids["attendee_id"], starts_at=HOUR))).status_code == 404
