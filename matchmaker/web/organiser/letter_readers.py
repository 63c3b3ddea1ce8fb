"""Whose letter an organiser looks at: made-up people's, or an attendee's, about one of their introductions."""

from msgspec import Struct, structs

from matchmaker.errors import FieldError
from matchmaker.model.attendee import AttendeeReply
from matchmaker.model.event import Event
from matchmaker.model.ids import IntroductionId
from matchmaker.model.message import LetterKind
from matchmaker.services import reword, write
from matchmaker.store import attendees, introductions
from matchmaker.web.organiser.events import event_of
from matchmaker.web.organiser.room import attendee_of, is_private, names_of
from matchmaker.web.organiser.visit import OrganiserVisit

NAMESAKES_MAX = 10
INTRODUCTIONS_MAX = 20


class About(Struct, frozen=True, kw_only=True):
    """An introduction to choose: whom it brings them to."""

    id: IntroductionId
    name: str


class Meant(Struct, frozen=True, kw_only=True):
    """Who is meant: nobody in particular, or an attendee; `people` and `about` are what there is to choose among."""

    event: Event | None = None
    attendee: AttendeeReply | None = None
    introduction_id: IntroductionId | None = None
    people: list[AttendeeReply] = []
    about: list[About] = []
    problems: list[FieldError] = []

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Who it is, for an address; nothing where it is nobody."""
        if self.event is None or self.attendee is None:
            return []
        named = [("event", str(self.event.id)), ("attendee", str(self.attendee.id))]
        return named if self.introduction_id is None else [*named, ("introduction", str(self.introduction_id))]


def nobody() -> Meant:
    """Made-up people."""
    return Meant()


async def meant_in(visit: OrganiserVisit, letter: LetterKind) -> Meant:
    """Whom a form means; with `problems` where that cannot be told, or may not be. Raises `NotFound`."""
    form = visit.form
    if not form.line("event"):
        return nobody()
    event = await event_of(visit, form.line("event"))
    if letter not in reword.OF_NOBODY_ELSE and await is_private(visit, event):
        return Meant(event=event, problems=[FieldError("/event", "letter_private", "")])
    people = await _people(visit, event)
    if len(people) != 1:
        code = "empty" if not form.line("person") else "several_of_that_name" if people else "nobody_of_that_name"
        return Meant(event=event, people=people, problems=[FieldError("/person", code, "")])
    meant = Meant(event=event, attendee=people[0])
    return await _about_one(visit, event, meant) if letter in write.OF_TWO else meant


async def _people(visit: OrganiserVisit, event: Event) -> list[AttendeeReply]:
    """Who was chosen, if the name was not changed since, else everyone whose name begins so; one who has exactly it alone."""
    name = visit.form.line("person")
    if not name:
        return []
    if visit.form.line("attendee"):
        chosen = await attendee_of(visit, event, visit.form.line("attendee"))
        if chosen.name.casefold().startswith(name.casefold()):
            return [chosen]
    begun = await attendees.find(visit.connection, event.id, name_prefix=name, limit=NAMESAKES_MAX)
    exactly = [one for one in begun if one.name.casefold() == name.casefold()]
    return exactly or begun


async def _about_one(visit: OrganiserVisit, event: Event, meant: Meant) -> Meant:
    """The introduction that was chosen, else the first of theirs."""
    me = meant.attendee
    found = await introductions.find(
        visit.connection, event.id, attendee_id=me.id if me else None, limit=INTRODUCTIONS_MAX
    )
    others = {one.id: one.second_id if me and one.first_id == me.id else one.first_id for one in found}
    names = await names_of(visit, event, set(others.values()))
    about = [About(id=one, name=names[other]) for one, other in others.items() if other in names]
    if not about:
        return structs.replace(meant, problems=[FieldError("/person", "letter_no_introduction", "")])
    chosen = next((one for one in about if one.id == visit.form.line("introduction")), about[0])
    return structs.replace(meant, introduction_id=chosen.id, about=about)
