"""API keys: made, shown once, recognised, revoked."""

from datetime import datetime, timedelta

from msgspec import Struct, structs

from matchmaker import tokens
from matchmaker.errors import Conflict, FieldError, InvalidFields, NotFound
from matchmaker.model.association import ApiKey, KeyInput
from matchmaker.model.ids import AssociationId, KeyId
from matchmaker.model.text import clean_line
from matchmaker.store import keys
from matchmaker.store.connection import Connection, Pool
from matchmaker.store.tenant import tenant_transaction

LIFE_MAX = timedelta(days=36_525)


class SecretShownOnce(Conflict):
    """That request made its key already, and the secret was shown then."""

    cure = "If the secret is lost, revoke the key and make another."


class NewApiKey(Struct, frozen=True, kw_only=True):
    """A key with its secret text, which is shown this once."""

    key: ApiKey
    text: str


class Caller(Struct, frozen=True, kw_only=True):
    """Who asks: an association, by one of its keys."""

    association_id: AssociationId
    key: ApiKey


async def create(
    connection: Connection, association_id: AssociationId, asked: KeyInput, at: datetime, *, kind: str = "live"
) -> NewApiKey:
    """A new key of the transaction's association. Raises `InvalidFields`, `NoSuchEvent`."""
    new = tokens.new_api_key(association_id, kind=kind)
    key = await keys.add(
        connection,
        _checked(asked, at),
        public_id=new.public_id,
        secret_hash=new.secret_hash,
        last_four=new.last_four,
        at=at,
    )
    return NewApiKey(key=key, text=new.text)


async def revoke(connection: Connection, key_id: KeyId, at: datetime) -> ApiKey:
    """The key, which opens nothing from now on. Raises `NotFound`."""
    key = await keys.revoke(connection, key_id, at)
    if key is None:
        raise NotFound
    return key


async def authenticate(pool: Pool, text: str, at: datetime) -> Caller | None:
    """Whose key that is; None when it is none, mistyped, unknown, revoked or expired.

    The key itself says which association to look in, so it is looked up like any other row of a tenant.
    """
    shown = tokens.read_api_key(text)
    if shown is None:
        return None
    association_id = AssociationId(shown.association_id)
    async with tenant_transaction(pool, association_id) as connection:
        found = await keys.get_by_public_id(connection, shown.public_id)
        if found is None or not tokens.is_same(found[1], shown.secret_hash) or not is_alive(found[0], at):
            return None
        await keys.note_use(connection, found[0].id, at)
    return Caller(association_id=association_id, key=found[0])


def is_alive(key: ApiKey, at: datetime) -> bool:
    """Whether the key is neither revoked nor expired."""
    return key.revoked_at is None and (key.expires_at is None or key.expires_at > at)


def _checked(asked: KeyInput, at: datetime) -> KeyInput:
    label, problems = clean_line(asked.label), []
    if not label:
        problems.append(FieldError("/label", "empty", "Give the key a label by which you will know it."))
    if asked.expires_at is not None and asked.expires_at <= at:
        problems.append(FieldError("/expires_at", "past", "Choose an hour in the future."))
    if asked.expires_at is not None and asked.expires_at - at > LIFE_MAX:
        problems.append(FieldError("/expires_at", "too_far", "Choose an hour within the next hundred years."))
    if problems:
        raise InvalidFields(problems)
    return structs.replace(asked, label=label, scopes=list(dict.fromkeys(asked.scopes)))
