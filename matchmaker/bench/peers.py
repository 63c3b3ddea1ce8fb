"""The peers, each as its users would run it, on one thread. A peer's library is imported in its function: who has not
installed it misses a row of the table and nothing else.

A peer that takes pairs gets those the referee holds eligible: every one in a room up to `every_pair_to` people, the 64 best
of each person above.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from matchmaker.bench.referee import Result, between, blocks, gains, within_quotas
from matchmaker.matching.edges import Edges
from matchmaker.matching.pairs import Room
from matchmaker.matching.roster import Ints

SHOWN_EACH = 6
VALUE_STEPS = 1_000_000
POINTS = 1_000


@dataclass(frozen=True, kw_only=True)
class Given:
    """What a peer is given: the room, the pairs it may choose of, and a seed."""

    room: Room
    edges: Edges
    seed: int

    @property
    def quota(self) -> Ints:
        return self.room.rules.quota


@dataclass(frozen=True, kw_only=True)
class Peer:
    """How a peer solves a room; `how` says what a reader must know, `people_most` the largest room it is tried in."""

    solve: Callable[[Given], Result]
    how: str
    every_pair_to: int = 1_000
    people_most: int | None = None
    takes_pairs: bool = True


def greedy(given: Given) -> Result:
    """The best pair that still fits, again and again: half of the optimum at worst (Mestre 2006)."""
    return _result(within_quotas(given.edges, given.quota))


def b_suitor(given: Given) -> Result:
    """Everyone proposes to their best, who turn their worst away (Khan et al. 2016)."""
    import networkit

    edges, people = given.edges, len(given.quota)
    networkit.setNumberOfThreads(1)
    ends = (edges.first.astype(np.uint64), edges.second.astype(np.uint64))
    graph = networkit.GraphFromCoo((edges.mutual.astype(np.float64), ends), n=people, weighted=True, directed=False)
    matcher = networkit.matching.BSuitorMatcher(graph, given.quota.tolist())
    matcher.run()
    matcher.buildBMatching()
    partners = matcher.getBMatching().getMatches()
    return Result(pairs=_pairs((row, other) for row, others in enumerate(partners) for other in others if row < other))


def networkx(given: Given) -> Result:
    """A maximum-weight matching a round, while quotas last."""
    import networkx

    def matched(edges: Edges) -> Ints:
        graph = networkx.Graph()
        graph.add_weighted_edges_from(
            zip(edges.first.tolist(), edges.second.tolist(), edges.mutual.tolist(), strict=True)
        )
        return _pairs(networkx.max_weight_matching(graph))

    return _in_rounds(given, matched)


def rustworkx(given: Given) -> Result:
    """A maximum-weight matching a round, while quotas last."""
    import rustworkx

    def matched(edges: Edges) -> Ints:
        graph = rustworkx.PyGraph()
        graph.add_nodes_from(range(len(given.quota)))
        values = np.rint(edges.mutual.astype(np.float64) * VALUE_STEPS).astype(np.int64)
        graph.add_edges_from(list(zip(edges.first.tolist(), edges.second.tolist(), values.tolist(), strict=True)))
        return _pairs(rustworkx.max_weight_matching(graph, weight_fn=int))

    return _in_rounds(given, matched)


def or_tools(given: Given) -> Result:
    """The linear programme by GLOP; then greedy by share, which is 0, a half or 1 (odd cycles), and by value."""
    import pandas
    from ortools.linear_solver.python import model_builder

    edges, rows = given.edges, _incidence(given)
    model = model_builder.Model()  # type: ignore[no-untyped-call]
    solver = model_builder.Solver("GLOP")
    share = model.new_num_var_series("share", pandas.RangeIndex(len(edges)), 0.0, 1.0)
    for row, quota in enumerate(given.quota.tolist()):
        own = rows.indices[rows.indptr[row] : rows.indptr[row + 1]]
        if len(own) > quota:
            model.add(share.iloc[own].sum() <= quota)
    model.maximize(share.dot(edges.mutual.astype(np.float64)))
    if solver.solve(model) != model_builder.SolveStatus.OPTIMAL:
        raise RuntimeError("GLOP found no optimum")
    shares = np.round(solver.values(share).to_numpy(), 3)
    chosen = within_quotas(edges, given.quota, by=2 * shares + edges.mutual)
    return _result(chosen, upper_bound=solver.objective_value)


def highs(given: Given) -> Result:
    """The integer programme by SciPy's HiGHS, to its usual gap of one in ten thousand."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    edges = given.edges
    if not len(edges):  # which SciPy does not take for a programme
        return _result(edges, upper_bound=0.0)
    solved = milp(
        -edges.mutual.astype(np.float64),
        integrality=np.ones(len(edges), np.int64),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(_incidence(given), ub=given.quota),
    )
    if not solved.success or solved.mip_dual_bound is None:
        raise RuntimeError(solved.message)
    return _result(edges.take(np.flatnonzero(solved.x > 0.5)), upper_bound=-solved.mip_dual_bound)


def mentor_match(given: Given) -> Result:
    """Everyone mentor and mentee, scored by what both gain, once for each introduction that anyone wants."""
    from matching.mentee import Mentee
    from matching.mentor import Mentor
    from matching.process import process_data
    from matching.rules.rule import Disqualify

    everyone = np.arange(len(given.quota))
    values = between(given.room, everyone, everyone)
    gain = _Gains(np.rint((values.received + values.given) * POINTS).astype(np.int64))
    mentors = [Mentor(email=row, grade=0) for row in everyone.tolist()]
    mentees = [Mentee(email=row, grade=0) for row in everyone.tolist()]
    met, barred = np.zeros_like(values.eligible), ~values.eligible
    rules = [gain, Disqualify(lambda match: bool(barred[_rows(match)]))]
    for _ in range(given.quota.max()):
        process_data(mentors, mentees, [rules])
        for mentee in mentees:
            for mentor in mentee.mentors:
                met[mentee.email, mentor.email] = met[mentor.email, mentee.email] = True
        full = met.sum(axis=1) >= given.quota
        barred[met | full | full[:, None]] = True
    return Result(pairs=np.argwhere(np.triu(met)))


def top_6(given: Given) -> Result:
    """The six whose offers are most like what one seeks; nobody looks at the other side, nor at how often someone is shown."""
    people = len(given.quota)
    each = min(SHOWN_EACH, people - 1)
    shown = []
    for rows in blocks(people):
        received, allowed = gains(given.room, rows, np.arange(people))
        shown.append(np.argpartition(np.where(allowed, -received, 1), each - 1, axis=1)[:, :each].copy())
    lists = np.concatenate(shown)
    pairs = np.stack([np.repeat(np.arange(people), each), lists.ravel()], axis=1)
    return Result(pairs=pairs, shown=np.bincount(lists.ravel(), minlength=people))


def random(given: Given) -> Result:
    """Everyone's name goes into a hat as often as they want introductions; drawn two by two."""
    rng = np.random.default_rng(given.seed)
    drawn = rng.permutation(np.repeat(np.arange(len(given.quota)), given.quota))
    return Result(pairs=drawn[: len(drawn) // 2 * 2].reshape(-1, 2))


PEERS = {
    "greedy": Peer(solve=greedy, how="the best pair that fits, again and again", every_pair_to=2_000),
    "b-suitor": Peer(solve=b_suitor, how="networkit", every_pair_to=2_000),
    "networkx": Peer(solve=networkx, how="a matching a round, while quotas last", people_most=1_000),
    "rustworkx": Peer(solve=rustworkx, how="a matching a round, while quotas last", people_most=10_000),
    "or-tools": Peer(
        solve=or_tools, how="linear programme by GLOP, then rounded", every_pair_to=2_000, people_most=20_000
    ),
    "highs": Peer(solve=highs, how="integer programme, by SciPy", people_most=20_000),
    "mentor-match": Peer(
        solve=mentor_match, how="everyone mentor and mentee, round by round", people_most=500, takes_pairs=False
    ),
    "top-6": Peer(solve=top_6, how="the six most similar offers, shown one way", takes_pairs=False),
    "random": Peer(solve=random, how="names out of a hat", takes_pairs=False),
}


def _in_rounds(given: Given, matched: Callable[[Edges], Ints]) -> Result:
    """Match, take the pairs out, and match again those who want more, as long as that finds a pair."""
    left, edges = given.quota.copy(), given.edges
    found = [np.empty((0, 2), np.int64)]
    while len(pairs := matched(edges)):
        found.append(pairs)
        np.subtract.at(left, pairs.ravel(), 1)
        people = len(left)
        taken = np.isin(edges.first * people + edges.second, pairs[:, 0] * people + pairs[:, 1])
        edges = edges.take(~taken & (left[edges.first] > 0) & (left[edges.second] > 0))
    return Result(pairs=np.concatenate(found))


def _pairs(matching: Iterable[tuple[int, int]]) -> Ints:
    """`(k, 2)`, the lower row first, sorted: a set comes in any order."""
    return np.array(sorted((min(pair), max(pair)) for pair in matching), np.int64).reshape(-1, 2)


@dataclass(frozen=True)
class _Gains:
    """A rule of `mentor-match`: what both gain, in whole points."""

    points: Ints

    def apply(self, match: Any) -> int:
        return int(self.points[_rows(match)])


def _rows(match: Any) -> tuple[int, int]:
    return match.mentee.email, match.mentor.email


def _incidence(given: Given) -> sparse.csr_matrix:
    """`(n, m)`: one where a person is an end of an edge."""
    edges, count = given.edges, len(given.edges)
    ends = np.concatenate([edges.first, edges.second])
    edge = np.tile(np.arange(count), 2)
    return sparse.csr_matrix((np.ones(2 * count), (ends, edge)), shape=(len(given.quota), count))


def _result(edges: Edges, upper_bound: float | None = None) -> Result:
    return Result(pairs=np.stack([edges.first, edges.second], axis=1), upper_bound=upper_bound)
