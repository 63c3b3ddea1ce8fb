"""People who may sign in: who they are, what they may do, and whom to invite. The owner's to change."""

from litestar import Response, get, post
from litestar.params import FromPath

from matchmaker.errors import FieldError, NotFound
from matchmaker.model.association import Scope
from matchmaker.model.ids import InvitationId, OrganiserId
from matchmaker.model.organiser import Role
from matchmaker.model.text import LINE_CHARS_MAX
from matchmaker.services import invite
from matchmaker.store import invitations, organisers
from matchmaker.web.organiser.noted import Deed, note
from matchmaker.web.organiser.visit import OrganiserVisit, Visit

LISTED_MAX = 200
ROLES = {one.value: one for one in Role}


@get("/organisers", scope=Scope.KEYS_READ)
async def show_organisers(visit: Visit) -> Response[str]:
    """Everyone who may sign in, and who was invited."""
    return await _page(visit)


@post("/organisers/invitations", scope=Scope.KEYS_WRITE)
async def invite_colleague(visit: Visit) -> Response[str]:
    """Makes a one-time link for a colleague, shown this once."""
    label, role = visit.form.line("label"), ROLES.get(visit.form.line("role"))
    if not 1 <= len(label) <= LINE_CHARS_MAX or role is None:
        return await _page(visit, [FieldError("/label", "empty", "")])
    token = await invite.invite(visit.connection, role, label=label, at=visit.at)
    note(visit.request, Deed.INVITED, role=role.value)
    return await _page(visit, link=f"{visit.settings.base_url}/start/{token}", label=label)


@post("/organisers/invitations/{invitation_id:str}/removal", scope=Scope.KEYS_WRITE)
async def take_invitation_back(visit: Visit, invitation_id: FromPath[str]) -> Response[str]:
    """Takes an invitation back that nobody took up."""
    if not await invitations.remove(visit.connection, InvitationId(invitation_id)):
        raise NotFound
    return visit.onward("/organisers", said="invitation_taken_back")


@post("/organisers/{organiser_id:str}/role", scope=Scope.KEYS_WRITE)
async def change_role(visit: Visit, organiser_id: FromPath[str]) -> Response[str]:
    """Gives somebody another role."""
    role = ROLES.get(visit.form.line("role"))
    if role is None:
        raise NotFound
    await invite.change_role(visit.connection, OrganiserId(organiser_id), role)
    note(visit.request, Deed.ROLE_CHANGED, of=organiser_id, role=role.value)
    return visit.onward("/organisers", said="role_changed")


@post("/organisers/{organiser_id:str}/removal", scope=Scope.KEYS_WRITE)
async def remove_organiser(visit: Visit, organiser_id: FromPath[str]) -> Response[str]:
    """Takes somebody away; their sessions end at once."""
    await invite.remove(visit.connection, OrganiserId(organiser_id))
    note(visit.request, Deed.ORGANISER_REMOVED, of=organiser_id)
    return visit.onward("/organisers", said="organiser_removed")


async def _page(
    visit: OrganiserVisit, problems: list[FieldError] | None = None, *, link: str = "", label: str = ""
) -> Response[str]:
    return visit.page(
        "organisers",
        here="organisers",
        problems=problems,
        organisers=await organisers.find(visit.connection, limit=LISTED_MAX),
        invitations=await invitations.find_open(visit.connection, visit.at, limit=LISTED_MAX),
        roles=list(ROLES),
        may_change=visit.may(Scope.KEYS_WRITE),
        link=link,
        label=label,
    )


HANDLERS = (show_organisers, invite_colleague, take_invitation_back, change_role, remove_organiser)
