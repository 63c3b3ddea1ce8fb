"""Answers that are calculated while an organiser waits: without a connection, and where there is none, with the reason."""

from contextlib import asynccontextmanager
from typing import Any

from matchmaker.errors import InvalidFields
from matchmaker.model.event import Event
from matchmaker.model.run import MatchRun
from matchmaker.model.whatif import Question
from matchmaker.services.review import InputForgotten
from matchmaker.services.why import AnswerFailed, AnswerTookTooLong, NotOfPairs, TooManyToAsk
from matchmaker.web.forms import PageRequest
from matchmaker.web.organiser.visit import association_in, provide_visit

NO_ANSWER: dict[type[Exception], str] = {
    InputForgotten: "forgotten",
    NotOfPairs: "not_pairs",
    TooManyToAsk: "too_many",
    AnswerTookTooLong: "too_long",
    AnswerFailed: "failed",
}

visiting = asynccontextmanager(provide_visit)


async def answered(request: PageRequest, event: Event, run: MatchRun, question: Question) -> tuple[Any, str]:
    """The answer, or the key of why there is none: `organiser.no_answer.<key>`."""
    state = request.app.state
    try:
        return await state.questions.ask(state.pool, association_in(request), event.id, run.id, question), ""
    except InvalidFields:
        return None, "stranger"
    except tuple(NO_ANSWER) as error:
        return None, NO_ANSWER[type(error)]
