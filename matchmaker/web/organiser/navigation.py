"""Where an organiser can go from here. What has no page yet, or not for their role, is not offered."""

from litestar import Litestar
from msgspec import Struct

from matchmaker.model.association import Scope
from matchmaker.model.event import Event


class Place(Struct, frozen=True, kw_only=True):
    """An entry of the navigation: its key, for `organiser.navigation.<key>` and a page's `here`, and where it leads."""

    key: str
    path: str
    scope: Scope


OF_EVENT = (
    Place(key="event", path="/events/{event_id}", scope=Scope.EVENTS_READ),
    Place(key="set_up", path="/events/{event_id}/set-up", scope=Scope.EVENTS_WRITE),
    Place(key="import", path="/events/{event_id}/import", scope=Scope.ATTENDEES_WRITE),
    Place(key="room", path="/events/{event_id}/room", scope=Scope.ATTENDEES_READ),
    Place(key="runs", path="/events/{event_id}/runs", scope=Scope.RUNS_READ),
    Place(key="introductions", path="/events/{event_id}/introductions", scope=Scope.RUNS_READ),
    Place(key="plan", path="/events/{event_id}/plan", scope=Scope.RUNS_READ),
    Place(key="desk", path="/events/{event_id}/desk", scope=Scope.CHECK_INS_WRITE),
    Place(key="live", path="/events/{event_id}/live", scope=Scope.EVENTS_READ),
    Place(key="after", path="/events/{event_id}/after", scope=Scope.RUNS_READ),
    Place(key="files", path="/events/{event_id}/files", scope=Scope.RUNS_READ),
)
OF_ASSOCIATION = (
    Place(key="events", path="/events", scope=Scope.EVENTS_READ),
    Place(key="association", path="/association", scope=Scope.EVENTS_WRITE),
    Place(key="organisers", path="/organisers", scope=Scope.KEYS_READ),
    Place(key="account", path="/account", scope=Scope.EVENTS_READ),
)


class Navigation(Struct, frozen=True, kw_only=True):
    """The entries for one organiser, at one event or none."""

    association: list[Place]
    event: list[Place]


def shown(app: Litestar, scopes: frozenset[Scope], event: Event | None) -> Navigation:
    """What is offered to whoever has those scopes."""
    there = {route.path_format for route in app.routes}
    offered = [one for one in OF_EVENT if event is not None and one.scope in scopes and one.path in there]
    return Navigation(
        association=[one for one in OF_ASSOCIATION if one.scope in scopes and one.path in there],
        event=[_of(event, one) for one in offered] if event is not None else [],
    )


def _of(event: Event, place: Place) -> Place:
    return Place(key=place.key, path=place.path.format(event_id=event.id), scope=place.scope)
