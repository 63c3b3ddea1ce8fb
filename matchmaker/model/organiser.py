"""An organiser: who may sign in to an association's pages, what their role lets them do, and how they proved who they are."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum

from msgspec import Struct

from matchmaker.model.association import Scope
from matchmaker.model.ids import InvitationId, OrganiserId, PasskeyId, SessionId
from matchmaker.model.text import Email, Line, Name

SESSION_LENGTH = timedelta(hours=12)
SESSION_IDLE = timedelta(minutes=30)
INVITATION_LENGTH = timedelta(days=3)
PROOF_LENGTH = timedelta(minutes=10)  # how long a proof of who it is does for what lets people in


class Role(Enum):
    """What somebody is to their association."""

    OWNER = "owner"
    ORGANISER = "organiser"
    HELPER = "helper"


# A role is a set of the API's own scopes, so that a page and a key are judged alike. Who may sign in is the owner's to say.
SCOPES: Mapping[Role, frozenset[Scope]] = {
    Role.OWNER: frozenset(Scope),
    Role.ORGANISER: frozenset(Scope) - {Scope.KEYS_READ, Scope.KEYS_WRITE},
    Role.HELPER: frozenset({Scope.EVENTS_READ, Scope.ATTENDEES_READ, Scope.RUNS_READ, Scope.CHECK_INS_WRITE}),
}


class Way(Enum):
    """How a session began: a proof of who it is, an invitation that is yet to be followed by one, or the demo's own link."""

    PASSKEY = "passkey"
    PASSWORD = "password"  # noqa: S105
    RECOVERY = "recovery"
    INVITATION = "invitation"
    DEMO = "demo"


PROOFS = frozenset({Way.PASSKEY, Way.PASSWORD, Way.RECOVERY})


class Organiser(Struct, frozen=True, kw_only=True):
    """An organiser as colleagues may see them."""

    id: OrganiserId
    name: Line
    email: Email
    role: Role
    has_password: bool
    created_at: datetime

    @property
    def scopes(self) -> frozenset[Scope]:
        return SCOPES[self.role]


class OrganiserInput(Struct, frozen=True, kw_only=True):
    """What one says of oneself."""

    name: Name
    email: Email


class Locks(Struct, frozen=True, kw_only=True):
    """What a password and a code are compared with. It leaves the services as little as a key's secret does."""

    organiser_id: OrganiserId
    password_hash: str
    totp_nonce: bytes
    totp_step: int | None


class OrganiserSession(Struct, frozen=True, kw_only=True):
    """A session as its owner may see it."""

    id: SessionId
    organiser_id: OrganiserId
    way: Way
    browser: str
    began_at: datetime
    seen_at: datetime
    ends_at: datetime

    def is_fresh(self, at: datetime) -> bool:
        """Whether it began by a proof of who it is, and not long ago."""
        return self.way in PROOFS and at - self.began_at <= PROOF_LENGTH


class Passkey(Struct, frozen=True, kw_only=True):
    """The public half of a passkey."""

    id: PasskeyId
    organiser_id: OrganiserId
    credential_id: bytes
    public_key: bytes
    sign_count: int
    label: Line
    created_at: datetime
    used_at: datetime | None


class Invitation(Struct, frozen=True, kw_only=True):
    """A one-time link; of an `organiser_id` where it lets one in who is there already."""

    id: InvitationId
    label: Line
    role: Role
    organiser_id: OrganiserId | None
    created_at: datetime
    expires_at: datetime
