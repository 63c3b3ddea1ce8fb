"""Forms that only a hand can send: what a machine that opens, reads and submits pages cannot do by accident.

Mail programmes open every link of a letter, some in a browser that runs scripts, and one was seen to send a form that a
script submitted by itself. So:

- a form is sealed with its hour, its link and its purpose; what comes sooner than a person can read is asked once more;
- what is done stands in the button that was pressed, and the first button of a form, which a script presses or `submit()`
  stands for, does nothing;
- a browser says whether a person's gesture began a request (`Sec-Fetch-User`). Chromium and Firefox always do, so there a
  form without one was sent by a script, and is asked once more however often it comes. Safari only says from which site a
  form came, and must say that. Who says nothing (an old browser, or a server without https) is asked once more.

What is left is a machine that waits, then presses a labelled button with what the browser takes for a gesture, as a remote
control can. An answer may be wrong then, and nobody can tell; a yes can be taken back until the other side says yes, too.
"""

import asyncio
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any
from urllib.parse import parse_qsl

from litestar import Request
from litestar.datastructures import UploadFile
from msgspec import Struct
from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from matchmaker.errors import Invalid
from matchmaker.model.text import clean_line, clean_text, without_forbidden
from matchmaker.web.trouble import ForeignForm

READ_LEAST = timedelta(seconds=2)  # a seal knows whole seconds only, so at least one
OPEN_MAX = timedelta(hours=12)
FIELDS_MAX = 400
FORM_TYPE = "application/x-www-form-urlencoded"
FILES_TYPE = "multipart/form-data"
SEAL = "form"
CHOICE = "choice"
AGAIN = "/again"

PageRequest = Request[None, None, Any]


class UnreadableForm(Invalid):
    """This is no form as browsers send one."""


class Press(Enum):
    """What a form that came is worth: the act of a hand, one to be asked again, or a page that stood open too long."""

    HAND = "hand"
    DOUBTFUL = "doubtful"
    STALE = "stale"


class Form(Struct, frozen=True):
    """What came with a form, each field a list."""

    fields: Mapping[str, list[str]]

    def line(self, name: str) -> str:
        """The field as one line, without what no field may hold; empty where it is missing."""
        return clean_line(self._first(name))

    def text(self, name: str) -> str:
        """The field as a text of several lines."""
        return clean_text(self._first(name).replace("\r\n", "\n"))

    def lines(self, name: str) -> list[str]:
        """Each line of the field that is not blank: a list as people write one."""
        return [line for one in self.text(name).split("\n") if (line := clean_line(one))]

    def all(self, name: str) -> list[str]:
        """Every value of the field, such as of boxes that are ticked."""
        return [clean_line(one) for one in self.fields.get(name, [])]

    def raw(self, name: str) -> str:
        """The field letter by letter, as a password has to be."""
        return self._first(name)

    def _first(self, name: str) -> str:
        return next(iter(self.fields.get(name, [])), "")


async def read(request: PageRequest) -> Form:
    """The form that came; without fields where something else did. Raises `ForeignForm`."""
    refuse_foreign(request)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM_TYPE:
        return Form({})
    body = (await request.body()).decode("utf-8", "replace")
    fields: dict[str, list[str]] = {}
    for name, value in pairs_in(body):
        fields.setdefault(without_forbidden(name), []).append(value)
    return Form(fields)


def pairs_in(text: str) -> list[tuple[str, str]]:
    """The first fields of a form as it is sent; what comes after them is not looked at, however much it is."""
    return parse_qsl("&".join(text.split("&", FIELDS_MAX)[:FIELDS_MAX]), keep_blank_values=True)


async def read_with_files(request: PageRequest) -> tuple[Form, dict[str, UploadFile]]:
    """The form that came, and the files that came with it, where it is of a kind that can hold any. Raises `ForeignForm`."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FILES_TYPE:
        return await read(request), {}
    refuse_foreign(request)
    fields: dict[str, list[str]] = {}
    files: dict[str, UploadFile] = {}
    for name, value in await parts_in(request):
        if isinstance(value, UploadFile):
            files[name] = value
        else:
            fields.setdefault(without_forbidden(name), []).append(value)
    return Form(fields), files


async def parts_in(request: PageRequest) -> list[tuple[str, str | UploadFile]]:
    """The parts of a form that can hold files, by name, in order. Raises `UnreadableForm`.

    Read here, since the framework lets a part say in which letters it is written, and some of those take minutes to read; and in
    a thread, since a file of ten megabytes would keep everybody else from the loop.
    """
    _, options = parse_options_header(request.headers.get("content-type", ""))
    return await asyncio.to_thread(_parts_of, await request.body(), options.get("boundary", ""))


def _parts_of(body: bytes, boundary: str) -> list[tuple[str, str | UploadFile]]:
    found: list[tuple[str, str | UploadFile]] = []
    try:
        with PushMultipartParser(boundary, max_segment_count=FIELDS_MAX) as parser:
            for piece in (*parser.parse(body), *parser.parse(b"")):
                if isinstance(piece, MultipartSegment):
                    part, data = piece, bytearray()
                elif piece is None:
                    found.append((part.name, _part(part, bytes(data))))
                else:
                    data += piece
    except (MultipartError, ValueError):
        raise UnreadableForm from None
    return found


def _part(part: MultipartSegment, data: bytes) -> str | UploadFile:
    if not part.filename:
        return data.decode("utf-8", "replace")
    return UploadFile(content_type=part.content_type or "text/plain", filename=part.filename, file_data=data)


def seal(request: PageRequest, purpose: str, at: datetime) -> str:
    """What a form carries to show that we made it, for what, and when. `purpose` names the link or the session."""
    seconds = str(int(at.timestamp()))
    return f"{seconds}.{_mac(request, purpose, seconds)}"


def judge(request: PageRequest, form: Form, purpose: str, at: datetime) -> Press:
    """What a form is worth that was sealed for `purpose`, or sealed once more when it was asked again."""
    given = form.line(SEAL)
    for again, sealed_for in ((False, purpose), (True, purpose + AGAIN)):
        made_at = sealed_at(request, given, sealed_for)
        if made_at is not None and timedelta() <= at - made_at <= OPEN_MAX:
            slow = at - made_at >= READ_LEAST
            return Press.HAND if slow and _gesture(request, again=again) else Press.DOUBTFUL
    return Press.STALE


def is_sealed(request: PageRequest, given: str, purpose: str, at: datetime) -> bool:
    """Whether we sealed a form for `purpose`, not too long ago: enough where a session's cookie came along."""
    made_at = sealed_at(request, given, purpose)
    return made_at is not None and timedelta() <= at - made_at <= OPEN_MAX


def sealed_at(request: PageRequest, given: str, purpose: str) -> datetime | None:
    """When we sealed a form for `purpose`, however long ago; None where we did not."""
    seconds, _, mac = given.partition(".")
    if not hmac.compare_digest(mac.encode(), _mac(request, purpose, seconds).encode()):
        return None
    return datetime.fromtimestamp(int(seconds), UTC)


def _gesture(request: PageRequest, *, again: bool) -> bool:
    """Whether the browser speaks for a person, as far as it can; one that cannot is believed when asked `again`."""
    headers = request.headers
    if headers.get("sec-fetch-user") == "?1":
        return True
    if _tells_gestures(headers.get("user-agent", "")) or "sec-ch-ua" in headers:
        return again and "sec-fetch-site" not in headers  # plain http, where no browser tells anything
    return again or headers.get("sec-fetch-site") == "same-origin"


def _tells_gestures(agent: str) -> bool:
    return any(name in agent for name in ("Chrome/", "Chromium/", "Firefox/"))


def refuse_foreign(request: PageRequest) -> None:
    """A page elsewhere may send a form here, and its browser says so. Raises `ForeignForm`."""
    site, named = request.headers.get("sec-fetch-site", "none"), request.headers.get("origin", "null")
    if site not in ("same-origin", "none"):
        raise ForeignForm
    if named not in ("null", "") and named != origin(request.app.state.settings.base_url):
        raise ForeignForm


def origin(base_url: str) -> str:
    scheme, _, rest = base_url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"


def _mac(request: PageRequest, purpose: str, seconds: str) -> str:
    key = hashlib.sha256(b"form of a page\x00" + request.app.state.secret()).digest()
    return hmac.new(key, f"{purpose}\x00{seconds}".encode(), hashlib.sha256).hexdigest()[:32]
