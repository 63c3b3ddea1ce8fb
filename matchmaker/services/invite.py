"""Invite somebody to an association's pages, by a link that lets one in once; change what they may do; take it back."""

from datetime import datetime

from matchmaker import tokens
from matchmaker.errors import Conflict, FieldError, InvalidFields, NotFound
from matchmaker.model.ids import AssociationId, OrganiserId
from matchmaker.model.organiser import INVITATION_LENGTH, Invitation, Organiser, OrganiserInput, Role
from matchmaker.model.text import LINE_CHARS_MAX, clean_line
from matchmaker.services.enrol import email_key
from matchmaker.store import invitations, organisers
from matchmaker.store.connection import Connection
from matchmaker.store.tenant import association_of

EMAIL_CHARS_MAX = 254


class LastOwner(Conflict):
    """An association has an owner: make somebody else one first."""


class InvitationOver(NotFound):
    """This invitation was used, or is over."""


async def invite(
    connection: Connection, role: Role, *, label: str, organiser_id: OrganiserId | None = None, at: datetime
) -> str:
    """The token of a new invitation, which is shown once. With an `organiser_id` it lets in one who is there already."""
    token = tokens.new_session(await association_of(connection))
    await invitations.remove_before(connection, at)
    await invitations.add(
        connection,
        tokens.hash_of(token),
        label=label,
        role=role,
        organiser_id=organiser_id,
        expires_at=at + INVITATION_LENGTH,
        at=at,
    )
    return token


def association_in(token: str) -> AssociationId:
    """The association that an invitation names. Raises `InvitationOver`."""
    shown = tokens.read_session(token)
    if shown is None:
        raise InvitationOver
    return AssociationId(shown[0])


async def shown(connection: Connection, token: str, at: datetime) -> Invitation:
    """What an invitation opens, which changes nothing. Raises `InvitationOver`, also for one that never was."""
    found = await invitations.get(connection, tokens.hash_of(token), at)
    if found is None:
        raise InvitationOver
    return found


async def take_up(
    connection: Connection, invitation: Invitation, given: OrganiserInput | None, at: datetime
) -> OrganiserId:
    """Whom the invitation lets in: `given`, who is new, or whom it was made for. Raises `InvitationOver`, `AddressTaken`."""
    if not await invitations.use(connection, invitation.id, at):
        raise InvitationOver
    if invitation.organiser_id is not None:
        return invitation.organiser_id
    if given is None:
        raise InvitationOver
    return (await organisers.add(connection, given, invitation.role, email_key=email_key(given.email) or "", at=at)).id


async def change_role(connection: Connection, organiser_id: OrganiserId, role: Role) -> None:
    """Gives an organiser another role, at once in all their sessions. Raises `LastOwner`, `NotFound`."""
    owners = await organisers.lock_owners(connection)
    if owners == [organiser_id] and role is not Role.OWNER:
        raise LastOwner
    if not await organisers.set_role(connection, organiser_id, role):
        raise NotFound


async def remove(connection: Connection, organiser_id: OrganiserId) -> None:
    """Takes an organiser away, and their sessions with them. Raises `LastOwner`, `NotFound`."""
    if await organisers.lock_owners(connection) == [organiser_id]:
        raise LastOwner
    if not await organisers.remove(connection, organiser_id):
        raise NotFound


def checked(name: str, email: str) -> OrganiserInput:
    """What somebody said of themselves. Raises `InvalidFields`."""
    name, email, problems = clean_line(name), clean_line(email), []
    if not 1 <= len(name) <= LINE_CHARS_MAX:
        problems.append(FieldError("/name", "empty", ""))
    before, _, after = email.rpartition("@")
    if not (before and "." in after and len(email) <= EMAIL_CHARS_MAX and " " not in email):
        problems.append(FieldError("/email", "email_malformed", ""))
    if problems:
        raise InvalidFields(problems)
    return OrganiserInput(name=name, email=email)


async def organiser_of(connection: Connection, organiser_id: OrganiserId) -> Organiser:
    """An organiser who is there. Raises `NotFound`."""
    found = await organisers.get(connection, organiser_id)
    if found is None:
        raise NotFound
    return found
