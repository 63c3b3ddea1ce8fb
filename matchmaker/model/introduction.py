"""An introduction: two people of a released pairing are asked, and know each other's contact once both said yes.

`TRANSITIONS` alone decides a state. Nobody learns of a no: the other side may go on answering what was declined, as if it
were open, until it would have expired; so a no and a silence look the same.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct, structs

from matchmaker.errors import Conflict, NotFound
from matchmaker.model.hold_back import HoldBackShare
from matchmaker.model.ids import AttendeeId, EventId, IntroductionId, RunId
from matchmaker.model.run import MatchRun
from matchmaker.model.text import Count, Text

ANSWER_DAYS = 10
ANSWER_DAYS_MAX = 60
LATER_DAYS = 14
SET_DATES_MAX = 12


class AlreadyAnswered(Conflict):
    """This was answered before, in the same way."""


class IntroductionOver(Conflict):
    """This introduction is no longer open."""


class NotIntroduced(Conflict):
    """The two have not been introduced, so there is nothing to say of a meeting yet."""


class IntroductionState(Enum):
    """The life of an introduction; `TRANSITIONS` says which follows which."""

    OFFERED = "offered"
    HALF_ACCEPTED = "half_accepted"
    INTRODUCED = "introduced"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    MET = "met"
    MISSED = "missed"


class Step(Enum):
    """What may happen to an introduction. `MET` is said by either side; `MISSED` where one says so and none says they met."""

    YES = "yes"
    NO = "no"
    LATER = "later"
    EXPIRY = "expiry"
    WITHDRAWAL = "withdrawal"
    MET = "met"
    MISSED = "missed"


TRANSITIONS: Mapping[IntroductionState, Mapping[Step, IntroductionState]] = {
    IntroductionState.OFFERED: {
        Step.YES: IntroductionState.HALF_ACCEPTED,
        Step.NO: IntroductionState.DECLINED,
        Step.LATER: IntroductionState.OFFERED,
        Step.EXPIRY: IntroductionState.EXPIRED,
        Step.WITHDRAWAL: IntroductionState.WITHDRAWN,
    },
    IntroductionState.HALF_ACCEPTED: {
        Step.YES: IntroductionState.INTRODUCED,
        Step.NO: IntroductionState.DECLINED,
        Step.LATER: IntroductionState.HALF_ACCEPTED,
        Step.EXPIRY: IntroductionState.EXPIRED,
        Step.WITHDRAWAL: IntroductionState.WITHDRAWN,
    },
    IntroductionState.DECLINED: {
        Step.YES: IntroductionState.DECLINED,
        Step.NO: IntroductionState.DECLINED,
        Step.LATER: IntroductionState.DECLINED,
    },
    IntroductionState.INTRODUCED: {Step.MET: IntroductionState.MET, Step.MISSED: IntroductionState.MISSED},
    IntroductionState.MET: {Step.MET: IntroductionState.MET, Step.MISSED: IntroductionState.MISSED},
    IntroductionState.MISSED: {Step.MET: IntroductionState.MET, Step.MISSED: IntroductionState.MISSED},
    IntroductionState.EXPIRED: {},
    IntroductionState.WITHDRAWN: {},
}

OPEN = frozenset({IntroductionState.OFFERED, IntroductionState.HALF_ACCEPTED})
REVEALED = frozenset({IntroductionState.INTRODUCED, IntroductionState.MET, IntroductionState.MISSED})


class Answer(Enum):
    """What one of the two says to an introduction; `other_time` is neither a yes nor a no, and leaves more time, once."""

    YES = "yes"
    NO = "no"
    OTHER_TIME = "other_time"


STEPS = {Answer.YES: Step.YES, Answer.NO: Step.NO, Answer.OTHER_TIME: Step.LATER}


class Introduction(Struct, frozen=True, kw_only=True):
    """An introduction as it is stored; `first_id < second_id`. Who declined is in it, and is shown to nobody.

    Two who `sat_together` in a round are asked afterwards: their consent comes after the meeting.
    """

    id: IntroductionId
    event_id: EventId
    run_id: RunId
    first_id: AttendeeId
    second_id: AttendeeId
    state: IntroductionState
    offered_at: datetime
    expires_at: datetime
    first_accepted_at: datetime | None = None
    second_accepted_at: datetime | None = None
    first_later_at: datetime | None = None
    second_later_at: datetime | None = None
    first_declined_at: datetime | None = None
    second_declined_at: datetime | None = None
    introduced_at: datetime | None = None
    withdrawn_at: datetime | None = None
    first_met: bool | None = None
    second_met: bool | None = None
    first_met_at: datetime | None = None
    second_met_at: datetime | None = None
    sat_together: bool = False


class Standing(Enum):
    """How an introduction stands for one of the two: to be answered, answered with yes, with no, done, or over."""

    OPEN = "open"
    WAITING = "waiting"
    DECLINED = "declined"
    INTRODUCED = "introduced"
    OVER = "over"


class IntroductionReply(Struct, frozen=True, kw_only=True):
    """An introduction as the organiser sees it: how it stands and how many said yes, never who."""

    id: IntroductionId
    event_id: EventId
    run_id: RunId
    first_id: AttendeeId
    second_id: AttendeeId
    state: IntroductionState
    accepted: Annotated[int, Meta(ge=0, le=2, description="How many of the two said yes.")]
    offered_at: datetime
    expires_at: datetime
    introduced_at: datetime | None
    is_replacement: Annotated[
        bool,
        Meta(
            description="It was offered in place of one that came to nothing. Which one is not said: it would tell who had "
            "answered that."
        ),
    ] = False
    sat_together: Annotated[
        bool,
        Meta(description="They sat together in a round, and are asked afterwards whether they want to stay in touch."),
    ]


class SetHours(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When action-learning sets sit."""

    starts_at: Annotated[datetime, Meta(tz=True)]
    ends_at: Annotated[datetime, Meta(tz=True)]


class ReleaseInput(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one may set when a run is released."""

    answer_days: Annotated[
        int, Meta(ge=1, le=ANSWER_DAYS_MAX, description="Days in which the two may answer; after that silence is no.")
    ] = ANSWER_DAYS
    dates: Annotated[
        list[SetHours],
        Meta(
            max_length=SET_DATES_MAX,
            description="Of a run in `sets`: when they sit, in order; else the first slots in which all of a set are free.",
        ),
    ] = []
    holdback_share: HoldBackShare = 0.0


class Release(Struct, frozen=True, kw_only=True):
    """What a release came to."""

    run: MatchRun
    offered: Annotated[Count, Meta(description="Introductions that are new; both sides are written to.")]
    kept: Annotated[
        Count, Meta(description="Pairs to whom an earlier run's introduction was offered; they hear nothing new.")
    ]
    left_out: Annotated[
        Count,
        Meta(
            description="Pairs of which one side has paused, opted out or wants none, or to which one said no or nothing."
        ),
    ]
    withdrawn: Annotated[Count, Meta(description="Open introductions of an earlier run that are not in this one.")]
    seated: Annotated[Count, Meta(description="People whom the rounds, tables or sets of the run seat.")] = 0
    announced: Annotated[
        Count,
        Meta(
            description="Letters about rounds: an agenda the day before, later only to those for whom something changed."
        ),
    ] = 0
    held_back: Annotated[
        Count, Meta(description="Pairs who consented, and whom chance keeps apart, to measure what matching adds.")
    ] = 0


class Response(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one side answers; the organiser may say it for them."""

    attendee_id: AttendeeId
    answer: Answer
    reason: Annotated[Text | None, Meta(description="Why, in private: never shown to the other side.")] = None


def other_of(introduction: Introduction, attendee_id: AttendeeId) -> AttendeeId:
    """The other of the two. Raises `NotFound` for whoever is neither."""
    if attendee_id not in (introduction.first_id, introduction.second_id):
        raise NotFound
    return introduction.second_id if attendee_id == introduction.first_id else introduction.first_id


def respond(introduction: Introduction, attendee_id: AttendeeId, answer: Answer, at: datetime) -> Introduction:
    """The introduction after an answer. Raises `AlreadyAnswered`, `IntroductionOver`, `NotFound`."""
    side = _side(introduction, attendee_id)
    step = STEPS[answer]
    after = _after(introduction.state, step)
    if at >= introduction.expires_at or _of(introduction, side, "declined_at") is not None:
        raise IntroductionOver
    if step is Step.NO:
        said = {f"{side}_accepted_at": None, f"{side}_declined_at": at}  # a no takes a yes of the same side back
        return structs.replace(introduction, state=after, **said)
    if _of(introduction, side, "accepted_at") is not None:
        raise AlreadyAnswered
    if step is Step.LATER:
        return _put_off(introduction, side, at)
    introduced_at = at if after is IntroductionState.INTRODUCED else None
    return structs.replace(introduction, state=after, introduced_at=introduced_at, **{f"{side}_accepted_at": at})


def withdraw(introduction: Introduction, at: datetime) -> Introduction:
    """The introduction, withdrawn. Raises `IntroductionOver`."""
    return structs.replace(introduction, state=_after(introduction.state, Step.WITHDRAWAL), withdrawn_at=at)


def say_met(introduction: Introduction, attendee_id: AttendeeId, met: bool, at: datetime) -> Introduction:
    """The introduction after one side said whether they met; it has met as soon as one says so. Raises `NotIntroduced`."""
    side = _side(introduction, attendee_id)
    said = structs.replace(introduction, **{f"{side}_met": met, f"{side}_met_at": at})
    step = Step.MET if said.first_met or said.second_met else Step.MISSED
    if step not in TRANSITIONS[introduction.state]:
        raise NotIntroduced
    return structs.replace(said, state=TRANSITIONS[introduction.state][step])


def standing(introduction: Introduction, attendee_id: AttendeeId, at: datetime) -> Standing:
    """How it stands for one of the two, who cannot tell the other's no from silence. Raises `NotFound`."""
    side = _side(introduction, attendee_id)
    if introduction.state in REVEALED:
        return Standing.INTRODUCED
    if _of(introduction, side, "declined_at") is not None:
        return Standing.DECLINED
    if at >= introduction.expires_at or introduction.state in (IntroductionState.EXPIRED, IntroductionState.WITHDRAWN):
        return Standing.OVER
    return Standing.OPEN if _of(introduction, side, "accepted_at") is None else Standing.WAITING


def waiting(introduction: Introduction) -> list[AttendeeId]:
    """Who of the two said yes and has not been introduced, whether the other said no, nothing, or can say nothing any more."""
    if introduction.state in REVEALED:
        return []
    sides = (
        (introduction.first_id, introduction.first_accepted_at),
        (introduction.second_id, introduction.second_accepted_at),
    )
    return [attendee_id for attendee_id, accepted_at in sides if accepted_at is not None]


def shown(introduction: Introduction, *, is_replacement: bool = False) -> IntroductionReply:
    """What the organiser sees of it. A yes that came after the other's no is not counted: it would tell whose the no was."""
    declined = introduction.state is IntroductionState.DECLINED
    accepted = (introduction.first_accepted_at, introduction.second_accepted_at)
    return IntroductionReply(
        id=introduction.id,
        event_id=introduction.event_id,
        run_id=introduction.run_id,
        first_id=introduction.first_id,
        second_id=introduction.second_id,
        state=introduction.state,
        accepted=0 if declined else sum(one is not None for one in accepted),
        offered_at=introduction.offered_at,
        expires_at=introduction.expires_at,
        introduced_at=introduction.introduced_at,
        is_replacement=is_replacement,
        sat_together=introduction.sat_together,
    )


def _after(state: IntroductionState, step: Step) -> IntroductionState:
    found = TRANSITIONS[state].get(step)
    if found is None:
        raise IntroductionOver
    return found


def _put_off(introduction: Introduction, side: str, at: datetime) -> Introduction:
    """More time, once for each side, so that nobody keeps the other waiting for ever."""
    if _of(introduction, side, "later_at") is not None:
        raise AlreadyAnswered
    expires_at = max(introduction.expires_at, at + timedelta(days=LATER_DAYS))
    return structs.replace(introduction, expires_at=expires_at, **{f"{side}_later_at": at})


def _side(introduction: Introduction, attendee_id: AttendeeId) -> str:
    """`first` or `second`. Raises `NotFound` for whoever is neither."""
    return "second" if other_of(introduction, attendee_id) == introduction.first_id else "first"


def _of(introduction: Introduction, side: str, what: str) -> datetime | None:
    found: datetime | None = getattr(introduction, f"{side}_{what}")
    return found
