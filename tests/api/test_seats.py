"""Seats of a draft over HTTP: told, changed as told, once, and not behind anybody's back."""

from typing import Any

import httpx
import pytest

from matchmaker.model.ids import AssociationId
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests.seating import Draft, draft


@pytest.fixture
async def of(pool: Pool, association_id: AssociationId) -> Draft:
    """Six people at two tables."""
    async with tenant_transaction(pool, association_id) as connection:
        return await draft(connection)


def swap(of: Draft, one: str, here: int | None, other: str, there: int | None) -> dict[str, Any]:
    return {
        "round": 1, "attendee_id": of.people[one], "table_from": here, "table_to": there, "other_id": of.people[other],
    }  # fmt: skip


def seats(of: Draft) -> str:
    return f"/v1/events/{of.event_id}/runs/{of.run_id}/seats"


async def at_first_table(pool: Pool, association_id: AssociationId, of: Draft) -> list[str]:
    async with tenant_transaction(pool, association_id) as connection:
        rows = await connection.fetch(
            "select attendee_id from placement where run_id = $1 and round = 1 and table_number = 1", of.run_id
        )
    return of.names([row["attendee_id"] for row in rows])


async def test_a_change_is_told_then_made_once_and_taken_back(
    client: httpx.AsyncClient, pool: Pool, association_id: AssociationId, of: Draft
) -> None:
    change = swap(of, "Cy", 1, "Bob", 2)
    told = await client.get(f"{seats(of)}/effect", params=change)
    assert (told.status_code, await at_first_table(pool, association_id, of)) == (200, ["Ada", "Cy", "Eve"])
    sent = {"json": change, "headers": {"Idempotency-Key": "once"}}
    made, again = [await client.post(seats(of), **sent) for _ in range(2)]  # type: ignore[arg-type]
    assert (made.status_code, made.json(), again.headers["idempotency-replayed"]) == (200, told.json(), "true")
    assert await at_first_table(pool, association_id, of) == ["Ada", "Bob", "Eve"]
    late = await client.post(seats(of), json=change)
    assert (late.status_code, late.json()["detail"]) == (409, "Somebody sits elsewhere by now.")
    back = await client.post(seats(of), json={**change, "table_from": 2, "table_to": 1})
    assert (back.status_code, await at_first_table(pool, association_id, of)) == (200, ["Ada", "Cy", "Eve"])


async def test_what_cannot_be_is_refused_and_says_why_when_asked(
    client: httpx.AsyncClient, pool: Pool, association_id: AssociationId, of: Draft
) -> None:
    full = {**swap(of, "Cy", 1, "Bob", 2), "other_id": None}
    told = await client.get(f"{seats(of)}/effect", params={name: one for name, one in full.items() if one is not None})
    assert told.json()["hinders"] == ["full"]
    assert (await client.post(seats(of), json=full)).status_code == 409
    assert await at_first_table(pool, association_id, of) == ["Ada", "Cy", "Eve"]


async def test_a_change_that_does_not_say_where_people_sat_is_not_read(client: httpx.AsyncClient, of: Draft) -> None:
    answer = await client.post(seats(of), json={"round": 1, "attendee_id": of.people["Cy"], "table_to": 2})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/table_from")
