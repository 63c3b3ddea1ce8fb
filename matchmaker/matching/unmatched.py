"""Who is without a pairing, why, and what would help: the first reason that holds, from the plainest."""

from collections.abc import Iterator

from matchmaker.matching.candidates import Prospects
from matchmaker.matching.roster import Ints, Roster
from matchmaker.model.pairing import Unmatched
from matchmaker.model.policy import Policy

REASONS = {
    "alone": "There is nobody else to meet yet.",
    "quota_zero": "They want no introductions this time (quota 0). Raise their quota to include them.",
    "nothing_said": "They have said nothing yet: no interests, seeks, offers or role. "
    "One sentence on what they seek and one on what they can offer would do.",
    "all_excluded": "Everyone they could meet is excluded, known to them, or wants no introductions. "
    "Look at the exclusions and the policy on acquaintances and colleagues.",
    "one_way_ask": "Others here could help them, but they offer nothing that anyone here seeks: a one-way ask. "
    "Ask what they could offer in return, or bring their ask to a host.",
    "one_way_offer": "They could help others here, but nobody here offers what they seek. "
    "Ask what else they would like to get out of the day.",
    "no_common_ground": "Nobody here both offers what they seek and seeks what they offer. "
    "More words, or a lower floor in the policy, would help.",
    "full": "Everyone who fits them already has as many introductions as they want. Raise the quota to make room.",
}


def unmatched(roster: Roster, prospects: Prospects, load: Ints, policy: Policy) -> list[Unmatched]:
    """A row for everyone without a pairing, in order of id."""
    return [
        Unmatched(id=roster.ids[row], code=code, reason=REASONS[code])
        for row, code in _codes(roster, prospects, load, policy)
    ]


def _codes(roster: Roster, prospects: Prospects, load: Ints, policy: Policy) -> Iterator[tuple[int, str]]:
    floor = max(policy.floor / 100, 1e-6)
    for row in range(len(roster)):
        if load[row]:
            continue
        tests = {
            "alone": len(roster) == 1,
            "quota_zero": not roster.quota[row],
            "nothing_said": not (len(roster.seeks.of(row)) or len(roster.offers.of(row))),
            "all_excluded": not prospects.allowed[row],
            "full": bool(prospects.candidates[row]),
            "one_way_ask": prospects.received[row] >= floor > prospects.given[row],
            "one_way_offer": prospects.given[row] >= floor > prospects.received[row],
        }
        yield row, next((code for code, holds in tests.items() if holds), "no_common_ground")
