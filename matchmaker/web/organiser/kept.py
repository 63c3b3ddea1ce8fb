"""What was sent and did not arrive: carried through the sign-in page, shown beside what others did meanwhile, sent by one button.

Never by itself: a person sees what it is and presses. Secrets are not carried; whoever typed them types them again.
"""

import hashlib
from typing import Any
from urllib.parse import urlencode

from litestar import Response
from msgspec import Struct

from matchmaker.model.event import Event
from matchmaker.web import forms
from matchmaker.web.forms import SEAL, Form
from matchmaker.web.organiser.page import organiser_page
from matchmaker.web.organiser.visit import OrganiserVisit

SECRETS = ("password", "code", "credential", "challenge")
VERSION = "version"
NOTHING = "&"  # how a form without fields is written where no form at all is an empty text


class Kept(Struct, frozen=True, kw_only=True):
    """Where somebody wanted to go, and what they sent there; `fields` is empty where they only opened it."""

    path: str = ""
    fields: str = ""

    @property
    def digest(self) -> str:
        """What the sign-in form is sealed for, so that it carries what we put there and nothing else."""
        return hashlib.sha256(f"{self.path}\x00{self.fields}".encode()).hexdigest()

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return forms.pairs_in(self.fields)


class Difference(Struct, frozen=True, kw_only=True):
    """A field that two people changed: what it is called, what one of them sent, and what stands there now."""

    label: str
    yours: str
    theirs: str


def kept(path: str, form: Form | None) -> Kept:
    """What is carried of a form, secrets aside. A form of a button alone has no fields, and is still one to send again."""
    return Kept(path=path, fields="" if form is None else urlencode(_pairs(form)) or NOTHING)


def holds_secrets(form: Form) -> bool:
    """Whether something would be missing from it if it were carried."""
    return any(_is_secret(name) for name in form.fields)


def nothing_lost(
    language: str, path: str, pairs: list[tuple[str, str]], seal: str, *, status: int = 200
) -> Response[str]:
    """The page with the button that sends it again."""
    return organiser_page("kept", language, status=status, path=path, kept=pairs, seal=seal)


def stale(
    visit: OrganiserVisit,
    path: str,
    differences: list[Difference],
    *,
    version: int,
    event: Event | None = None,
    here: str = "",
) -> Response[str]:
    """The page for a form whose `version` is not the row's any more: both side by side, and a choice.

    `path` is where the form goes; on GET it shows what stands there now. `version` is the row's own by now.
    """
    values: dict[str, Any] = {"path": path, "differences": differences, "version": version}
    pairs = [(name, value) for name, value in _pairs(visit.form) if name != VERSION]
    return visit.page("stale", event=event, here=here, status=409, kept=pairs, **values)


def _pairs(form: Form) -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, values in form.fields.items()
        for value in values
        if name != SEAL and not _is_secret(name)
    ]


def _is_secret(name: str) -> bool:
    return any(word in name for word in SECRETS)
