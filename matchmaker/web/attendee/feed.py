"""A calendar feed: a link that a calendar reads again and again, with the rounds and tables of one attendee, and
the times that they have agreed on with others.

They stand under the names that letters gave them.
"""

from litestar import Response, get
from litestar.params import FromPath

from matchmaker.mail import calendar
from matchmaker.model.day_letter import AgendaItem
from matchmaker.model.link import LinkScope
from matchmaker.services import show
from matchmaker.web.attendee.links import association_in, opened
from matchmaker.web.forms import PageRequest
from matchmaker.web.pages import HEADERS
from matchmaker.web.phrases import Phrases, phrases
from matchmaker.web.trouble import LinkUnknown
from matchmaker.web.visit import At, language, looking

ICS = "text/calendar"
ENDING = ".ics"


@get("/c/{token:str}")
async def show_feed(request: PageRequest, token: FromPath[str], at: At) -> Response[bytes]:
    """What one attendee's calendar shows of rounds, and of what they agreed on; each time whole, and under the same names."""
    if not token.endswith(ENDING):
        raise LinkUnknown
    token = token.removesuffix(ENDING)
    async with looking(request, association_in(token)) as connection:
        link = await opened(connection, token, LinkScope.FEED, at)
        around = await show.circumstances(connection, link.event_id, link.attendee_id)
        rounds = await show.rounds(connection, link.event_id, link.attendee_id, with_sets=True)
        agreed = await show.agreed(connection, link.event_id, link.attendee_id)
    say = phrases(language(request, around.attendee.languages))
    content = calendar.feed(
        [entry for item in (*rounds, *agreed) if (entry := _entry(item, say, around.event.name))],
        name=around.event.name,
        base_url=request.app.state.settings.base_url,
        at=at,
    )
    return Response(content, media_type=ICS, headers=HEADERS)


def _entry(item: AgendaItem, say: Phrases, event: str) -> calendar.Entry | None:
    """None for a round that one sits out, or that has no hours."""
    if item.meeting_id is None or item.starts_at is None or item.ends_at is None:
        return None
    names = ", ".join(one.name for one in item.others)
    at_table = None if item.table is None else say("feed.table", number=item.table)
    return calendar.Entry(
        id=item.meeting_id,
        starts_at=item.starts_at,
        ends_at=item.ends_at,
        summary=say("feed.with", names=names) if names else say("feed.alone", event=event),
        sequence=item.sequence,
        place=", ".join(filter(None, (at_table, item.place))) or None,
        cancelled=item.is_cancelled,
    )


HANDLERS = (show_feed,)
