"""The words of letters: which letters there are, and what each says, in the association's own words or as it came."""

from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.params import FromPath
from msgspec import Struct

from matchmaker.errors import FieldError, InvalidFields, NotFound
from matchmaker.mail import phrases
from matchmaker.model.association import Scope
from matchmaker.model.letter_text import (
    WORDS_CHARS_MAX,
    LetterLanguage,
    LetterText,
    Phrase,
    PhraseInput,
    Preview,
    PreviewInput,
)
from matchmaker.model.message import LetterKind
from matchmaker.services import reword
from matchmaker.store import events, letter_texts
from matchmaker.web.forms import Form
from matchmaker.web.organiser.events import version_in
from matchmaker.web.organiser.kept import Difference, stale
from matchmaker.web.organiser.letter_readers import Meant, nobody
from matchmaker.web.organiser.page import FRAMING
from matchmaker.web.organiser.visit import OrganiserVisit, Visit

PATH = "/association/letters/{letter:str}/{language:str}"
WORDS = "words_"
EVENTS_SHOWN = 50
FRAME_CHARS_MAX = 6_000
# In the order in which an attendee gets them, a heading each.
GROUPS = {
    "before": (LetterKind.INVITED, LetterKind.VERIFY, LetterKind.LINK, LetterKind.SAY_MORE),
    "introductions": (
        LetterKind.OFFERED,
        LetterKind.REMINDER,
        LetterKind.INTRODUCED,
        LetterKind.TIME_PROPOSED,
        LetterKind.WITHDRAWN,
    ),
    "day": (
        LetterKind.AGENDA,
        LetterKind.MEETING,
        LetterKind.MEETING_CHANGED,
        LetterKind.MEETING_CANCELLED,
        LetterKind.BYE,
        LetterKind.SET_DATES,
    ),
    "afterwards": (
        LetterKind.DID_YOU_MEET,
        LetterKind.AFTER_ROUNDS,
        LetterKind.THANKS,
        LetterKind.PROMISE,
        LetterKind.RECONNECT,
        LetterKind.HELD_BACK,
    ),
    "always": (LetterKind.PAUSED, LetterKind.GOODBYE, LetterKind.DIGEST, LetterKind.NOTE),
}


class Draft(Struct, frozen=True, kw_only=True):
    """The words of a form beside what is kept: the letter, what would be said, what may not be, and who reads it."""

    text: LetterText
    form: Form
    meant: Meant
    problems: list[FieldError] = []
    preview: Preview | None = None


@get("/association/letters", scope=Scope.EVENTS_WRITE)
async def show_letters(visit: Visit) -> Response[str]:
    """Every letter, with when it leaves, and whether it says something in the association's own words."""
    groups = {key: [one.value for one in group] for key, group in GROUPS.items()}
    own = await letter_texts.count(visit.connection)
    languages = [one.value for one in LetterLanguage]
    return visit.page("letters", here="association", groups=groups, own=own, languages=languages)


@get(PATH, scope=Scope.EVENTS_WRITE)
async def show_letter_words(visit: Visit, letter: FromPath[str], language: FromPath[str]) -> Response[str]:
    """What one letter says, to change, and how it looks to people who do not exist."""
    text = await text_of(visit, letter, language)
    shown = await reword.preview(
        visit.connection, text.letter, text.language, PreviewInput(), settings=visit.settings, at=visit.at
    )
    return await letter_page(visit, Draft(text=text, form=filled(text), meant=nobody(), preview=shown))


@post(PATH, scope=Scope.EVENTS_WRITE)
async def change_letter_words(visit: Visit, letter: FromPath[str], language: FromPath[str]) -> Response[str]:
    """Keeps the words, unless somebody else changed them meanwhile: then one chooses."""
    text = await text_of(visit, letter, language)
    given, problems = given_in(visit.form, text)
    if problems:
        return await letter_page(visit, Draft(text=text, form=visit.form, meant=nobody(), problems=problems))
    saved = await reword.change(
        visit.connection, text.letter, text.language, given, version=version_in(visit.form), at=visit.at
    )  # fmt: skip
    path = path_of(text)
    if saved is None:
        latest = await text_of(visit, letter, language)
        version = reword.version_of(latest)
        return stale(visit, path, _differences(visit, latest), version=version, here="association")
    return visit.onward(path, said="letter_saved")


@post(PATH + "/original", scope=Scope.EVENTS_WRITE)
async def restore_letter_words(visit: Visit, letter: FromPath[str], language: FromPath[str]) -> Response[str]:
    """The letter says again what it said as it came, unless somebody changed it meanwhile."""
    text = await text_of(visit, letter, language)
    saved = await reword.change(
        visit.connection, text.letter, text.language, [], version=version_in(visit.form), at=visit.at
    )
    return visit.onward(path_of(text), said="letter_changed_meanwhile" if saved is None else "letter_as_it_came")


async def text_of(visit: OrganiserVisit, letter: str, language: str) -> LetterText:
    """The letter that an address names, as it says it now. Raises `NotFound`."""
    try:
        return await reword.text(visit.connection, LetterKind(letter), LetterLanguage(language))
    except ValueError:
        raise NotFound from None


def path_of(text: LetterText) -> str:
    """Where the page of a letter is."""
    return f"/association/letters/{text.letter.value}/{text.language.value}"


def filled(text: LetterText) -> Form:
    """The form as it shows what the letter says now."""
    return Form({f"{WORDS}{one.key}": [one.words] for one in text.phrases})


def given_in(form: Form, text: LetterText) -> tuple[list[PhraseInput], list[FieldError]]:
    """What a form says otherwise than the letter came, and what is wrong with it, at its field. An empty field is as it came."""
    said = [(one, form.line(f"{WORDS}{one.key}")) for one in text.phrases]
    given = [PhraseInput(key=one.key, words=words) for one, words in said if words not in ("", one.as_it_came)]
    problems = [FieldError(f"/{WORDS}{one.key}", "words_long", "") for one in given if len(one.words) > WORDS_CHARS_MAX]
    if not problems:
        try:
            reword.checked(text.letter, text.language, given)
        except InvalidFields as error:
            places = [int(one.pointer.split("/")[2]) for one in error.fields]
            problems = [FieldError(f"/{WORDS}{given[place].key}", "words_place", "") for place in places]
    return given, problems


async def letter_page(visit: OrganiserVisit, draft: Draft) -> Response[str]:
    """The page of a letter: its phrases on one side, how it looks on the other."""
    text, language = draft.text, draft.text.language.value
    of_all = [one for one in text.phrases if one.key not in phrases.phrases(language)[text.letter.value]]
    order = list(phrases.phrases(language)[text.letter.value])
    of_letter = sorted((one for one in text.phrases if one not in of_all), key=lambda one: order.index(one.key))
    wrong = {one.pointer for one in draft.problems}
    values: dict[str, Any] = {
        "draft": draft,
        "text": text,
        "path": path_of(text),
        "of_letter": of_letter,
        "of_all": of_all,
        "of_all_open": any(one.own or f"/{WORDS}{one.key}" in wrong for one in of_all),
        "places": sorted({name for one in text.phrases for name in one.placeholders}),
        "own": sum(one.own for one in text.phrases),
        "version": _version(visit, text),
        "languages": [one.value for one in LetterLanguage],
        "events": await events.find(visit.connection, limit=EVENTS_SHOWN),
        "labels": {f"{WORDS}{one.key}": _label(visit, one) for one in text.phrases},
        "frame": _frame(visit, draft) if draft.preview else "",
    }
    headers = {"Content-Security-Policy": FRAMING}
    return visit.page("letter", here="association", problems=draft.problems, headers=headers, **values)


def _version(visit: OrganiserVisit, text: LetterText) -> int:
    """Of the words that the form was filled with: those sent along where it comes back with something to mend."""
    return version_in(visit.form) or reword.version_of(text)


def _label(visit: OrganiserVisit, phrase: Phrase) -> str:
    """What a phrase is called: its place in the letter, else what it says as it came."""
    key = f"organiser.letter_phrase.{phrase.key}"
    return visit.t(key) if key in visit.t else f"“{phrase.as_it_came}”"


def _frame(visit: OrganiserVisit, draft: Draft) -> str:
    """The address of the letter alone, for the frame; empty where its words are too many for an address."""
    given, _ = given_in(draft.form, draft.text)
    query = urlencode([*draft.meant.pairs, *((f"{WORDS}{one.key}", one.words) for one in given)])
    seal = visit.sealed_for(frame_purpose(draft.text, query))
    return "" if len(query) > FRAME_CHARS_MAX else f"{path_of(draft.text)}/shown?{query}{'&' * bool(query)}seal={seal}"


def frame_purpose(text: LetterText, query: str) -> str:
    """What the address of a frame is sealed for, so that nobody can make us show words that we did not."""
    return f"letter/{text.letter.value}/{text.language.value}?{query}"


def _differences(visit: OrganiserVisit, text: LetterText) -> list[Difference]:
    """Every phrase in which what was sent is not what is said by now."""
    return [
        Difference(label=_label(visit, one), yours=yours, theirs=one.words)
        for one in text.phrases
        if (yours := visit.form.line(f"{WORDS}{one.key}") or one.as_it_came) != one.words
    ]


HANDLERS = (show_letters, show_letter_words, change_letter_words, restore_letter_words)
