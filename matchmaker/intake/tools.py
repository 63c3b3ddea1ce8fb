"""Exports of ticketing tools, known by their headers: pretix, Eventbrite and Luma, and what their columns are to us.

pretix writes its headers in the organiser's language, and Company, Address and City twice: the attendee's first, the invoice's
after. Luma begins with a BOM and ends with a column for each question. Somebody who cancelled comes in, but in no match run.
"""

from collections.abc import Collection, Sequence

from matchmaker.intake.sheet import folded_header
from matchmaker.model.mapping import Condition, Field, Rule, Tool

Names = tuple[str, ...]

_ORDER: Names = ("order code", "bestellnummer", "bestellcode")
_POSITION: Names = ("position id", "positions-id", "positionsnummer", "position")
_ATTENDEE_NAME: Names = (
    "attendee name",
    "teilnehmername",
    "name des teilnehmers",
    "name der teilnehmenden person",
    "teilnehmer-name",
)
_ATTENDEE_EMAIL: Names = (
    "attendee email", "attendee e-mail", "teilnehmer-e-mail", "e-mail des teilnehmers", "teilnehmer-email",
    "e-mail-adresse des teilnehmers", "e-mail der teilnehmenden person",
)  # fmt: skip
_ORDER_EMAIL: Names = ("email", "e-mail", "e-mail-adresse", "email address")
_COMPANY: Names = ("company", "firma", "unternehmen")
_CITY: Names = ("city", "stadt", "ort")
_STATUS: Names = ("status", "order status", "bestellstatus")
_JOB: Names = ("job title", "berufsbezeichnung", "position im unternehmen")

_CANCELLED = ["canceled", "cancelled", "storniert", "expired", "abgelaufen"]
_NOT_ATTENDING = ["not attending", "cancelled", "canceled", "refunded", "deleted", "transferred"]
_NOT_APPROVED = ["declined", "invited", "pending_approval", "waitlist"]

# A file is a tool's where each of these is found in its header under one of its names.
SIGNS: dict[Tool, tuple[Names, ...]] = {
    Tool.PRETIX: (_ORDER, _ATTENDEE_NAME, (*_POSITION, *_ATTENDEE_EMAIL)),
    Tool.EVENTBRITE: (("order #", "order id", "attendee #"), ("ticket type",), ("first name",)),
    Tool.LUMA: (("approval_status",), ("email",), ("ticket_name", "qr_code_url", "checked_in_at")),
}


def tool_of(header: Sequence[str]) -> Tool | None:
    """The tool whose export has this header."""
    names = set(map(folded_header, header))
    return next((tool for tool, signs in SIGNS.items() if all(names & set(sign) for sign in signs)), None)


def rules_of(tool: Tool, header: Sequence[str], blank: Collection[int] = ()) -> list[Rule]:
    """What a tool's columns are to us; `blank` are the columns that hold nothing in any row."""
    made = {Tool.PRETIX: _pretix, Tool.EVENTBRITE: _eventbrite, Tool.LUMA: _luma}[tool]
    return made(_Header(header, blank))


class _Header:
    """A header in which columns are sought by any of their names."""

    def __init__(self, header: Sequence[str], blank: Collection[int]) -> None:
        self.written = list(header)
        self.folded = list(map(folded_header, header))
        self.blank = blank

    def rules(self, field: Field, names: Names, *, filled: bool = False) -> list[Rule]:
        """One rule for the first column so named, which is the attendee's; none where there is none, or a blank one."""
        index = next((index for index, name in enumerate(self.folded) if name in names), None)
        if index is None or (filled and index in self.blank):
            return []
        return [Rule(field=field, column=" ".join(self.written[index].split()))]

    def unless(self, names: Names, words: list[str]) -> list[Rule]:
        """Nobody whose status is one of `words` takes part in match runs."""
        found = self.rules(Field.MATCHED, names)
        when = [Condition(column=rule.column or "", is_one_of=words) for rule in found]
        return [Rule(field=Field.MATCHED, constant="no", when=one) for one in when]


def _pretix(header: _Header) -> list[Rule]:
    """An order's own e-mail is the buyer's: it is taken only where no attendee has one."""
    emails = header.rules(Field.EMAIL, _ATTENDEE_EMAIL, filled=True)
    return [
        *header.rules(Field.EXTERNAL_ID, _ORDER),
        *header.rules(Field.EXTERNAL_ID, _POSITION),
        *header.rules(Field.NAME, _ATTENDEE_NAME),
        *(emails or header.rules(Field.EMAIL, _ORDER_EMAIL)),
        *header.rules(Field.ORGANISATION, _COMPANY),
        *header.rules(Field.ROLE, _JOB),
        *header.rules(Field.REGION, _CITY),
        *header.unless(_STATUS, _CANCELLED),
    ]


def _eventbrite(header: _Header) -> list[Rule]:
    return [
        *header.rules(Field.EXTERNAL_ID, ("attendee #", "attendee id")),
        *header.rules(Field.NAME, ("first name",)),
        *header.rules(Field.NAME, ("last name", "surname")),
        *header.rules(Field.EMAIL, ("email", "email address")),
        *header.rules(Field.ORGANISATION, ("company", "company / organization", "organization")),
        *header.rules(Field.ROLE, ("job title",)),
        *header.unless(("attendee status", "status"), _NOT_ATTENDING),
    ]


def _luma(header: _Header) -> list[Rule]:
    names = header.rules(Field.NAME, ("name",), filled=True)
    parts = [*header.rules(Field.NAME, ("first_name",)), *header.rules(Field.NAME, ("last_name",))]
    return [
        *header.rules(Field.EXTERNAL_ID, ("guest_id", "guest_api_id", "api_id")),
        *(names or parts),
        *header.rules(Field.EMAIL, ("email",)),
        *header.unless(("approval_status",), _NOT_APPROVED),
    ]
