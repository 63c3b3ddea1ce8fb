"""How many: quotas, minutes, promises, the dial from best scores to nobody left out, and the number within one's organisation."""

from typing import Any

import pytest
from msgspec import structs

from matchmaker.model.policy import Acquainted
from matchmaker.model.run import Extreme, Proposal
from matchmaker.model.snapshot import Snapshot
from tests.worlds import alike, attendee, codes_of, graph, pairs_of, proposed, room

ENDS = {("p00", "p01"), ("p02", "p03")}
MIDDLE = {("p01", "p02")}


def chain() -> Snapshot:
    """Four with room for one each: the pair in the middle is worth 100, the two beside it 40 each at a discount of .4."""
    return graph(4, [(0, 1), (1, 2), (2, 3)], dict.fromkeys(range(4), 1), halved=[0, 2])


def shortfalls(proposal: Proposal) -> dict[str, tuple[str, int, int]]:
    return {one.attendee_id: (one.code, one.least, one.got) for one in proposal.report.shortfalls}


def remarks(proposal: Proposal) -> dict[str, list[str]]:
    return {remark.code: list(remark.attendees) for remark in proposal.report.remarks}


# The dial


@pytest.mark.parametrize(
    ("inclusion", "pairs"), [(0.0, MIDDLE), (0.09, MIDDLE), (0.11, ENDS), (0.3, ENDS), (1.0, ENDS)]
)
def test_the_dial_says_how_much_value_a_missing_introduction_is_worth(inclusion: float, pairs: set[object]) -> None:
    """The ends keep two promises more than the middle, and are worth .2 less."""
    proposal = proposed(chain(), acquainted_discount=0.4, inclusion=inclusion)
    assert pairs_of(proposal) == pairs
    report = proposal.report
    assert report.best_scores == Extreme(objective=100, left_out=2)
    assert report.nobody_left_out == Extreme(objective=80, left_out=0)
    assert (report.objective, report.left_out) == ((100, 2) if pairs == MIDDLE else (80, 0))
    assert report.upper_bound == 100
    assert report.gap == pytest.approx(0 if pairs == MIDDLE else 0.2)


def test_who_is_left_out_for_the_dials_sake_is_named() -> None:
    proposal = proposed(chain(), acquainted_discount=0.4, inclusion=0.0)
    assert shortfalls(proposal) == {"p00": ("dial", 1, 0), "p03": ("dial", 1, 0)}
    assert codes_of(proposal) == {"p00": "full", "p03": "full"}
    assert shortfalls(proposed(chain(), acquainted_discount=0.4)) == {}


def test_a_promise_that_cannot_be_kept_at_any_price_is_named() -> None:
    proposal = proposed(graph(3, [(0, 1), (0, 2), (1, 2)], dict.fromkeys(range(3), 1)))
    ((code, least, got),) = shortfalls(proposal).values()
    assert (code, least, got) == ("full", 1, 0)
    assert proposal.report.left_out == 1


def test_promises_to_other_numbers_are_the_policys_and_ones_own() -> None:
    """In a square with one diagonal, which is worth more than its sides, two for everyone leave no room for the diagonal."""
    sides = [(0, 1), (0, 3), (1, 2), (2, 3)]
    snapshot = graph(4, [*sides, (0, 2)], dict.fromkeys(range(4), 2), halved=[0, 2, 3, 4])
    two = proposed(snapshot, least=2, acquainted_discount=0.2)
    assert pairs_of(two) == {(f"p0{a}", f"p0{b}") for a, b in sides}
    assert ("p00", "p02") in pairs_of(proposed(snapshot, least=1, acquainted_discount=0.2))
    own = [structs.replace(one, least=2) for one in snapshot.attendees]
    assert pairs_of(proposed(structs.replace(snapshot, attendees=own), acquainted_discount=0.2)) == pairs_of(two)


def test_more_promised_than_there_are_people_who_fit_is_too_few() -> None:
    proposal = proposed(room(alike("ada"), alike("bob"), attendee("cyd", seeks="kiwi")), least=2)
    assert shortfalls(proposal) == {"ada": ("too_few", 2, 1), "bob": ("too_few", 2, 1)}
    assert codes_of(proposal) == {"cyd": "no_common_ground"}


def test_more_promised_than_wanted_is_said_and_cut() -> None:
    people = [alike("ada", least=3, quota=1), alike("bob"), alike("cyd", quota=0)]
    proposal = proposed(room(*people))
    assert pairs_of(proposal) == {("ada", "bob")}
    assert shortfalls(proposal) == {"ada": ("least_above_most", 3, 1)}
    assert remarks(proposal) == {"least_above_most": ["ada"]}


def test_the_first_fifty_of_those_concerned_are_named_and_all_are_counted() -> None:
    people = [alike(f"p{row:02}", least=9, quota=1) for row in range(60)]
    report = proposed(room(*people)).report
    (remark,) = report.remarks
    assert (len(remark.attendees), remark.count) == (50, 60)
    assert len(report.shortfalls) == 50


# Minutes


@pytest.mark.parametrize(("minutes", "count"), [(14, 0), (15, 1), (44, 2), (45, 3), (400, 3)])
def test_nobody_has_more_introductions_than_minutes_for_them(minutes: int, count: int) -> None:
    people = [alike("ada", minutes=minutes), *map(alike, ("bob", "cyd", "dot", "eva"))]
    proposal = proposed(room(*people), minutes_each=15)
    assert sum("ada" in pair for pair in pairs_of(proposal)) == count
    assert codes_of(proposal) == ({} if count else {"ada": "quota_zero"})


# Within one's organisation


def colleagues(**policy: Any) -> Proposal:
    """Three of each of two organisations, all of whom suit each other."""
    people = [alike(f"{house}{number}", organisation=house) for house in ("acme", "zeta") for number in range(3)]
    return proposed(room(*people), colleagues=Acquainted.ALLOWED, **policy)


@pytest.mark.parametrize(("most", "inner", "all_"), [(None, 6, 15), (2, 6, 15), (1, 2, 11), (0, 0, 9)])
def test_within_an_organisation_there_are_no_more_than_the_policys_number(
    most: int | None, inner: int, all_: int
) -> None:
    proposal = colleagues(quota=5, internal_most=most)
    within = [pair for pair in pairs_of(proposal) if pair[0][:4] == pair[1][:4]]
    assert (len(within), len(proposal.pairings)) == (inner, all_)
    assert proposal.report.gap == 0
    assert proposal.report.organisations_met_mean == 1


def test_a_room_of_colleagues_with_none_allowed_within_is_all_excluded() -> None:
    people = [alike(one, organisation="Acme") for one in ("ada", "bob", "cyd")]
    for policy in ({"internal_most": 0}, {"colleagues": Acquainted.APART}):
        proposal = proposed(room(*people), **({"colleagues": Acquainted.ALLOWED} | policy))
        assert set(codes_of(proposal).values()) == {"all_excluded"}
        assert shortfalls(proposal) == {}


def test_the_best_within_an_organisation_are_not_the_best_to_cut() -> None:
    """One within at most: Ada's better pair within, with Bob, leaves Cyd without; promises come first, so Bob gets Dot."""
    people = [alike(one, organisation="Acme", quota=1) for one in ("ada", "bob", "cyd")] + [alike("dot", quota=1)]
    snapshot = room(*people, acquainted=[("ada", "cyd")], excluded=[("cyd", "dot"), ("ada", "dot"), ("bob", "cyd")])
    found = pairs_of(proposed(snapshot, colleagues=Acquainted.ALLOWED, internal_most=1))
    assert found == {("ada", "cyd"), ("bob", "dot")}
