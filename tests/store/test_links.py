"""A link opens what it is for, to whom it was sent, until it expires, is used or revoked; opening it changes nothing."""

import asyncio
from datetime import timedelta

import pytest

from matchmaker import tokens
from matchmaker.model.ids import AssociationId, EventId
from matchmaker.model.introduction import Introduction
from matchmaker.model.link import Link, LinkScope
from matchmaker.store import links
from matchmaker.store.connection import Connection, Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.conftest import new_association
from tests.factories import AT, LATER

EXPIRY = AT + timedelta(minutes=10)


async def made(connection: Connection, event_id: EventId, scope: LinkScope) -> tuple[str, Introduction]:
    introduction = await factories.offered_pair(connection, event_id)
    about = introduction.id if scope is LinkScope.INTRODUCTION else None
    token = await links.make(connection, scope, introduction.first_id, introduction_id=about, expires_at=EXPIRY, at=AT)
    return token, introduction


async def opened(connection: Connection, token: str, scope: LinkScope) -> Link:
    found = await links.open(connection, token, scope, LATER)
    assert found is not None
    return found


@pytest.mark.parametrize("scope", LinkScope)
async def test_a_link_opens_its_own_scope_and_no_other(
    connection: Connection, event_id: EventId, scope: LinkScope
) -> None:
    token, introduction = await made(connection, event_id, scope)
    link = await opened(connection, token, scope)
    assert (link.attendee_id, link.event_id, link.scope) == (introduction.first_id, event_id, scope)
    assert link.introduction_id == (introduction.id if scope is LinkScope.INTRODUCTION else None)
    for other in set(LinkScope) - {scope}:
        assert await links.open(connection, token, other, LATER) is None


async def test_a_link_is_kept_as_a_hash_alone(connection: Connection, event_id: EventId) -> None:
    token, _ = await made(connection, event_id, LinkScope.ME)
    row = await connection.fetchrow("select * from link")
    assert row is not None
    assert row["secret_hash"] == tokens.hash_of(token)
    assert token[-43:] not in str(row)


async def test_a_wrong_letter_opens_nothing(connection: Connection, event_id: EventId) -> None:
    token, _ = await made(connection, event_id, LinkScope.ME)
    wrong = token[:-1] + ("a" if token[-1] != "a" else "b")
    for text in (wrong, token[:-1], "", token + "a", "z" * len(token), token.upper()):
        assert await links.open(connection, text, LinkScope.ME, LATER) is None


async def test_opening_changes_nothing_and_using_works_once(connection: Connection, event_id: EventId) -> None:
    token, _ = await made(connection, event_id, LinkScope.ME)
    before = await connection.fetch("select * from link")
    link = await opened(connection, token, LinkScope.ME)
    assert await connection.fetch("select * from link") == before
    assert [await links.use(connection, link.id, LATER) for _ in range(3)] == [True, False, False]
    assert (await opened(connection, token, LinkScope.ME)).used_at == LATER


async def test_an_expired_or_revoked_link_opens_nothing(connection: Connection, event_id: EventId) -> None:
    token, introduction = await made(connection, event_id, LinkScope.ME)
    link = await opened(connection, token, LinkScope.ME)
    assert await links.open(connection, token, LinkScope.ME, EXPIRY) is None
    assert not await links.use(connection, link.id, EXPIRY)
    assert await links.revoke_all(connection, introduction.first_id, LATER, scope=LinkScope.EXITS) == 0
    assert await links.revoke_all(connection, introduction.first_id, LATER) == 1
    assert await links.open(connection, token, LinkScope.ME, LATER) is None
    assert not await links.use(connection, link.id, LATER)
    assert await links.remove_expired(connection, EXPIRY) == 0
    assert await links.remove_expired(connection, EXPIRY + timedelta(days=1)) == 1


async def test_another_associations_link_opens_nothing_here(
    pool: Pool, connection: Connection, event_id: EventId
) -> None:
    token, _ = await made(connection, event_id, LinkScope.ME)
    async with tenant_transaction(pool, await new_association(pool)) as elsewhere:
        assert await links.open(elsewhere, token, LinkScope.ME, LATER) is None


async def test_of_many_at_once_one_uses_it(pool: Pool, association_id: AssociationId) -> None:
    async with tenant_transaction(pool, association_id) as connection:
        event = await factories.event(connection)
        token, _ = await made(connection, event.id, LinkScope.ME)
        link = await opened(connection, token, LinkScope.ME)

    async def use() -> bool:
        async with tenant_transaction(pool, association_id) as connection:
            return await links.use(connection, link.id, LATER)

    assert sorted(await asyncio.gather(*(use() for _ in range(20)))) == [False] * 19 + [True]
