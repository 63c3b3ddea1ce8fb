"""Address: what a letter says goes into an envelope, from the association's sender to its reader, and so to the post."""

import os
import signal
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from matchmaker.errors import Invalid
from matchmaker.mail import folder, smtp
from matchmaker.mail.compose import Envelope, compose
from matchmaker.mail.dkim import SigningKey
from matchmaker.mail.phrases import LANGUAGES, fitting, spoken
from matchmaker.model.ids import AttendeeId
from matchmaker.model.letter import Digest, Letter, kind_of
from matchmaker.model.link import LinkScope
from matchmaker.model.message import LetterKind, Message, Reader
from matchmaker.model.sender import SenderInput
from matchmaker.model.window import zone_of
from matchmaker.services.deliver import BeforeDot, Post
from matchmaker.services.desk import dead_url
from matchmaker.settings import Settings
from matchmaker.store import associations, digests, letter_texts, senders
from matchmaker.store.connection import Connection

MAILBOX = "mailbox"


class NoSigningKey(Invalid):
    """The key that an association's sender names is not there."""

    cure = "Put NAME.pem into the folder that MATCHMAKER_DKIM_KEYS names, or take the key off the sender."


class Write(Protocol):
    """Looks up what a letter says; None where that is no longer true."""

    async def __call__(
        self, connection: Connection, message: Message, *, base_url: str, language: str | None, at: datetime
    ) -> Letter | None: ...


class ExitsUrl(Protocol):
    """Makes the address of a reader's three exits."""

    async def __call__(
        self, connection: Connection, attendee_id: AttendeeId, *, base_url: str, at: datetime
    ) -> str: ...


class Written(Struct, frozen=True, kw_only=True):
    """A letter in its envelope, not composed yet, and the name of the key that signs it."""

    letter: Letter
    envelope: Envelope
    key: SigningKey | None


class Composed(Struct, frozen=True, kw_only=True):
    """A letter as it leaves, but for its signature."""

    message: EmailMessage
    key: SigningKey | None


def post_of(settings: Settings, *, write: Write, exits_url: ExitsUrl) -> Post:
    """The post that the settings ask for."""

    async def write_one(connection: Connection, message: Message, reader: Reader, at: datetime) -> Written | None:
        sender = await _sender(connection, settings)
        language = message.test_language or language_for(reader.languages, sender.language)
        letter = await write(connection, message, base_url=settings.base_url, language=language, at=at)
        if letter is None:
            return None
        own = await _own(connection, letter, language)
        parts = letter.parts if isinstance(letter, Digest) else []
        in_reply_to = reader.in_reply_to
        if message.letter is LetterKind.DIGEST:
            in_reply_to = await digests.thread(connection, message.id)
        if message.test_language is None:
            exits = await exits_url(connection, message.attendee_id, base_url=settings.base_url, at=at)
        else:
            exits = dead_url(LinkScope.EXITS, settings.base_url)
        envelope = Envelope(
            sender_name=sender.name,
            sender_address=sender.address,
            reply_to=sender.reply_to,
            to_name=reader.name,
            to_address=reader.email or "",
            message_id=message.mail_id,
            in_reply_to=in_reply_to,
            at=at,
            unsubscribe_url=exits,
            base_url=settings.base_url,
            language=language,
            time_zone=str(zone_of(*reader.time_zones)),
            own=own,
            own_of_parts={kind_of(part): await _own(connection, part, language) for part in parts},
        )
        return Written(letter=letter, envelope=envelope, key=_key(settings, sender))

    return Post(
        write=write_one,
        compose=_composed,
        send=partial(_send_by_smtp, smtp.Lines(_server(settings)))
        if settings.mail == "smtp"
        else partial(_put, mailbox(settings)),
        deduplicates=settings.mail == "folder" or settings.smtp_deduplicates == "yes",
        holds=settings.mail == "hold",
        disturbs=settings.mail != "folder",
        crash=partial(_crash, settings.crash_at),
    )


async def _own(connection: Connection, letter: Letter, language: str) -> dict[str, str]:
    """The words in which the association says that letter, where they are its own."""
    kind = LetterKind(kind_of(letter))
    return fitting(language, kind.value, await letter_texts.find(connection, kind, language))


def mailbox(settings: Settings) -> Path:
    """The folder of the development mailbox."""
    return settings.mail_folder or settings.data / MAILBOX


def language_for(languages: Sequence[str], default: str) -> str:
    """The association's language if the reader has it or names none, else the first of theirs that we write in."""
    theirs = [one.lower().partition("-")[0] for one in languages]
    if not theirs or spoken(default) in theirs:
        return spoken(default)
    return next((one for one in theirs if one in LANGUAGES), spoken(default))


async def _sender(connection: Connection, settings: Settings) -> SenderInput:
    """From whom letters come: until an association's own address is verified, from the server's, and answers go to its own.

    Otherwise any association could write in anybody's name.
    """
    sender = await senders.get(connection)
    if sender is None:
        association = await associations.get(connection)
        return SenderInput(name=association.name if association else "Matchmaker", address=settings.mail_from)
    if sender.verified_at is None:
        return SenderInput(
            name=sender.name,
            address=settings.mail_from,
            reply_to=sender.reply_to or sender.address,
            language=sender.language,
        )
    return SenderInput(
        name=sender.name,
        address=sender.address,
        reply_to=sender.reply_to,
        language=sender.language,
        dkim_domain=sender.dkim_domain,
        dkim_selector=sender.dkim_selector,
        dkim_key=sender.dkim_key,
    )


def _key(settings: Settings, sender: SenderInput) -> SigningKey | None:
    """Raises `NoSigningKey`: a letter that was to be signed does not leave unsigned."""
    if sender.dkim_key is None or sender.dkim_domain is None or sender.dkim_selector is None:
        return None
    if settings.dkim_keys is None or Path(sender.dkim_key).name != sender.dkim_key:
        raise NoSigningKey
    try:
        private = (settings.dkim_keys / f"{sender.dkim_key}.pem").read_bytes()
    except OSError:
        raise NoSigningKey from None
    return SigningKey(domain=sender.dkim_domain, selector=sender.dkim_selector, private=private)


def _composed(written: Written) -> Composed:
    return Composed(message=compose(written.letter, written.envelope), key=written.key)


async def _put(mailbox: Path, composed: Composed, before_dot: BeforeDot) -> str:
    return await folder.send(mailbox, composed.message, before_dot=before_dot)


async def _send_by_smtp(lines: smtp.Lines, composed: Composed, before_dot: BeforeDot) -> str:
    return await lines.send(composed.message, key=composed.key, before_dot=before_dot)


def _server(settings: Settings) -> smtp.Server:
    return smtp.Server(
        host=settings.smtp_host or "",
        port=settings.smtp_port,
        security=smtp.Security(settings.smtp_security),
        username=settings.smtp_username,
        password=settings.smtp_password,
        bounce_address=settings.smtp_bounce_address,
    )


def _crash(chosen: str | None, point: str) -> None:
    """End as a power cut would, at the chosen point."""
    if point == chosen:
        os.kill(os.getpid(), signal.SIGKILL)
