"""What a pair cannot use finds another door: a circle of three, a clinic table, a topic host, the organiser, a connector."""

from typing import Any

import numpy as np
import pytest

from matchmaker.matching import doors
from matchmaker.model.group import GroupKind, Route
from matchmaker.model.run import Proposal
from tests import worlds
from tests.worlds import alike, attendee, pairs_of, proposed, room


def routed(proposal: Proposal) -> list[tuple[str, str, Route, str | None]]:
    return [(ask.attendee_id, ask.seek, ask.route, ask.expert_id) for ask in proposal.asks]


def test_three_of_whom_each_helps_the_next_are_a_circle_and_need_no_other_door() -> None:
    proposal = proposed(worlds.giving_circle())
    assert [(one.kind, one.members, one.mutual_value) for one in proposal.groups] == [
        (GroupKind.CIRCLE, ["ada", "bob", "cyd"], 100)
    ]
    assert proposal.asks == []


def test_what_a_circle_does_not_answer_is_routed_still() -> None:
    """Bob helps Cyd with one of her two asks."""
    people = [
        attendee("ada", seeks="quartz", offers="fjord"),
        attendee("bob", seeks="fjord", offers="nymph"),
        attendee("cyd", seeks="nymph dodo", offers="quartz"),
    ]
    proposal = proposed(room(*people))
    assert [one.kind for one in proposal.groups] == [GroupKind.CIRCLE]
    assert routed(proposal) == [("cyd", "dodo", Route.QUEUE, None)]


def test_an_ask_nobody_can_trade_for_goes_to_who_can_answer_it() -> None:
    proposal = proposed(worlds.only_asks())
    assert pairs_of(proposal) == {("ada", "bob")}
    assert routed(proposal) == [("cyd", "quartz", Route.CLINIC, "bob")]
    assert (proposal.asks[0].offer, proposal.asks[0].value) == ("quartz", 100)


def test_no_expert_is_asked_by_someone_they_must_not_meet_nor_above_their_cap() -> None:
    helper = attendee("bob", seeks="kiwi", offers="quartz")
    askers = [attendee(name, seeks="quartz") for name in ("ada", "cyd", "dot")]
    proposal = proposed(room(helper, *askers, excluded=[("ada", "bob"), ("bob", "cyd")]), asks_each_most=3)
    assert {(who, expert) for who, seek, _, expert in routed(proposal) if seek == "quartz"} == {
        ("ada", None),
        ("cyd", None),
        ("dot", "bob"),
    }
    capped = proposed(room(helper, *askers), asks_each_most=2)
    assert sorted(str(expert) for _, seek, _, expert in routed(capped) if seek == "quartz") == ["None", "bob", "bob"]


def test_in_a_large_room_only_who_has_nobody_is_routed(monkeypatch: pytest.MonkeyPatch) -> None:
    people = [
        attendee("ada", seeks="quartz dodo", offers="fjord"),
        attendee("bob", seeks="fjord", offers="quartz"),
        attendee("cyd", seeks="kiwi"),
    ]
    assert [who for who, *_ in routed(proposed(room(*people)))] == ["ada", "cyd"]
    monkeypatch.setattr(doors, "PEOPLE_MAX", 2)
    assert [who for who, *_ in routed(proposed(room(*people)))] == ["cyd"]


def test_a_pair_of_strangers_has_a_connector_who_knows_both() -> None:
    def connected(**fields: Any) -> list[tuple[str, str, str]]:
        proposal = proposed(room(alike("ada"), alike("bob"), attendee("cyd"), **fields))
        return [(one.first, one.second, one.connector_id) for one in proposal.connectors]

    both = [("ada", "cyd"), ("bob", "cyd")]
    assert connected(acquainted=both) == [("ada", "bob", "cyd")]
    assert connected(acquainted=both[:1]) == []


def test_who_has_no_pairing_is_circled_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ada, who has Gus, makes one circle; where too many could be looked at, those with fewest pairings are."""
    people = [
        attendee("ada", seeks="quartz kiwi", offers="fjord kiwi"),
        attendee("bob", seeks="fjord", offers="nymph"),
        attendee("cyd", seeks="nymph", offers="quartz"),
        attendee("dot", seeks="jukebox", offers="vexing"),
        attendee("eva", seeks="vexing", offers="mango"),
        attendee("fay", seeks="mango", offers="jukebox"),
        attendee("gus", seeks="kiwi", offers="kiwi"),
    ]
    both = [one.members for one in proposed(room(*people)).groups]
    assert sorted(both) == [["ada", "bob", "cyd"], ["dot", "eva", "fay"]]
    monkeypatch.setattr(doors, "PEOPLE_MAX", 5)
    assert [one.members for one in proposed(room(*people)).groups] == [["dot", "eva", "fay"]]


def test_doors_are_the_same_bytes_whatever_the_order_of_the_people() -> None:
    rng = np.random.default_rng(5)
    people = [
        attendee(f"p{at:02}", seeks=" ".join(rng.choice(worlds.WORDS, 2)), offers=str(rng.choice(worlds.WORDS)))
        for at in range(24)
    ]
    one, other = (proposed(room(*(people[at] for at in order))) for order in (range(24), rng.permutation(24)))
    assert len(one.asks) > 3
    assert (one.asks, one.groups, one.connectors) == (other.asks, other.groups, other.connectors)
