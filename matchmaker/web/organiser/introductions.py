"""The introductions of an event: how each stands, as far as an organiser may see. Who said no is shown to nobody."""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath
from msgspec import Struct

from matchmaker.errors import FieldError, NotFound
from matchmaker.model.association import Scope
from matchmaker.model.event import Event
from matchmaker.model.ids import AttendeeId, IntroductionId
from matchmaker.model.introduction import OPEN, REVEALED, Introduction, IntroductionReply, IntroductionState, shown
from matchmaker.model.promise import PROMISE_CHARS_MAX
from matchmaker.model.promise import shown as promise_shown
from matchmaker.model.room import WORDS_MAX
from matchmaker.services import collect
from matchmaker.store import introduction_filters, introductions, promises, replacements
from matchmaker.store.introduction_filters import Sought
from matchmaker.web.organiser.events import event_of
from matchmaker.web.organiser.room import asked, id_asked
from matchmaker.web.organiser.run_people import Who, is_private, open_event, who
from matchmaker.web.organiser.visit import OrganiserVisit, Visit

ROWS = 50
HOST = "host"


class Shown(Struct, frozen=True, kw_only=True):
    """An introduction with whom it brings together."""

    introduction: IntroductionReply
    first: Who
    second: Who

    @property
    def is_open(self) -> bool:
        return self.introduction.state in OPEN

    @property
    def is_revealed(self) -> bool:
        return self.introduction.state in REVEALED

    @property
    def two(self) -> tuple[Who, Who]:
        return self.first, self.second


@get("/events/{event_id:str}/introductions", scope=Scope.RUNS_READ)
async def show_introductions(visit: Visit, event_id: FromPath[str]) -> Response[str]:
    """All of them, fifty a page; for htmx the list alone, while somebody types. Of a private event figures alone."""
    event = await event_of(visit, event_id)
    if await is_private(visit, event):
        counted = await collect.funnel(visit.connection, event.id)
        return visit.page("introductions_private", event=event, here="introductions", counted=counted)
    listed = await _listed(visit, event)
    if visit.request.headers.get("hx-target") == "list":
        return visit.fragment("introductions_list", **listed)
    counts = await introduction_filters.count(visit.connection, event.id)
    return visit.page(
        "introductions", here="introductions", counts=[(one.value, counts.get(one, 0)) for one in IntroductionState],
        every=sum(counts.values()), **listed,
    )  # fmt: skip


@get("/events/{event_id:str}/introductions/{introduction_id:str}", scope=Scope.RUNS_READ)
async def show_introduction_of_event(
    visit: Visit, event_id: FromPath[str], introduction_id: FromPath[str]
) -> Response[str]:
    """One: how it stands, what was promised, and what may be recorded for one of the two."""
    event = await open_event(visit, event_id)
    return await introduction_page(visit, event, await introduction_in(visit, event, introduction_id))


async def introduction_in(visit: OrganiserVisit, event: Event, introduction_id: str) -> Introduction:
    """The introduction that an address names. Raises `NotFound`."""
    found = await introductions.get(visit.connection, IntroductionId(introduction_id), event_id=event.id)
    if found is None:
        raise NotFound
    return found


def path_of(event: Event, introduction: Introduction) -> str:
    """Where an introduction's page is."""
    return f"/events/{event.id}/introductions/{introduction.id}"


async def introduction_page(
    visit: OrganiserVisit, event: Event, introduction: Introduction, problems: list[FieldError] | None = None
) -> Response[str]:
    """Its page; with `problems` the form that was sent says what is wrong with it."""
    (one,) = await _shown(visit, event, [introduction])
    made = [promise_shown(each) for each in await promises.find(visit.connection, introduction.id)]
    names: dict[AttendeeId, str] = {each.id: each.name for each in one.two}
    promised = {each.attendee_id for each in made}
    values: dict[str, Any] = {
        "one": one,
        "promises": made,
        "names": names,
        "unpromised": [each for each in one.two if each.id not in promised] if one.is_revealed else [],
        "words_max": PROMISE_CHARS_MAX,
        "may_change": visit.may(Scope.ATTENDEES_WRITE),
        "about": visit.form.line("about"),
    }
    return visit.page("introduction", event=event, here="introductions", problems=problems, **values)


async def _listed(visit: OrganiserVisit, event: Event) -> dict[str, Any]:
    words, which = asked(visit, "q"), asked(visit, "which")
    state = next((one for one in IntroductionState if one.value == which), None)
    sought = Sought(state=state, host_begins=which == HOST, words=words.split()[:WORDS_MAX])
    after = IntroductionId(last) if (last := id_asked(visit, "after")) else None
    found = await introduction_filters.find(visit.connection, event.id, sought, after=after, limit=ROWS + 1)
    return {
        "event": event,
        "found": await _shown(visit, event, found[:ROWS]),
        "next": found[ROWS - 1].id if len(found) > ROWS else None,
        "sought": words,
        "which": which if state is not None or which == HOST else "",
    }


async def _shown(visit: OrganiserVisit, event: Event, found: list[Introduction]) -> list[Shown]:
    instead = await replacements.among(visit.connection, [one.id for one in found])
    people = await who(visit, event, [id_ for one in found for id_ in (one.first_id, one.second_id)])
    return [
        Shown(
            introduction=shown(one, is_replacement=one.id in instead),
            first=people[one.first_id],
            second=people[one.second_id],
        )
        for one in found
    ]


HANDLERS = (show_introductions, show_introduction_of_event)
