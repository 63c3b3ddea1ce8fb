"""One attendee and the others: whom they wish for, know, have come together with, or are kept apart from; told to nobody."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from matchmaker.errors import FieldError
from matchmaker.model.association import Scope
from matchmaker.model.attendee import AttendeeReply
from matchmaker.model.event import Event
from matchmaker.model.exclusion import Acquaintance, Exclusion
from matchmaker.model.ids import AttendeeId
from matchmaker.model.privacy import PrivateEvent
from matchmaker.model.text import LINE_CHARS_MAX
from matchmaker.model.wish import Encounter, EncounterKind, Strength, Wish
from matchmaker.store import acquaintances, encounters, exclusions, wishes
from matchmaker.web.organiser.attendee import path_of
from matchmaker.web.organiser.events import event_of
from matchmaker.web.organiser.room import attendee_of, names_of
from matchmaker.web.organiser.run_people import Who, is_private, meant
from matchmaker.web.organiser.visit import OrganiserVisit, Visit

LISTED_MAX = 100
KNOWN, APART = "known", "apart"
STRENGTHS = {one.value: one for one in Strength}
TOGETHER = {one.value: one for one in EncounterKind}
RELATIONS = (*STRENGTHS, KNOWN, *TOGETHER, APART)
IN_PRIVATE = (KNOWN, APART)  # of a private event the rest is between those whom it concerns


@get("/events/{event_id:str}/room/attendees/{attendee_id:str}/others", scope=Scope.ATTENDEES_WRITE)
async def show_others(visit: Visit, event_id: FromPath[str], attendee_id: FromPath[str]) -> Response[str]:
    """All of it, and a form for more."""
    event = await event_of(visit, event_id)
    return await _page(visit, event, await attendee_of(visit, event, attendee_id))


@post("/events/{event_id:str}/room/attendees/{attendee_id:str}/others", scope=Scope.ATTENDEES_WRITE)
async def relate_attendee(visit: Visit, event_id: FromPath[str], attendee_id: FromPath[str]) -> Response[str]:
    """Says how they stand to somebody, found by a part of the name; of several it asks who was meant."""
    event = await event_of(visit, event_id)
    attendee = await attendee_of(visit, event, attendee_id)
    relation, person = visit.form.line("relation"), visit.form.line("other") or visit.form.line("person")
    private = await is_private(visit, event)
    if private and relation in RELATIONS and relation not in IN_PRIVATE:
        raise PrivateEvent
    found = [one for one in await meant(visit, event, person) if one.id != attendee.id]
    problems = [] if relation in RELATIONS else [FieldError("/relation", "choose_one", "")]
    if len(found) != 1:
        code = "several_of_that_name" if found else "nobody_of_that_name" if person else "empty"
        problems.append(FieldError("/person", code, ""))
    if problems:
        return await _page(visit, event, attendee, problems=problems, choices=found if len(found) > 1 else [])
    await _relate(visit, event, attendee.id, found[0].id, relation)
    return visit.onward(f"{path_of(event, attendee)}/others", said="kept_apart" if relation == APART else "related")


@post("/events/{event_id:str}/room/attendees/{attendee_id:str}/exclusions", scope=Scope.ATTENDEES_WRITE)
async def keep_attendee_apart(visit: Visit, event_id: FromPath[str], attendee_id: FromPath[str]) -> Response[str]:
    """From everybody of an organisation."""
    event = await event_of(visit, event_id)
    attendee = await attendee_of(visit, event, attendee_id)
    organisation = visit.form.line("organisation")[:LINE_CHARS_MAX]
    if not organisation:
        return await _page(visit, event, attendee, problems=[FieldError("/organisation", "empty", "")])
    apart = Exclusion(attendee_id=attendee.id, organisation=organisation)
    await exclusions.add(visit.connection, event.id, apart, visit.at)
    return visit.onward(f"{path_of(event, attendee)}/others", said="kept_apart")


@post(
    "/events/{event_id:str}/room/attendees/{attendee_id:str}/others/{kind:str}/{row_id:str}",
    scope=Scope.ATTENDEES_WRITE,
)
async def unrelate_attendee(
    visit: Visit, event_id: FromPath[str], attendee_id: FromPath[str], kind: FromPath[str], row_id: FromPath[str]
) -> Response[str]:
    """Takes one of it away; what is gone already is as good."""
    event = await event_of(visit, event_id)
    attendee = await attendee_of(visit, event, attendee_id)
    if kind in REMOVALS:
        await REMOVALS[kind](visit.connection, event.id, row_id)
    return visit.onward(f"{path_of(event, attendee)}/others", said="removed")


REMOVALS: Mapping[str, Callable[..., Awaitable[bool]]] = {
    "wishes": wishes.remove,
    "acquaintances": acquaintances.remove,
    "encounters": encounters.remove,
    "exclusions": exclusions.remove,
}


async def _relate(
    visit: OrganiserVisit, event: Event, attendee_id: AttendeeId, other_id: AttendeeId, relation: str
) -> None:
    """What is said already is as good."""
    connection, event_id, at = visit.connection, event.id, visit.at
    if relation in STRENGTHS:
        wish = Wish(attendee_id=attendee_id, other_id=other_id, strength=STRENGTHS[relation])
        await wishes.put(connection, event_id, wish, at)
    elif relation in TOGETHER:
        together = Encounter(first_id=attendee_id, second_id=other_id, kind=TOGETHER[relation])
        await encounters.add(connection, event_id, together, at)
    elif relation == KNOWN:
        await acquaintances.add(connection, event_id, Acquaintance(first_id=attendee_id, second_id=other_id), at)
    else:
        await exclusions.add(connection, event_id, Exclusion(attendee_id=attendee_id, other_id=other_id), at)


async def _page(
    visit: OrganiserVisit,
    event: Event,
    attendee: AttendeeReply,
    *,
    problems: list[FieldError] | None = None,
    choices: list[Who] | None = None,
) -> Response[str]:
    """With `choices` it asks who of several was meant. Of a private event nothing is listed, as the API lists nothing."""
    private = await is_private(visit, event)
    values: dict[str, Any] = {
        "attendee": attendee,
        "private": private,
        "relations": IN_PRIVATE if private else RELATIONS,
        "choices": choices or [],
        **(NOTHING if private else await _listed(visit, event, attendee)),
    }
    return visit.page("attendee_others", event=event, here="room", problems=problems, **values)


NOTHING: dict[str, Any] = {"wished": [], "known": [], "together": [], "apart": [], "names": {}}


async def _listed(visit: OrganiserVisit, event: Event, attendee: AttendeeReply) -> dict[str, Any]:
    connection, most = visit.connection, LISTED_MAX
    wished = await wishes.find(connection, event.id, attendee_id=attendee.id, limit=most)
    known = await acquaintances.find(connection, event.id, attendee_id=attendee.id, limit=most)
    apart = await exclusions.find(connection, event.id, attendee_id=attendee.id, limit=most)
    named = {id_ for one in wished for id_ in (one.attendee_id, one.other_id)}
    named |= {id_ for pair in known for id_ in (pair.first_id, pair.second_id)}
    named |= {id_ for kept in apart for id_ in (kept.attendee_id, kept.other_id) if id_ is not None}
    return {
        "wished": wished,
        "known": known,
        "together": await encounters.of_person(connection, event.id, attendee.id, limit=most),
        "apart": apart,
        "names": await names_of(visit, event, named),
    }


HANDLERS = (show_others, relate_attendee, keep_attendee_apart, unrelate_attendee)
