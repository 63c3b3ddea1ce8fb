"""Suggestions read what stands in a profile and save nothing."""

import httpx


async def test_a_profile_gets_suggestions_and_stays_as_it_was(client: httpx.AsyncClient) -> None:
    event = (await client.post("/v1/events", json={"name": "Spring"})).json()["id"]
    given = {"name": "Ada", "role": "Baker", "seeks": ["a mentor"], "interests": ["AI", "A.I."]}
    made = await client.post(f"/v1/events/{event}/attendees", json=given)
    path = f"/v1/events/{event}/attendees/{made.json()['id']}"
    answer = await client.post(f"{path}/suggestions", json={"answers": ["mending ovens"]})
    found = answer.json()
    assert answer.status_code == 200
    assert [goal["kind"] for goal in found["goals"]] == ["find_mentor"]
    assert found["drafts"][0]["offer"] == "mending ovens"
    assert {draft["confirmed"] for draft in found["drafts"]} == {False}
    assert found["tags"] == [{"tag": "AI", "alike": ["AI", "A.I."]}]
    assert found["next"]["gap"] == "offer"
    assert (await client.get(path)).json()["offers"] == []
