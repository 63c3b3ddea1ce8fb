"""The life of an introduction is a table: every cell of it, and what each of the two may know."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec import structs

from matchmaker.errors import NotFound
from matchmaker.model.ids import AttendeeId, EventId, IntroductionId, RunId
from matchmaker.model.introduction import (
    LATER_DAYS,
    TRANSITIONS,
    AlreadyAnswered,
    Answer,
    Introduction,
    IntroductionOver,
    IntroductionState,
    NotIntroduced,
    Standing,
    Step,
    respond,
    say_met,
    shown,
    standing,
    withdraw,
)
from tests.factories import AT, LATER

ADA, BOB, CY = AttendeeId("a"), AttendeeId("b"), AttendeeId("c")
EXPIRY = AT + timedelta(days=10)
S = IntroductionState

# Every cell: the columns are yes, no, later, expiry, withdrawal, met, missed.
CELLS: dict[IntroductionState, tuple[IntroductionState | None, ...]] = {
    S.OFFERED: (S.HALF_ACCEPTED, S.DECLINED, S.OFFERED, S.EXPIRED, S.WITHDRAWN, None, None),
    S.HALF_ACCEPTED: (S.INTRODUCED, S.DECLINED, S.HALF_ACCEPTED, S.EXPIRED, S.WITHDRAWN, None, None),
    S.INTRODUCED: (None, None, None, None, None, S.MET, S.MISSED),
    S.DECLINED: (S.DECLINED, S.DECLINED, S.DECLINED, None, None, None, None),
    S.EXPIRED: (None,) * 7,
    S.WITHDRAWN: (None,) * 7,
    S.MET: (None, None, None, None, None, S.MET, S.MISSED),
    S.MISSED: (None, None, None, None, None, S.MET, S.MISSED),
}
ACCEPTED = {"first_accepted_at": AT, "second_accepted_at": AT, "introduced_at": AT}
FIELDS: dict[IntroductionState, dict[str, Any]] = {
    S.HALF_ACCEPTED: {"first_accepted_at": AT},
    S.INTRODUCED: ACCEPTED,
    S.DECLINED: {"first_declined_at": AT},
    S.WITHDRAWN: {"withdrawn_at": AT},
    S.MET: ACCEPTED | {"first_met": True, "first_met_at": AT},
    S.MISSED: ACCEPTED | {"first_met": False, "first_met_at": AT},
}


def of(state: IntroductionState = S.OFFERED, **fields: Any) -> Introduction:
    """Of Ada and Bob, in that state because of what Ada said."""
    plain = Introduction(
        id=IntroductionId("i"),
        event_id=EventId("e"),
        run_id=RunId("r"),
        first_id=ADA,
        second_id=BOB,
        state=state,
        offered_at=AT,
        expires_at=EXPIRY,
    )
    return structs.replace(plain, **{**FIELDS.get(state, {}), **fields})


def test_the_table_is_these_cells_and_no_others() -> None:
    assert set(TRANSITIONS) == set(S)
    for state, cells in CELLS.items():
        assert {step: after for step, after in zip(Step, cells, strict=True) if after} == TRANSITIONS[state]


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("answer", Answer)
def test_the_other_sides_answer_does_what_its_cell_says(state: IntroductionState, answer: Answer) -> None:
    after = CELLS[state][list(Answer).index(answer)]
    if after is None:
        with pytest.raises(IntroductionOver):
            respond(of(state), BOB, answer, LATER)
    else:
        assert respond(of(state), BOB, answer, LATER).state is after


@pytest.mark.parametrize("state", S)
def test_withdrawing_does_what_its_cell_says(state: IntroductionState) -> None:
    if CELLS[state][4] is None:
        with pytest.raises(IntroductionOver):
            withdraw(of(state), LATER)
    else:
        assert withdraw(of(state), LATER).state is S.WITHDRAWN


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("met", [True, False])
def test_saying_whether_they_met_does_what_its_cell_says(state: IntroductionState, met: bool) -> None:
    after = CELLS[state][5 if met else 6]
    if after is None:
        with pytest.raises(NotIntroduced):
            say_met(of(state), ADA, met, LATER)
    else:
        assert say_met(of(state), ADA, met, LATER).state is after


def test_two_yeses_introduce_whoever_is_first() -> None:
    for one, other in ((ADA, BOB), (BOB, ADA)):
        half = respond(of(), one, Answer.YES, AT)
        done = respond(half, other, Answer.YES, LATER)
        assert (half.introduced_at, done.introduced_at) == (None, LATER)
        assert None not in (done.first_accepted_at, done.second_accepted_at)


def test_one_yes_said_twice_is_one_yes() -> None:
    half = respond(of(), ADA, Answer.YES, AT)
    with pytest.raises(AlreadyAnswered):
        respond(half, ADA, Answer.YES, LATER)


def test_a_yes_can_be_taken_back_until_the_other_says_yes_too() -> None:
    half = respond(of(), ADA, Answer.YES, AT)
    back = respond(half, ADA, Answer.NO, LATER)
    assert (back.state, back.first_accepted_at, back.first_declined_at) == (S.DECLINED, None, LATER)
    with pytest.raises(IntroductionOver):
        respond(back, ADA, Answer.YES, LATER)
    with pytest.raises(IntroductionOver):
        respond(respond(half, BOB, Answer.YES, AT), ADA, Answer.NO, LATER)


@pytest.mark.parametrize("answer", Answer)
def test_who_was_declined_cannot_tell_it_from_silence(answer: Answer) -> None:
    """What Bob sees, answers and is refused is the same whether Ada declined or said nothing."""
    silent, declined = of(), respond(of(), ADA, Answer.NO, AT)
    assert standing(silent, BOB, AT) is standing(declined, BOB, AT) is Standing.OPEN
    silent, declined = respond(silent, BOB, answer, LATER), respond(declined, BOB, answer, LATER)
    assert standing(silent, BOB, LATER) is standing(declined, BOB, LATER)
    assert silent.expires_at == declined.expires_at
    for again in Answer:
        assert _refusal(silent, again) is _refusal(declined, again)
    late = silent.expires_at
    assert standing(silent, BOB, late) is standing(declined, BOB, late)


def _refusal(introduction: Introduction, answer: Answer) -> type[Exception] | None:
    try:
        respond(introduction, BOB, answer, LATER)
    except (AlreadyAnswered, IntroductionOver) as error:
        return type(error)
    return None


def test_another_time_gives_more_time_once() -> None:
    late = EXPIRY - timedelta(days=1)
    put_off = respond(of(), ADA, Answer.OTHER_TIME, late)
    assert (put_off.state, put_off.expires_at) == (S.OFFERED, late + timedelta(days=LATER_DAYS))
    with pytest.raises(AlreadyAnswered):
        respond(put_off, ADA, Answer.OTHER_TIME, late)
    assert respond(put_off, ADA, Answer.YES, EXPIRY).state is S.HALF_ACCEPTED


def test_silence_is_no_from_the_very_second() -> None:
    assert respond(of(), ADA, Answer.YES, EXPIRY - timedelta(seconds=1)).state is S.HALF_ACCEPTED
    for answer in Answer:
        with pytest.raises(IntroductionOver):
            respond(of(), ADA, answer, EXPIRY)


def test_strangers_have_no_part_in_it() -> None:
    with pytest.raises(NotFound):
        respond(of(), CY, Answer.YES, AT)
    with pytest.raises(NotFound):
        standing(of(), CY, AT)


def test_they_met_as_soon_as_one_says_so() -> None:
    missed = say_met(of(S.INTRODUCED), ADA, False, AT)
    met = say_met(missed, BOB, True, LATER)
    assert (missed.state, met.state, say_met(met, ADA, False, LATER).state) == (S.MISSED, S.MET, S.MET)
    assert say_met(met, BOB, False, LATER).state is S.MISSED


def test_the_organiser_sees_how_many_said_yes_but_never_whose_the_no_was() -> None:
    both = [
        respond(respond(of(), one, Answer.NO, AT), other, Answer.YES, AT) for one, other in ((ADA, BOB), (BOB, ADA))
    ]
    assert shown(both[0]) == shown(both[1])
    assert [shown(of(state)).accepted for state in (S.OFFERED, S.HALF_ACCEPTED, S.INTRODUCED)] == [0, 1, 2]
    assert not [name for name in structs.asdict(shown(of())) if "declined" in name or "accepted_at" in name]
