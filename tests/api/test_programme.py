"""The programme over HTTP: replaced whole under the event's version, and refused where it makes no sense."""

from typing import Any

import httpx
import pytest

SLOT = {"number": 1, "starts_at": "2027-05-20T09:00:00+02:00", "ends_at": "2027-05-20T09:20:00+02:00"}
NEXT = {"number": 2, "starts_at": "2027-05-20T07:20:00Z", "ends_at": "2027-05-20T07:40:00Z"}


async def test_a_programme_is_replaced_under_the_events_version(
    client: httpx.AsyncClient, event: dict[str, Any]
) -> None:
    address = f"/v1/events/{event['id']}/programme"
    empty = await client.get(address)
    assert (empty.json(), empty.headers["etag"]) == ({"slots": [], "tables": []}, '"1"')
    body = {"slots": [SLOT, NEXT], "tables": [{"number": 1, "seats": 6, "accessible": False, "name": "Window"}]}
    done = await client.put(address, json=body, headers={"If-Match": '"1"'})
    assert (done.status_code, done.headers["etag"]) == (200, '"2"')
    assert [one["starts_at"] for one in done.json()["slots"]] == ["2027-05-20T07:00:00Z", "2027-05-20T07:20:00Z"]
    assert (
        done.json()["tables"][0].items() >= {"seats": 6, "accessible": False, "name": "Window", "place": None}.items()
    )
    assert (await client.get(address)).json() == done.json()
    assert (await client.get(f"/v1/events/{event['id']}")).headers["etag"] == '"2"'
    assert (await client.get(address, headers={"If-None-Match": '"2"'})).status_code == 304
    assert (await client.put(address, json={}, headers={"If-Match": '"1"'})).status_code == 412
    assert (await client.put(address, json={})).status_code == 428
    assert (await client.put(address, json={}, headers={"If-Match": '"2"'})).json() == empty.json()


@pytest.mark.parametrize(
    ("body", "status", "errors"),
    [
        ({"slots": [SLOT, {**NEXT, "number": 1}]}, 422, [("/slots/1/number", "repeated")]),
        ({"slots": [{**SLOT, "ends_at": SLOT["starts_at"]}]}, 422, [("/slots/0/ends_at", "ends-before-start")]),
        ({"slots": [SLOT, {**NEXT, "starts_at": "2027-05-20T07:19:59Z"}]}, 422, [("/slots/1/starts_at", "overlaps")]),
        ({"slots": [{**SLOT, "starts_at": "2027-05-20T09:00:00"}]}, 400, [("/slots/0/starts_at", "malformed")]),
        ({"slots": [{"number": 1}]}, 400, [("/slots/0/starts_at", "missing"), ("/slots/0/ends_at", "missing")]),
        ({"slots": [{**SLOT, "number": 51}]}, 400, [("/slots/0/number", "out-of-range")]),
        (
            {"slots": [{**SLOT, "starts_at": "0001-01-01T00:00:00+14:00", "ends_at": "9999-12-31T23:59:59-12:00"}]},
            422,
            [("/slots/0/starts_at", "out-of-range"), ("/slots/0/ends_at", "out-of-range")],
        ),
        ({"tables": [{"number": 1, "seats": 0}]}, 400, [("/tables/0/seats", "out-of-range")]),
        ({"tables": [{"number": 1, "name": "  "}]}, 400, [("/tables/0/name", "forbidden-characters")]),
        ({"tables": [{"number": 1, "chairs": 4}]}, 400, [("/tables/0/chairs", "unknown")]),
    ],
)
async def test_what_makes_no_sense_is_refused_where_it_stands(
    client: httpx.AsyncClient, event: dict[str, Any], body: Any, status: int, errors: list[tuple[str, str]]
) -> None:
    address = f"/v1/events/{event['id']}/programme"
    answer = await client.put(address, json=body, headers={"If-Match": '"1"'})
    assert answer.status_code == status, answer.text
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == errors
    assert (await client.get(address)).headers["etag"] == '"1"'
