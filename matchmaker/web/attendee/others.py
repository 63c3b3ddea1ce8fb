"""What one says on one's own page about others: whom to keep apart from, whom one wishes to meet or knows. Nobody is told."""

from datetime import datetime
from typing import Any

from litestar import Response

from matchmaker.model.exclusion import Acquaintance
from matchmaker.model.ids import AttendeeId
from matchmaker.model.text import LINE_CHARS_MAX
from matchmaker.model.wish import Wish
from matchmaker.store import acquaintances, exclusions, people, wishes
from matchmaker.store.connection import Connection
from matchmaker.web.attendee.own_page import STRENGTHS, Act, show_page
from matchmaker.web.attendee.session import Visitor
from matchmaker.web.forms import Form, PageRequest
from matchmaker.web.visit import onward

NAMESAKES_MAX = 20


async def _keep_apart(
    request: PageRequest, connection: Connection, visitor: Visitor, form: Form, at: datetime
) -> Response[Any]:
    """From a person, by name or address, and from a whole organisation (F12)."""
    organisation, person = form.line("organisation")[:LINE_CHARS_MAX], form.line("person")[:LINE_CHARS_MAX]
    me, event_id = visitor.attendee_id, visitor.event_id
    if not (organisation or person):
        return onward("/me?said=no_such_person")
    if organisation:
        await exclusions.ask(connection, event_id, me, organisation, organisation=organisation, at=at)
    if person:
        others = await _named(connection, visitor, form)
        await exclusions.ask(connection, event_id, me, person, others=others, at=at)
    return onward("/me?said=kept_apart")


async def _wish(
    request: PageRequest, connection: Connection, visitor: Visitor, form: Form, at: datetime
) -> Response[Any]:
    """Whom one must meet, would like to, or would rather not (F11, F14)."""
    strength = STRENGTHS.get(form.line("strength"))
    if strength is None:
        return await show_page(request, connection, visitor, at, "chosen_nothing", status=422)
    found = await _named(connection, visitor, form, listed_only=True)
    for other_id in found:
        wished = Wish(attendee_id=visitor.attendee_id, other_id=other_id, strength=strength)
        await wishes.put(connection, visitor.event_id, wished, at)
    return onward("/me?said=wished" if found else "/me?said=no_such_person")


async def _unwish(
    request: PageRequest, connection: Connection, visitor: Visitor, form: Form, at: datetime
) -> Response[Any]:
    """Takes a wish back."""
    await wishes.take_back(connection, visitor.event_id, visitor.attendee_id, form.line("wish"))
    return onward("/me?said=removed")


async def _know(
    request: PageRequest, connection: Connection, visitor: Visitor, form: Form, at: datetime
) -> Response[Any]:
    """Somebody whom one knows already (F13)."""
    found = await _named(connection, visitor, form, listed_only=True)
    for other_id in found:
        known = Acquaintance(first_id=visitor.attendee_id, second_id=other_id)
        await acquaintances.add(connection, visitor.event_id, known, at, is_own=True)
    return onward("/me?said=known" if found else "/me?said=no_such_person")


async def _remove(
    request: PageRequest, connection: Connection, visitor: Visitor, form: Form, at: datetime
) -> Response[Any]:
    """Takes back that one is kept apart."""
    await exclusions.take_back(connection, visitor.event_id, visitor.attendee_id, form.line("exclusion"))
    return onward("/me?said=removed")


async def _named(
    connection: Connection, visitor: Visitor, form: Form, *, listed_only: bool = False
) -> list[AttendeeId]:
    """Whoever at the event has the name or the address that was written, but oneself.

    Who is not listed is found by nobody, but to be kept apart from: that protects, and is answered as if nobody were found.
    """
    written = form.line("person")[:LINE_CHARS_MAX]
    if not written:
        return []
    found = await people.find_attending(
        connection, visitor.event_id, written, listed_only=listed_only, limit=NAMESAKES_MAX
    )
    return [one for one in found if one != visitor.attendee_id]


ACTS: dict[str, Act] = {
    "wish": _wish,
    "unwish": _unwish,
    "keep_apart": _keep_apart,
    "know": _know,
    "remove": _remove,
}
