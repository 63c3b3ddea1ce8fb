"""One introduction, opened by its letter's link: who it is, what each gets, the answer, and later how it went.

The link opens this one introduction and nothing else. The same page stands in one's own pages, under a session.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from msgspec import Struct

from matchmaker.errors import Conflict, InvalidFields
from matchmaker.model.appointment import is_agreed
from matchmaker.model.ids import AttendeeId, EventId, IntroductionId
from matchmaker.model.introduction import Answer
from matchmaker.model.link import LinkScope
from matchmaker.model.promise import PROMISE_CHARS_MAX, PromiseInput
from matchmaker.model.text import TEXT_CHARS_MAX
from matchmaker.services import agree, follow_up, join, respond, show
from matchmaker.services.show import Circumstances
from matchmaker.store import promises
from matchmaker.store.connection import Connection
from matchmaker.web import forms
from matchmaker.web.attendee.links import association_in, opened
from matchmaker.web.forms import AGAIN, CHOICE, SEAL, Form, PageRequest, Press
from matchmaker.web.pages import page
from matchmaker.web.phrases import zone
from matchmaker.web.trouble import LinkOver
from matchmaker.web.visit import At, acting, count, language, looking, onward, said_in

SAID = (
    "mailed",
    "chosen_nothing",
    "stale",
    "late",
    "rated",
    "promised",
    "proposed",
)  # what a page may say on top after something was sent
USEFUL = ("1", "2", "3", "4", "5")

Token = FromPath[str]


class Side(Struct, frozen=True, kw_only=True):
    """One side of an introduction at its page: who, of which, where the page is, and what its forms are sealed for."""

    attendee_id: AttendeeId
    event_id: EventId
    introduction_id: IntroductionId
    path: str
    purpose: str


@get("/i/{token:str}")
async def show_introduction(request: PageRequest, token: Token, at: At) -> Response[str]:
    """The introduction as it stands for the holder of the link."""
    async with looking(request, association_in(token)) as connection:
        return await show_side(request, connection, await _side(connection, token, at), at, said_in(request))


@post("/i/{token:str}")
async def answer_introduction(request: PageRequest, token: Token, at: At) -> Response[Any]:
    """Does what the pressed button says, if a hand pressed it."""
    form = await forms.read(request)
    await count(request, at)
    try:
        async with acting(request, association_in(token)) as connection:
            return await press(request, connection, await _side(connection, token, at), form, at)
    except (Conflict, InvalidFields):
        return onward(f"/i/{token}?said=late")


async def show_side(
    request: PageRequest, connection: Connection, side: Side, at: datetime, said: str = "", *, status: int = 200
) -> Response[str]:
    """The page of one side."""
    around = await show.circumstances(connection, side.event_id, side.attendee_id)
    spoken = language(request, around.attendee.languages)
    shown = await show.introduction(connection, side.introduction_id, side.attendee_id, language=spoken, at=at)
    return page(
        "attendee/introduction",
        spoken,
        status=status,
        association=around.association,
        event=around.event,
        shown=shown,
        stands=shown.seen.standing.value,
        agreed=is_agreed(shown.appointment),
        reader=side.attendee_id,
        at=at,
        path=side.path,
        seal=forms.seal(request, side.purpose, at),
        said=said if said in SAID else "",
        promise_chars_max=PROMISE_CHARS_MAX,
        reason_chars_max=TEXT_CHARS_MAX,
    )


async def press(request: PageRequest, connection: Connection, side: Side, form: Form, at: datetime) -> Response[Any]:
    """The page after a form was sent. Raises what the services raise when it no longer fits."""
    choice = form.line(CHOICE)
    verdict = forms.judge(request, form, side.purpose, at)
    if choice not in ACTS:
        return await show_side(request, connection, side, at, "chosen_nothing", status=422)
    if verdict is Press.STALE:
        return await show_side(request, connection, side, at, "stale", status=422)
    if verdict is Press.DOUBTFUL:
        around = await show.circumstances(connection, side.event_id, side.attendee_id)
        name = await show.name_of_other(connection, side.introduction_id, side.attendee_id)
        return once_more(request, around, side.path, side.purpose, form, at, name=name)
    said = await ACTS[choice](connection, side, form, at)
    return onward(f"{side.path}?said={said}" if said else side.path)


def once_more(
    request: PageRequest, around: Circumstances, path: str, purpose: str, form: Form, at: datetime, *, name: str = ""
) -> Response[str]:
    """What was sent in a doubtful way is shown once more, and done when a hand presses the button there."""
    kept = [
        (field, value) for field, values in form.fields.items() if field != SEAL and field != CHOICE for value in values
    ]
    return page(
        "attendee/again",
        language(request, around.attendee.languages),
        association=around.association,
        path=path,
        choice=form.line(CHOICE),
        name=name,
        kept=kept,
        seal=forms.seal(request, purpose + AGAIN, at),
    )


async def _side(connection: Connection, token: str, at: datetime) -> Side:
    link = await opened(connection, token, LinkScope.INTRODUCTION, at)
    if link.introduction_id is None:
        raise LinkOver
    return Side(
        attendee_id=link.attendee_id,
        event_id=link.event_id,
        introduction_id=link.introduction_id,
        path=f"/i/{token}",
        purpose=f"link/{link.id}",
    )


Act = Callable[[Connection, Side, Form, datetime], Awaitable[str]]


def _answering(given: Answer) -> Act:
    async def act(connection: Connection, side: Side, form: Form, at: datetime) -> str:
        await respond.answer(connection, side.introduction_id, side.attendee_id, given, at=at)
        return ""

    return act


async def _met(connection: Connection, side: Side, form: Form, at: datetime) -> str:
    await follow_up.say(connection, side.introduction_id, side.attendee_id, met=True, at=at)
    return ""


async def _missed(connection: Connection, side: Side, form: Form, at: datetime) -> str:
    await follow_up.say(connection, side.introduction_id, side.attendee_id, met=False, at=at)
    return ""


async def _rate(connection: Connection, side: Side, form: Form, at: datetime) -> str:
    """How useful it was, and why in private; a rating says that they met."""
    useful, reason = form.line("useful"), form.text("reason")[:TEXT_CHARS_MAX] or None
    rating = int(useful) if useful in USEFUL else None
    if rating is None and reason is None:
        return "chosen_nothing"
    await follow_up.say(
        connection, side.introduction_id, side.attendee_id, met=True, useful=rating, reason=reason, at=at
    )
    return "rated"


async def _promise(connection: Connection, side: Side, form: Form, at: datetime) -> str:
    words = form.text("words")[:PROMISE_CHARS_MAX]
    if not words:
        return "chosen_nothing"
    promised = PromiseInput(attendee_id=side.attendee_id, words=words)
    await follow_up.promise(connection, side.introduction_id, promised, at=at)
    return "promised"


def _closing(kept: bool) -> Act:
    async def act(connection: Connection, side: Side, form: Form, at: datetime) -> str:
        for made in await promises.find(connection, side.introduction_id):
            if made.attendee_id == side.attendee_id:
                await follow_up.close(connection, side.introduction_id, made.id, kept=kept, at=at)
        return ""

    return act


async def _propose(connection: Connection, side: Side, form: Form, at: datetime) -> str:
    """A slot of the programme, or an hour that one types, in the event's time zone."""
    around = await show.circumstances(connection, side.event_id, side.attendee_id)
    given = _moment(form.line("time") or form.line("slot"))
    if given is None:
        return "chosen_nothing"
    starts_at = given if given.tzinfo else given.replace(tzinfo=zone(around.event.time_zone))
    shown = await show.introduction(connection, side.introduction_id, side.attendee_id, language="en", at=at)
    await agree.propose(
        connection, side.introduction_id, side.attendee_id, starts_at, minutes=shown.seen.minutes, at=at
    )
    return "proposed"


async def _agree(connection: Connection, side: Side, form: Form, at: datetime) -> str:
    """To what stood on the page: the other may have proposed another time meanwhile."""
    starts_at = _moment(form.line("proposed"))
    if starts_at is None or starts_at.tzinfo is None:
        return "chosen_nothing"
    await agree.agree(connection, side.introduction_id, side.attendee_id, starts_at, at)
    return ""


async def _call_off(connection: Connection, side: Side, form: Form, at: datetime) -> str:
    await agree.call_off(connection, side.introduction_id, side.attendee_id, at)
    return ""


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


async def _mail(connection: Connection, side: Side, form: Form, at: datetime) -> str:
    await join.write_to(connection, side.event_id, side.attendee_id, at)
    return "mailed"


ACTS: dict[str, Act] = {
    "yes": _answering(Answer.YES),
    "no": _answering(Answer.NO),
    "other_time": _answering(Answer.OTHER_TIME),
    "met": _met,
    "missed": _missed,
    "rate": _rate,
    "promise": _promise,
    "kept": _closing(True),
    "not_kept": _closing(False),
    "propose": _propose,
    "agree": _agree,
    "call_off": _call_off,
    "page": _mail,
}


HANDLERS = (show_introduction, answer_introduction)
