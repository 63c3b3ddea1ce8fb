"""A link in a letter: what whoever holds it may do, for whom, and until when. It is stored as a hash."""

from datetime import datetime
from enum import Enum

from msgspec import Struct

from matchmaker.model.ids import AttendeeId, EventId, IntroductionId, LinkId


class LinkScope(Enum):
    """What a link opens: that one introduction, one's own page (once), the three exits, an address, a calendar feed, and
    what is asked after an event."""

    INTRODUCTION = "introduction"
    ME = "me"
    EXITS = "exits"
    VERIFY = "verify"
    FEED = "feed"
    AFTERWARDS = "afterwards"


class Link(Struct, frozen=True, kw_only=True):
    """A link that is alive."""

    id: LinkId
    scope: LinkScope
    event_id: EventId
    attendee_id: AttendeeId
    introduction_id: IntroductionId | None
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
