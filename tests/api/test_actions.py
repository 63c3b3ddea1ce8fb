"""Actions of sets over HTTP: logged, listed, done, and open again."""

from typing import Any

from matchmaker.model.ids import AssociationId
from matchmaker.store.connection import Pool
from tests.api.world import seed


async def test_an_action_is_logged_done_and_open_again(
    pool: Pool, association_id: AssociationId, connect: Any, make_key: Any
) -> None:
    ids = await seed(pool, association_id)
    address = f"/v1/events/{ids['event_id']}/actions"
    async with connect(await make_key()) as client:
        made = await client.post(address, json={"attendee_id": ids["second_id"], "words": "Call the union."})
        assert (made.status_code, made.json()["done_at"]) == (201, None)
        one = made.headers["location"]
        done = (await client.post(f"{one}/outcome", json={"done": True})).json()
        assert (
            (await client.post(f"{one}/outcome", json={"done": True})).json() == done == (await client.get(one)).json()
        )
        assert done["done_at"] is not None
        assert (await client.post(f"{one}/outcome", json={"done": False})).json()["done_at"] is None
        listed = await client.get(address, params={"attendee_id": ids["second_id"]})
        assert [one["words"] for one in listed.json()["items"]] == ["Call the union."]


async def test_a_stranger_has_no_actions(
    pool: Pool, association_id: AssociationId, connect: Any, make_key: Any
) -> None:
    ids = await seed(pool, association_id)
    async with connect(await make_key()) as client:
        body = {"attendee_id": ids["event_id"], "words": "Call the union."}
        answer = await client.post(f"/v1/events/{ids['event_id']}/actions", json=body)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/attendee_id")
