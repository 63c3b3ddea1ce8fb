"""The desk over HTTP: by a key that checks in and does nothing else."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from matchmaker.model.association import Scope
from matchmaker.model.ids import AssociationId
from matchmaker.store.connection import Pool
from tests.api.world import seed


@pytest.fixture
async def ids(pool: Pool, association_id: AssociationId) -> dict[str, str]:
    return await seed(pool, association_id)


@pytest.fixture
async def helper(connect: Any, make_key: Any, ids: dict[str, str]) -> AsyncIterator[httpx.AsyncClient]:
    """A client whose key may check in at this event."""
    async with connect(await make_key(scopes=[Scope.CHECK_INS_WRITE], event_id=ids["event_id"])) as client:
        yield client


@pytest.fixture
def event(ids: dict[str, str]) -> str:
    return f"/v1/events/{ids['event_id']}"


async def test_a_helper_checks_in_and_undoes_it_and_the_counts_follow(
    helper: httpx.AsyncClient, event: str, ids: dict[str, str]
) -> None:
    first, second = (f"{event}/attendees/{ids[one]}" for one in ("attendee_id", "second_id"))
    here = await helper.post(f"{first}/check-in")
    assert (here.status_code, here.json()["presence"], here.json()["name"]) == (200, "checked_in", "Ada Example")
    assert (
        (await helper.post(f"{first}/check-in")).json() == here.json() == (await helper.get(f"{first}/check-in")).json()
    )
    gone = await helper.post(f"{second}/absence")
    assert (gone.json()["presence"], (await helper.post(f"{second}/absence")).json()) == ("absent", gone.json())
    assert (await helper.get(f"{event}/attendance")).json() == {"expected": 1, "checked_in": 1, "absent": 1}
    assert (await helper.delete(f"{first}/check-in")).status_code == 204
    assert (await helper.delete(f"{second}/absence")).status_code == 204
    assert (await helper.get(f"{event}/attendance")).json() == {"expected": 3, "checked_in": 0, "absent": 0}


async def test_what_was_said_last_holds_and_an_undo_takes_back_only_its_own(
    helper: httpx.AsyncClient, event: str, ids: dict[str, str]
) -> None:
    one = f"{event}/attendees/{ids['attendee_id']}"
    await helper.post(f"{one}/absence")
    await helper.delete(f"{one}/check-in")
    assert (await helper.get(f"{one}/check-in")).json()["presence"] == "absent"
    came = (await helper.post(f"{one}/check-in")).json()
    assert (came["presence"], came["absent_at"]) == ("checked_in", None)
    await helper.delete(f"{one}/absence")
    assert (await helper.get(f"{one}/check-in")).json() == came
    left = (await helper.post(f"{one}/absence")).json()
    assert (left["presence"], left["checked_in_at"]) == ("absent", None)


async def test_a_badge_is_read_however_its_code_is_typed(
    helper: httpx.AsyncClient, event: str, ids: dict[str, str]
) -> None:
    code = (await helper.get(f"{event}/attendees/{ids['third_id']}/check-in")).json()["code"]
    typed = f"{code[:5]}-{code[5:10]} {code[10:]}".lower()
    found = await helper.post(f"{event}/check-ins", json={"code": typed})
    assert (found.status_code, found.json()["attendee_id"], found.json()["code"]) == (200, ids["third_id"], code)
    for same in (code, f"https://matchmaker.example.org/desk/{code}", ids["third_id"]):
        assert (await helper.post(f"{event}/check-ins", json={"code": same})).json() == found.json()


async def test_the_code_of_another_event_or_of_nobody_opens_nothing(
    client: httpx.AsyncClient, stranger: httpx.AsyncClient, event: str, ids: dict[str, str]
) -> None:
    code = (await client.get(f"{event}/attendees/{ids['third_id']}/check-in")).json()["code"]
    elsewhere = (await client.post("/v1/events", json={"name": "Elsewhere"})).json()["id"]
    theirs = (await stranger.post("/v1/events", json={"name": "Theirs"})).json()["id"]
    for who, at, shown in (
        (client, elsewhere, code),
        (stranger, theirs, code),
        (client, ids["event_id"], "0" * 20),
    ):
        assert (await who.post(f"/v1/events/{at}/check-ins", json={"code": shown})).status_code == 404
    assert (await client.get(f"{event}/attendance")).json()["checked_in"] == 0
    short = await client.post(f"{event}/check-ins", json={"code": "12"})
    assert (short.status_code, short.json()["errors"][0]["pointer"]) == (400, "/code")


async def test_the_desk_lists_all_or_by_name_or_by_who_is_here(
    helper: httpx.AsyncClient, event: str, ids: dict[str, str]
) -> None:
    await helper.post(f"{event}/attendees/{ids['second_id']}/check-in")
    await helper.post(f"{event}/attendees/{ids['third_id']}/absence")

    async def names(**query: str) -> list[str]:
        found = await helper.get(f"{event}/check-ins", params=query)
        return [one["name"].split()[0] for one in found.json()["items"]]

    assert await names() == ["Ada", "Bob", "Cleo"]
    assert [await names(presence=one) for one in ("expected", "checked_in", "absent")] == [["Ada"], ["Bob"], ["Cleo"]]
    assert await names(name_prefix="cL") == ["Cleo"]
    page = (await helper.get(f"{event}/check-ins", params={"limit": "2"})).json()
    rest = (await helper.get(page["next"])).json()
    assert [one["attendee_id"] for one in page["items"] + rest["items"]] == [
        ids[one] for one in ("attendee_id", "second_id", "third_id")
    ]


async def test_two_desks_at_once_lose_nothing(
    helper: httpx.AsyncClient, client: httpx.AsyncClient, event: str, ids: dict[str, str]
) -> None:
    one = f"{event}/attendees/{ids['attendee_id']}"
    before = await client.get(one)
    said = [helper.post(f"{one}/check-in") for _ in range(4)]
    changed = client.put(one, json={"name": "Ada Changed"}, headers={"If-Match": before.headers["etag"]})
    *answers, after = await asyncio.gather(*said, changed)
    assert {answer.json()["checked_in_at"] for answer in answers} == {answers[0].json()["checked_in_at"]}
    assert after.status_code == 200, "checking in leaves the version alone"
    found = (await helper.get(f"{one}/check-in")).json()
    assert (found["name"], found["presence"]) == ("Ada Changed", "checked_in")


async def test_a_helper_reads_and_writes_nothing_else(
    helper: httpx.AsyncClient, event: str, ids: dict[str, str]
) -> None:
    desk = set((await helper.get(f"{event}/attendees/{ids['attendee_id']}/check-in")).json())
    assert desk.isdisjoint({"email", "seeks", "offers", "interests", "extra", "person_id"})
    for address in ("/attendees", "/runs", "/introductions", "/messages", "/feedback"):
        assert (await helper.get(event + address)).status_code == 403, address
    assert (await helper.post(f"{event}/runs", json={})).status_code == 403
