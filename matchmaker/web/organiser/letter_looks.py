"""A look at a letter before anyone gets it, in words that are not kept yet, to made-up people or a real one; and a test."""

from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.params import FromPath
from msgspec import structs

from matchmaker.errors import FieldError, Forbidden, NotFound
from matchmaker.model.association import Scope
from matchmaker.model.ids import AttendeeId, EventId, IntroductionId
from matchmaker.model.letter_text import LetterTestInput, LetterText, PhraseInput, Preview, PreviewInput
from matchmaker.services import reword
from matchmaker.services.reword import NothingToSay
from matchmaker.web.organiser.asked import asked_by
from matchmaker.web.organiser.letter_readers import About, Meant, meant_in
from matchmaker.web.organiser.letters import (
    PATH,
    Draft,
    frame_purpose,
    given_in,
    letter_page,
    path_of,
    text_of,
)
from matchmaker.web.organiser.visit import OrganiserVisit, Visit
from matchmaker.web.pages import HEADERS, HTML

SEAL = "seal"
# A letter is shown as a mail programme would: no script, nothing from elsewhere; a pressed link leads nowhere.
FRAMED = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'self'; "
    "frame-ancestors 'self'"
)


@post(PATH + "/preview", scope=Scope.ATTENDEES_READ)
async def preview_letter_words(visit: Visit, letter: FromPath[str], language: FromPath[str]) -> Response[str]:
    """How the letter would be in the words of the form. Nothing is sent or kept."""
    return await letter_page(visit, await _draft(visit, await text_of(visit, letter, language)))


@post(PATH + "/test", scope=Scope.ATTENDEES_WRITE)
async def send_letter_test(visit: Visit, letter: FromPath[str], language: FromPath[str]) -> Response[str]:
    """Sends the letter in the words that are kept, as it would be to an attendee, to whoever is signed in."""
    text = await text_of(visit, letter, language)
    draft = await _draft(visit, text, for_test=True)
    event, attendee = draft.meant.event, draft.meant.attendee
    if draft.problems or event is None or attendee is None:
        return await letter_page(visit, draft)
    introduction_id = draft.meant.introduction_id
    asked = LetterTestInput(event_id=event.id, attendee_id=attendee.id, introduction_id=introduction_id)
    await reword.test(visit.connection, text.letter, text.language, asked, to=visit.organiser, at=visit.at)
    return visit.onward(path_of(text), said="letter_test_sent")


@get(PATH + "/shown", scope=Scope.ATTENDEES_READ)
async def show_letter_framed(visit: Visit, letter: FromPath[str], language: FromPath[str]) -> Response[str]:
    """The letter alone, for the frame of its page, which sealed the address."""
    asked = asked_by(visit)
    text = await text_of(visit, letter, language)
    query = urlencode([(name, value) for name, values in asked.fields.items() for value in values if name != SEAL])
    if not visit.has_sealed(asked.line(SEAL), frame_purpose(text, query)):
        raise Forbidden
    given, problems = given_in(asked, text)
    if problems:
        raise NotFound
    about = PreviewInput(
        event_id=EventId(asked.line("event")) if asked.line("event") else None,
        attendee_id=AttendeeId(asked.line("attendee")) if asked.line("attendee") else None,
        introduction_id=IntroductionId(asked.line("introduction")) if asked.line("introduction") else None,
        phrases=given,
    )
    shown = await reword.preview(
        visit.connection, text.letter, text.language, about, settings=visit.settings, at=visit.at
    )
    html = shown.html.replace("<head>", '<head><base target="_top">', 1).replace('target="_blank"', "")
    headers = {**HEADERS, "Content-Security-Policy": FRAMED, "X-Frame-Options": "SAMEORIGIN"}
    return Response(html, media_type=HTML, headers=headers)


async def _draft(visit: OrganiserVisit, text: LetterText, *, for_test: bool = False) -> Draft:
    """What the form says, of whom, and how it looks; with what is wrong with it, and then without a look."""
    given, problems = given_in(visit.form, text)
    meant, shown = await meant_in(visit, text.letter), None
    problems += meant.problems
    if for_test and not problems:
        problems = _unready(text, given, meant)
    if not problems:
        shown, meant = await _looked_at(visit, text, given, meant)
        problems = [] if shown else [FieldError("/person", "letter_untrue", "")]
    return Draft(text=text, form=visit.form, meant=meant, problems=problems, preview=shown)


def _unready(text: LetterText, given: list[PhraseInput], meant: Meant) -> list[FieldError]:
    """A test is about somebody, and in the words that are kept: it leaves as every letter does."""
    kept = {one.key: one.words for one in text.phrases if one.own}
    problems = [] if meant.attendee else [FieldError("/event", "letter_test_whose", "")]
    if {one.key: one.words for one in given} != kept:
        problems.append(FieldError("/test", "letter_test_unsaved", ""))
    return problems


async def _looked_at(
    visit: OrganiserVisit, text: LetterText, given: list[PhraseInput], meant: Meant
) -> tuple[Preview | None, Meant]:
    """The letter, about the introduction that was chosen, else the first it would be true of; None where there is none."""
    first = [one for one in meant.about if one.id == meant.introduction_id]
    rest = [] if visit.form.line("introduction") else [one for one in meant.about if one not in first]
    tried: list[About | None] = [*first, *rest] or [None]
    for one in tried:
        chosen = structs.replace(meant, introduction_id=one.id if one else None)
        about = PreviewInput(
            event_id=meant.event.id if meant.event else None,
            attendee_id=meant.attendee.id if meant.attendee else None,
            introduction_id=chosen.introduction_id,
            phrases=given,
        )
        try:
            shown = await reword.preview(
                visit.connection, text.letter, text.language, about, settings=visit.settings, at=visit.at
            )
        except NothingToSay:
            continue
        return shown, chosen
    return None, meant


HANDLERS = (preview_letter_words, send_letter_test, show_letter_framed)
