"""What is the whole association's: its letters, its sender, kept columns, what was learned, how good it was, and its keys."""

from litestar import Response, get
from msgspec import Struct

from matchmaker.model.association import Scope
from matchmaker.web.organiser.visit import Visit


class Part(Struct, frozen=True, kw_only=True):
    """A page of the association: its key, for `organiser.association.<key>`, and who may open it."""

    key: str
    scope: Scope


PARTS = (
    Part(key="letters", scope=Scope.EVENTS_WRITE),
    Part(key="sender", scope=Scope.EVENTS_WRITE),
    Part(key="mappings", scope=Scope.ATTENDEES_WRITE),
    Part(key="learned", scope=Scope.RUNS_WRITE),
    Part(key="quality", scope=Scope.RUNS_READ),
    Part(key="keys", scope=Scope.KEYS_READ),
)


@get("/association", scope=Scope.EVENTS_WRITE)
async def show_association(visit: Visit) -> Response[str]:
    """All parts, with a sentence each."""
    return visit.page("association", here="association", parts=[one.key for one in PARTS if visit.may(one.scope)])


HANDLERS = (show_association,)
