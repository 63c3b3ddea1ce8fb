"""After a hard bounce, a fifth soft one in a week, or a complaint, an address gets no more letters; strangers change nothing."""

from datetime import timedelta

import pytest

from matchmaker.model.ids import AssociationId
from matchmaker.model.message import association_in
from matchmaker.model.sender import Cause
from matchmaker.services.take_back import bounced, take_back
from matchmaker.store import messages, suppressions
from matchmaker.store.connection import Connection, Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.conftest import new_association
from tests.factories import AT
from tests.mail import comebacks

DAY = timedelta(days=1)
GONE = "550 5.1.1 User unknown"


async def sent_letter(pool: Pool, association_id: AssociationId) -> str:
    """The Message-ID of a letter that was sent to Ada."""
    async with tenant_transaction(pool, association_id) as connection:
        event = await factories.event(connection)
        ada = await factories.attendee(connection, event.id, "Ada", email="ada@example.org")
        await messages.add(connection, [factories.message(ada.id)], AT)
        mail_id: str = await connection.fetchval(
            "update message set state = 'sent', claim = 1, transmitting_at = $1, ended_at = $1 returning mail_id", AT
        )
    return mail_id.strip("<>")


async def suppressed(pool: Pool, association_id: AssociationId) -> Cause | None:
    async with tenant_transaction(pool, association_id) as connection:
        return await suppressions.get(connection, await suppressions.email_hash(connection, "ada@example.org"))


def back(kind: str, mail_id: str) -> bytes:
    text = {
        "hard": comebacks.report("5.1.1", GONE),
        "soft": comebacks.report("4.2.2", "452 4.2.2 Mailbox full"),
        "complaint": comebacks.complaint(),
        "late": comebacks.report("4.4.1", action="delayed"),
    }[kind]
    return text.replace(comebacks.OURS, mail_id).encode()


@pytest.mark.parametrize(
    ("kinds", "cause", "acted"),
    [
        (["hard"], Cause.BOUNCED, True),
        (["complaint"], Cause.COMPLAINED, True),
        (["complaint", "hard"], Cause.COMPLAINED, True),
        (["soft"] * 4, None, True),
        (["soft"] * 5, Cause.BOUNCED_OFTEN, True),
        (["late"] * 9, None, False),
    ],
)
async def test_what_comes_back_suppresses_whom_the_letter_was_for(
    pool: Pool, association_id: AssociationId, kinds: list[str], cause: Cause | None, acted: bool
) -> None:
    other = await new_association(pool)
    mail_id = await sent_letter(pool, association_id)
    await sent_letter(pool, other)
    for kind in kinds:
        _, was = await take_back(pool, back(kind, mail_id), at=AT)
        assert was == acted
    assert await suppressed(pool, association_id) == cause
    assert await suppressed(pool, other) is None


async def test_who_does_not_know_a_letters_id_changes_nothing(pool: Pool, association_id: AssociationId) -> None:
    mail_id = await sent_letter(pool, association_id)
    local, _, domain = mail_id.partition("@")
    first, _, whose = local.partition(".")
    forged = [
        "",
        comebacks.OURS,
        f"{whose}.{whose}@{domain}",
        f"{first}.{first}@{domain}",
        f"{first}@{domain}",
        f"{local}@elsewhere.example",
    ]
    for one in forged:
        _, acted = await take_back(pool, back("hard", one), at=AT)
        assert not acted, one
    assert await suppressed(pool, association_id) is None
    assert association_in(f"<{mail_id}>") == association_id


async def test_five_soft_bounces_in_a_week_suppress(connection: Connection) -> None:
    for day in (0, 4, 5, 6, 7, 8):
        await bounced(connection, "ada@example.org", permanent=False, code="4.2.2", at=AT + day * DAY)
        assert await suppressions.get(connection, await suppressions.email_hash(connection, "ada@example.org")) == (
            Cause.BOUNCED_OFTEN if day == 8 else None
        )
