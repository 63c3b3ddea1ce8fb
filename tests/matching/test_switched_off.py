"""A goal kind that is switched off is answered by nobody, whoever seeks it is told of, and everything else stays as it was."""

import numpy as np
import pytest

from matchmaker.matching.direction import KINDS
from matchmaker.matching.pipeline import propose
from matchmaker.matching.questions import answer
from matchmaker.matching.roster import Floats, roster_of
from matchmaker.matching.switched_off import SURE_LEAST, left_on
from matchmaker.model.attendee import Attendee
from matchmaker.model.coverage import Coverage
from matchmaker.model.goal import GoalKind
from matchmaker.model.ids import AttendeeId
from matchmaker.model.policy import Model, Policy
from matchmaker.model.profile import Profile
from matchmaker.model.run import Proposal
from matchmaker.model.snapshot import Snapshot
from matchmaker.model.whatif import CoverageQuestion
from tests.worlds import attendee, codes_of, pairs_of, room

JOB = "I am looking for a job as a pastry chef, available from May"
STAFF = "We run a bakery and have a vacancy for a pastry chef"
LESSON = "I want to learn how to bake sourdough bread"
TEACHER = "I teach how to bake sourdough bread"


def person(id_: str, seeks: list[str], offers: list[str]) -> Attendee:
    return Attendee(id=AttendeeId(id_), profile=Profile(seeks=seeks, offers=offers))


BAKERS = room(
    person("chef", [JOB], [TEACHER]),
    person("house", [LESSON], [STAFF]),
    person("pupil", [LESSON, JOB], [STAFF]),
    person("silent", [JOB], []),
)


def proposed_without(*kinds: GoalKind, model: Model = Model.USEM3) -> Proposal:
    return propose(BAKERS, Policy(model=model, goal_kinds_off=list(kinds)), seed=1)


@pytest.mark.parametrize("model", Model)
def test_a_kind_that_is_switched_off_is_answered_by_nobody(model: Model) -> None:
    on, off = proposed_without(model=model), proposed_without(GoalKind.BE_HIRED, model=model)
    assert ("chef", "house") in pairs_of(on)
    assert JOB in {reason.seek for pairing in on.pairings for reason in pairing.reasons}
    assert "chef" not in {one for pair in pairs_of(off) for one in pair}
    assert JOB not in {reason.seek for pairing in off.pairings for reason in pairing.reasons}
    assert JOB not in {ask.seek for ask in off.asks}


def test_who_seeks_it_is_told_of_and_why() -> None:
    off = proposed_without(GoalKind.BE_HIRED)
    (remark,) = [one for one in off.report.remarks if one.code == "goal_kinds_off"]
    assert (remark.attendees, remark.count) == (["chef", "pupil", "silent"], 3)
    assert "(be_hired)" in remark.message
    codes = codes_of(off)
    assert (codes["chef"], codes["silent"]) == ("goal_kinds_off", "goal_kinds_off")
    assert codes.get("pupil") != "goal_kinds_off"
    assert not [one for one in proposed_without().report.remarks if one.code == "goal_kinds_off"]


def test_a_kind_that_nobody_seeks_changes_nothing() -> None:
    assert proposed_without(GoalKind.INVEST).pairings == proposed_without().pairings


def test_coverage_counts_what_is_left() -> None:
    counted = []
    for off in ([], [GoalKind.BE_HIRED]):
        found = answer(BAKERS, Policy(goal_kinds_off=off), CoverageQuestion(), seed=1)
        assert isinstance(found, Coverage)
        counted.append((found.seeks, found.offers))
    assert counted == [(5, 3), (2, 3)]


def wants(*sure: tuple[GoalKind, float]) -> Floats:
    rows = np.zeros((len(sure), len(KINDS)), np.float32)
    for row, (kind, share) in enumerate(sure):
        rows[row] = (1 - share) / (len(KINDS) - 1)
        rows[row, KINDS.index(kind)] = share
    return rows


SEEKING: Snapshot = room(
    attendee("ada", seeks="quartz fjord"),
    attendee("bob", interests="quartz"),
    attendee("cyd", seeks="quartz"),
)


@pytest.mark.parametrize("sure", [1.0, SURE_LEAST, SURE_LEAST - 0.01])
def test_only_what_is_stated_and_surely_read_is_left_out(sure: float) -> None:
    """Bob's interest stands in for a seek: he has no goal that could be switched off."""
    roster = roster_of(SEEKING, Policy())
    assert roster.texts == ["fjord", "quartz"]
    read = wants((GoalKind.LEARN, 1.0), (GoalKind.BUY, sure))
    left, whose = left_on(roster, read, [GoalKind.BUY, GoalKind.SELL])
    off = sure >= SURE_LEAST
    assert whose.tolist() == ([0, 2] if off else [])
    assert [[left.texts[left.seeks.text[at]] for at in left.seeks.of(row)] for row in range(3)] == (
        [["fjord"], ["quartz"], []] if off else [["quartz", "fjord"], ["quartz"], ["quartz"]]
    )
    assert len(left.seeks.basis) == len(left.seeks.strength) == left.seeks.starts[-1]


def test_an_empty_room_has_nothing_to_leave_out() -> None:
    roster = roster_of(room(), Policy())
    _, whose = left_on(roster, np.zeros((0, len(KINDS)), np.float32), [GoalKind.BUY])
    assert whose.tolist() == []
