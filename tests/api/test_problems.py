"""What is wrong with a request is said in one answer, whole, as a problem, and never as a 500."""

from typing import Any

import httpx
import pytest

JSON = {"Content-Type": "application/json"}


async def test_all_bad_fields_are_named_at_once_nested_too(client: httpx.AsyncClient) -> None:
    body = {
        "nam": "Misspelt",
        "starts_on": "soon",
        "tags": ["fine", 7, "x" * 201],
        "policy": {"quota": 51, "model": "magic", "florr": 1},
    }
    problem = (await client.post("/v1/events", json=body)).json()
    assert {(one["pointer"], one["code"]) for one in problem["errors"]} == {
        ("/name", "missing"),
        ("/nam", "unknown"),
        ("/starts_on", "malformed"),
        ("/tags/1", "wrong-type"),
        ("/tags/2", "wrong-length"),
        ("/policy/quota", "out-of-range"),
        ("/policy/model", "not-a-choice"),
        ("/policy/florr", "unknown"),
    }
    assert "Did you mean 'floor'?" in next(
        one["detail"] for one in problem["errors"] if one["pointer"] == "/policy/florr"
    )


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"a":' * 40 + b"1" + b"}" * 40,
        b'{"name": "x", "policy": {"quota": ' + b"9" * 5_000 + b"}}",
        b'{"name": "x", "policy": {"floor": 1e999}}',
        b'{"name": "x", "policy": {"floor": NaN}}',
        b'{"name": "\xff\xfe"}',
        b'{"name": "\\ud800"}',
        b'{"name": "a\\u0000b"}',
        b'{"name": "\\u202egnp.exe"}',
        b'{"name": 5}',
        b'{"name": ""}',
        b"null",
        b"[]",
        b'"name"',
        b"",
        b'{"name": "x"',
        b'{"name": "x"} {}',
        b'\xef\xbb\xbf{"name": "x"}',
    ],
)
async def test_a_body_that_cannot_be_used_is_400(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post("/v1/events", content=body, headers=JSON)
    assert answer.status_code == 400


@pytest.mark.parametrize("body", [b"", b" \n"])
async def test_a_body_that_is_missing_is_said_to_be(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post("/v1/events", content=body, headers=JSON)
    assert (answer.status_code, answer.json()["detail"]) == (400, "The body is empty, and JSON is wanted.")


@pytest.mark.parametrize("number", ["9" * 400, "1e999", "-1e999", "9" * 5_000])
async def test_a_number_too_large_for_any_field_is_named_with_the_rest(client: httpx.AsyncClient, number: str) -> None:
    body = f'{{"name": "x", "policy": {{"quota": {number}, "floor": {number}}}, "nam": 1}}'
    answer = await client.post("/v1/events", content=body, headers=JSON)
    assert answer.status_code == 400
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/policy/quota", "/policy/floor", "/nam"]


@pytest.mark.parametrize("body", ['{"name": " "}', '{"name": "\u2003\u00a0"}', '{"name": "x", "tags": ["  "]}'])
async def test_a_name_of_blanks_is_no_name(client: httpx.AsyncClient, body: str) -> None:
    answer = await client.post("/v1/events", content=body, headers=JSON)
    assert answer.status_code == 400
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/tags/0" if "tags" in body else "/name"]


async def test_strings_are_not_taken_for_numbers(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/events", json={"name": "x", "policy": {"quota": "3"}})
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [("/policy/quota", "wrong-type")]


async def test_a_whole_number_may_have_a_point(client: httpx.AsyncClient, event: dict[str, Any]) -> None:
    people = f"/v1/events/{event['id']}/attendees"
    made = await client.post(people, content=b'{"name": "Ada", "quota": 3.0}', headers=JSON)
    assert (made.status_code, made.json()["quota"]) == (201, 3)
    assert (await client.post(people, content=b'{"name": "Bob", "quota": 3.5}', headers=JSON)).status_code == 400


async def test_nul_in_free_fields_is_refused(client: httpx.AsyncClient, event: dict[str, Any]) -> None:
    body = {"name": "Ada", "extra": {"table": "a\x00b"}}
    answer = await client.post(f"/v1/events/{event['id']}/attendees", json=body)
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/extra/table"]


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json", ""],
)
async def test_only_json_is_taken(client: httpx.AsyncClient, content_type: str) -> None:
    answer = await client.post("/v1/events", content=b'{"name": "x"}', headers={"Content-Type": content_type})
    assert answer.status_code == 415


async def test_json_may_name_its_character_set(client: httpx.AsyncClient) -> None:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    assert (await client.post("/v1/events", content=b'{"name": "x"}', headers=headers)).status_code == 201


async def test_a_large_body_is_413(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/events", content=b'{"name": "' + b"x" * 1_000_000 + b'"}', headers=JSON)
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ("limt=3", "?limt", "unknown"),
        ("limit=0", "?limit", "out-of-range"),
        ("limit=201", "?limit", "out-of-range"),
        ("limit=-1", "?limit", "out-of-range"),
        ("limit=ten", "?limit", "wrong-type"),
        ("limit=1&limit=2", "?limit", "repeated"),
        ("limit=" + "9" * 400, "?limit", "out-of-range"),
        ("cursor=abc", "?cursor", "not-a-cursor"),
        ("cursor=%00", "?cursor", "forbidden-characters"),
    ],
)
async def test_a_bad_parameter_is_named(client: httpx.AsyncClient, query: str, pointer: str, code: str) -> None:
    answer = await client.get(f"/v1/events?{query}")
    assert answer.status_code == 400
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [(pointer, code)]


async def test_all_bad_parameters_are_named_at_once(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/events?limt=3&limit=0")
    assert {one["pointer"] for one in answer.json()["errors"]} == {"?limt", "?limit"}
    assert "Did you mean 'limit'?" in answer.text


async def test_a_filter_by_something_that_is_no_id_is_400(client: httpx.AsyncClient, event: dict[str, Any]) -> None:
    answer = await client.get(f"/v1/events/{event['id']}/exclusions?attendee_id=nobody")
    assert [one["code"] for one in answer.json()["errors"]] == ["not-an-id"]


@pytest.mark.parametrize("accept", ["text/html", "application/xml, image/*", "application/json;q=0", "text/*"])
async def test_what_cannot_be_given_is_406(client: httpx.AsyncClient, accept: str) -> None:
    assert (await client.get("/v1/events", headers={"Accept": accept})).status_code == 406


@pytest.mark.parametrize(
    "accept", ["*/*", "application/*", "text/html, */*;q=0.1", "application/json; charset=utf-8", ""]
)
async def test_what_can_be_given_is_given(client: httpx.AsyncClient, accept: str) -> None:
    assert (await client.get("/v1/events", headers={"Accept": accept})).status_code == 200


@pytest.mark.parametrize("method", ["TRACE", "PATCH", "DELETE", "CONNECT", "NONSENSE"])
async def test_a_method_an_address_does_not_take_is_405(client: httpx.AsyncClient, method: str) -> None:
    answer = await client.request(method, "/v1/events")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS, POST")


async def test_options_tells_the_methods(anonymous: httpx.AsyncClient, event: dict[str, Any]) -> None:
    answer = await anonymous.options(f"/v1/events/{event['id']}")
    assert (answer.status_code, answer.headers["allow"]) == (204, "DELETE, GET, HEAD, OPTIONS, PUT")


async def test_head_is_get_without_a_body(client: httpx.AsyncClient, event: dict[str, Any]) -> None:
    got, head = await client.get(f"/v1/events/{event['id']}"), await client.head(f"/v1/events/{event['id']}")
    assert (head.status_code, head.content) == (200, b"")
    assert (head.headers["etag"], head.headers["content-length"]) == (
        got.headers["etag"],
        got.headers["content-length"],
    )


async def test_an_unknown_address_is_a_problem(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/nothing")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


async def test_links_never_follow_the_host_header(client: httpx.AsyncClient) -> None:
    for name in ("first", "second"):
        await client.post("/v1/events", json={"name": name})
    answer = await client.get(
        "/v1/events?limit=1", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    )
    assert answer.json()["next"].startswith("https://matchmaker.example.org/v1/events?")
    made = await client.post("/v1/events", json={"name": "x"}, headers={"Host": "evil.example"})
    assert made.headers["location"].startswith("https://matchmaker.example.org/v1/events/")
