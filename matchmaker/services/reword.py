"""Say a letter in the association's own words, look at it before anyone gets it, and send it to oneself (F52)."""

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

from msgspec import json, structs

from matchmaker.errors import Conflict, FieldError, InvalidFields, NotFound
from matchmaker.mail import phrases, samples
from matchmaker.mail.compose import compose
from matchmaker.model.ids import AttendeeId, EventId, IntroductionId, MessageId
from matchmaker.model.letter import kind_of
from matchmaker.model.letter_text import (
    LetterLanguage,
    LetterTest,
    LetterTestInput,
    LetterText,
    Phrase,
    PhraseInput,
    Preview,
    PreviewInput,
)
from matchmaker.model.message import LetterKind, Message, MessageInput, Reader
from matchmaker.model.organiser import Organiser
from matchmaker.model.privacy import Privacy, PrivateEvent
from matchmaker.model.text import INT4_MAX
from matchmaker.services import write
from matchmaker.services.address import Written, post_of
from matchmaker.settings import Settings
from matchmaker.store import associations, attendees, introductions, letter_texts, messages, outbox, privacies, senders
from matchmaker.store.connection import Connection

TEST_UNTIL = timedelta(days=1)
# What these say is about their reader alone; all others tell who is introduced to whom, or what one said of another.
OF_NOBODY_ELSE = frozenset(
    {
        LetterKind.INVITED,
        LetterKind.VERIFY,
        LetterKind.LINK,
        LetterKind.PAUSED,
        LetterKind.GOODBYE,
        LetterKind.SAY_MORE,
        LetterKind.NOTE,
    }
)
NOBODY = MessageId("00000000-0000-0000-0000-000000000000")
PREVIEWED = "<preview@matchmaker.invalid>"


class NothingToSay(Conflict):
    """There is nothing true that this letter could say to that attendee just now."""

    cure = "Choose an introduction that is where this letter belongs, or give no attendee, for made-up people."


class SenderNotVerified(Conflict):
    """A test goes to your sender's address, and that is not verified."""

    cure = "Set the sender, and have whoever runs this server verify it."


async def text(connection: Connection, letter: LetterKind, language: LetterLanguage) -> LetterText:
    """The phrases of a letter as it says them now."""
    own = await letter_texts.find(connection, letter, language.value)
    fits = phrases.fitting(language.value, letter.value, own)
    return LetterText(
        letter=letter,
        language=language,
        phrases=[
            Phrase(
                key=key,
                words=fits.get(key, shipped),
                as_it_came=shipped,
                own=key in fits,
                placeholders=sorted(phrases.may_name(shipped)),
            )
            for key, shipped in sorted(phrases.shipped(language.value, letter.value).items())
        ],
    )


async def replace(
    connection: Connection,
    letter: LetterKind,
    language: LetterLanguage,
    given: Sequence[PhraseInput],
    *,
    at: datetime,
) -> LetterText:
    """Say these phrases of a letter in these words, and the others as they came. Raises `InvalidFields`."""
    own = checked(letter, language, given)
    await associations.lock(connection)
    await letter_texts.remove(connection, letter, language.value)
    await letter_texts.add_all(connection, letter, language.value, own, at)
    return await text(connection, letter, language)


async def change(
    connection: Connection,
    letter: LetterKind,
    language: LetterLanguage,
    given: Sequence[PhraseInput],
    *,
    version: int,
    at: datetime,
) -> LetterText | None:
    """As `replace`, if the letter still says what it said in that `version`; else None. Raises `InvalidFields`."""
    await associations.lock(connection)
    if version_of(await text(connection, letter, language)) != version:
        return None
    return await replace(connection, letter, language, given, at=at)


def version_of(letter: LetterText) -> int:
    """A number of what the association says in its own words, from 1 on: another number, other words."""
    own = [(one.key, one.words) for one in letter.phrases if one.own]
    return int.from_bytes(hashlib.sha256(json.encode(own)).digest()[:4]) % INT4_MAX + 1


async def preview(
    connection: Connection,
    letter: LetterKind,
    language: LetterLanguage,
    asked: PreviewInput,
    *,
    settings: Settings,
    at: datetime,
) -> Preview:
    """A letter as its reader would see it. Raises `InvalidFields`, `NotFound`, `PrivateEvent`, `NothingToSay`."""
    if asked.phrases is None:
        own = await letter_texts.find(connection, letter, language.value)
    else:
        own = checked(letter, language, asked.phrases)
    if asked.event_id is None or asked.attendee_id is None:
        _require_nobody(asked)
        written = await _made_up(connection, letter, language)
    else:
        await _require(connection, letter, asked.event_id, asked.attendee_id, asked.introduction_id)
        message = _message(letter, language, asked.event_id, asked.attendee_id, asked.introduction_id)
        written = await _written(connection, message, settings, at)
    envelope = structs.replace(written.envelope, own=phrases.fitting(language.value, letter.value, own))
    return shown(await asyncio.to_thread(compose, written.letter, envelope))


async def test(
    connection: Connection,
    letter: LetterKind,
    language: LetterLanguage,
    asked: LetterTestInput,
    *,
    to: Organiser | None,
    at: datetime,
) -> LetterTest:
    """Send a letter as it would be to an attendee to an organiser instead, or to the association's own address.

    Raises `InvalidFields`, `NotFound`, `PrivateEvent`, `SenderNotVerified`.
    """
    await _require(connection, letter, asked.event_id, asked.attendee_id, asked.introduction_id)
    address = await _verified_address(connection) if to is None else to.email
    facts = _facts(language, asked.introduction_id)
    due = MessageInput(
        letter=letter,
        attendee_id=asked.attendee_id,
        edition=f"test {at.isoformat()}",
        facts=facts if to is None else {**facts, "organiser_id": to.id},
        not_before=at,
        deadline=at + TEST_UNTIL,
        asked_for=True,
    )
    await messages.add(connection, [due], at)
    return LetterTest(address=address)


async def _verified_address(connection: Connection) -> str:
    sender = await senders.get(connection)
    if sender is None or sender.verified_at is None:
        raise SenderNotVerified
    return sender.address


def checked(letter: LetterKind, language: LetterLanguage, given: Sequence[PhraseInput]) -> dict[str, str]:
    """The words by phrase. Raises `InvalidFields` with all that is wrong with them, and what to do."""
    shipped = phrases.shipped(language.value, letter.value)
    seen: set[str] = set()
    problems: list[FieldError] = []
    for i, one in enumerate(given):
        if one.key not in shipped:
            known = ", ".join(sorted(shipped))
            problems.append(
                FieldError(f"/phrases/{i}/key", "unknown", f"This letter has no such phrase. It has {known}.")
            )
        elif one.key in seen:
            problems.append(FieldError(f"/phrases/{i}/key", "repeated", "Give each phrase once."))
        elif wrong := _wrong(one.words, phrases.may_name(shipped[one.key])):
            problems.append(FieldError(f"/phrases/{i}/words", "bad-placeholder", wrong))
        seen.add(one.key)
    if problems:
        raise InvalidFields(problems)
    return {one.key: one.words for one in given}


def _wrong(words: str, allowed: frozenset[str]) -> str | None:
    """What to do about the braces in `words`; None where they are right."""
    usable = ", ".join(f"{{{name}}}" for name in sorted(allowed))
    try:
        unknown = phrases.named(words) - allowed
    except ValueError:
        return (
            f"A brace is not closed, or holds more than a name. Write one of {usable}; a plain brace is written twice."
        )
    return f"Here you may use {usable}, and no other placeholder." if unknown else None


def _require_nobody(asked: PreviewInput) -> None:
    """Raises `InvalidFields` for half an attendee."""
    given = {"event_id": asked.event_id, "attendee_id": asked.attendee_id, "introduction_id": asked.introduction_id}
    if any(given.values()):
        missing = [name for name in ("event_id", "attendee_id") if given[name] is None]
        raise InvalidFields(
            [FieldError(f"/{name}", "missing", "Give event and attendee, or neither.") for name in missing]
        )


async def _require(
    connection: Connection,
    letter: LetterKind,
    event_id: EventId,
    attendee_id: AttendeeId,
    introduction_id: IntroductionId | None,
) -> None:
    """Raises `NotFound`, `PrivateEvent`, or `InvalidFields` for a letter about an introduction without one."""
    if await attendees.get(connection, event_id, attendee_id) is None:
        raise NotFound
    if letter not in OF_NOBODY_ELSE and await privacies.get(connection, event_id) is Privacy.PRIVATE:
        raise PrivateEvent
    if letter in write.OF_TWO and introduction_id is None:
        raise InvalidFields(
            [FieldError("/introduction_id", "missing", "This letter is about an introduction: name one.")]
        )
    if introduction_id is not None:
        one = await introductions.get(connection, introduction_id)
        if one is None or attendee_id not in (one.first_id, one.second_id):
            raise NotFound


async def _written(connection: Connection, message: Message, settings: Settings, at: datetime) -> Written:
    found = await outbox.reader(connection, message)
    if found is None:
        raise NotFound
    sender = await senders.get(connection)
    reader = structs.replace(found, email=sender.address if sender else settings.mail_from)
    return await _of_reader(connection, message, reader, settings, at)


async def _of_reader(
    connection: Connection, message: Message, reader: Reader, settings: Settings, at: datetime
) -> Written:
    post = post_of(settings, write=write.write, exits_url=write.exits_url)
    written: Written | None = await post.write(connection, message, reader, at)
    if written is None:
        raise NothingToSay
    return written


async def _made_up(connection: Connection, letter: LetterKind, language: LetterLanguage) -> Written:
    """The letter to people who do not exist, in the association's name."""
    sender = await senders.get(connection)
    envelope = samples.envelope(language=language.value)
    return Written(
        letter=next(one for one in samples.letters() if kind_of(one) == letter.value),
        envelope=structs.replace(envelope, sender_name=sender.name) if sender else envelope,
        key=None,
    )


def _message(
    letter: LetterKind,
    language: LetterLanguage,
    event_id: EventId,
    attendee_id: AttendeeId,
    introduction_id: IntroductionId | None,
) -> Message:
    """A message that is in no outbox."""
    return Message(
        id=NOBODY,
        event_id=event_id,
        attendee_id=attendee_id,
        introduction_id=None,
        letter=letter,
        edition="preview",
        facts=_facts(language, introduction_id),
        mail_id=PREVIEWED,
        asked_for=True,
        claim=0,
        tries=0,
        repeats=0,
    )


def _facts(language: LetterLanguage, introduction_id: IntroductionId | None) -> dict[str, Any]:
    """What makes a message a test; the scope is what a goodbye speaks of."""
    return {"test": language.value, "introduction_id": introduction_id, "scope": "programme"}


def shown(message: EmailMessage) -> Preview:
    """A letter as its reader would see it."""
    text, html = (_part(message, kind) for kind in ("plain", "html"))
    return Preview(subject=str(message["Subject"]), text=text, html=html)


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return "" if part is None else str(part.get_content())
