"""Who is without a pairing, why, and what would help: the first reason that holds, from the plainest."""

from collections.abc import Iterator

import numpy as np

from matchmaker.matching.formats import Made
from matchmaker.matching.measures import load
from matchmaker.matching.pairs import Prospects, Room, every_candidate
from matchmaker.matching.plan import degrees
from matchmaker.matching.roster import Ints, Roster
from matchmaker.matching.rules import Rules
from matchmaker.model.group import Remark, Shortfall
from matchmaker.model.pairing import Unmatched
from matchmaker.model.text import LIST_MAX

REASONS = {
    "alone": "There is nobody else to meet yet.",
    "quota_zero": "They want no introductions this time (quota 0). Raise their quota to include them.",
    "nothing_said": "They have said nothing yet that others could read: no interests, seeks, offers or role. "
    "One sentence on what they seek and one on what they can offer would do.",
    "goal_kinds_off": "All they seek is of a kind that is not matched at this event. "
    "Ask what else they would like to get out of the day, or take the kind out of the policy's goal_kinds_off.",
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


# What a format could not do, by the code of the stage that could not: to whom it happened, and the cure.
FAULTS = {
    "no_common_round": (
        "They and whoever fits them are free in no round together.",
        "Ask for more rounds, or other times.",
    ),
    "tables_full": ("There were too few tables for all pairings.", "Add tables or rounds, or lower quotas."),
    "in_a_row": ("A pairing would have been one too many in a row.", "Add rounds, or allow more in a row."),
    "crowded": ("There were too few rounds for all pairings.", "Add rounds, or lower quotas."),
    "no_round": ("They are free in none of the rounds.", "Ask for other times."),
    "too_few_seats": ("There were too few seats.", "Add tables or seats."),
    "too_few_accessible_seats": ("There were too few seats at accessible tables.", "Make more tables accessible."),
    "kept_apart": ("No table was free of someone they must not meet.", "Add tables, or look at the exclusions."),
    "must_move": ("They could not keep one table.", "Add tables."),
    "alone": ("They would have sat alone.", "Change the number of seats at a table."),
    "repeats": ("They sit with someone they sat with or met before.", "Have fewer rounds, or smaller tables."),
    "colleagues": ("They sit with a colleague.", "Have fewer rounds, or smaller tables."),
    "no_common_time": ("Too few others are free when they are.", "Ask for more rounds, or for fewer dates in common."),
    "no_peers": (
        "Nobody here shares their challenge, or all who do are colleagues or kept apart.",
        "Ask what else moves them.",
    ),
    "odd": ("The others made whole sets without them.", "Allow larger or smaller sets."),
}


def unmatched(roster: Roster, room: Room, made: Made, switched_off: Ints) -> list[Unmatched]:
    """A row for everyone who is in no pair and no group, in order of id; of them alone all they could hope for is looked at."""
    grouped = {one for group in made.groups for one in group.members}
    alone = load(made.pairs, len(roster)) == 0
    rows = np.array([row for row in np.flatnonzero(alone).tolist() if roster.ids[row] not in grouped], np.int64)
    told = {row: code for code, whom in reversed(made.without.items()) for row in whom.tolist()}
    _, prospects = every_candidate(room, rows)
    if made.plan is not None:
        known = degrees(made.plan.edges, len(roster))[rows]
        np.maximum(prospects.candidates, known, out=prospects.candidates)
    return [
        Unmatched(id=roster.ids[row], code=code, reason=REASONS.get(code) or " ".join(FAULTS[code]))
        for row, general in zip(rows.tolist(), _codes(roster, room.rules, rows, prospects, switched_off), strict=True)
        for code in [general if general == "quota_zero" else told.get(row, general)]
    ]


def remarks(roster: Roster, made: Made) -> list[Remark]:
    """What a format could not do as it should, whom it touches, and the smallest cure."""
    return [
        Remark(
            code=code,
            message=FAULTS[code][0],
            cure=FAULTS[code][1],
            attendees=[roster.ids[row] for row in rows[:LIST_MAX].tolist()],
            count=len(rows),
        )
        for code, rows in made.without.items()
        if len(rows)
    ]


def _codes(roster: Roster, rules: Rules, rows: Ints, prospects: Prospects, switched_off: Ints) -> Iterator[str]:
    floor = max(rules.floor, 1e-6)
    for at, row in enumerate(rows.tolist()):
        tests = {
            "alone": len(roster) == 1,
            "quota_zero": not rules.quota[row],
            "goal_kinds_off": row in switched_off and not len(roster.seeks.of(row)),
            "nothing_said": not (len(roster.seeks.of(row)) or len(roster.offers.of(row))),
            "all_excluded": not prospects.allowed[at],
            "full": bool(prospects.candidates[at]),
            "one_way_ask": prospects.received[at] >= floor > prospects.given[at],
            "one_way_offer": prospects.given[at] >= floor > prospects.received[at],
        }
        yield next((code for code, holds in tests.items() if holds), "no_common_ground")


SHORTFALLS_MAX = 50
LEAST_ABOVE_MOST = "They are promised more introductions than they want. Lower the least, or raise their quota."
PROMISE_REASONS = {
    "least_above_most": LEAST_ABOVE_MOST,
    "too_few": "Fewer people fit them than they are promised. More words, or a lower floor in the policy, would help.",
    "full": "Those who fit them have as many introductions as they want. Raise quotas, or lower the least, to make room.",
    "dial": "The policy gives up less for it than it would cost. Move the dial towards nobody left out.",
}


def shortfalls(roster: Roster, rules: Rules, loads: Ints, known: Ints) -> list[Shortfall]:
    """Whose promise could not be kept, by `loads` `(n,)` and how many candidates are `known`; the first fifty, in order of id.

    Who wants none, or fits nobody, is not promised anything: they are among the unmatched.
    """
    least = np.where((loads == 0) & ((rules.quota == 0) | (known == 0)), 0, rules.promised)
    short = np.flatnonzero(loads < least)[:SHORTFALLS_MAX]
    return [
        Shortfall(
            attendee_id=roster.ids[row],
            least=int(rules.promised[row]),
            got=int(loads[row]),
            code=(code := _broken(row, rules, loads, known)),
            reason=PROMISE_REASONS[code],
        )
        for row in short.tolist()
    ]


def _broken(row: int, rules: Rules, loads: Ints, known: Ints) -> str:
    if rules.promised[row] > rules.quota[row] == loads[row]:
        return "least_above_most"
    if known[row] < rules.promised[row]:
        return "too_few"
    return "full" if rules.inclusion == 1 else "dial"
