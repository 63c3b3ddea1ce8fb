"""An infeasible request names the rule, the people and the smallest cure; and the cure, taken, cures."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec import structs

from matchmaker.matching import blocked
from matchmaker.model.group import Remark
from matchmaker.model.ids import AttendeeId
from matchmaker.model.policy import Acquainted, GroupRule, Prefer, Preference, Trait
from matchmaker.model.snapshot import Snapshot
from matchmaker.model.wish import Decision, Encounter, EncounterKind, Verdict
from tests.worlds import NAMED, alike, attendee, codes_of, graph, host, odd_cycle, proposed, room

APART = Acquainted.APART
A, B = AttendeeId("a"), AttendeeId("b")
TWO = room(alike("a", organisation="Acme", region="north"), alike("b", organisation="Acme", region="south"))
FREE: dict[str, Any] = {"colleagues": Acquainted.ALLOWED}


def remarks(snapshot: Snapshot, **fields: Any) -> dict[str, Remark]:
    """What rules keep people from, by code."""
    found = proposed(snapshot, **(FREE | fields)).report.remarks
    return {one.code: one for one in found if one.code.startswith("blocked")}


def test_where_everyone_has_what_was_promised_nothing_is_said() -> None:
    assert remarks(TWO) == {}


@pytest.mark.parametrize(
    ("snapshot", "fields", "code", "words", "cure"),
    [
        (
            TWO,
            {"colleagues": APART},
            "colleagues",
            "who fits them is of their own organisation, and the policy on colleagues is 'apart'",
            "Set colleagues to 'allowed', or pin pairs of theirs.",
        ),
        (
            room(alike("a"), alike("b"), acquainted=[("a", "b")]),
            {"acquaintances": APART},
            "acquaintances",
            "they know who fits them, and the policy on acquaintances is 'apart'",
            "Set acquaintances to 'allowed', or pin pairs of theirs.",
        ),
        (
            structs.replace(TWO, encounters=[Encounter(first_id=A, second_id=B, kind=EncounterKind.SAT_TOGETHER)]),
            {},
            "encounters",
            "they have met who fits them before, and the policy on encounters is 'apart'",
            "Set encounters to 'allowed', or pin pairs of theirs.",
        ),
        (
            TWO,
            {"preferences": [Preference(trait=Trait.REGION, prefer=Prefer.ALIKE, weight=1)]},
            "preferences",
            "the preference on region leaves too little of what they would gain",
            "Lower its weight.",
        ),
        (
            TWO,
            {"group_rules": [GroupRule(sender="x", receiver="y"), GroupRule(sender="*", receiver="*")]},
            "group_rules",
            "the group rule * → * keeps them from who fits them",
            "Change or drop the rule, or pin pairs of theirs.",
        ),
        (
            TWO,
            {"internal_most": 0},
            "internal_most",
            "who fits them is of their own organisation, where 0 introductions are the most",
            "Raise internal_most, or drop it.",
        ),
        (
            room(alike("a"), alike("b"), excluded=[("a", "b")]),
            {},
            "exclusions",
            "exclusions or rejections keep them from who fits them",
            "Look at what is excluded and rejected for these people.",
        ),
        (
            structs.replace(TWO, decisions=[Decision(first_id=A, second_id=B, verdict=Verdict.REJECTED)]),
            {},
            "exclusions",
            "exclusions or rejections keep them from who fits them",
            "Look at what is excluded and rejected for these people.",
        ),
        (
            room(alike("a"), alike("b"), excluded=[("a", "b")], acquainted=[("a", "b")]),
            {"acquaintances": APART},
            "several",
            "several rules together keep them from who fits them",
            "Relax more than one rule, or pin pairs of theirs.",
        ),
    ],
)
def test_two_who_fit_and_may_not_meet_learn_which_rule_it_is(
    snapshot: Snapshot, fields: dict[str, Any], code: str, words: str, cure: str
) -> None:
    assert remarks(snapshot, **fields) == {
        f"blocked_by_{code}": Remark(
            code=f"blocked_by_{code}",
            message=f"Some people get fewer introductions than promised, or none: {words}.",
            cure=cure,
            attendees=[A, B],
            count=2,
        )
    }


def test_the_floor_is_said_as_far_down_as_it_must_go_and_then_it_does() -> None:
    asks = room(
        attendee("a", seeks="quartz", offers="fjord kiwi"),
        attendee("b", seeks="fjord dodo", offers="quartz"),
        attendee("c", seeks="nymph", offers="vexing"),
        attendee("d", seeks="vexing jukebox mango", offers="nymph"),
    )
    found = remarks(asks, floor=90)["blocked_by_floor"]
    assert (found.cure, found.count) == ("A floor of 66.6 would help the first of them, one of 57.1 all.", 4)
    assert codes_of(proposed(asks, floor=66.7)).keys() == {"a", "b", "c", "d"}
    assert codes_of(proposed(asks, floor=66.6)).keys() == {"c", "d"}
    assert codes_of(proposed(asks, floor=57.1)) == {}
    one = remarks(room(*asks.attendees[:2]), floor=90)["blocked_by_floor"]
    assert one.cure == "A floor of 66.6 would do."


def test_a_floor_goes_down_as_far_as_all_that_was_promised() -> None:
    """The one who is promised two gains enough from one other, and from the next not before a floor of 50."""
    three = room(
        attendee("a", seeks="quartz", offers="quartz", least=2),
        alike("b"),
        attendee("c", seeks="quartz kiwi dodo", offers="quartz", least=0),
        excluded=[("b", "c")],
    )
    assert remarks(three, floor=90)["blocked_by_floor"].cure == "A floor of 57.1 would do."
    assert codes_of(proposed(three, floor=57.1)) == {}


def test_places_are_said_by_person_and_number_and_then_they_do() -> None:
    found = remarks(host())["blocked_by_quota"]
    assert (found.cure, found.count) == ("Raise quotas: p00 by 2.", 2)
    assert codes_of(proposed(graph(5, [(0, 1), (0, 2), (0, 3), (0, 4)], {0: 4}))) == {}


def test_a_promise_of_two_counts_what_is_missing() -> None:
    ring = remarks(odd_cycle(5), least=2)
    assert ring["blocked_by_quota"].count == 1
    assert remarks(host(), least=2)["blocked_by_exclusions"].count == 4


def test_many_hosts_are_named_as_far_as_a_line_goes() -> None:
    stars = [(hub, 7 + 2 * hub + guest) for hub in range(7) for guest in range(2)]
    found = remarks(graph(21, stars, dict.fromkeys(range(7), 1)))["blocked_by_quota"]
    assert found.cure == "Raise quotas: p00 by 1, p01 by 1, p02 by 1, p03 by 1, p04 by 1 and of 2 more people."


def test_whom_the_dial_leaves_out_are_not_told_to_find_a_place() -> None:
    chain = graph(4, [(0, 1), (1, 2), (2, 3)], dict.fromkeys(range(4), 1), halved=[0, 2])
    found = remarks(chain, inclusion=0, acquainted_discount=0.4)
    assert found["blocked_by_inclusion"].attendees == ["p00", "p03"]
    assert found.keys() == {"blocked_by_inclusion"}


def test_a_place_with_who_wants_none_is_a_place_too() -> None:
    found = remarks(room(alike("a"), alike("b", quota=0)))
    assert found["blocked_by_quota"].cure == "Raise quotas: b by 1."
    assert found["blocked_by_quota"].attendees == [A]


def acme(*guests: str) -> Snapshot:
    """Of a's colleagues b and c fit nobody but a; guests fit a and each other, and want one introduction."""
    return room(
        *(alike(one, organisation="Acme", quota=2) for one in "abc"),
        *(alike(one, quota=1) for one in guests),
        excluded=[("b", "c"), *((one, guest) for one in "bc" for guest in guests)],
    )


def test_a_colleague_who_met_the_most_within_the_organisation_is_no_place() -> None:
    found = remarks(acme(), internal_most=1)
    left = codes_of(proposed(acme(), internal_most=1, **FREE))
    assert len(left) == 1
    assert found["blocked_by_internal_most"].attendees == list(left)
    assert found.keys() == {"blocked_by_internal_most"}


def test_whoever_met_the_most_within_the_organisation_needs_others_or_a_higher_most() -> None:
    assert remarks(acme(), internal_most=1, least=2)["blocked_by_internal_most"].attendees == [A]
    assert remarks(acme("d", "e"), internal_most=1, least=2)["blocked_by_quota"].cure == "Raise quotas: d by 1."


def test_words_are_all_that_helps_who_shares_none() -> None:
    assert remarks(room(attendee("a", seeks="kiwi", offers="dodo"), attendee("b"), alike("c"))) == {}


def test_so_many_are_looked_at_as_the_time_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocked, "PAIRS_MAX", 5 * 5 * 2)
    monkeypatch.setattr(blocked, "BLOCK_PAIRS", 5)
    assert remarks(host(), floor=0)["blocked_by_quota"].count == 2
    monkeypatch.setattr(blocked, "PAIRS_MAX", 1)
    silent = structs.replace(host(), attendees=[attendee("a"), *host().attendees])
    assert remarks(silent, floor=0)["blocked_by_quota"].attendees == ["p03"]


@pytest.mark.parametrize("world", NAMED.values())
def test_nobody_is_without_a_word(world: Callable[[], Snapshot]) -> None:
    """Whoever is unmatched has a reason of their own, or stands under a rule."""
    proposal = proposed(world())
    told = {one for remark in proposal.report.remarks for one in remark.attendees}
    own = {"quota_zero", "nothing_said", "one_way_ask", "one_way_offer", "no_common_ground"}
    assert {one for one, code in codes_of(proposal).items() if code not in own} <= told
