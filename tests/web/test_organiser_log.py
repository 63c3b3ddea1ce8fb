"""The log tells who signed in or tried to, who changed a role, took a file or deleted somebody: in ids, never in names (S30)."""

import json
from typing import Any

import pyotp
import pytest
from litestar import Litestar
from msgspec import structs

from matchmaker import tokens
from matchmaker.app import create_app
from matchmaker.model.ids import AssociationId
from matchmaker.model.organiser import Role
from matchmaker.services import sign_in
from matchmaker.settings import Settings
from matchmaker.store.connection import Pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.web.browser import Clock, Page
from tests.web.organiser import PASSWORD, PRESSED, Desk, an_organiser, code_at, signed_in, with_password

CANARY = "Kestrel"
ADDRESS = "kestrel@example.org"


def logging_app(settings: Settings, pool: Pool, clock: Clock) -> Litestar:
    """One that logs all, to what standard error is by now."""
    return create_app(structs.replace(settings, log_level="info"), pool, clock=clock)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """What was logged since; each line is JSON."""
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def deeds(found: list[dict[str, Any]]) -> list[tuple[str, int, bool]]:
    """What was done, how it was answered, and whether the line says by whom."""
    return [(one["deed"], one["status"], "organiser_id" in one) for one in found if "deed" in one]


async def enter(desk: Desk, association_id: AssociationId, code: str, password: str = PASSWORD) -> None:
    page = Page((await desk.get(f"/sign-in/{tokens.association_code(association_id)}")).text)
    fields = {**page.fields, "email": ADDRESS, "password": password, "code": code}
    await desk.browser.post("/sign-in", data=fields, headers=PRESSED)


async def test_what_decides_something_is_logged_without_a_name(
    page_settings: Settings, pool: Pool, association_id: AssociationId, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    app = logging_app(page_settings, pool, clock)
    async with tenant_transaction(pool, association_id) as connection:
        event = await factories.event(connection, name=f"{CANARY} day")
        ada = await factories.attendee(connection, event.id, CANARY, email=ADDRESS)
        bob = await factories.attendee(connection, event.id, f"{CANARY} Second", email=f"b.{ADDRESS}")
    colleague = await an_organiser(pool, association_id, Role.HELPER, name=CANARY, email=f"c.{ADDRESS}")
    async with signed_in(app, association_id, clock, email=ADDRESS) as desk:
        await with_password(pool, association_id, desk.organiser_id)
        code = code_at(app, clock)
        await enter(desk, association_id, code, password=f"{CANARY} {CANARY} {CANARY}")
        await enter(desk, association_id, code)
        await desk.press("/organisers/invitations", label=CANARY, role="owner")
        await desk.press(f"/organisers/{colleague}/role", role="owner")
        await desk.press(f"/organisers/{colleague}/removal")
        await desk.get(f"/events/{event.id}/files/attendees/download?format=csv&column=name")
        room = f"/events/{event.id}/room/attendees"
        await desk.press(f"{room}/{ada.id}/removal", choice="event", version="1")
        await desk.press(f"{room}/{bob.id}/removal", choice="everywhere", version="1")
        await desk.press("/account/sign-out")
    logged = capsys.readouterr().err
    found = [json.loads(line) for line in logged.splitlines()]
    assert deeds(found) == [
        ("sign-in refused", 422, False),
        ("signed in", 303, True),
        ("invited", 200, True),
        ("role changed", 303, True),
        ("organiser removed", 303, True),
        ("file taken", 200, True),
        ("attendee removed", 303, True),
        ("attendee erased", 303, True),
        ("signed out", 303, True),
    ]
    by = {one["deed"]: one for one in found if "deed" in one}
    assert {one["association_id"] for one in by.values()} == {association_id}
    assert (by["role changed"]["of"], by["role changed"]["role"]) == (colleague, "owner")
    assert by["role changed"]["organiser_id"] == desk.organiser_id
    assert (by["file taken"]["key"], by["file taken"]["form"]) == ("attendees", "csv")
    assert by["signed in"]["way"] == "password"
    for secret in (CANARY, ADDRESS, PASSWORD, code, "Olga", code_at(app, clock)):
        assert secret.casefold() not in logged.casefold(), secret


async def test_ways_to_sign_in_that_are_set_and_refused_are_logged(
    page_settings: Settings, pool: Pool, association_id: AssociationId, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    app = logging_app(page_settings, pool, clock)
    async with signed_in(app, association_id, clock, email=ADDRESS) as desk:
        await with_password(pool, association_id, desk.organiser_id)
        page = Page((await desk.get("/account/password")).text)
        secret = next(text for text in page.texts if len("".join(text.split())) == 32)
        code = pyotp.TOTP("".join(secret.split())).at(clock.at)
        await desk.press("/account/password", password="a lamp beside nine herons", code=code)
        clock.go(minutes=11)
        asked = Page((await desk.get("/account/password")).text)
        for _ in range(sign_in.TRIES_ADDRESS_MAX + 1):
            fields = {**asked.fields, "password": "not at all", "code": "0"}
            await desk.browser.post("/account/proof", data=fields, headers=PRESSED)
    refused = [("proof refused", 422, True)] * sign_in.TRIES_ADDRESS_MAX
    assert deeds(lines(capsys)) == [("password set", 200, True), *refused, ("too many tries", 429, True)]


async def test_a_refusal_says_who_was_refused_and_a_code_is_not_logged(
    page_settings: Settings, pool: Pool, association_id: AssociationId, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    app = logging_app(page_settings, pool, clock)
    async with signed_in(app, association_id, clock, Role.HELPER) as desk:
        await desk.press("/organisers/invitations", label="Eve", role="owner")
        await desk.get("/desk/0123456789ABCDEF0123")
    found = lines(capsys)
    (refused,) = [one for one in found if one["status"] == 403]
    assert refused["organiser_id"] == desk.organiser_id
    assert "0123456789ABCDEF0123" not in json.dumps(found)
