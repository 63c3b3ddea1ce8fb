"""Reads letters as a mail programme does."""

import email
import re
from email.message import EmailMessage, Message
from email.policy import SMTP
from html.parser import HTMLParser
from typing import cast

VOID = {"meta", "link", "br", "img", "hr", "input", "col"}


class Html(HTMLParser):
    """The HTML part: its text as shown, its links, its tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.sources: list[str] = []
        self.tags: list[str] = []
        self.shown: list[str] = []
        self._hidden = 0
        self.feed(html)

    @property
    def text(self) -> str:
        return plain(" ".join(self.shown))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        values = dict(attrs)
        if tag == "a":
            self.links.append(values.get("href") or "")
        self.sources += [value for name, value in attrs if name in ("src", "background", "srcset") and value]
        self.sources += [values["href"] or ""] if tag == "link" else []
        if tag in ("style", "title", "script"):
            self._hidden += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "title", "script"):
            self._hidden -= 1

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.shown.append(data)


def received(message: EmailMessage | bytes) -> EmailMessage:
    """The message after its way through bytes."""
    content = message if isinstance(message, bytes) else message.as_bytes()
    return email.message_from_bytes(content, policy=SMTP)


def part(message: Message, subtype: str) -> str:
    """The text of the one part of that subtype."""
    found = [one for one in message.walk() if one.get_content_type() == f"text/{subtype}"]
    assert len(found) == 1, f"{len(found)} parts of text/{subtype}"
    return str(cast("EmailMessage", found[0]).get_content())


def plain(text: str) -> str:
    """Text with single blanks."""
    return " ".join(text.split())


def urls(text: str) -> set[str]:
    return set(re.findall(r"https?://[^\s<>\"]+", text))
