"""Nobody exceeds a quota, nobody is left out in vain, and what prices guide comes near the best."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings

from matchmaker.matching import assignment
from matchmaker.matching.assignment import Assigned, assign
from matchmaker.matching.prices import prices_of
from tests.matching.graphs import Graph, Pairs, best, fits, graph, graphs, kept, loads, pairs_of, worth
from tests.matching.test_prices import crowd, linear_optimum
from tests.worlds import steady


def assigned(of: Graph, seed: int = 1) -> Assigned:
    price = prices_of(of.network, of.demand.quota)
    return assign(of.network, of.demand, price, np.random.default_rng(seed))


def chosen(pairs: Pairs, quota: list[int], weights: list[float] | float = 1.0, seed: int = 1) -> Pairs:
    """With a promise of one to everyone, at any price."""
    of = graph(pairs, weights, quota=quota, least=1)
    return pairs_of(of, assigned(of, seed).chosen)


def most_covered(pairs: Pairs, quota: list[int]) -> int:
    """The most people that any choice within the quotas covers, by trying all of them."""
    return int(best(graph(pairs, quota=quota, least=1))[0])


@given(graphs())
@settings(steady, max_examples=200)
def test_quotas_hold_and_no_pair_that_still_fits_is_left_lying(of: Graph) -> None:
    found = assigned(of)
    for mask in (found.chosen, found.best_scores, found.nobody_left_out):
        load = np.array(loads(of, mask))
        assert (load <= of.demand.quota).all()
        full = load >= of.demand.quota
        assert (mask | full[of.network.first] | full[of.network.second]).all()


@given(graphs())
@settings(steady, max_examples=200)
def test_the_dials_ends_give_up_weight_for_promises_and_the_middle_no_more_than_they_are_worth(of: Graph) -> None:
    found, allowance = assigned(of), of.demand.allowance
    assert kept(of, found.nobody_left_out) >= kept(of, found.chosen) >= kept(of, found.best_scores)
    if allowance < np.inf:
        spent = worth(of, found.best_scores) - worth(of, found.chosen)
        assert spent <= allowance * (kept(of, found.chosen) - kept(of, found.best_scores)) + 1e-9
    else:
        assert found.chosen.tolist() == found.nobody_left_out.tolist()


@given(graphs(even=True))
@settings(steady, max_examples=300)
def test_without_odd_rings_the_most_is_kept_of_promises_and_of_weight(of: Graph) -> None:
    found = assigned(of)
    assert kept(of, found.nobody_left_out) == best(of, np.inf)[0]
    assert worth(of, found.best_scores) == pytest.approx(best(of, 0.0)[1], abs=1e-6)


@pytest.mark.parametrize("seed", range(20))
def test_prices_and_paths_make_of_two_sides_what_the_linear_programme_makes(seed: int) -> None:
    """Fifteen people and fifteen others, who have no odd rings; in order of price alone the worst was 4 % below."""
    rng = np.random.default_rng(seed)
    pairs = [pair for pair in itertools.product(range(15), range(15, 30)) if rng.random() < 0.4]
    weights = rng.uniform(0.1, 1, len(pairs)).tolist()
    of = graph(pairs, weights, quota=rng.integers(1, 3, 30).tolist(), least=1)
    found = assigned(of)
    assert fits(of, found.best_scores)
    assert worth(of, found.best_scores) == pytest.approx(linear_optimum(of), rel=1e-9)
    assert kept(of, found.chosen) == 30


def test_in_a_crowd_it_comes_within_a_thousandth_of_the_linear_programme() -> None:
    of = crowd()
    assert worth(of, assigned(of).best_scores) > 0.999 * linear_optimum(of)


def test_without_an_allowance_no_promise_counts() -> None:
    of = graph([(0, 1), (1, 2), (2, 3)], [0.2, 0.8, 0.2], quota=[1] * 4, least=1, allowance=0.0)
    found = assigned(of)
    assert pairs_of(of, found.chosen) == pairs_of(of, found.best_scores) == [(1, 2)]
    assert pairs_of(of, found.nobody_left_out) == [(0, 1), (2, 3)]


@pytest.mark.parametrize(("allowance", "pairs"), [(0.39, [(1, 2)]), (0.41, [(0, 1), (2, 3)])])
def test_for_a_missing_introduction_so_much_weight_may_be_given_up(allowance: float, pairs: Pairs) -> None:
    """One path keeps both promises, so one introduction is paid for; the plan is .4 poorer for it."""
    of = graph([(0, 1), (1, 2), (2, 3)], [0.2, 0.8, 0.2], quota=[1] * 4, least=1, allowance=allowance)
    assert pairs_of(of, assigned(of).chosen) == pairs


def test_two_promised_to_each_are_kept_where_they_can_be() -> None:
    ring = [(0, 1), (0, 3), (1, 2), (2, 3)]
    of = graph([*ring, (0, 2)], [0.1, 0.1, 0.1, 0.1, 1.0], quota=[2] * 4, least=2)
    assert pairs_of(of, assigned(of).chosen) == ring


@pytest.mark.parametrize("people", [3, 5, 7])
def test_an_odd_cycle_with_quota_one_leaves_out_one(people: int) -> None:
    ring = [(min(a, b), max(a, b)) for a in range(people) for b in [(a + 1) % people]]
    of = graph(ring, quota=[1] * people, least=1)
    assert sorted(loads(of, assigned(of).chosen)) == [0] + [1] * (people - 1)


def test_a_triangle_never_gives_anyone_a_second_partner() -> None:
    """A path of take-overs that comes back to its beginning once gave it two."""
    for weights in itertools.permutations([0.5, 0.6, 0.7]):
        of = graph([(0, 1), (0, 2), (1, 2)], list(weights), quota=[1, 1, 1], least=1)
        assert max(loads(of, assigned(of).chosen)) == 1


def test_a_path_around_an_odd_ring_turns_no_edge_twice() -> None:
    """Person 0's only way in leads around a ring of three and back."""
    pairs = [(0, 3), (1, 2), (1, 3), (2, 3)]
    assert chosen(pairs, [2, 1, 1, 2], [0.2, 1.0, 1.0, 0.7]) == [(0, 3), (1, 2)]


def test_someone_left_out_takes_over_a_partner_along_a_chain() -> None:
    assert chosen([(0, 1), (1, 2), (2, 3)], [1] * 4, [0.5, 1.0, 0.5]) == [(0, 1), (2, 3)]


def test_a_partner_is_taken_from_a_person_who_keeps_another() -> None:
    star = graph([(0, 1), (1, 2), (1, 3), (2, 3)], [0.1, 1.0, 1.0, 1.0], quota=[1, 2, 2, 2], least=1)
    assert loads(star, assigned(star).chosen)[0] == 1


def test_prices_hold_back_the_best_pair_where_the_two_beside_it_are_worth_more() -> None:
    """Greedy by weight takes the middle of a chain of three, which is worth less than its ends together."""
    of = graph([(0, 1), (1, 2), (2, 3)], [0.6, 1.0, 0.6], quota=[1] * 4)
    assert pairs_of(of, assigned(of).best_scores) == [(0, 1), (2, 3)]


def test_what_cannot_be_bettered_is_kept() -> None:
    """A host with room for two and four who want nobody else: the two of highest value stay."""
    assert chosen([(0, 1), (0, 2), (0, 3), (0, 4)], [2, 1, 1, 1, 1], [0.3, 0.9, 0.4, 0.8]) == [(0, 2), (0, 4)]


def test_the_better_pair_goes_first() -> None:
    assert chosen([(0, 1), (0, 2)], [1, 1, 1], [0.4, 0.6]) == [(0, 2)]


@pytest.mark.parametrize(("price", "pair"), [([0.0, 0.0, 0.0], (0, 2)), ([0.0, 0.0, 0.3], (0, 1))])
def test_what_is_worth_most_beyond_its_prices_goes_first(price: list[float], pair: tuple[int, int]) -> None:
    of = graph([(0, 1), (0, 2)], [0.4, 0.6], quota=[1, 1, 1])
    found = assign(of.network, of.demand, np.array(price), np.random.default_rng(1))
    assert pairs_of(of, found.best_scores) == [pair]


def test_an_edge_of_no_weight_is_taken_for_a_promise_alone() -> None:
    of = graph([(0, 1)], 0.0, quota=[1, 1], least=1)
    found = assigned(of)
    assert pairs_of(of, found.best_scores) == []
    assert pairs_of(of, found.nobody_left_out) == [(0, 1)]


def test_ties_fall_by_the_seed() -> None:
    fallen = {tuple(chosen([(0, 1), (0, 2)], [1, 1, 1], seed=seed)) for seed in range(20)}
    assert fallen == {((0, 1),), ((0, 2),)}
    assert chosen([(0, 1), (0, 2)], [1, 1, 1], seed=7) == chosen([(0, 1), (0, 2)], [1, 1, 1], seed=7)


def test_no_edges_give_no_pairs() -> None:
    assert chosen([], []) == []
    assert chosen([], [3, 3]) == []


def test_a_search_that_is_cut_short_leaves_a_plan_within_the_quotas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assignment, "VISITS_MAX", 1)
    monkeypatch.setattr(assignment, "VISITS_COVER_MAX", 1)
    of = crowd(20)
    assert fits(of, assigned(of).chosen)
