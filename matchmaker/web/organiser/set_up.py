"""Setting an event up: how its parts stand, and what kind of event it is, which fills in the rest."""

from litestar import Response, get, post
from msgspec import Struct

from matchmaker.errors import FieldError
from matchmaker.model.association import Scope
from matchmaker.model.door import Door
from matchmaker.model.event import Event
from matchmaker.model.event_kind import SENSIBLE, EventKind
from matchmaker.model.privacy import Privacy
from matchmaker.services import set_up
from matchmaker.store import doors, event_kinds, privacies, programmes
from matchmaker.web.organiser.events import event_of, version_in
from matchmaker.web.organiser.imports import PathEvent
from matchmaker.web.organiser.kept import Difference, stale
from matchmaker.web.organiser.rules import sentences
from matchmaker.web.organiser.visit import OrganiserVisit, Visit

HOME = "/events/{event_id:str}/set-up"


class Parts(Struct, frozen=True, kw_only=True):
    """How the parts of an event stand."""

    kind: EventKind | None
    slots: int
    tables: int
    rules: int
    door: Door
    privacy: Privacy
    keep_days: int | None


@get(HOME, scope=Scope.EVENTS_WRITE)
async def show_set_up(visit: Visit, event_id: PathEvent) -> Response[str]:
    """All parts with how they stand, and where each is changed."""
    event = await event_of(visit, event_id)
    return visit.page("set_up", event=event, here="set_up", parts=await _parts(visit, event))


@get(HOME + "/kind", scope=Scope.EVENTS_WRITE)
async def show_kinds(visit: Visit, event_id: PathEvent) -> Response[str]:
    """The kinds of event, in words."""
    event = await event_of(visit, event_id)
    return await _kinds(visit, event)


@post(HOME + "/kind", scope=Scope.EVENTS_WRITE)
async def choose_kind(visit: Visit, event_id: PathEvent) -> Response[str]:
    """Takes a kind, and fills in the policy that fits; where it has rounds, their hours come next."""
    event = await event_of(visit, event_id)
    kind = next((one for one in EventKind if one.value == visit.form.line("kind")), None)
    if kind is None:
        return await _kinds(visit, event, [FieldError("/kind", "empty", "")])
    saved = await set_up.choose(visit.connection, event, kind, version=version_in(visit.form), at=visit.at)
    path = f"/events/{event.id}/set-up"
    if saved is None:
        latest = await event_of(visit, event_id)
        before = (await event_kinds.get(visit.connection, event.id)).kind
        theirs = "" if before is None else visit.t(f"organiser.kind.{before.value}")
        yours = Difference(
            label=visit.t("organiser.set_up.kind"), yours=visit.t(f"organiser.kind.{kind.value}"), theirs=theirs
        )
        return stale(visit, f"{path}/kind", [yours], version=latest.version, event=latest, here="set_up")
    fitting = SENSIBLE[kind].hours
    return visit.onward(path if fitting is None else f"{path}/hours", said="kind_chosen")


async def _kinds(visit: OrganiserVisit, event: Event, problems: list[FieldError] | None = None) -> Response[str]:
    known = await event_kinds.get(visit.connection, event.id)
    return visit.page(
        "set_up_kind",
        event=event,
        here="set_up",
        problems=problems,
        kinds=[kind.value for kind in EventKind],
        chosen=known.kind.value if known.kind else "",
    )


async def _parts(visit: OrganiserVisit, event: Event) -> Parts:
    known = await event_kinds.get(visit.connection, event.id)
    return Parts(
        kind=known.kind,
        slots=len(await programmes.slots(visit.connection, event.id)),
        tables=len(await programmes.tables(visit.connection, event.id)),
        rules=len(sentences(event.policy.group_rules)),
        door=await doors.get(visit.connection, event.id) or Door.CLOSED,
        privacy=await privacies.get(visit.connection, event.id) or Privacy.OPEN,
        keep_days=known.keep_days,
    )


HANDLERS = (show_set_up, show_kinds, choose_kind)
