"""What an organiser did, noted in the line that the log has of every request: who, what and how, in ids and never in names.

So whoever keeps the log can tell afterwards who signed in or tried to, who changed a role or took a file, and what was deleted.
"""

from enum import Enum

from matchmaker.model.ids import AssociationId, OrganiserId
from matchmaker.web.forms import PageRequest


class Deed(Enum):
    """What is worth a word beside the address and the status."""

    SIGNED_IN = "signed in"
    SIGN_IN_REFUSED = "sign-in refused"
    SIGNED_OUT = "signed out"
    PROOF_REFUSED = "proof refused"
    TOO_OFTEN = "too many tries"
    PASSWORD_SET = "password set"  # noqa: S105
    PASSKEY_ADDED = "passkey added"
    PASSKEY_REMOVED = "passkey removed"
    SESSION_ENDED = "session ended"
    INVITED = "invited"
    ROLE_CHANGED = "role changed"
    ORGANISER_REMOVED = "organiser removed"
    FILE_TAKEN = "file taken"
    ATTENDEE_REMOVED = "attendee removed"
    ATTENDEE_ERASED = "attendee erased"


def note(request: PageRequest, deed: Deed, **ids: str) -> None:
    """Notes what is done by this request, with ids and words of ours that say to what."""
    request.scope["state"]["context"].noted.update({"deed": deed.value, **ids})


def note_who(request: PageRequest, association_id: AssociationId | None, organiser_id: OrganiserId | None) -> None:
    """Notes who is there, or whose sign-in page it is."""
    who = {"association_id": association_id, "organiser_id": organiser_id}
    request.scope["state"]["context"].noted.update({name: one for name, one in who.items() if one is not None})
