"""A calendar feed: a link that a calendar reads again and again, with the rounds and tables of one attendee."""

from litestar import Response, get
from litestar.params import FromPath

from matchmaker.mail import calendar
from matchmaker.model.link import LinkScope
from matchmaker.services import show
from matchmaker.store import placements
from matchmaker.web.forms import PageRequest
from matchmaker.web.links import association_in, opened
from matchmaker.web.pages import HEADERS
from matchmaker.web.phrases import Phrases, phrases
from matchmaker.web.trouble import LinkUnknown
from matchmaker.web.visit import At, language, looking

ICS = "text/calendar"
ENDING = ".ics"
ENTRIES_MAX = 500


@get("/c/{token:str}")
async def show_feed(request: PageRequest, token: FromPath[str], at: At) -> Response[bytes]:
    """What one attendee's calendar shows of the released rounds; each time whole, and under the same names."""
    if not token.endswith(ENDING):
        raise LinkUnknown
    token = token.removesuffix(ENDING)
    async with looking(request, association_in(token)) as connection:
        link = await opened(connection, token, LinkScope.FEED, at)
        around = await show.circumstances(connection, link.event_id, link.attendee_id)
        seats = await placements.of_attendee(connection, link.attendee_id, limit=ENTRIES_MAX)
    say = phrases(language(request, around.attendee.languages))
    content = calendar.feed(
        [_entry(seat, say, around.event.name) for seat in seats],
        name=around.event.name,
        base_url=request.app.state.settings.base_url,
        at=at,
    )
    return Response(content, media_type=ICS, headers=HEADERS)


def _entry(seat: placements.Placed, say: Phrases, event: str) -> calendar.Entry:
    with_whom = say("feed.with", names=", ".join(seat.others)) if seat.others else say("feed.alone", event=event)
    return calendar.Entry(
        id=f"{seat.run_id}-{seat.round}-{seat.attendee_id}",
        starts_at=seat.starts_at,
        ends_at=seat.ends_at,
        summary=with_whom,
        place=None if seat.table is None else say("feed.table", number=seat.table),
    )
