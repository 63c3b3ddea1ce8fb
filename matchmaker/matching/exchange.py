"""Swap the partners of two who are paired: what it changes for the four whom it concerns, and for the room (F62).

Nobody else meets anybody else, so nothing is planned again: a swap is worth what its two pairs are worth more.
"""

from collections.abc import Sequence

from matchmaker.matching.answers import pair_words
from matchmaker.matching.pairs import Room
from matchmaker.matching.plan import Plan
from matchmaker.matching.relax import PERCENT
from matchmaker.matching.roster import Roster
from matchmaker.matching.whatif import WhyNot, considered
from matchmaker.model.ids import AttendeeId
from matchmaker.model.policy import Policy
from matchmaker.model.snapshot import Snapshot
from matchmaker.model.whatif import Swap, SwapGain, SwappedPair, SwapQuestion

FORBIDDEN = frozenset({"same_person", "chosen", "quota_zero", "excluded", "rejected"})
# The places that a swap frees are what these lack.
FREED = frozenset({"full_of_pins", "internal_full", "wishes_over_quota", "pins_over_quota"})


def swap_of(roster: Roster, snapshot: Snapshot, policy: Policy, room: Room, plan: Plan, question: SwapQuestion) -> Swap:
    """`first` and `second` swap whom they meet; all four are people of the roster."""
    row = {one: roster.ids.index(one) for one in _four(question)}
    old = ((question.first, question.first_partner), (question.second, question.second_partner))
    new = ((question.first, question.second_partner), (question.second, question.first_partner))
    before, after = ([considered(room, plan, row[one], row[other]) for one, other in pairs] for pairs in (old, new))
    alike = len(set(_four(question))) < len(_four(question))
    return Swap(
        possible=not alike
        and all(one.code == "chosen" for one in before)
        and not any(one.code in FORBIDDEN for one in after),
        now=[_told(roster, snapshot, policy, one) for one in before],
        then=[_told(roster, snapshot, policy, one) for one in after],
        people=[_gain(roster, one, before, after, question) for one in _four(question)],
        objective_more=round(PERCENT * (sum(one.weight for one in after) - sum(one.weight for one in before)), 3) + 0.0,
    )


def _four(question: SwapQuestion) -> list[AttendeeId]:
    return [question.first, question.first_partner, question.second, question.second_partner]


def _told(roster: Roster, snapshot: Snapshot, policy: Policy, pair: WhyNot) -> SwappedPair:
    hinders = pair.code not in FREED and bool(pair.code)
    return SwappedPair(
        first=roster.ids[pair.first],
        second=roster.ids[pair.second],
        value_to_first=_points(pair.to_first),
        value_to_second=_points(pair.to_second),
        worth=round(PERCENT * pair.weight, 3),
        code=pair.code if hinders else "",
        message=pair_words(snapshot, policy, pair)[0] if hinders else "",
    )


def _gain(
    roster: Roster, one: AttendeeId, before: Sequence[WhyNot], after: Sequence[WhyNot], question: SwapQuestion
) -> SwapGain:
    """The first two are of the old pairs in order, and of the new ones crosswise."""
    place = _four(question).index(one)
    old = before[place // 2]
    new = after[0 if place in (0, 3) else 1]
    return SwapGain(
        attendee_id=one,
        meets=_other(question, (3, 2, 1, 0)[place]),
        meets_no_more=_other(question, (1, 0, 3, 2)[place]),
        value_before=_points(_to(roster, old, one)),
        value_after=_points(_to(roster, new, one)),
    )


def _other(question: SwapQuestion, place: int) -> AttendeeId:
    return _four(question)[place]


def _to(roster: Roster, pair: WhyNot, one: AttendeeId) -> float:
    return pair.to_first if roster.ids[pair.first] == one else pair.to_second


def _points(share: float) -> float:
    return round(min(share, 1.0) * PERCENT, 1)
