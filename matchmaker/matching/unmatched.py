"""Who is without a pairing, why, and what would help: the first reason that holds, from the plainest."""

from collections.abc import Iterator

import numpy as np

from matchmaker.matching.candidates import Prospects
from matchmaker.matching.roster import Ints, Roster
from matchmaker.matching.rules import Rules
from matchmaker.model.group import Shortfall
from matchmaker.model.pairing import Unmatched

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


SHORTFALLS_MAX = 50
LEAST_ABOVE_MOST = "They are promised more introductions than they want. Lower the least, or raise their quota."
PROMISE_REASONS = {
    "least_above_most": LEAST_ABOVE_MOST,
    "too_few": "Fewer people fit them than they are promised. More words, or a lower floor in the policy, would help.",
    "full": "Those who fit them have as many introductions as they want. Raise quotas, or lower the least, to make room.",
    "dial": "The policy gives up less for it than it would cost. Move the dial towards nobody left out.",
}


def unmatched(roster: Roster, rules: Rules, rows: Ints, prospects: Prospects) -> list[Unmatched]:
    """Why each of `rows`, who are without a pairing, is without; in order of id."""
    return [
        Unmatched(id=roster.ids[row], code=code, reason=REASONS[code])
        for row, code in zip(rows.tolist(), _codes(roster, rules, rows, prospects), strict=True)
    ]


def _codes(roster: Roster, rules: Rules, rows: Ints, prospects: Prospects) -> Iterator[str]:
    floor = max(rules.floor, 1e-6)
    for at, row in enumerate(rows.tolist()):
        tests = {
            "alone": len(roster) == 1,
            "quota_zero": not rules.quota[row],
            "nothing_said": not (len(roster.seeks.of(row)) or len(roster.offers.of(row))),
            "all_excluded": not prospects.allowed[at],
            "full": bool(prospects.candidates[at]),
            "one_way_ask": prospects.received[at] >= floor > prospects.given[at],
            "one_way_offer": prospects.given[at] >= floor > prospects.received[at],
        }
        yield next((code for code, holds in tests.items() if holds), "no_common_ground")


def shortfalls(roster: Roster, rules: Rules, load: Ints, known: Ints) -> list[Shortfall]:
    """Whose promise could not be kept, by `load` `(n,)` and how many candidates are `known`; the first fifty, in order of id.

    Who wants none, or fits nobody, is not promised anything: they are among the unmatched.
    """
    least = np.where((load == 0) & ((rules.quota == 0) | (known == 0)), 0, rules.promised)
    short = np.flatnonzero(load < least)[:SHORTFALLS_MAX]
    return [
        Shortfall(
            attendee_id=roster.ids[row],
            least=int(rules.promised[row]),
            got=int(load[row]),
            code=(code := _broken(row, rules, load, known)),
            reason=PROMISE_REASONS[code],
        )
        for row in short.tolist()
    ]


def _broken(row: int, rules: Rules, load: Ints, known: Ints) -> str:
    if rules.promised[row] > rules.quota[row] == load[row]:
        return "least_above_most"
    if known[row] < rules.promised[row]:
        return "too_few"
    return "full" if rules.inclusion == 1 else "dial"
