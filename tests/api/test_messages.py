"""Messages over HTTP: what became of each letter, without its text and without an address."""

import httpx
import pytest

from matchmaker.model.ids import AssociationId, AttendeeId
from matchmaker.model.message import LetterKind
from matchmaker.store import messages
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.api.world import seed
from tests.factories import LATER


@pytest.fixture
async def ids(pool: Pool, association_id: AssociationId) -> dict[str, str]:
    found = await seed(pool, association_id)
    async with tenant_transaction(pool, association_id) as connection:
        more = [
            factories.message(AttendeeId(found["second_id"]), letter=letter, facts={"note": "a secret"})
            for letter in (LetterKind.OFFERED, LetterKind.AGENDA)
        ]
        assert await messages.add(connection, more, LATER) == 2
    return found


async def test_messages_are_listed_by_state_and_attendee_in_pages(
    client: httpx.AsyncClient, ids: dict[str, str]
) -> None:
    address = f"/v1/events/{ids['event_id']}/messages"

    async def letters(query: str) -> list[tuple[str, str]]:
        answer = await client.get(f"{address}{query}")
        assert "secret" not in answer.text
        assert "@" not in answer.text
        return [(one["letter"], one["state"]) for one in answer.json()["items"]]

    assert sorted(await letters("")) == [("agenda", "queued"), ("offered", "queued"), ("offered", "uncertain")]
    assert await letters("?state=uncertain") == [("offered", "uncertain")]
    assert await letters("?state=sent") == []
    assert len(await letters(f"?attendee_id={ids['second_id']}")) == 2
    first = (await client.get(f"{address}?limit=2")).json()
    second = (await client.get(first["next"])).json()
    assert (len(first["items"]), len(second["items"]), second["next"]) == (2, 1, None)
    assert (await client.get(f"{address}?state=lost")).status_code == 400


@pytest.mark.parametrize(
    ("outcome", "state", "reason", "repeats"), [("send_again", "queued", None, 1), ("leave", "dropped", "left", 0)]
)
async def test_an_uncertain_message_is_decided_once(
    client: httpx.AsyncClient, ids: dict[str, str], outcome: str, state: str, reason: str | None, repeats: int
) -> None:
    address = f"/v1/events/{ids['event_id']}/messages/{ids['message_id']}/decision"
    decided = await client.post(address, json={"outcome": outcome}, headers={"idempotency-key": "once"})
    body = decided.json()
    assert decided.status_code == 200
    assert (body["state"], body["reason"], body["repeats"]) == (state, reason, repeats)
    again = await client.post(address, json={"outcome": outcome}, headers={"idempotency-key": "once"})
    assert again.json() == body
    assert (await client.post(address, json={"outcome": outcome})).status_code == 409


async def test_of_a_digest_it_is_decided_as_one(
    client: httpx.AsyncClient, pool: Pool, association_id: AssociationId, ids: dict[str, str]
) -> None:
    address = f"/v1/events/{ids['event_id']}/messages"
    async with tenant_transaction(pool, association_id) as connection:
        whole_id = await connection.fetchval(
            "update message set letter = 'digest' where state = 'uncertain' returning id"
        )
        part_id = await connection.fetchval(
            "insert into message (event_id, attendee_id, person_id, letter, edition, facts, mail_id, asked_for, state, claim, "
            "not_before, due_at, transmitting_at, created_at, digest_id) select event_id, attendee_id, person_id, 'offered', "
            "'part', '{}', '<part@example.org>', false, state, claim, not_before, due_at, transmitting_at, created_at, id "
            "from message where id = $1 returning id",
            whole_id,
        )
    refused = await client.post(f"{address}/{part_id}/decision", json={"outcome": "send_again"})
    assert refused.status_code == 409
    assert "digest_id" in refused.text
    assert (await client.post(f"{address}/{whole_id}/decision", json={"outcome": "leave"})).status_code == 200
    found = (await client.get(f"{address}?state=dropped")).json()["items"]
    assert {(one["id"], one["digest_id"], one["reason"]) for one in found} == {
        (whole_id, None, "left"),
        (part_id, whole_id, "left"),
    }


async def test_only_a_message_of_this_event_can_be_decided(client: httpx.AsyncClient, ids: dict[str, str]) -> None:
    other = (await client.post("/v1/events", json={"name": "Another"})).json()["id"]
    for event, message in ((other, ids["message_id"]), (ids["event_id"], ids["event_id"])):
        answer = await client.post(f"/v1/events/{event}/messages/{message}/decision", json={"outcome": "leave"})
        assert answer.status_code == 404
    bad = await client.post(
        f"/v1/events/{ids['event_id']}/messages/{ids['message_id']}/decision", json={"outcome": "forget"}
    )
    assert bad.status_code == 400
