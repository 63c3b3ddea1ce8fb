"""A letter laid out: subject, text and HTML from its folder in `templates/`, for one reader.

Layout happens once a process: MJML becomes HTML with the places for words still open (`[[ ]]` is filled then, `{{ }}` later), and
that HTML is a Jinja template which escapes whatever it is given. Filling it in takes well under a millisecond, MJML or not.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from mjml import mjml2html
from msgspec import Struct, structs

from matchmaker.mail import phrases
from matchmaker.mail.harmless import is_address, mailto
from matchmaker.model.day_letter import AgendaItem
from matchmaker.model.letter import Digest, Letter, Meeting, MeetingChanged, kind_of
from matchmaker.model.other import Contact, Other

TEMPLATES = Path(__file__).parent / "templates"

PART_MARK = "<!-- part -->"
_BLANK_LINES = re.compile(r"\n{3,}")


class Page(Struct, frozen=True, kw_only=True):
    """A letter as it is read."""

    subject: str
    text: str
    html: str


class Reader(Struct, frozen=True, kw_only=True):
    """Who reads, where and in what language, and who writes to them, in what words of their `own`; all harmless already.

    `own_of_parts` has such words for each kind of letter that is a part of a digest.
    """

    to_name: str
    sender_name: str
    exits_url: str
    language: str
    zone: ZoneInfo
    own: Mapping[str, str] = {}
    own_of_parts: Mapping[str, Mapping[str, str]] = {}


def lay_out(letter: Letter, reader: Reader) -> Page:
    """The page of a letter that is harmless already."""
    parts = letter.parts if isinstance(letter, Digest) else []
    return _lay_out(letter, reader, parts=[_section(part, reader) for part in parts])


def _section(part: Letter, reader: Reader) -> Page:
    """A letter as it stands in a digest: under its subject, without greeting and foot."""
    own = reader.own_of_parts.get(kind_of(part), {})
    return _lay_out(part, structs.replace(reader, own=own), is_part=True)


def _lay_out(letter: Letter, reader: Reader, *, parts: Sequence[Page] = (), is_part: bool = False) -> Page:
    subject, text, html = _templates(kind_of(letter), is_part=is_part)
    voice = _Voice(letter, reader)
    shown = {
        "letter": letter,
        "parts": parts,
        "is_part": is_part,
        "language": reader.language,
        "to_name": reader.to_name,
        "sender_name": reader.sender_name,
        "exits_url": reader.exits_url,
        "mailto": _mailto(letter),
        "say": voice.say,
        "about": about,
        "between": voice.between,
        "hours": voice.hours,
        "headed": voice.headed,
        "spot": voice.spot,
    }
    said = subject.render(shown).strip()
    plain = _BLANK_LINES.sub("\n\n", text.render(shown)).strip() + "\n"
    return Page(subject=said, text=plain, html=html.render(shown, subject=said))


def about(other: Other) -> str:
    """`Head of Data, Analytical Engines`, or nothing."""
    return ", ".join(filter(None, (other.role, other.organisation)))


class _Voice:
    """Speaks of one letter in its reader's language; every field of the letter can stand in a phrase."""

    def __init__(self, letter: Letter, reader: Reader) -> None:
        self._kind, self._reader = kind_of(letter), reader
        self._values = {"to": reader.to_name, "sender": reader.sender_name, **self._fields(letter)}

    def say(self, key: str, **values: str) -> str:
        return phrases.phrase(self._reader.language, self._kind, key, {**self._values, **values}, self._reader.own)

    def between(self, starts_at: datetime, ends_at: datetime) -> str:
        starts = starts_at.astimezone(self._reader.zone)
        day = phrases.day(starts, self._reader.language)
        return f"{day}, {self.hours(starts_at, ends_at)} {phrases.zone_name(starts)}"

    def hours(self, starts_at: datetime | None, ends_at: datetime | None) -> str:
        times = [phrases.clock(at.astimezone(self._reader.zone)) for at in (starts_at, ends_at) if at]
        return "–".join(times)

    def headed(self, item: AgendaItem) -> str:
        """The round and its hours, with the day where the letter is not about one."""
        number = self.say("round", number=str(item.round)) if item.round is not None else None
        if item.starts_at and item.ends_at and self._values.get("day") is None:
            return ", ".join(filter(None, (number, self.between(item.starts_at, item.ends_at))))
        return ", ".join(filter(None, (number, self.hours(item.starts_at, item.ends_at))))

    def spot(self, item: AgendaItem | Meeting | MeetingChanged) -> str:
        table = self.say("table", table=str(item.table)) if item.table is not None else None
        return ", ".join(filter(None, (table, item.place)))

    def _fields(self, letter: Letter) -> dict[str, str]:
        found: dict[str, str] = {}
        for field in letter.__struct_fields__:
            value = getattr(letter, field)
            if isinstance(value, datetime):
                found[field] = self._moment(value)
                found[f"{field}_short"] = phrases.short(value, self._reader.language, self._reader.zone)
            elif isinstance(value, date):
                found[field] = phrases.day(value, self._reader.language)
            elif isinstance(value, Other):
                found[field] = value.name
            elif isinstance(value, list):
                found[f"{field}_count"] = str(len(value))
                found[field] = phrases.joined(
                    [one.name for one in value if isinstance(one, Other)], self._reader.language
                )
            elif value is not None:
                found[field] = str(value)
        return found

    def _moment(self, at: datetime) -> str:
        return phrases.moment(at, self._reader.language, self._reader.zone)


def _mailto(letter: Letter) -> str | None:
    contact: Contact | None = getattr(letter, "contact", None)
    return mailto(contact.email) if contact and is_address(contact.email) else None


@cache
def _templates(kind: str, *, is_part: bool) -> tuple[Template, Template, Template]:
    """(subject, text, HTML) of a kind of letter, ready to be filled in; of one that is part of a digest, only its sheet."""
    laid_out = mjml2html(_mjml_pieces().get_template(f"{kind}/letter.mjml").render(is_part=is_part))
    if is_part:
        _, laid_out, _ = laid_out.split(PART_MARK)
    return (
        _text().get_template(f"{kind}/subject.txt"),
        _text().get_template(f"{kind}/letter.txt"),
        _html().from_string(laid_out),
    )


@cache
def _html() -> Environment:
    return Environment(autoescape=True, undefined=StrictUndefined)


@cache
def _text() -> Environment:
    return Environment(  # noqa: S701 - plain text escapes nothing; `harmless` has been before it
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


@cache
def _mjml_pieces() -> Environment:
    """Puts our own MJML together, before any words of people are there."""
    return Environment(  # noqa: S701 - no words of people here
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        block_start_string="[%", block_end_string="%]", variable_start_string="[[", variable_end_string="]]",
        comment_start_string="[#", comment_end_string="#]",
    )  # fmt: skip


def kinds() -> Mapping[str, Path]:
    """The folder of each kind of letter."""
    return {folder.name: folder for folder in sorted(TEMPLATES.iterdir()) if folder.is_dir()}
