"""A signed report is taken back once; without the right signature, in time and of this very body, nothing changes."""

import base64
import json
from typing import Any, cast

import httpx
import pytest
from litestar import Litestar
from msgspec import structs

from matchmaker import tokens
from matchmaker.app import create_app
from matchmaker.model.ids import AssociationId
from matchmaker.model.sender import Cause
from matchmaker.settings import Settings
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests.api.conftest import BASE_URL, clock
from tests.conftest import new_association
from tests.contract.referee import Referee
from tests.mail import comebacks
from tests.services.test_take_back import back, sent_letter, suppressed


class Provider:
    """A mail provider that reports what came back, and shows no key; every answer passes the referee."""

    def __init__(
        self, app: Litestar, association_id: AssociationId, referee: Referee, address: str = "127.0.0.1"
    ) -> None:
        self.association_id = association_id
        self.secret = tokens.comeback_secret(app.state.secret(), association_id)
        transport = httpx.ASGITransport(cast(Any, app), client=(address, 1234))
        self._client = httpx.AsyncClient(transport=transport, base_url=BASE_URL, event_hooks={"response": [referee]})

    async def report(self, body: bytes, media_type: str = "message/rfc822", **changed: Any) -> httpx.Response:
        seconds = int(clock().timestamp()) + changed.get("late", 0)
        signature = tokens.signature_of(changed.get("secret", self.secret), seconds, changed.get("signed", body))
        headers = {
            "Content-Type": media_type,
            "Matchmaker-Association": changed.get("association", self.association_id),
            "Matchmaker-Signature": changed.get("header", f"t={seconds},v1={signature}"),
        }
        return await self._client.post("/v1/comebacks", content=body, headers=headers)


@pytest.fixture
def provider(app: Litestar, association_id: AssociationId, referee: Referee) -> Provider:
    return Provider(app, association_id, referee)


async def bounces(pool: Pool, association_id: AssociationId) -> int:
    async with tenant_transaction(pool, association_id) as connection:
        count: int = await connection.fetchval("select count(*) from bounce")
    return count


@pytest.mark.parametrize("as_json", [False, True])
async def test_a_signed_bounce_suppresses(
    provider: Provider, pool: Pool, association_id: AssociationId, as_json: bool
) -> None:
    content = back("hard", await sent_letter(pool, association_id))
    answer = await (
        provider.report(json.dumps({"message": base64.b64encode(content).decode()}).encode(), "application/json")
        if as_json
        else provider.report(content)
    )
    assert (answer.status_code, answer.json()) == (200, {"kind": "bounce", "hard": True, "acted": True})
    assert await suppressed(pool, association_id) is Cause.BOUNCED


async def test_a_report_that_is_sent_again_counts_once(
    provider: Provider, pool: Pool, association_id: AssociationId
) -> None:
    content = back("soft", await sent_letter(pool, association_id))
    first = await provider.report(content, late=1)
    again = await provider.report(content, header=first.request.headers["matchmaker-signature"])
    assert (first.json()["acted"], again.json()["acted"]) == (True, False)
    assert await bounces(pool, association_id) == 1
    await provider.report(content, late=2)
    assert await bounces(pool, association_id) == 2


@pytest.mark.parametrize(
    "changed",
    [
        {"late": -310},
        {"late": 310},
        {"signed": b"another body"},
        {"secret": b"0" * 64},
        {"header": ""},
        {"header": "t=1"},
        {"header": f"v1={'0' * 64}"},
        {"association": "nobody"},
        {"association": "00000000-0000-4000-8000-000000000000"},
    ],
)
async def test_what_is_not_signed_as_it_should_be_changes_nothing(
    provider: Provider, pool: Pool, association_id: AssociationId, changed: dict[str, Any]
) -> None:
    answer = await provider.report(back("hard", await sent_letter(pool, association_id)), **changed)
    assert (answer.status_code, answer.headers["content-type"]) == (403, "application/problem+json")
    assert await suppressed(pool, association_id) is None


async def test_one_association_reports_nothing_of_another(
    app: Litestar, pool: Pool, association_id: AssociationId, referee: Referee
) -> None:
    content = back("hard", await sent_letter(pool, association_id))
    stranger = Provider(app, await new_association(pool), referee)
    answer = await stranger.report(content)
    assert (answer.status_code, answer.json()["acted"]) == (200, False)
    assert await suppressed(pool, association_id) is None
    assert (await stranger.report(content, association=association_id)).status_code == 403


@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        (b'{"message": "no base64!"}', "application/json", 422),
        (b'{"other": ""}', "application/json", 400),
        (b"{", "application/json", 400),
        (b"x", "text/plain", 415),
        (comebacks.complaint().encode(), "message/rfc822", 200),
        (b"\x00\xff", "message/rfc822", 200),
    ],
)
async def test_what_cannot_be_read_is_refused_and_what_is_not_ours_changes_nothing(
    provider: Provider, body: bytes, media_type: str, status: int
) -> None:
    answer = await provider.report(body, media_type)
    assert answer.status_code == status
    assert status != 200 or not answer.json()["acted"]


async def test_reports_are_counted_by_their_association_and_what_is_not_signed_by_its_address(
    settings: Settings, pool: Pool, association_id: AssociationId, referee: Referee
) -> None:
    small = structs.replace(settings, rate_requests=4, rate_requests_anonymous=2, rate_window_seconds=3_600)
    app = create_app(small, pool, clock=clock)
    one = Provider(app, association_id, referee, "203.0.113.7")
    forged = [await one.report(b"x", secret=b"0" * 64) for _ in range(3)]
    assert [answer.status_code for answer in forged] == [403, 403, 429]
    signed = [await one.report(b"x", late=number) for number in range(5)]
    assert [answer.status_code for answer in signed] == [200, 200, 200, 200, 429]
    assert signed[0].headers["ratelimit-policy"] == '"default";q=4;w=3600'
    other = Provider(app, await new_association(pool), referee, "203.0.113.7")
    assert (await other.report(b"x")).status_code == 200
