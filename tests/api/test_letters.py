"""A letter's words over HTTP: said otherwise, refused with a cure, looked at with real data, and sent to oneself."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from msgspec import structs

from matchmaker.model.ids import AssociationId, EventId
from matchmaker.model.introduction import Answer
from matchmaker.model.privacy import Privacy
from matchmaker.services import respond, write
from matchmaker.services.address import post_of
from matchmaker.services.deliver import deliver_some
from matchmaker.settings import Settings
from matchmaker.store import messages, pairings, privacies, senders
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.factories import AT, LATER
from tests.services import introduced

OFFERED = "/v1/letters/offered/en"


def phrase(answer: httpx.Response, key: str) -> Any:
    return next(one for one in answer.json()["phrases"] if one["key"] == key)


def saying(**words: str) -> dict[str, Any]:
    return {"phrases": [{"key": key, "words": text} for key, text in words.items()]}


@pytest.fixture
async def about(pool: Pool, association_id: AssociationId) -> dict[str, str]:
    """An offered introduction of Ada and Bob, seen by Ada, and a verified sender."""
    async with tenant_transaction(pool, association_id) as connection:
        await senders.put(connection, factories.sender(), AT)
        await senders.verify(connection, AT)
        event = await factories.event(connection)
        ada, bob = [
            (await factories.attendee(connection, event.id, name, email=f"{name.lower()}@example.org")).id
            for name in ("Ada", "Bob")
        ]
        pair = (min(ada, bob), max(ada, bob))
        one = await introduced.offered(connection, event.id, pair)
        assert await pairings.of_two(connection, one.run_id, *pair) is not None
    return {"event_id": event.id, "attendee_id": ada, "introduction_id": one.id}


async def test_a_phrase_is_said_otherwise_and_then_again_as_it_came(client: httpx.AsyncClient) -> None:
    before = await client.get(OFFERED)
    assert (phrase(before, "subject")["own"], phrase(before, "subject")["placeholders"]) == (
        False,
        ["event_name", "other", "sender", "to"],
    )
    changed = await client.put(OFFERED, json=saying(subject="Coffee with {other}, {to}?"))
    subject = phrase(changed, "subject")
    assert (subject["own"], subject["words"]) == (True, "Coffee with {other}, {to}?")
    assert subject["as_it_came"] == phrase(before, "subject")["words"]
    assert (await client.get(OFFERED)).json() == changed.json()
    assert (await client.put(OFFERED, json=saying(button="Go"))).json() != changed.json()
    assert not phrase(await client.get(OFFERED), "subject")["own"]
    assert (await client.delete(OFFERED)).status_code == 204
    assert (await client.get(OFFERED)).json() == before.json()


async def test_of_many_who_say_a_letter_otherwise_at_once_the_last_is_heard(client: httpx.AsyncClient) -> None:
    said = [f"Number {number}" for number in range(8)]
    answers = await asyncio.gather(*(client.put(OFFERED, json=saying(subject=one)) for one in said))
    assert [answer.status_code for answer in answers] == [200] * 8
    assert phrase(await client.get(OFFERED), "subject")["words"] in said


async def test_another_language_and_another_letter_stay_as_they_are(client: httpx.AsyncClient) -> None:
    others = [await client.get(path) for path in ("/v1/letters/offered/de", "/v1/letters/reminder/en")]
    await client.put(OFFERED, json=saying(button="Have a look", subject="{other}?"))
    assert [(await client.get(one.request.url.path)).json() for one in others] == [one.json() for one in others]


async def test_one_associations_words_are_no_others(client: httpx.AsyncClient, stranger: httpx.AsyncClient) -> None:
    before = await stranger.get(OFFERED)
    await client.put(OFFERED, json=saying(subject="Coffee with {other}?"))
    assert (await stranger.get(OFFERED)).json() == before.json()
    await stranger.delete(OFFERED)
    assert phrase(await client.get(OFFERED), "subject")["own"]


async def test_anothers_attendee_is_not_previewed_and_not_tested(
    client: httpx.AsyncClient, stranger: httpx.AsyncClient, about: dict[str, str]
) -> None:
    for path in ("preview", "test"):
        assert (await client.post(f"{OFFERED}/{path}", json=about)).status_code < 300
        assert (await stranger.post(f"{OFFERED}/{path}", json=about)).status_code == 404


@pytest.mark.parametrize(
    "words",
    ["{contact}", "{other.name}", "{other.__class__}", "{other!r}", "{other:>999999}", "{0}", "{}", "{other", "other}"],
)
async def test_a_bad_placeholder_is_refused_with_the_cure(client: httpx.AsyncClient, words: str) -> None:
    answer = await client.put(OFFERED, json=saying(button="Fine", subject=words))
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["pointer"], error["code"]) == (422, "/phrases/1/words", "bad-placeholder")
    assert "{event_name}, {other}, {sender}, {to}" in error["detail"]
    assert not phrase(await client.get(OFFERED), "button")["own"]


@pytest.mark.parametrize(
    ("phrases", "status", "pointer"),
    [
        ([{"key": "nothing", "words": "x"}], 422, "/phrases/0/key"),
        ([{"key": "button", "words": "x"}, {"key": "button", "words": "y"}], 422, "/phrases/1/key"),
        ([{"key": "button", "words": "x" * 601}], 400, "/phrases/0/words"),
        ([{"key": "button", "words": "two\nlines"}], 400, "/phrases/0/words"),
        ([{"key": "button", "words": " "}], 400, "/phrases/0/words"),
    ],
)
async def test_what_no_letter_can_say_is_refused(
    client: httpx.AsyncClient, phrases: list[dict[str, str]], status: int, pointer: str
) -> None:
    answer = await client.put(OFFERED, json={"phrases": phrases})
    assert (answer.status_code, [one["pointer"] for one in answer.json()["errors"]]) == (status, [pointer])


@pytest.mark.parametrize("path", ["/v1/letters/nothing/en", "/v1/letters/offered/fr", "/v1/letters/offered/EN"])
async def test_there_is_no_other_letter_and_no_other_language(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


async def test_hostile_words_stay_harmless(client: httpx.AsyncClient) -> None:
    hostile = "<b>Win</b> https://evil.example now =?utf-8?q?x?= {{other}} {to}"
    shown = (await client.post(f"{OFFERED}/preview", json=saying(subject=hostile, lead=hostile))).json()
    assert "<b>Win" not in shown["html"]
    assert "&lt;b&gt;Win" in shown["html"]
    assert "{other}" in shown["text"]
    for part in shown.values():
        assert "https://evil" not in part
        assert "evil.example" not in part
    assert "=?" not in shown["subject"]


async def test_a_preview_shows_real_data_and_links_that_open_nothing(
    client: httpx.AsyncClient, pool: Pool, association_id: AssociationId, about: dict[str, str]
) -> None:
    await client.put(OFFERED, json=saying(subject="{to}, meet {other}"))
    shown = (await client.post(f"{OFFERED}/preview", json=about)).json()
    assert shown["subject"] == "Ada, meet Bob"
    assert "/i/sample" in shown["text"]
    assert "/x/sample" in shown["text"]
    assert "bob@example.org" not in shown["text"] + shown["html"]
    tried = (await client.post(f"{OFFERED}/preview", json=about | saying(subject="Bob: {other}"))).json()
    assert tried["subject"] == "Bob: Bob"
    async with tenant_transaction(pool, association_id) as connection:
        assert await connection.fetchval("select count(*) from link") == 0


async def test_a_contact_is_previewed_only_where_the_letter_has_it(
    client: httpx.AsyncClient, pool: Pool, association_id: AssociationId, about: dict[str, str]
) -> None:
    refused = await client.post("/v1/letters/introduced/en/preview", json=about)
    assert (refused.status_code, "introduction" in refused.json()["cure"]) == (409, True)
    async with tenant_transaction(pool, association_id) as connection:
        for row in await connection.fetch("select id from attendee"):
            await respond.answer(connection, about["introduction_id"], row["id"], Answer.YES, at=LATER)  # type: ignore[arg-type]
    shown = await client.post("/v1/letters/introduced/de/preview", json=about)
    assert "bob@example.org" in shown.json()["text"]


async def test_a_private_event_shows_no_letter_about_two(
    client: httpx.AsyncClient, about: dict[str, str], pool: Pool, association_id: AssociationId
) -> None:
    assert (await client.post(f"{OFFERED}/preview", json=about)).status_code == 200
    async with tenant_transaction(pool, association_id) as connection:
        assert await privacies.put(connection, EventId(about["event_id"]), Privacy.PRIVATE)
    for letter in ("offered", "agenda", "did_you_meet"):
        for path in ("preview", "test"):
            assert (await client.post(f"/v1/letters/{letter}/en/{path}", json=about)).status_code == 403
    alone = {**about, "introduction_id": None}
    shown = await client.post("/v1/letters/invited/en/preview", json=alone)
    assert (shown.status_code, "Bob" in shown.text) == (200, False)


@pytest.mark.parametrize(
    ("left_out", "status"), [(["introduction_id"], 422), (["attendee_id"], 422), (["event_id"], 422)]
)
async def test_half_an_attendee_is_none(
    client: httpx.AsyncClient, about: dict[str, str], left_out: list[str], status: int
) -> None:
    given = {name: value for name, value in about.items() if name not in left_out}
    assert (await client.post(f"{OFFERED}/preview", json=given)).status_code == status


async def test_every_letter_is_shown_to_made_up_people(client: httpx.AsyncClient) -> None:
    for letter in ("digest", "goodbye", "meeting", "agenda", "set_dates"):
        shown = await client.post(f"/v1/letters/{letter}/de/preview", json={})
        assert (shown.status_code, "Jonas Weidmann" in shown.json()["text"]) == (200, True)


async def test_a_test_goes_to_the_sender_and_to_nobody_else(
    client: httpx.AsyncClient, pool: Pool, association_id: AssociationId, about: dict[str, str]
) -> None:
    await client.put("/v1/letters/offered/de", json=saying(subject="Probe: {other}"))
    asked = await client.post("/v1/letters/offered/de/test", json=about)
    assert (asked.status_code, asked.json()) == (202, {"address": "events@example.org"})
    async with tenant_transaction(pool, association_id) as connection:
        await connection.execute(
            "update message set state = 'dropped', reason = 'left', ended_at = created_at where not asked_for"
        )
    sent: list[Any] = []
    post = post_of(Settings(), write=write.write, exits_url=write.exits_url)

    async def send(composed: Any, before_dot: Any) -> str:
        await before_dot()
        sent.append(composed.message)
        return "250"

    now = AT + timedelta(hours=6)
    await deliver_some(pool, association_id, structs.replace(post, send=send), now=lambda: now)
    (letter,) = sent
    assert (letter["To"].addresses[0].addr_spec, letter["Subject"]) == ("events@example.org", "Probe: Bob")
    assert "/i/sample" in letter.get_body(("plain",)).get_content()
    async with tenant_transaction(pool, association_id) as connection:
        assert await messages.email_key_of(connection, letter["Message-ID"]) is None
        assert await connection.fetchval("select count(*) from link") == 0


async def test_a_test_needs_a_verified_sender(
    client: httpx.AsyncClient, pool: Pool, association_id: AssociationId, about: dict[str, str]
) -> None:
    async with tenant_transaction(pool, association_id) as connection:
        await senders.put(connection, factories.sender(address="other@example.org"), AT)
    assert (await client.post(f"{OFFERED}/test", json=about)).status_code == 409
