"""Attest a passkey (WebAuthn Level 2): a new one made, or one that signs what it was asked.

A passkey names its holder: the handle that it keeps, and shows with each signature, is the association's id and the organiser's,
so that nobody need type an address. Which authenticator it is nobody asks.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

import webauthn
from msgspec import Struct
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from matchmaker.errors import Invalid
from matchmaker.model.ids import AssociationId, OrganiserId
from matchmaker.model.organiser import Organiser, Passkey
from matchmaker.store import passkeys
from matchmaker.store.connection import Connection

PASSKEYS_MAX = 20


class Unattested(Invalid):
    """This passkey did not prove anything."""


class Party(Struct, frozen=True, kw_only=True):
    """Whom a passkey is for: the host of the pages, and their origin."""

    host: str
    origin: str


def making(
    party: Party, association_id: AssociationId, organiser: Organiser, known: list[Passkey], challenge: bytes
) -> str:
    """What a browser is told to make a passkey, as JSON."""
    options = webauthn.generate_registration_options(
        rp_id=party.host,
        rp_name="Matchmaker",
        user_id=_handle(association_id, organiser.id),
        user_name=organiser.email,
        user_display_name=organiser.name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one.credential_id) for one in known],
    )
    return webauthn.options_to_json(options)


def asking(party: Party, challenge: bytes) -> str:
    """What a browser is told to have a passkey sign, as JSON."""
    options = webauthn.generate_authentication_options(
        rp_id=party.host, challenge=challenge, user_verification=UserVerificationRequirement.REQUIRED
    )
    return webauthn.options_to_json(options)


async def keep(
    connection: Connection,
    party: Party,
    organiser_id: OrganiserId,
    credential: str,
    challenge: bytes,
    *,
    label: str,
    at: datetime,
) -> None:
    """Keeps a passkey that was just made. Raises `Unattested`, `PasskeyKnown`."""
    with _judged():
        made = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    await passkeys.add(
        connection,
        organiser_id,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        label=label,
        at=at,
    )


def association_in(credential: str) -> AssociationId:
    """The association that a signature names. Raises `Unattested`."""
    with _judged():
        handle = webauthn.helpers.parse_authentication_credential_json(credential).response.user_handle or b""
        return AssociationId(str(UUID(bytes=handle[:16])))


async def signer(connection: Connection, party: Party, credential: str, challenge: bytes, at: datetime) -> OrganiserId:
    """Who signed. Raises `Unattested`."""
    with _judged():
        shown = webauthn.helpers.parse_authentication_credential_json(credential)
    passkey = await passkeys.lock(connection, shown.raw_id)
    if passkey is None or (shown.response.user_handle or b"")[16:] != UUID(passkey.organiser_id).bytes:
        raise Unattested
    with _judged():
        signed = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    await passkeys.note_use(connection, passkey.id, sign_count=signed.new_sign_count, at=at)
    return passkey.organiser_id


def challenge_of(text: str) -> bytes:
    """The bytes of a challenge as a form carries it."""
    return base64url_to_bytes(text)


@contextmanager
def _judged() -> Iterator[None]:
    """Whatever a crafted proof makes of the library's readers, it proves nothing. Raises `Unattested`."""
    try:
        yield
    except Exception:
        raise Unattested from None


def _handle(association_id: AssociationId, organiser_id: OrganiserId) -> bytes:
    return UUID(association_id).bytes + UUID(organiser_id).bytes
