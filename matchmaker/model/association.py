"""An association, the tenant, and the keys of its REST clients."""

from datetime import datetime
from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct

from matchmaker.model.ids import AssociationId, EventId, KeyId
from matchmaker.model.text import Line


class Scope(Enum):
    """What a key may do; reading and writing are told apart for attendees, as they are personal data.

    Who checks people in sees of them what the desk needs, and writes nothing else.
    """

    EVENTS_READ = "events:read"
    EVENTS_WRITE = "events:write"
    ATTENDEES_READ = "attendees:read"
    ATTENDEES_WRITE = "attendees:write"
    RUNS_READ = "runs:read"
    RUNS_WRITE = "runs:write"
    KEYS_READ = "keys:read"
    KEYS_WRITE = "keys:write"
    CHECK_INS_WRITE = "check-ins:write"


class Association(Struct, frozen=True, kw_only=True):
    """A professional association; everything else belongs to one."""

    id: AssociationId
    name: Line
    created_at: datetime


class KeyInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one may set when a key is made."""

    label: Line
    scopes: Annotated[list[Scope], Meta(min_length=1, max_length=9)]
    event_id: EventId | None = None
    expires_at: Annotated[datetime, Meta(tz=True)] | None = None


class ApiKey(Struct, frozen=True, kw_only=True):
    """A key as its owner may see it; the secret is shown once, when it is made, and never stored."""

    id: KeyId
    label: Line
    scopes: Annotated[list[Scope], Meta(min_length=1, max_length=9)]
    last_four: Annotated[str, Meta(min_length=4, max_length=4)]
    event_id: EventId | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None
