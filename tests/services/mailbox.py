"""A post for tests: letters are kept in a list, digests with the editions of their parts, and addresses answer as told."""

from datetime import datetime
from email.message import EmailMessage
from typing import Any

from msgspec import structs

from matchmaker.model.digest import PARTS_MAX
from matchmaker.model.message import LetterKind, Message, Reader, Unsent
from matchmaker.services.deliver import BeforeDot, Post
from matchmaker.store import digests, outbox
from matchmaker.store.connection import Connection

Written = tuple[Message, Reader, str]


class Mailbox:
    """What arrived, in order; `answers` holds what an address answers instead, before or after the dot."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.answers: dict[str, list[Exception]] = {}
        self.after_dot = False
        self.untrue: set[str] = set()

    def post(self, **fields: Any) -> Post:
        return structs.replace(Post(write=self._write, compose=_compose, send=self._send), **fields)

    def ids(self) -> list[str]:
        return [letter["Message-ID"] for letter in self.letters]

    def to(self) -> list[str]:
        return [letter["To"] for letter in self.letters]

    async def _write(self, connection: Connection, message: Message, reader: Reader, at: datetime) -> Written | None:
        assert connection.is_in_transaction()
        if message.letter is not LetterKind.DIGEST:
            return None if message.edition in self.untrue else (message, reader, "")
        parts = await digests.parts(connection, message.id, limit=PARTS_MAX)
        untrue = [part.id for part in parts if part.edition in self.untrue]
        await outbox.drop(connection, untrue, Unsent.UNTRUE, at)
        told = [part.edition for part in parts if part.id not in untrue]
        return (message, reader, " ".join(sorted(told))) if told else None

    async def _send(self, letter: EmailMessage, before_dot: BeforeDot) -> str:
        answers = self.answers.get(letter["To"], [])
        if answers and not self.after_dot:
            raise answers.pop(0)
        await before_dot()
        if answers:
            raise answers.pop(0)
        self.letters.append(letter)
        return "250 OK"


def _compose(written: Written) -> EmailMessage:
    message, reader, parts = written
    letter = EmailMessage()
    letter["To"] = reader.email
    letter["Message-ID"] = message.mail_id
    letter["Subject"] = f"{message.letter.value} {parts}".strip()
    return letter
