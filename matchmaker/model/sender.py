"""A sender: from whom an association's letters come and when they may leave; and the addresses that get none."""

from datetime import datetime
from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct

from matchmaker.model.text import Email, Language, Line, Name

OPENS_HOUR = 8
CLOSES_HOUR = 19
BOUNCES_MAX = 5
BOUNCE_DAYS = 7

OpensHour = Annotated[int, Meta(ge=0, le=23, description="From this hour of the reader's day on, letters may leave.")]
ClosesHour = Annotated[int, Meta(ge=1, le=24, description="Until this hour of the reader's day, letters may leave.")]


class Cause(Enum):
    """Why nothing is sent to an address any more."""

    REFUSED = "refused"
    BOUNCED = "bounced"
    BOUNCED_OFTEN = "bounced_often"
    COMPLAINED = "complained"
    UNSUBSCRIBED = "unsubscribed"
    ERASED = "erased"


class SenderInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one may set. Of DKIM all three or none: the domain, the selector, and the name of the key, kept elsewhere."""

    name: Name
    address: Email
    reply_to: Email | None = None
    language: Language = "en"
    opens_hour: OpensHour = OPENS_HOUR
    closes_hour: ClosesHour = CLOSES_HOUR
    weekends: bool = False
    dkim_domain: Line | None = None
    dkim_selector: Line | None = None
    dkim_key: Line | None = None


class Sender(Struct, frozen=True, kw_only=True):
    """A sender as stored."""

    name: Line
    address: Email
    reply_to: Email | None
    language: Language
    opens_hour: OpensHour
    closes_hour: ClosesHour
    weekends: bool
    dkim_domain: Line | None
    dkim_selector: Line | None
    dkim_key: Line | None
    verified_at: datetime | None
    created_at: datetime
    updated_at: datetime
