"""A passkey's proof comes from a stranger's programme: whatever it holds, it is judged, and nothing of it is an error of ours."""

import hashlib
import json
from typing import Any, cast

import pytest
from webauthn.helpers import bytes_to_base64url

from matchmaker.model.ids import OrganiserId
from matchmaker.services import attest
from matchmaker.services.attest import Party, Unattested
from tests.web.browser import Clock

PARTY = Party(host="localhost", origin="http://localhost")
CHALLENGE = bytes(range(32))
NESTED = "[" * 100_000
KEYS = {
    "no key": b"",
    "an empty list": b"\x80",
    "a text": b"\x60",
    "lists without end": b"\x81" * 5_000,
    "an empty map": b"\xa0",
    "a break": b"\xff",
}


def made(key: bytes, client: bytes | None = None) -> str:
    """What a browser sends of a new passkey, with that public key."""
    seen = hashlib.sha256(b"localhost").digest() + b"\x45" + bytes(20) + b"\x00\x10" + bytes(16) + key
    proof = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59" + len(seen).to_bytes(2) + seen
    says = {"type": "webauthn.create", "challenge": bytes_to_base64url(CHALLENGE), "origin": PARTY.origin}
    response = {
        "clientDataJSON": bytes_to_base64url(client or json.dumps(says).encode()),
        "attestationObject": bytes_to_base64url(proof),
    }
    return json.dumps({"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": response})


async def kept(credential: str) -> None:
    """Nothing of a proof that proves nothing reaches the database."""
    await attest.keep(cast(Any, None), PARTY, OrganiserId("-"), credential, CHALLENGE, label="x", at=Clock.at)


@pytest.mark.parametrize("key", KEYS)
async def test_a_new_passkey_with_a_crafted_key_proves_nothing(key: str) -> None:
    with pytest.raises(Unattested):
        await kept(made(KEYS[key]))


@pytest.mark.parametrize("client", [b"[]", b"null", b"1", b"\xff", NESTED.encode()])
async def test_a_new_passkey_with_crafted_words_of_its_browser_proves_nothing(client: bytes) -> None:
    with pytest.raises(Unattested):
        await kept(made(b"\xa0", client))


@pytest.mark.parametrize("credential", ["", "null", "1", "[]", "{}", NESTED, '{"id": "é", "rawId": "é"}'])
async def test_a_signature_that_is_none_names_no_association(credential: str) -> None:
    with pytest.raises(Unattested):
        attest.association_in(credential)
    with pytest.raises(Unattested):
        await kept(credential)
    with pytest.raises(Unattested):
        await attest.signer(cast(Any, None), PARTY, credential, CHALLENGE, Clock.at)
