"""The open door: an event's public sign-up page, and who came in by it."""

from datetime import datetime
from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct

from matchmaker.model.attendee import Languages
from matchmaker.model.ids import AttendeeId
from matchmaker.model.profile import Texts
from matchmaker.model.text import Count, Email, Line, Name, Quota


class Door(Enum):
    """Whether people may sign up themselves: not, and take part at once, or once the organiser admits them (F64)."""

    CLOSED = "closed"
    OPEN = "open"
    WAITING_LIST = "waiting_list"


class DoorInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a writer may set."""

    door: Door


class DoorReply(Struct, frozen=True, kw_only=True):
    """The door with its public address, and how many stand where."""

    door: Door
    page_url: Annotated[
        str, Meta(max_length=2_000, extra_json_schema={"format": "uri"}, description="The sign-up page, for everyone.")
    ]
    code_url: Annotated[
        str, Meta(max_length=2_000, extra_json_schema={"format": "uri"}, description="Its QR code, an SVG.")
    ]
    unverified: Annotated[Count, Meta(description="Signed up, and have not confirmed their address.")]
    waiting: Annotated[Count, Meta(description="Confirmed their address, and wait to be admitted.")]
    admitted: Annotated[Count, Meta(description="Take part.")]


class SignUp(Struct, frozen=True, kw_only=True):
    """Someone who signed up: verified by a click in a letter, then admitted."""

    attendee_id: AttendeeId
    name: Line
    signed_up_at: datetime
    verified_at: datetime | None
    admitted_at: datetime | None


class SignUpInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody says of themselves who signs up; without an address no letter can reach them."""

    name: Name
    email: Email
    organisation: Line | None = None
    role: Line | None = None
    languages: Languages = []
    interests: Texts = []
    seeks: Texts = []
    offers: Texts = []
    quota: Quota | None = None


class SignUpReply(Struct, frozen=True, kw_only=True):
    """What happens next, which is the same for everyone."""

    next: Annotated[str, Meta(max_length=200)]


class AdmissionInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom to admit."""

    attendee_id: AttendeeId
