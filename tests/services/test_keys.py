"""API keys open what they should until they are revoked or expire, and nothing of them can be stolen from the database."""

from datetime import timedelta

import pytest

from matchmaker.errors import InvalidFields, NotFound
from matchmaker.model.association import Scope
from matchmaker.model.ids import AssociationId, EventId, KeyId
from matchmaker.services import keys
from matchmaker.store import keys as stored
from matchmaker.store.connection import Connection, Pool
from matchmaker.store.keys import NoSuchEvent
from matchmaker.store.tenant import tenant_transaction
from matchmaker.tokens import new_api_key
from tests import factories
from tests.conftest import new_association
from tests.factories import AT, LATER, key_input


async def made(pool: Pool, association_id: AssociationId, **fields: object) -> keys.NewApiKey:
    async with tenant_transaction(pool, association_id) as connection:
        return await keys.create(connection, association_id, key_input(**fields), AT)


async def test_a_key_opens_its_own_association(pool: Pool, association_id: AssociationId) -> None:
    other_id = await new_association(pool)
    new, other = await made(pool, association_id), await made(pool, other_id)
    for one, owner in ((new, association_id), (other, other_id)):
        caller = await keys.authenticate(pool, one.text, AT)
        assert caller is not None
        assert (caller.association_id, caller.key.id) == (owner, one.key.id)


async def test_a_revoked_key_opens_nothing_at_once(pool: Pool, association_id: AssociationId) -> None:
    new = await made(pool, association_id)
    async with tenant_transaction(pool, association_id) as connection:
        revoked = await keys.revoke(connection, new.key.id, LATER)
        assert revoked.revoked_at == LATER
        assert (await keys.revoke(connection, new.key.id, LATER + timedelta(days=1))).revoked_at == LATER
    assert await keys.authenticate(pool, new.text, LATER) is None


async def test_an_expired_key_opens_nothing(pool: Pool, association_id: AssociationId) -> None:
    new = await made(pool, association_id, expires_at=LATER)
    assert await keys.authenticate(pool, new.text, AT) is not None
    assert await keys.authenticate(pool, new.text, LATER) is None


async def test_a_well_formed_key_that_was_never_made_opens_nothing(pool: Pool, association_id: AssociationId) -> None:
    await made(pool, association_id)
    assert await keys.authenticate(pool, new_api_key(association_id).text, AT) is None
    assert await keys.authenticate(pool, new_api_key(factories.association_id()).text, AT) is None


async def test_the_right_id_with_another_secret_opens_nothing(pool: Pool, association_id: AssociationId) -> None:
    new = await made(pool, association_id)
    forged = new_api_key(association_id)
    async with tenant_transaction(pool, association_id) as connection:
        await connection.execute("update api_key set public_id = $1", forged.public_id)
    assert await keys.authenticate(pool, forged.text, AT) is None
    assert new.text != forged.text


async def test_use_is_noted_once_a_minute(pool: Pool, association_id: AssociationId) -> None:
    new = await made(pool, association_id)
    for at in (AT, AT + timedelta(seconds=30), AT + timedelta(minutes=2)):
        await keys.authenticate(pool, new.text, at)
        async with tenant_transaction(pool, association_id) as connection:
            key = await stored.get(connection, new.key.id)
            assert key is not None
            assert key.last_used_at == (AT if at < LATER else at)


async def test_a_key_shows_what_was_asked_and_its_last_four(pool: Pool, association_id: AssociationId) -> None:
    new = await made(pool, association_id, label=" mine ", scopes=[Scope.RUNS_READ, Scope.RUNS_READ])
    assert (new.key.label, new.key.scopes) == ("mine", [Scope.RUNS_READ])
    assert new.text.endswith(new.key.last_four)


async def test_the_database_does_not_hold_the_secret(pool: Pool, association_id: AssociationId) -> None:
    new = await made(pool, association_id)
    async with tenant_transaction(pool, association_id) as connection:
        row = await connection.fetchval("select api_key::text from api_key")
    secret = new.text[-38:-6]
    assert new.text[-4:] in row
    assert secret not in row
    assert secret.encode().hex() not in row


async def test_a_key_that_has_expired_before_it_is_made_is_refused(
    connection: Connection, association_id: AssociationId
) -> None:
    with pytest.raises(InvalidFields) as caught:
        await keys.create(connection, association_id, key_input(label=" ", expires_at=AT), AT)
    assert [field.pointer for field in caught.value.fields] == ["/label", "/expires_at"]


async def test_a_key_is_restricted_to_an_event_of_the_association(
    connection: Connection, association_id: AssociationId, event_id: EventId
) -> None:
    new = await keys.create(connection, association_id, key_input(event_id=event_id), AT)
    await keys.create(connection, association_id, key_input(), AT)
    assert new.key.event_id == event_id
    assert await stored.find(connection, only_event=event_id, limit=10) == [new.key]
    elsewhere = EventId(factories.association_id())
    with pytest.raises(NoSuchEvent):
        await keys.create(connection, association_id, key_input(event_id=elsewhere), AT)


async def test_only_a_key_that_exists_can_be_revoked(connection: Connection) -> None:
    with pytest.raises(NotFound):
        await keys.revoke(connection, KeyId(factories.association_id()), AT)
