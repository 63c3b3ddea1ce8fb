"""From a letter's content and its envelope to the bytes that leave: pure, so the same call gives the same message.

Text and HTML say the same; the text part is complete by itself. Nothing in a letter is fetched from anywhere, and nothing in it
watches the reader. A person's name is only ever a name: it cannot add a header, a recipient, a tag or a link.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from zoneinfo import ZoneInfo

from msgspec import Struct

from matchmaker.mail import calendar
from matchmaker.mail.harmless import (
    NAME_CHARS_MAX,
    ascii_address,
    display_name,
    harmless,
    heading,
    is_address,
    link,
    words,
)
from matchmaker.mail.page import Page, Reader, lay_out
from matchmaker.mail.phrases import joined, phrase, spoken
from matchmaker.model.day_letter import Agenda, SetDates
from matchmaker.model.letter import Introduced, Letter, Meeting, MeetingCancelled, MeetingChanged
from matchmaker.model.other import Other

SUBJECT_CHARS_MAX = 150


class Envelope(Struct, frozen=True, kw_only=True):
    """Whom a letter comes from and goes to, and what is the same for every kind of letter.

    `message_id` is fixed when the message is written, so that a letter sent twice is one letter. `unsubscribe_url` is
    the three exits' page, which also takes the one click of RFC 8058. `own` is what the association says in words of its own,
    by phrase: words like anybody's, of which none becomes a link; `own_of_parts` for each kind of letter in a digest.
    """

    sender_name: str
    sender_address: str
    reply_to: str | None = None
    to_name: str
    to_address: str
    message_id: str
    in_reply_to: str | None = None
    at: datetime
    unsubscribe_url: str
    base_url: str
    language: str = "en"
    time_zone: str = "UTC"
    own: Mapping[str, str] = {}
    own_of_parts: Mapping[str, Mapping[str, str]] = {}


def compose(letter: Letter, envelope: Envelope) -> EmailMessage:
    """The letter as a message. Raises `ValueError` for an address that is none, or a link that is not http."""
    letter = harmless(letter)
    page = lay_out(letter, _reader(envelope))
    message = _headed(letter, envelope, page)
    message.set_content(page.text, cte="quoted-printable")
    message.add_alternative(page.html, subtype="html", cte="quoted-printable")
    if isinstance(letter, Meeting | MeetingChanged | MeetingCancelled):
        _enclose(message, letter, envelope)
    if isinstance(letter, Agenda):
        _enclose_agenda(message, letter, envelope)
    if isinstance(letter, SetDates):
        _enclose_dates(message, letter, envelope)
    message["Content-Language"] = spoken(envelope.language)
    # What is encoded as quoted-printable never holds `=_`, so no text can end a part.
    message.set_boundary(f"=_{hashlib.sha256(envelope.message_id.encode()).hexdigest()[:32]}")
    return message


def _reader(envelope: Envelope) -> Reader:
    return Reader(
        to_name=words(envelope.to_name, chars_max=NAME_CHARS_MAX),
        sender_name=words(envelope.sender_name, chars_max=NAME_CHARS_MAX),
        exits_url=link(envelope.unsubscribe_url),
        language=spoken(envelope.language),
        zone=ZoneInfo(envelope.time_zone),
        own=_harmless(envelope.own),
        own_of_parts={kind: _harmless(own) for kind, own in envelope.own_of_parts.items()},
    )


def _harmless(own: Mapping[str, str]) -> dict[str, str]:
    return {key: words(text) for key, text in own.items()}


def _headed(letter: Letter, envelope: Envelope, page: Page) -> EmailMessage:
    message = EmailMessage(policy=POLICY)
    message["From"] = _addressed(envelope.sender_name, envelope.sender_address)
    message["To"] = _addressed(envelope.to_name, envelope.to_address)
    if reply_to := _reply_to(letter, envelope):
        message["Reply-To"] = reply_to
    message["Subject"] = heading(page.subject)[:SUBJECT_CHARS_MAX]
    message["Date"] = envelope.at
    message["Message-ID"] = _bracketed(envelope.message_id)
    if envelope.in_reply_to:
        message["In-Reply-To"] = _bracketed(envelope.in_reply_to)
        message["References"] = _bracketed(envelope.in_reply_to)
    message["Auto-Submitted"] = "auto-generated"
    message["List-Unsubscribe"] = f"<{envelope.unsubscribe_url}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return message


def _addressed(name: str, address: str) -> Address:
    return Address(display_name=display_name(name), addr_spec=ascii_address(address))


def _reply_to(letter: Letter, envelope: Envelope) -> Address | None:
    """After two yeses a reply goes to the other; else to the association, where it has an address for that."""
    if isinstance(letter, Introduced) and is_address(letter.contact.email):
        return _addressed(letter.other.name, letter.contact.email)
    return _addressed(envelope.sender_name, envelope.reply_to) if envelope.reply_to else None


def _bracketed(message_id: str) -> str:
    return f"<{message_id.strip('<>')}>"


def _enclose(message: EmailMessage, letter: Meeting | MeetingChanged | MeetingCancelled, envelope: Envelope) -> None:
    """The calendar's part stands beside text and HTML: as an attachment alone, some programmes show a mere file."""
    method = calendar.method_of(letter, takes_replies=envelope.reply_to is not None)
    enclosed = calendar.invitation(
        letter,
        method,
        summary=_summary([] if isinstance(letter, MeetingCancelled) else letter.others, letter.event_name, envelope),
        place=None if isinstance(letter, MeetingCancelled) else _place(letter.table, letter.place, envelope),
        organiser=_organiser(envelope),
        guest=(envelope.to_name, ascii_address(envelope.to_address)),
        base_url=envelope.base_url,
        at=envelope.at,
    )
    _add_calendar(message, enclosed, method)


def _enclose_agenda(message: EmailMessage, letter: Agenda, envelope: Envelope) -> None:
    """All rounds that have hours, as one calendar; those that were cancelled end there."""
    entries = [
        calendar.Entry(
            id=item.meeting_id,
            starts_at=item.starts_at,
            ends_at=item.ends_at,
            summary=_summary(item.others, letter.event_name, envelope),
            sequence=item.sequence,
            place=_place(item.table, item.place, envelope),
            cancelled=item.is_cancelled,
        )
        for item in letter.items
        if item.meeting_id and item.starts_at and item.ends_at
    ]
    _publish(message, entries, letter.event_name, envelope)


def _enclose_dates(message: EmailMessage, letter: SetDates, envelope: Envelope) -> None:
    """All dates of a set as one calendar."""
    entries = [
        calendar.Entry(
            id=date.meeting_id,
            starts_at=date.starts_at,
            ends_at=date.ends_at,
            summary=phrase(spoken(envelope.language), "calendar", "set", {"event_name": letter.event_name}),
            sequence=date.sequence,
            place=letter.place,
            cancelled=date in letter.ended,
        )
        for date in (*letter.dates, *letter.ended)
        if date.meeting_id
    ]
    _publish(message, entries, letter.event_name, envelope)


def _publish(message: EmailMessage, entries: Sequence[calendar.Entry], event_name: str, envelope: Envelope) -> None:
    if entries:
        enclosed = calendar.agenda(
            entries, organiser=_organiser(envelope), name=event_name, base_url=envelope.base_url, at=envelope.at
        )
        _add_calendar(message, enclosed, calendar.Method.PUBLISH)


def _add_calendar(message: EmailMessage, enclosed: bytes, method: calendar.Method) -> None:
    message.add_alternative(
        enclosed.decode(), subtype="calendar", cte="quoted-printable", params={"method": method.value}
    )


def _organiser(envelope: Envelope) -> tuple[str, str]:
    return envelope.sender_name, ascii_address(envelope.reply_to or envelope.sender_address)


def _summary(others: Sequence[Other], event_name: str, envelope: Envelope) -> str:
    if not others:
        return event_name
    language = spoken(envelope.language)
    return phrase(language, "calendar", "meeting", {"others": joined([one.name for one in others], language)})


def _place(table: int | None, place: str | None, envelope: Envelope) -> str | None:
    at_table = None if table is None else phrase(spoken(envelope.language), "all", "table", {"table": table})
    return ", ".join(filter(None, (at_table, place))) or None


class _Unfolded(UnstructuredHeader):
    """A header that stays on one line: folded, a long link would come out encoded, and no programme reads that."""

    name: str

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


def _registry() -> HeaderRegistry:
    registry = HeaderRegistry()
    # The registry mixes this into a header class at run time, which its type does not say.
    registry.map_to_type("list-unsubscribe", _Unfolded)  # type: ignore[arg-type]
    return registry


POLICY = SMTP.clone(header_factory=_registry())
