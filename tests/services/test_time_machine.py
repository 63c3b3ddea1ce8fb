"""Weeks of mail to forty time zones, an hour at a time: none outside its window, none above the cap, none after its deadline."""

import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from matchmaker.model.digest import JOINS
from matchmaker.model.ids import AssociationId, AttendeeId
from matchmaker.model.message import LetterKind, MessageInput
from matchmaker.services.deliver import deliver_some
from matchmaker.store import messages
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.model.test_window import ZONES
from tests.services.mailbox import Mailbox

STEP = timedelta(minutes=30)
# In these days Europe's clocks go forward, and Australia's and New Zealand's back.
BEGINS = datetime.fromisoformat("2026-03-27T00:00Z")

# One in six leaves alone, as many as one a day lets through.
KINDS = [
    LetterKind.OFFERED,
    LetterKind.TIME_PROPOSED,
    LetterKind.AFTER_ROUNDS,
    LetterKind.SAY_MORE,
    LetterKind.NOTE,
    LetterKind.MEETING,
]


@pytest.mark.parametrize("days", [6, pytest.param(365, marks=pytest.mark.full)])
async def test_mail_keeps_windows_cap_and_deadlines_day_after_day(
    pool: Pool, association_id: AssociationId, days: int
) -> None:
    chance = random.Random(20261129)
    async with tenant_transaction(pool, association_id) as connection:
        event = await factories.event(connection)
        readers = {
            zone: (
                await factories.attendee(
                    connection, event.id, zone, email=f"{n}@example.org", extra={"time_zone": zone}
                )
            ).id
            for n, zone in enumerate(ZONES)
        }
        given = [_message(chance, reader, number, days) for reader in readers.values() for number in range(days // 2)]
        assert await messages.add(connection, given, BEGINS) == len(given)
    mailbox, at = Mailbox(), BEGINS
    while at < BEGINS + timedelta(days=days + 10):
        while await deliver_some(pool, association_id, mailbox.post(), now=lambda: at):  # noqa: B023 - called at once
            pass
        at += STEP
    async with tenant_transaction(pool, association_id) as connection:
        rows = await connection.fetch(
            "select state, overrode, deadline, transmitting_at, letter, digest_id, extra ->> 'time_zone' as zone "
            "from message join attendee on attendee.id = attendee_id order by transmitting_at"
        )
    assert {row["state"] for row in rows} == {"sent"}
    assert [row for row in rows if row["deadline"] is not None and row["transmitting_at"] > row["deadline"]] == []
    assert {LetterKind(row["letter"]) for row in rows if row["digest_id"] is not None} == JOINS & set(KINDS)
    left = [row for row in rows if row["digest_id"] is None]
    assert len(left) == len(mailbox.letters) == len(set(mailbox.ids()))
    assert 0 < sum(row["letter"] == "digest" for row in left) < len(rows) - len(left)
    plain = [
        (row["zone"], row["transmitting_at"].astimezone(ZoneInfo(row["zone"]))) for row in left if not row["overrode"]
    ]
    assert [there for _, there in plain if not (8 <= there.hour < 19 and there.weekday() < 5)] == []
    assert len({(zone, there.date()) for zone, there in plain}) == len(plain)
    overrode = [row for row in rows if row["overrode"]]
    assert 0 < len(overrode) < len(rows) / 4
    assert all(row["deadline"] is not None for row in overrode)


def _message(chance: random.Random, reader: AttendeeId, number: int, days: int) -> MessageInput:
    """At any hour; one in three has a deadline, from an hour to five days later."""
    not_before = BEGINS + timedelta(minutes=chance.randrange(days * 24 * 60))
    deadline = not_before + timedelta(minutes=chance.randrange(60, 5 * 24 * 60)) if chance.random() < 1 / 3 else None
    kind = chance.choice(KINDS)
    return factories.message(reader, letter=kind, edition=str(number), not_before=not_before, deadline=deadline)
