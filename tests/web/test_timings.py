"""How long an answer takes does not tell whether an address is known."""

import asyncio
from random import Random

import httpx
import pytest
from litestar import Litestar
from scipy.stats import ks_2samp

from matchmaker import tokens
from matchmaker.model.door import Door
from matchmaker.model.ids import AssociationId
from matchmaker.model.sender import Cause
from matchmaker.services import sign_in
from matchmaker.store import doors, suppressions
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.factories import AT
from tests.web.browser import Clock, Page
from tests.web.organiser import EMAIL, PASSWORD, PRESSED, an_organiser, at_desk, with_password

KNOWN, UNKNOWN, SUPPRESSED = "ada@example.org", "nobody@example.org", "bob@example.org"
TIMINGS = 2_000
AT_ONCE = 6
SIGN_INS, TRIES = 100, 6
P_LEAST = 0.01


@pytest.mark.full
async def test_known_unknown_and_suppressed_addresses_take_as_long_as_each_other(
    pool: Pool, association_id: AssociationId, visitor: httpx.AsyncClient, clock: Clock
) -> None:
    """Two samples of one distribution fall below p = .01 once in a hundred, so whoever does is measured once more."""
    address = await _door(pool, association_id)
    for other in (UNKNOWN, SUPPRESSED):
        p = await _p(visitor, clock, address, other)
        print(f"{KNOWN} and {other}: p = {p:.3f}")
        assert p > P_LEAST or await _p(visitor, clock, address, other) > P_LEAST


@pytest.mark.full
async def test_a_wrong_password_takes_as_long_as_an_address_that_nobody_has(
    app: Litestar, pool: Pool, association_id: AssociationId, clock: Clock
) -> None:
    """And as a right password with a wrong code; measured at the page, as anybody can."""
    organiser_id = await an_organiser(pool, association_id)
    await with_password(pool, association_id, organiser_id)
    ways = {
        "unknown": {"email": "nobody@example.org", "password": PASSWORD},
        "wrong": {"email": EMAIL, "password": "four other words altogether"},
        "no code": {"email": EMAIL, "password": PASSWORD},
    }
    taken: dict[str, list[float]] = {way: [] for way in ways}
    asked = [*ways] * SIGN_INS
    Random(20261130).shuffle(asked)
    async with at_desk(app) as browser:
        for number, way in enumerate(asked):
            if number % TRIES == 0:
                clock.at += sign_in.WINDOW  # so that none is one too many
            page = Page((await browser.get(f"/sign-in/{tokens.association_code(association_id)}")).text)
            began = asyncio.get_running_loop().time()
            given = {**page.fields, **ways[way], "code": "000001"}
            answer = await browser.post("/sign-in", data=given, headers=PRESSED)
            taken[way].append(asyncio.get_running_loop().time() - began)
            assert answer.status_code == 422
    for way in ("wrong", "no code"):
        p = float(ks_2samp(taken["unknown"], taken[way]).pvalue)
        print(f"unknown and {way}: p = {p:.3f}")
        assert p > P_LEAST


async def _p(visitor: httpx.AsyncClient, clock: Clock, address: str, other: str) -> float:
    """The chance that a difference as large as the measured one is none (Kolmogorov and Smirnov)."""
    taken: dict[str, list[float]] = {KNOWN: [], other: []}
    asked = [KNOWN, other] * TIMINGS
    Random(20261129).shuffle(asked)
    turns = iter(asked)

    async def ask() -> None:
        loop = asyncio.get_running_loop()
        for email in turns:
            clock.go(minutes=15)  # so that each is a letter of its own
            began = loop.time()
            answer = await visitor.post(f"{address}/link", data={"email": email})
            taken[email].append(loop.time() - began)
            assert answer.status_code == 303

    await asyncio.gather(*(ask() for _ in range(AT_ONCE)))
    assert {email: len(found) for email, found in taken.items()} == dict.fromkeys(taken, TIMINGS)
    return float(ks_2samp(taken[KNOWN], taken[other]).pvalue)


async def _door(pool: Pool, association_id: AssociationId) -> str:
    async with tenant_transaction(pool, association_id) as connection:
        event = await factories.event(connection)
        await doors.put(connection, event.id, Door.OPEN)
        for email in (KNOWN, SUPPRESSED):
            await factories.attendee(connection, event.id, email=email)
        suppressed = await suppressions.email_hash(connection, SUPPRESSED)
        await suppressions.add(connection, suppressed, Cause.COMPLAINED, AT)
    return f"/join/{tokens.event_code(association_id, event.id)}"
