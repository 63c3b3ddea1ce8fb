"""The development mailbox: the letters that became files, so that a whole event can be played through on one machine.

Letters hold links, and a link opens something. So the page is there only where letters go to a folder and the server's own
address is this machine's; anywhere else it is unknown.
"""

from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from litestar import Response, get
from litestar.params import FromPath
from msgspec import Struct

from matchmaker.errors import NotFound
from matchmaker.mail import folder
from matchmaker.services.address import mailbox
from matchmaker.settings import Settings
from matchmaker.web.forms import PageRequest
from matchmaker.web.pages import HEADERS, HTML, page
from matchmaker.web.visit import language

HERE = ("127.0.0.1", "localhost", "::1")
LISTED_MAX = 200
FRAMING = (
    "default-src 'none'; style-src 'self'; frame-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# A letter is shown as a mail programme would: no script, nothing from elsewhere, and a pressed link leaves the frame.
FRAMED = (
    "sandbox allow-top-navigation-by-user-activation; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'self'; frame-ancestors 'self'"
)


class Line(Struct, frozen=True, kw_only=True):
    """A letter in the list."""

    name: str
    to: str
    subject: str
    date: str


@get("/mailbox")
async def show_mailbox(request: PageRequest) -> Response[str]:
    """The letters, the latest first."""
    found = folder.letters(_folder(request))[:LISTED_MAX]
    return page("mailbox", language(request), letters=[_line(file) for file in found])


@get("/mailbox/{name:str}")
async def show_letter(request: PageRequest, name: FromPath[str]) -> Response[str]:
    """One letter: its head, the letter itself in a frame, its plain text, and what is attached."""
    letter = _letter(request, name)
    text = letter.get_body(("plain",))
    return page(
        "letter",
        language(request),
        headers={"Content-Security-Policy": FRAMING},
        name=name,
        subject=str(letter["Subject"]),
        head=[(field, str(letter[field])) for field in ("From", "To", "Date", "Reply-To") if letter[field]],
        text="" if text is None else text.get_content(),
        files=[(number, one.get_filename() or f"{number}") for number, one in enumerate(_files(letter))],
    )


@get("/mailbox/{name:str}/html")
async def show_letter_itself(request: PageRequest, name: FromPath[str]) -> Response[str]:
    """The letter's HTML, for the frame."""
    html = _letter(request, name).get_body(("html",))
    if html is None:
        raise NotFound
    text = str(html.get_content()).replace("<head>", '<head><base target="_top">', 1).replace('target="_blank"', "")
    headers = {**HEADERS, "Content-Security-Policy": FRAMED, "X-Frame-Options": "SAMEORIGIN"}
    return Response(text, media_type=HTML, headers=headers)


@get("/mailbox/{name:str}/{number:int}")
async def get_attached(request: PageRequest, name: FromPath[str], number: FromPath[int]) -> Response[bytes]:
    """A file that is attached to a letter."""
    files = list(_files(_letter(request, name)))
    if not 0 <= number < len(files):
        raise NotFound
    content = files[number].get_payload(decode=True)
    headers = {**HEADERS, "Content-Disposition": "attachment"}
    return Response(cast(bytes, content), media_type=files[number].get_content_type(), headers=headers)


def _folder(request: PageRequest) -> Path:
    """Where letters become files. Raises `NotFound` anywhere but at home."""
    settings: Settings = request.app.state.settings
    if settings.mail != "folder" or urlsplit(settings.base_url).hostname not in HERE:
        raise NotFound
    return mailbox(settings)


def _letter(request: PageRequest, name: str) -> EmailMessage:
    """A letter of the folder by its file's name, which must be one that is there. Raises `NotFound`."""
    found = next((file for file in folder.letters(_folder(request)) if file.name == name), None)
    if found is None:
        raise NotFound
    return _read(found)


def _read(file: Path) -> EmailMessage:
    return BytesParser(policy=policy.default).parsebytes(file.read_bytes())


def _line(file: Path) -> Line:
    letter = _read(file)
    return Line(name=file.name, to=str(letter["To"]), subject=str(letter["Subject"]), date=str(letter["Date"]))


def _files(letter: EmailMessage) -> Iterator[EmailMessage]:
    """All parts but the letter's own two."""
    own = [letter.get_body((kind,)) for kind in ("plain", "html")]
    for part in letter.walk():
        if not part.is_multipart() and all(part is not one for one in own):
            yield part


HANDLERS = (show_mailbox, show_letter, show_letter_itself, get_attached)
