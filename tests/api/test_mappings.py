"""Mappings belong to an association, change under their version, and are named in imports."""

from typing import Any

import httpx

from tests.api.world import MAPPING
from tests.books import bombs, workbook

XLSX = {"Content-Type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
CSV = {"Content-Type": "text/csv"}
FORM: list[list[Any]] = [
    ["Your name", "E-mail", "Mentor or mentee?", "Topics", "Shoe size"],
    ["Ada", "ada@example.org", "Mentor", "steel, glass", 38],
    ["Bob", "bob(at)example.org", "Mentee", "steel", 44],
    ["", "", "Mentee", "paint", 41],
]


async def test_a_mapping_is_kept_changed_and_deleted(client: httpx.AsyncClient) -> None:
    made = await client.post("/v1/mappings", json=MAPPING)
    assert (made.status_code, made.headers["etag"]) == (201, '"1"')
    address = made.headers["location"]
    assert (await client.get(address)).json() == made.json()
    assert (await client.get("/v1/mappings")).json()["items"] == [made.json()]
    assert (await client.post("/v1/mappings", json=MAPPING)).status_code == 409
    other = {**MAPPING, "name": "Another form"}
    assert (await client.put(address, json=other)).status_code == 428
    changed = await client.put(address, json=other, headers={"If-Match": '"1"'})
    assert (changed.json()["name"], changed.headers["etag"]) == ("Another form", '"2"')
    assert (await client.put(address, json=other, headers={"If-Match": '"1"'})).status_code == 412
    assert (await client.delete(address, headers={"If-Match": '"1"'})).status_code == 412
    assert (await client.delete(address, headers={"If-Match": '"2"'})).status_code == 204
    assert (await client.get(address)).status_code == 404


async def test_a_mapping_is_nobody_elses(client: httpx.AsyncClient, stranger: httpx.AsyncClient) -> None:
    address = (await client.post("/v1/mappings", json=MAPPING)).headers["location"]
    assert (await stranger.get(address)).status_code == 404
    assert (await stranger.delete(address, headers={"If-Match": '"1"'})).status_code == 404
    assert (await stranger.get("/v1/mappings")).json()["items"] == []


async def test_rules_that_contradict_themselves_are_named(client: httpx.AsyncClient) -> None:
    rules = [{"field": "name"}, {"field": "name", "column": "a", "kind": "hire"}]
    refused = await client.post("/v1/mappings", json={"name": "a", "rules": rules})
    assert {one["pointer"] for one in refused.json()["errors"]} == {"/rules/0/column", "/rules/1/kind"}


async def test_a_workbook_comes_in_by_its_mapping(client: httpx.AsyncClient, event: dict[str, Any]) -> None:
    mapping = (await client.post("/v1/mappings", json=MAPPING)).json()
    imports = f"/v1/events/{event['id']}/imports"
    answer = await client.post(imports, params={"mapping_id": mapping["id"]}, content=workbook(FORM), headers=XLSX)
    done = answer.json()
    assert (done["added"], done["failed"]) == (2, 1)
    assert [(one["place"], one["column"], one["code"], one["kept"]) for one in done["errors"]] == [
        ("B3", "E-mail", "email_malformed", True),
        ("A4", "Your name", "nameless", False),
    ]
    people = (await client.get(f"/v1/events/{event['id']}/attendees")).json()["items"]
    ada, bob = sorted(people, key=lambda one: str(one["name"]))
    assert (ada["offers"], ada["extra"]) == (
        ["I offer mentoring in steel", "I offer mentoring in glass"],
        {"Mentor or mentee?": "Mentor", "Shoe size": "38"},
    )
    assert (bob["seeks"], bob["email"], bob["extra"]["email"]) == (
        ["Looking for a mentor: steel"],
        None,
        "bob(at)example.org",
    )
    failed = await client.get(f"{answer.headers['location']}/failed-rows")
    assert failed.headers["content-type"] == XLSX["Content-Type"]
    assert failed.headers["content-disposition"].endswith('.xlsx"')
    assert failed.content.startswith(b"PK")


async def test_a_file_is_what_it_holds_whatever_its_type_says(client: httpx.AsyncClient, event: dict[str, Any]) -> None:
    imports = f"/v1/events/{event['id']}/imports?dry_run=true"
    for content, headers in ((workbook(), CSV), (b"name\nAda\n", XLSX)):
        assert (await client.post(imports, content=content, headers=headers)).json()["added"] == 1


async def test_a_preview_shows_and_keeps_nothing(client: httpx.AsyncClient, event: dict[str, Any]) -> None:
    address = f"/v1/events/{event['id']}"
    seen = (await client.post(f"{address}/imports/preview", content=workbook(FORM), headers=XLSX)).json()
    assert (seen["form"], seen["sheet"], seen["row_count"], seen["failed"]) == ("xlsx", "People", 2, 1)
    assert seen["columns"][4] == {
        "header": "Shoe size",
        "nth": 1,
        "letters": "E",
        "filled": 3,
        "samples": ["38", "44", "41"],
    }
    assert [one["attendee"]["name"] for one in seen["rows"]] == ["Ada", "Bob"]
    kept = await client.post("/v1/mappings", json={"name": "As suggested", "rules": seen["suggested"]})
    assert kept.status_code == 201
    assert (await client.get(f"{address}/attendees")).json()["items"] == []
    by = {"mapping_id": kept.json()["id"]}
    again = await client.post(f"{address}/imports/preview", params=by, content=workbook(FORM), headers=XLSX)
    assert again.json()["rows"] == seen["rows"]


async def test_a_mapping_that_is_not_there_and_one_too_many_are_refused(
    client: httpx.AsyncClient, stranger: httpx.AsyncClient, event: dict[str, Any]
) -> None:
    theirs = (await stranger.post("/v1/mappings", json=MAPPING)).json()["id"]
    imports = f"/v1/events/{event['id']}/imports"
    for query, code in (
        ({"mapping_id": theirs}, 422),
        ({"mapping_id": theirs, "map": "a=name"}, 422),
        ({"mapping_id": "x"}, 400),
    ):
        assert (await client.post(imports, params=query, content=b"name\nAda\n", headers=CSV)).status_code == code
    assert (await stranger.post(f"{imports}/preview", content=b"name\nAda\n", headers=CSV)).status_code == 404


async def test_a_bomb_is_refused_in_words_and_the_server_goes_on(
    client: httpx.AsyncClient, event: dict[str, Any]
) -> None:
    imports = f"/v1/events/{event['id']}/imports"
    for name in ("a sheet of blanks", "a far cell", "a billion laughs", "a header alone", "none of our columns"):
        refused = await client.post(imports, content=bombs()[name], headers=XLSX)
        assert (refused.status_code, bool(refused.json()["detail"])) == (422, True), name
    assert (await client.post(imports, content=workbook(), headers=XLSX)).json()["added"] == 1
