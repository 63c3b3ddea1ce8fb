"""Privacy: whether the organiser sees who was introduced to whom and what they said, or counts and attendance alone (F79)."""

from enum import Enum

from msgspec import Struct

from matchmaker.errors import Conflict, Forbidden


class Privacy(Enum):
    """Open to the organiser, or private to those who meet."""

    OPEN = "open"
    PRIVATE = "private"


class PrivacyInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a writer may set."""

    privacy: Privacy


class PrivacyReply(Struct, frozen=True, kw_only=True):
    """How an event stands."""

    privacy: Privacy


class PrivateEvent(Forbidden):
    """This event is private: who was introduced to whom, and what they said, is told to nobody but themselves."""

    cure = "Read the funnel, which counts."


class PrivacyPromised(Conflict):
    """People were offered introductions in private; that cannot be taken back."""
