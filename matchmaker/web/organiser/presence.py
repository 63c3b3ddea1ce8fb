"""Who is here, who is still expected, who is not coming: the list behind the desk's figures."""

from litestar import Response, get
from litestar.params import FromPath

from matchmaker.model.association import Scope
from matchmaker.model.check_in import Presence
from matchmaker.store import check_ins
from matchmaker.web.organiser.asked import asked_by, moment_in
from matchmaker.web.organiser.events import event_of
from matchmaker.web.organiser.room import asked
from matchmaker.web.organiser.visit import Visit

ROWS = 50


@get("/events/{event_id:str}/presence", scope=Scope.CHECK_INS_WRITE)
async def show_presence(visit: Visit, event_id: FromPath[str]) -> Response[str]:
    """The people in the order in which they were added, fifty a page."""
    event = await event_of(visit, event_id)
    which = next((one for one in Presence if one.value == asked(visit, "which")), None)
    begins = asked(visit, "q")
    found = await check_ins.find(
        visit.connection, event.id, presence=which, name_prefix=begins or None,
        after=moment_in(asked_by(visit).line("after")), limit=ROWS + 1,
    )  # fmt: skip
    people, last = found[:ROWS], found[ROWS - 1] if len(found) > ROWS else None
    return visit.page(
        "presence", event=event, here="desk", people=people, begins=begins, which=which.value if which else "",
        kinds=[one.value for one in Presence], attendance=await check_ins.count(visit.connection, event.id),
        onward="" if last is None else f"{last.created_at.isoformat()}~{last.attendee_id}",
    )  # fmt: skip


HANDLERS = (show_presence,)
