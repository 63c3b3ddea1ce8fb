"""Browsers as tests need them: they look every page over, and press buttons as people, scripts or mail programmes do."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from html.parser import HTMLParser
from typing import Any, cast

import httpx
from litestar import Litestar

from tests.factories import AT

BASE_URL = "https://matchmaker.example.org"
# As Chromium tells of a form that a person's press sent.
PRESSED = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-User": "?1", "Origin": "null"}
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class Clock:
    """The hour of a test, which it sets itself."""

    at: datetime = AT

    def __call__(self) -> datetime:
        return self.at

    def go(self, **units: float) -> None:
        self.at += timedelta(**units)


@asynccontextmanager
async def visiting(app: Litestar, *, address: str = "192.0.2.1", **headers: str) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at the pages; every page it sees is looked over."""
    transport = httpx.ASGITransport(cast(Any, app), client=(address, 1234))
    async with httpx.AsyncClient(
        transport=transport, base_url=BASE_URL, headers=headers, event_hooks={"response": [look_over]}
    ) as browser:
        yield browser


async def look_over(response: httpx.Response) -> None:
    """What holds of every page: kept to itself, without a script, whole, and in a language it names."""
    await response.aread()
    kind = response.headers.get("content-type", "").partition(";")[0]
    assert response.status_code < 500
    if response.request.method == "OPTIONS" or response.status_code == 405 or kind == "text/css":
        return
    headers = response.headers
    at_mailbox = response.request.url.path.startswith("/mailbox/")  # whose pages hold a letter in a frame
    assert at_mailbox or headers["content-security-policy"] == POLICY
    assert (headers["referrer-policy"], headers["cache-control"]) == ("no-referrer", "no-store")
    assert headers["x-robots-tag"] == "noindex, nofollow"
    if kind == "text/html" and response.content and not response.request.url.path.endswith("/html"):
        page = Page(response.text)
        assert page.language in ("en", "de")
        assert page.title
        assert page.unclosed == []
        assert (page.scripts, page.files) == ([], [])
        assert page.elsewhere == []
        assert page.unlabelled == []
        assert len(page.ids) == len(set(page.ids))
        assert page.headings[:1] == ["h1"]
        assert page.headings.count("h1") == 1


class Page(HTMLParser):
    """A page as a reader's machine sees it: what it holds, and what it lacks."""

    VOID = frozenset({"meta", "link", "input", "img", "br", "hr"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.language = self.title = ""
        self.scripts: list[str] = []
        self.files: list[str] = []
        self.elsewhere: list[str] = []
        self.ids: list[str] = []
        self.headings: list[str] = []
        self.unclosed: list[str] = []
        self.fields: dict[str, str] = {}
        self.buttons: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self._labelled: set[str] = set()
        self._asked: set[str] = set()
        self._open: list[str] = []
        self.feed(text)
        self.unclosed += self._open
        self.unlabelled = sorted(self._asked - self._labelled)
        self.text = " ".join(" ".join(self.texts).split())

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag not in self.VOID:
            self._open.append(tag)
        if tag == "html":
            self.language = given.get("lang", "")
        if tag == "script" and given.get("src", "").startswith("/static/"):
            self.files.append(given["src"])
        elif tag == "script" or "style" in given or any(name.startswith("on") for name in given):
            self.scripts.append(tag)
        for name in ("src", "href", "action"):
            if re.match(r"(https?:)?//", given.get(name, "")):
                self.elsewhere.append(given[name])
        if "id" in given:
            self.ids.append(given["id"])
        if tag in ("h1", "h2", "h3"):
            self.headings.append(tag)
        if tag == "label":
            self._labelled.add(given.get("for", ""))
        if tag in ("input", "textarea", "select") and given.get("type") not in ("hidden", "submit"):
            self._asked.add(given.get("id", given.get("name", "?")))
        if tag == "input" and (given.get("type") not in ("checkbox", "radio") or "checked" in given):
            self.fields[given.get("name", "")] = given.get("value", "")
        if tag == "button" and "hidden" not in given:
            self.buttons.append((given.get("name", ""), given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.unclosed.append(tag)

    def handle_data(self, text: str) -> None:
        if "title" in self._open[-1:]:
            self.title += text.strip()
        self.texts.append(text)
