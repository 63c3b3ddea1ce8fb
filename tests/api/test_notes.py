"""Completeness, the one reminder and notes over HTTP."""

from typing import Any

import httpx

NOBODY = "00000000-0000-4000-8000-000000000000"
NOTE = {"heading": "Doors open at noon", "paragraphs": ["Come when you like.", "There will be soup."]}


async def filled(client: httpx.AsyncClient, event: dict[str, Any]) -> str:
    path = f"/v1/events/{event['id']}"
    people = (
        {"name": "Ada", "email": "ada@example.org", "seeks": ["a mentor"]},
        {"name": "Bob", "email": "bob@example.org", "seeks": ["a mentor"], "offers": ["time"]},
        {"name": "Cy"},
    )
    for one in people:
        assert (await client.post(f"{path}/attendees", json=one)).status_code == 201
    return path


async def test_who_lacks_something_is_reminded_once(client: httpx.AsyncClient, event: dict[str, Any]) -> None:
    path = await filled(client, event)
    first = (await client.get(f"{path}/completeness/attendees?limit=1")).json()
    assert [one["name"] for one in first["items"]] == ["Ada"]
    rest = (await client.get(first["next"])).json()
    assert [(one["name"], one["mailable"]) for one in rest["items"]] == [("Cy", False)]
    seen = await client.post(f"{path}/completeness/reminders/preview", json={})
    assert (seen.status_code, seen.json()["letters"], seen.json()["without_address"]) == (200, 1, 1)
    assert (await client.post(f"{path}/completeness/reminders", json={})).status_code == 202
    again = (await client.post(f"{path}/completeness/reminders", json={})).json()
    assert (again["letters"], again["written_before"]) == (0, 1)
    found = (await client.get(f"{path}/completeness")).json()
    assert (found["people"], found["complete"], found["silent"], found["reminded"]) == (3, 1, 1, 1)
    assert [one["letter"] for one in (await client.get(f"{path}/messages")).json()["items"]] == ["say_more"]


async def test_a_note_is_seen_counted_written_and_listed(client: httpx.AsyncClient, event: dict[str, Any]) -> None:
    path = await filled(client, event)
    seen = (await client.post(f"{path}/notes/preview", json=NOTE)).json()
    assert (seen["recipients"]["letters"], seen["letter"]["subject"]) == (2, NOTE["heading"])
    assert (await client.get(f"{path}/messages")).json()["items"] == []
    answer = await client.post(f"{path}/notes", json={**NOTE, "segment": {"lacks": "offers"}})
    assert (answer.status_code, answer.json()["letters"]) == (201, 1)
    assert (await client.get(answer.headers["location"])).json() == answer.json()
    assert (await client.get(f"{path}/notes")).json()["items"] == [answer.json()]
    assert [one["letter"] for one in (await client.get(f"{path}/messages")).json()["items"]] == ["note"]


async def test_what_cannot_be_a_note_is_refused(client: httpx.AsyncClient, event: dict[str, Any]) -> None:
    path = f"/v1/events/{event['id']}/notes"
    no_notes: list[dict[str, Any]] = [
        {"paragraphs": []},
        {"paragraphs": ["x" * 601]},
        {"heading": "two\nlines"},
        {"segment": {"shoe": 43}},
    ]
    for wrong in no_notes:
        assert (await client.post(path, json={**NOTE, **wrong})).status_code in (400, 422)
    past = await client.post(path, json={**NOTE, "deadline": "2020-01-01T00:00:00Z"})
    assert (past.status_code, past.json()["errors"][0]["pointer"]) == (422, "/deadline")
    assert (await client.post(f"/v1/events/{NOBODY}/notes", json=NOTE)).status_code == 404


async def test_another_associations_notes_are_not_there(
    client: httpx.AsyncClient, stranger: httpx.AsyncClient, event: dict[str, Any]
) -> None:
    answer = await client.post(f"{await filled(client, event)}/notes", json=NOTE)
    assert (await stranger.get(answer.headers["location"])).status_code == 404


async def test_an_id_within_a_segment_is_looked_at_too(client: httpx.AsyncClient, event: dict[str, Any]) -> None:
    wrong = {**NOTE, "segment": {"attendee_ids": [NOBODY, "00000000000000000000000000000000000"]}}
    for path in ("notes", "notes/preview"):
        answer = await client.post(f"/v1/events/{event['id']}/{path}", json=wrong)
        assert answer.status_code == 400
        assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [
            ("/segment/attendee_ids/1", "not-an-id")
        ]
