"""The sender: from whom the association's letters come, and in which hours of the reader's day they may leave."""

import hashlib
from typing import Any

from litestar import Response, get, post
from msgspec import json, to_builtins

from matchmaker.errors import FieldError, InvalidFields
from matchmaker.model.association import Scope
from matchmaker.model.letter_text import LetterLanguage
from matchmaker.model.sender import Sender, SenderInput
from matchmaker.model.text import INT4_MAX, LINE_CHARS_MAX
from matchmaker.services import send_from
from matchmaker.store import associations, senders
from matchmaker.web.fields import whole
from matchmaker.web.forms import Form
from matchmaker.web.organiser.events import version_in
from matchmaker.web.organiser.kept import Difference, stale
from matchmaker.web.organiser.visit import OrganiserVisit, Visit

PATH = "/association/sender"
REQUIRED = ("name", "address")
ADDRESSES = ("address", "reply_to")
ADDRESS_CHARS_MIN = 3
LANGUAGES = [one.value for one in LetterLanguage]
LINES = (*REQUIRED, "reply_to", "dkim_domain", "dkim_selector", "dkim_key")
HOURS = {"opens_hour": 23, "closes_hour": 24}
FIELDS = (*LINES, "language", *HOURS, "weekends")
NEVER_SET = 1


@get(PATH, scope=Scope.EVENTS_WRITE)
async def show_sender(visit: Visit) -> Response[str]:
    """How it stands, to change; and how receivers are made to trust it."""
    sender = await senders.get(visit.connection)
    return await _page(visit, sender, filled(sender, await _name(visit)))


@post(PATH, scope=Scope.EVENTS_WRITE)
async def change_sender(visit: Visit) -> Response[str]:
    """Changes it, unless somebody else did meanwhile: then one chooses. Another address has to be verified anew."""
    await associations.lock(visit.connection)
    sender = await senders.get(visit.connection)
    given, problems = given_in(visit.form)
    if given is not None and version_in(visit.form) != version_of(sender):
        return stale(
            visit, PATH, _differences(visit, sender), version=version_of(sender), here="association"
        )  # fmt: skip
    if given is not None:
        try:
            await send_from.replace(visit.connection, given, at=visit.at)
        except InvalidFields as error:
            problems = error.fields
    if problems:
        return await _page(visit, sender, visit.form, problems)
    return visit.onward(PATH, said="saved")


def given_in(form: Form) -> tuple[SenderInput | None, list[FieldError]]:
    """The sender that a form holds; None where something is wrong with it."""
    problems = [FieldError(f"/{name}", "empty", "") for name in REQUIRED if not form.line(name)]
    problems += [FieldError(f"/{name}", "line_long", "") for name in LINES if len(form.line(name)) > LINE_CHARS_MAX]
    values: dict[str, Any] = {name: form.line(name) or None for name in LINES}
    values |= {name: whole(form, name, most, []) for name, most in HOURS.items()}
    problems += [FieldError(f"/{name}", "hour_range", "") for name in HOURS if values[name] is None]
    problems += [
        FieldError(f"/{name}", "not-an-address", "")
        for name in ADDRESSES
        if 1 <= len(form.line(name)) < ADDRESS_CHARS_MIN
    ]
    if form.line("language") not in LANGUAGES:
        problems.append(FieldError("/language", "choose_one", ""))
    if problems:
        return None, problems
    return SenderInput(**values, language=form.line("language"), weekends=form.line("weekends") == "yes"), []


def filled(sender: Sender | None, name: str) -> Form:
    """The form as it shows what is stored, or what holds until something is."""
    shown = to_builtins(sender or SenderInput(name=name, address="-"))
    values = {one: ["" if shown[one] is None else str(shown[one])] for one in FIELDS}
    values["weekends"] = ["yes"] if shown["weekends"] else []
    return Form(values if sender else {**values, "address": [""]})


def version_of(sender: Sender | None) -> int:
    """A number of all that may be set, from 1 on: another number, another sender."""
    if sender is None:
        return NEVER_SET
    stored = to_builtins(sender)
    digest = hashlib.sha256(json.encode([stored[one] for one in FIELDS])).digest()
    return int.from_bytes(digest[:4]) % (INT4_MAX - 1) + 2


async def _name(visit: OrganiserVisit) -> str:
    association = await associations.get(visit.connection)
    return association.name if association else "Matchmaker"


def _differences(visit: OrganiserVisit, sender: Sender | None) -> list[Difference]:
    theirs = filled(sender, "")
    return [
        Difference(label=visit.t(f"organiser.sender_field.{one}"), yours=visit.form.line(one), theirs=theirs.line(one))
        for one in FIELDS
        if visit.form.line(one) != theirs.line(one)
    ]


async def _page(
    visit: OrganiserVisit, sender: Sender | None, shown: Form, problems: list[FieldError] | None = None
) -> Response[str]:
    address = sender.address if sender else ""
    return visit.page(
        "sender",
        here="association",
        problems=problems,
        sender=sender,
        shown=shown,
        version=version_in(visit.form) or version_of(sender),
        server_address=visit.settings.mail_from,
        domain=address.rpartition("@")[2],
        languages=LANGUAGES,
        hours=list(HOURS.items()),
    )


HANDLERS = (show_sender, change_sender)
