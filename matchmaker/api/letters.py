"""The words of letters: what each says, in yours or in ours, and a look at it before anyone gets it."""

from litestar import Router, delete, get, post, put
from litestar.datastructures import State
from litestar.params import FromPath, JSONBody

from matchmaker.api.transaction import At, Connection
from matchmaker.model.association import Scope
from matchmaker.model.letter_text import (
    LetterLanguage,
    LetterTest,
    LetterTestInput,
    LetterText,
    LetterTextInput,
    Preview,
    PreviewInput,
)
from matchmaker.model.message import LetterKind
from matchmaker.services import reword
from matchmaker.store import letter_texts

PathLetter = FromPath[LetterKind]
PathLanguage = FromPath[LetterLanguage]


@get(
    operation_id="get_letter",
    summary="Get a letter's words",
    response_description="The phrases of the letter.",
    scope=Scope.EVENTS_READ,
    whole_association=True,
)
async def get_letter(connection: Connection, letter: PathLetter, language: PathLanguage) -> LetterText:
    """Gets each phrase of a letter: what it says now, what it said as it came, and what may be filled in."""
    return await reword.text(connection, letter, language)


@put(
    operation_id="replace_letter",
    summary="Say a letter in your words",
    response_description="The phrases of the letter.",
    scope=Scope.EVENTS_WRITE,
    whole_association=True,
)
async def replace_letter(
    connection: Connection, at: At, letter: PathLetter, language: PathLanguage, data: JSONBody[LetterTextInput]
) -> LetterText:
    """Says phrases of a letter in your words; those that you do not give are said as they came.

    A phrase is plain text. In braces stands what is filled in, such as `{other}`: only what the phrase names as it came, and
    `{to}`, `{sender}` and `{event_name}`. What looks like a link or an address becomes none. It holds for all letters that
    leave from now on.
    """
    return await reword.replace(connection, letter, language, data.phrases, at=at)


@delete(
    operation_id="delete_letter",
    summary="Say a letter as it came",
    response_description="Done.",
    status_code=204,
    scope=Scope.EVENTS_WRITE,
    whole_association=True,
)
async def delete_letter(connection: Connection, letter: PathLetter, language: PathLanguage) -> None:
    """Takes your words back: the letter says again what it said as it came."""
    await letter_texts.remove(connection, letter, language.value)


@post(
    "/preview",
    operation_id="preview_letter",
    summary="Preview a letter",
    response_description="The letter.",
    status_code=200,
    scope=Scope.ATTENDEES_READ,
    whole_association=True,
    problems=(404, 409),
)
async def preview_letter(
    connection: Connection,
    at: At,
    letter: PathLetter,
    language: PathLanguage,
    state: State,
    data: JSONBody[PreviewInput],
) -> Preview:
    """Shows a letter as an attendee would get it, with real data, or as made-up people would. Nothing is sent or kept.

    With `phrases` it shows how it would be in these words. Its links lead nowhere, and an address stands in it only where the
    letter itself would have it. A letter that would not be sent to that attendee just now: 409. One of a private event that
    tells of two people: 403.
    """
    return await reword.preview(connection, letter, language, data, settings=state.settings, at=at)


@post(
    "/test",
    operation_id="create_letter_test",
    summary="Send a letter to yourself",
    response_description="Where the letter goes.",
    status_code=202,
    scope=Scope.ATTENDEES_WRITE,
    whole_association=True,
    gives=("Idempotency-Replayed",),
    problems=(404, 409),
)
async def create_letter_test(
    connection: Connection, at: At, letter: PathLetter, language: PathLanguage, data: JSONBody[LetterTestInput]
) -> LetterTest:
    """Sends a letter as an attendee would get it to your sender's own address, at once. Its links lead nowhere.

    It is listed among the event's messages. Without a verified sender: 409. One of a private event that tells of two people: 403.
    """
    return await reword.test(connection, letter, language, data, to=None, at=at)


router = Router(
    "/v1/letters/{letter:str}/{language:str}",
    tags=["messages"],
    route_handlers=[get_letter, replace_letter, delete_letter, preview_letter, create_letter_test],
)
