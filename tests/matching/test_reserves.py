"""Reserves are what a plan could have chosen and did not: the few best of each person, and nobody's beyond the rules."""

import numpy as np
from msgspec import structs

from matchmaker.matching.edges import Edges
from matchmaker.matching.pipeline import propose
from matchmaker.matching.reserves import reserves
from matchmaker.model.run import Format, Proposal
from matchmaker.model.snapshot import Snapshot
from tests.worlds import COSINE, PLAIN, Pair, attendee, pairs_of, room


def edges(*rows: tuple[int, int, float]) -> Edges:
    first, second, mutual = (np.array(column) for column in zip(*rows, strict=True))
    return Edges(first=first, second=second, mutual=mutual, to_first=mutual, to_second=mutual, weight=mutual)


def pairs(found: Edges) -> list[tuple[int, int]]:
    return list(zip(found.first.tolist(), found.second.tolist(), strict=True))


def test_each_persons_best_is_kept_once_the_best_first() -> None:
    every = edges((0, 1, 0.9), (0, 2, 0.5), (0, 3, 0.8), (1, 2, 0.6), (1, 3, 0.3), (2, 3, 0.4))
    quota = np.array([1, 1, 1, 1])
    taken = edges((0, 1, 0.9))
    assert pairs(reserves(every, taken, quota, each=1)) == [(0, 3), (1, 2)]
    assert pairs(reserves(every, taken, quota, each=2)) == [(0, 3), (1, 2), (0, 2), (2, 3), (1, 3)]


def test_who_wants_no_introductions_is_no_reserve() -> None:
    every = edges((0, 1, 0.9), (0, 2, 0.5), (1, 2, 0.6))
    assert pairs(reserves(every, edges((0, 1, 0.9)), np.array([1, 1, 0]), each=3)) == []


def kept(proposal: Proposal) -> set[Pair]:
    return {(one.pairing.first, one.pairing.second) for one in proposal.reserves}


WORLD = (
    attendee("ada", seeks="quartz", offers="fjord"),
    attendee("bob", seeks="fjord", offers="quartz", quota=2),
    attendee("cyd", seeks="fjord", offers="quartz"),
    attendee("dee", seeks="quartz", offers="fjord"),
)


def test_a_run_of_introductions_tells_reserves_with_reasons_and_quotas_if_asked() -> None:
    found = proposal_of()
    chosen = pairs_of(found)
    assert kept(found) == {("ada", "bob"), ("ada", "cyd"), ("bob", "dee"), ("cyd", "dee")} - chosen
    for one in found.reserves:
        assert {reason.to for reason in one.pairing.reasons} == {one.pairing.first, one.pairing.second}
        quotas = {one.pairing.first: one.first_quota, one.pairing.second: one.second_quota}
        assert quotas == {name: 2 if name == "bob" else 1 for name in quotas}
    assert proposal_of(reserves_each=0).reserves == []
    assert proposal_of(format=Format.ROUNDS).reserves == []


def test_reserves_change_nothing_of_what_is_proposed() -> None:
    assert proposal_of().pairings == proposal_of(reserves_each=0).pairings


def test_an_excluded_pair_is_no_reserve() -> None:
    excluded = {("ada", "bob"), ("ada", "cyd")}
    found = proposal_of(room(*WORLD, excluded=excluded))
    assert found.reserves
    assert kept(found) & excluded == set()


def proposal_of(
    snapshot: Snapshot | None = None,
    *,
    format: Format = Format.INTRODUCTIONS,
    reserves_each: int = 3,
) -> Proposal:
    """A room in which everyone has one place, but Bob."""
    return propose(
        snapshot or room(*WORLD),
        structs.replace(PLAIN, quota=1),
        seed=1,
        format=format,
        weights=COSINE,
        reserves_each=reserves_each,
    )
