"""A short session in one's own pages: opened by a mailed link that is used once, held by a cookie that scripts cannot read."""

from datetime import datetime, timedelta

from litestar.datastructures import Cookie
from msgspec import Struct

from matchmaker import tokens
from matchmaker.model.ids import AssociationId, AttendeeId, EventId
from matchmaker.store import attendees, page_sessions
from matchmaker.store.connection import Connection
from matchmaker.web.forms import PageRequest
from matchmaker.web.trouble import SessionOver

LENGTH = timedelta(minutes=30)
SECURE_NAME, PLAIN_NAME = "__Host-page", "page"


class Visitor(Struct, frozen=True, kw_only=True):
    """Whose pages they are, and the hash of the session, to which forms are bound."""

    attendee_id: AttendeeId
    event_id: EventId
    secret_hash: bytes

    @property
    def purpose(self) -> str:
        """What the forms of this session are sealed for."""
        return f"me/{self.secret_hash.hex()}"


def association_in(request: PageRequest) -> AssociationId:
    """The association that the cookie names. Raises `SessionOver`."""
    return AssociationId(_shown(request)[0])


async def visitor_of(connection: Connection, request: PageRequest, at: datetime) -> Visitor:
    """Whose session it is. Raises `SessionOver`."""
    secret_hash = _shown(request)[1]
    attendee_id = await page_sessions.get(connection, secret_hash, at)
    event_id = None if attendee_id is None else await attendees.event_of(connection, attendee_id)
    if attendee_id is None or event_id is None:
        raise SessionOver
    return Visitor(attendee_id=attendee_id, event_id=event_id, secret_hash=secret_hash)


async def begin(
    connection: Connection, request: PageRequest, association_id: AssociationId, attendee_id: AttendeeId, at: datetime
) -> Cookie:
    """The cookie of a new session."""
    token = tokens.new_session(association_id)
    await page_sessions.remove_before(connection, at)
    await page_sessions.add(connection, attendee_id, tokens.hash_of(token), ends_at=at + LENGTH, at=at)
    return _cookie(request, token, LENGTH)


async def end(connection: Connection, request: PageRequest) -> Cookie:
    """The cookie that takes the session's away; the session itself is gone, too."""
    await page_sessions.remove(connection, _shown(request)[1])
    return _cookie(request, "", timedelta())


def _shown(request: PageRequest) -> tuple[str, bytes]:
    shown = tokens.read_session(request.cookies.get(_name(request), ""))
    if shown is None:
        raise SessionOver
    return shown


def _cookie(request: PageRequest, value: str, length: timedelta) -> Cookie:
    """Lax, since a link in a mail programme opens the pages from elsewhere; a form from elsewhere is refused by itself."""
    return Cookie(
        key=_name(request),
        value=value,
        max_age=int(length.total_seconds()),
        path="/",
        httponly=True,
        secure=_name(request) == SECURE_NAME,
        samesite="lax",
    )


def _name(request: PageRequest) -> str:
    return SECURE_NAME if request.app.state.settings.base_url.startswith("https://") else PLAIN_NAME
