# ruff: noqa: ASYNC110 - what is waited for is in the database
"""The open door, over HTTP."""

import asyncio
from typing import Any

import httpx
import pytest
from litestar import Litestar
from msgspec import structs

from matchmaker import tokens
from matchmaker.app import create_app
from matchmaker.model.door import Door
from matchmaker.model.ids import AssociationId, EventId
from matchmaker.model.sender import Cause
from matchmaker.settings import Settings
from matchmaker.store import doors, people, suppressions
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.factories import AT
from tests.web.browser import Clock, Page, visiting

ADA = {
    "name": "Ada Example",
    "email": "ada@example.org",
    "seeks": "A mentor\r\n\r\nA van\r\n",
    "languages": ["en", "xx"],
}


class House:
    """An event with a door, and what its database holds."""

    def __init__(self, pool: Pool, association_id: AssociationId, event_id: EventId) -> None:
        self.pool, self.association_id, self.event_id = pool, association_id, event_id
        self.address = f"/join/{tokens.event_code(association_id, event_id)}"

    async def rows(self, statement: str) -> list[Any]:
        async with tenant_transaction(self.pool, self.association_id) as connection:
            return [tuple(row) for row in await connection.fetch(statement)]

    async def set_door(self, door: Door) -> None:
        async with tenant_transaction(self.pool, self.association_id) as connection:
            assert await doors.put(connection, self.event_id, door)

    async def letters(self) -> list[Any]:
        return await self.rows("select letter from message order by created_at, letter")


@pytest.fixture
async def house(pool: Pool, association_id: AssociationId) -> House:
    async with tenant_transaction(pool, association_id) as connection:
        event = await factories.event(connection, tags=["Robots & <b>bees</b>"])
    house = House(pool, association_id, event.id)
    await house.set_door(Door.OPEN)
    return house


async def test_a_door_is_closed_until_it_is_opened(house: House, visitor: httpx.AsyncClient) -> None:
    await house.set_door(Door.CLOSED)
    assert (await visitor.get(house.address)).status_code == 410
    assert (await visitor.post(house.address, data=ADA)).status_code == 410
    assert await house.rows("select id from attendee") == []


async def test_who_signs_up_is_written_to_and_not_matched_yet(house: House, visitor: httpx.AsyncClient) -> None:
    answer = await visitor.post(house.address, data=ADA)
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        f"https://matchmaker.example.org{house.address}/sent",
    )
    assert await house.rows("select opted_in, seeks, languages, interests from attendee") == [
        (False, ["A mentor", "A van"], ["en"], [])
    ]
    assert await house.letters() == [("verify",)]
    assert "Look into your mailbox" in (await visitor.get(answer.headers["location"])).text


async def test_nobody_consents_to_be_held_back_unless_they_tick_it(house: House, visitor: httpx.AsyncClient) -> None:
    assert "leave an introduction out" in (await visitor.get(house.address)).text
    await visitor.post(house.address, data=ADA)
    await visitor.post(house.address, data={**ADA, "email": "cy@example.org", "may_hold_back": "yes"})
    assert await house.rows("select may_hold_back from attendee order by may_hold_back") == [(False,), (True,)]


async def test_a_known_address_is_answered_alike_and_nothing_of_it_changes(
    house: House, visitor: httpx.AsyncClient
) -> None:
    async with tenant_transaction(house.pool, house.association_id) as connection:
        await factories.attendee(connection, house.event_id, "Ada Known", email="ada@example.org", role="Chair")
    known = await visitor.post(house.address, data=ADA)
    new = await visitor.post(house.address, data={**ADA, "email": "new@example.org"})
    kept = [{name: value for name, value in one.headers.items() if name != "x-request-id"} for one in (known, new)]
    assert (known.status_code, known.content, kept[0]) == (new.status_code, new.content, kept[1])
    assert await house.rows(
        "select name, role, opted_in, seeks from attendee join contact using (person_id) order by name"
    ) == [
        ("Ada Example", None, False, ["A mentor", "A van"]),
        ("Ada Known", "Chair", True, []),
    ]
    assert await house.letters() == [("link",), ("verify",)]


async def test_somebody_of_an_earlier_event_keeps_the_name_they_had(house: House, visitor: httpx.AsyncClient) -> None:
    async with tenant_transaction(house.pool, house.association_id) as connection:
        earlier = await factories.event(connection, name="Earlier")
        await factories.attendee(connection, earlier.id, "Ada Known", email="Ada@Example.org")
    assert (await visitor.post(house.address, data={**ADA, "name": "Mallory"})).status_code == 303
    assert await house.rows("select name, email from contact") == [("Ada Known", "Ada@example.org")]


async def test_an_address_gets_five_letters_an_hour_at_most(
    house: House, visitor: httpx.AsyncClient, clock: Any
) -> None:
    for _ in range(30):
        assert (await visitor.post(house.address, data=ADA)).status_code == 303
        clock.go(minutes=2)
    assert len(await house.letters()) <= 6  # an hour on the clock, which need not begin with a slot
    async with tenant_transaction(house.pool, house.association_id) as connection:
        assert await people.find_by_email(connection, "ada@example.org")


async def test_what_is_wrong_is_named_at_its_field_and_the_rest_is_kept(
    house: House, visitor: httpx.AsyncClient
) -> None:
    answer = await visitor.post(house.address, data={**ADA, "email": "ada", "quota": "many", "name": "A <script>"})
    assert answer.status_code == 422
    page = Page(answer.text)
    assert page.fields["name"] == "A <script>"
    assert 'id="email-mistake"' in answer.text
    assert 'id="quota-mistake"' in answer.text
    assert "A mentor\n\nA van" in answer.text
    assert await house.rows("select id from attendee") == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"name=%00&email=a%40example.org",
        b"\xff\xfe=%ff",
        b"name=" + b"x" * 5_000 + b"&email=a@example.org",
        b"name=&" * 1_000,
    ],
)
async def test_a_mangled_form_is_asked_for_again(house: House, visitor: httpx.AsyncClient, body: bytes) -> None:
    answer = await visitor.post(
        house.address, content=body, headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 422
    assert await house.rows("select id from attendee") == []


async def test_who_asks_for_a_link_learns_nothing(house: House, visitor: httpx.AsyncClient) -> None:
    """Known, unknown, or written to no more: the same bytes, but for the number of the request."""
    async with tenant_transaction(house.pool, house.association_id) as connection:
        for email in ("ada@example.org", "bob@example.org"):
            await factories.attendee(connection, house.event_id, email=email)
        suppressed = await suppressions.email_hash(connection, "bob@example.org")
        await suppressions.add(connection, suppressed, Cause.COMPLAINED, AT)
    answers = [
        await visitor.post(f"{house.address}/link", data={"email": email})
        for email in ("ADA@example.org", "nobody@example.org", "bob@example.org")
    ]
    heads = [[head for head in one.headers.raw if head[0].lower() != b"x-request-id"] for one in answers]
    assert heads[0] == heads[1] == heads[2]
    assert len({(one.status_code, one.content, one.headers["location"]) for one in answers}) == 1
    assert await house.letters() == [("link",), ("link",)]


async def test_the_code_leads_to_the_page(house: House, visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get(f"{house.address}/code.svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "<script" not in answer.text
    assert f'src="{house.address}/code.svg"' in (await visitor.get(house.address)).text


async def test_an_address_that_is_none_is_unknown(house: House, visitor: httpx.AsyncClient) -> None:
    foreign = tokens.event_code(house.association_id, house.association_id)
    for code in ("x", "z" * 44, foreign, house.address.removeprefix("/join/")[:-1], "%00" * 44):
        answer = await visitor.get(f"/join/{code}")
        assert answer.status_code == 404
        assert "We do not know this link" in answer.text


async def test_what_is_sent_too_often_waits(house: House, limited: Litestar) -> None:
    async with visiting(limited, address="192.0.2.7") as visitor:
        answers = [await visitor.post(f"{house.address}/link", data={"email": "a@example.org"}) for _ in range(4)]
    assert [one.status_code for one in answers] == [303, 303, 303, 429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60


async def test_more_links_an_hour_than_a_block_of_addresses_may_ask_for_wait(
    house: House, page_settings: Settings, pool: Pool, clock: Clock
) -> None:
    small = create_app(structs.replace(page_settings, rate_links=2), pool, clock=clock)
    answers = []
    for address in ("203.0.113.1", "203.0.113.2", "203.0.113.250", "203.0.114.1"):
        async with visiting(small, address=address) as visitor:
            answers.append(await visitor.post(f"{house.address}/link", data={"email": "a@example.org"}))
    assert [one.status_code for one in answers] == [303, 303, 429, 303]
    assert answers[2].headers["retry-after"] == "3600", "the clock stands at a full hour"


async def test_known_and_unknown_addresses_take_as_long(
    house: House, visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each answer, a refusal too, waits until the same time is over; here that is long enough to be seen as waiting."""
    monkeypatch.setattr("matchmaker.services.strangers.ANSWER_SECONDS", 3_600)
    known = {**ADA, "email": "known@example.org"}
    async with tenant_transaction(house.pool, house.association_id) as connection:
        await factories.attendee(connection, house.event_id, email=known["email"])
    asked = [(form, path) for form in (ADA, known) for path in ("", "/link")]
    tasks = [asyncio.create_task(visitor.post(f"{house.address}{path}", data=form)) for form, path in asked]
    written = [("link",), ("verify",)]  # once all is committed, none is answered
    async with asyncio.timeout(60):
        while sorted(await house.letters()) != written:
            await asyncio.sleep(0.02)
    assert not any(task.done() for task in tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_form_from_elsewhere_is_refused(house: House, visitor: httpx.AsyncClient) -> None:
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
    ):
        assert (await visitor.post(house.address, data=ADA, headers=headers)).status_code == 403
    assert (
        await visitor.post(house.address, data=ADA, headers={"Origin": "https://matchmaker.example.org"})
    ).status_code == 303


async def test_a_browser_is_answered_in_its_language(app: Litestar, house: House) -> None:
    async with visiting(app, **{"Accept-Language": "fr, de-AT;q=0.8, en;q=0.1"}) as visitor:
        answer = await visitor.get(house.address)
    assert Page(answer.text).language == "de"
    assert "Womit kommen andere zu Ihnen?" in answer.text
    assert "Robots &amp; &lt;b&gt;bees&lt;/b&gt;" in answer.text
