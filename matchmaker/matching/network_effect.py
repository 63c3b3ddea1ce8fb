"""What an event added to its people's network: ties, isolates, reach, bridges, organisations new to someone (F72, L11)."""

from collections.abc import Sequence, Set

import numpy as np

from matchmaker.matching.cuts import cuts
from matchmaker.matching.layout import layout
from matchmaker.matching.network import Network, network_of
from matchmaker.matching.roster import Ints
from matchmaker.model.network_effect import (
    BRIDGES_MAX,
    LINES_MAX,
    NODES_MAX,
    SIDE,
    NetworkEffect,
    NetworkFigures,
    Node,
    Tie,
    Tied,
)
from matchmaker.model.text import folded

PEOPLE_DRAWN_MAX = 60
DECIMALS = 3

Pairs = Ints


def network_effect(tied: Tied) -> NetworkEffect:
    """Before are the ties that were, after all of them with those since."""
    row_of = {one: row for row, (one, _) in enumerate(tied.people)}
    before = _pairs([(row_of[one], row_of[other]) for one, other in tied.before])
    after = _pairs([(row_of[one], row_of[other]) for one, other in (*tied.before, *tied.since)])
    organisation, names = _organisations(tied.people)
    by_organisation = len(tied.people) > PEOPLE_DRAWN_MAX
    group = organisation if by_organisation else np.arange(len(tied.people))
    called = names if by_organisation else [stated for _, stated in tied.people]
    return _drawn(
        _figures(before, organisation, names, len(tied.people)),
        _figures(after, organisation, names, len(tied.people)),
        group,
        called,
        (before, after),
        by_organisation,
    )


def _pairs(pairs: Sequence[tuple[int, int]]) -> Pairs:
    """`(m, 2)`: each pair once, the lower row first; nobody with themselves."""
    found = np.unique(np.sort(np.array(pairs, np.int64).reshape(-1, 2), axis=1), axis=0)
    different: Pairs = found[found[:, 0] != found[:, 1]]
    return different


def _organisations(people: Sequence[tuple[str, str | None]]) -> tuple[Ints, list[str | None]]:
    """`(n,)`: the organisation of each, and what each is called; who states none is one of their own, without a name."""
    number: dict[str, int] = {}
    names: list[str | None] = []
    found = []
    for one, stated in people:
        key = f"o{folded(stated)}" if stated else f"p{one}"
        if key not in number:
            number[key] = len(names)
            names.append(stated or None)
        found.append(number[key])
    return np.array(found, np.int64), names


def _figures(pairs: Pairs, organisation: Ints, names: Sequence[str | None], people: int) -> NetworkFigures:
    network = network_of(pairs[:, 0], pairs[:, 1], np.ones(len(pairs)), people)
    parting = cuts(_between(pairs, organisation), len(names))
    named = [(-parted, names[at] or "") for at, parted in parting.items() if names[at]]
    met = _met(pairs, organisation)
    return NetworkFigures(
        ties=len(pairs),
        isolates=int((np.diff(network.starts) == 0).sum()),
        pieces=_pieces(network),
        reach=round(_reach(network), DECIMALS),
        organisations=round(len(met) / people, DECIMALS) if people else 0.0,
        bridges=[name for _, name in sorted(named)[:BRIDGES_MAX]],
    )


def _between(pairs: Pairs, group: Ints) -> Pairs:
    """The pairs of groups between whose people there is a tie."""
    return _pairs([(int(one), int(other)) for one, other in group[pairs]])


def _met(pairs: Pairs, organisation: Ints) -> Ints:
    """`(k, 2)`: whom each has a tie with, as people and other organisations, each once."""
    both = np.concatenate([pairs, pairs[:, ::-1]])
    other = organisation[both[:, 1]]
    found: Ints = np.unique(np.stack([both[:, 0], other], axis=1)[other != organisation[both[:, 0]]], axis=0)
    return found


def _reach(network: Network) -> float:
    """The share of all others whom one reaches in two steps, on average."""
    people = len(network)
    if people < 2:
        return 0.0
    near = [network.neighbour[network.starts[one] : network.starts[one + 1]] for one in range(people)]
    reached = 0
    for one in range(people):
        seen = np.zeros(people, np.bool_)
        seen[near[one]] = True
        for other in near[one].tolist():
            seen[near[other]] = True
        seen[one] = False
        reached += int(seen.sum())
    return reached / (people * (people - 1))


def _pieces(network: Network) -> int:
    """How many groups of two and more no tie connects."""
    seen = np.zeros(len(network), np.bool_)
    pieces = 0
    for one in np.flatnonzero(np.diff(network.starts)).tolist():
        if seen[one]:
            continue
        pieces += 1
        waiting = [one]
        seen[one] = True
        while waiting:
            here = waiting.pop()
            for other in network.neighbour[network.starts[here] : network.starts[here + 1]].tolist():
                if not seen[other]:
                    seen[other] = True
                    waiting.append(other)
    return pieces


def _drawn(
    before: NetworkFigures,
    after: NetworkFigures,
    group: Ints,
    called: Sequence[str | None],
    pairs: tuple[Pairs, Pairs],
    by_organisation: bool,
) -> NetworkEffect:
    """The figures with the picture: the groups with most people, and the lines between them that are new, or were, first."""
    people = np.bincount(group, minlength=len(called))
    lines = [_between(ones, group) for ones in pairs]
    degree = np.bincount(lines[1].ravel(), minlength=len(called))
    kept = np.sort(np.lexsort((np.arange(len(called)), -degree, -people))[:NODES_MAX])
    parting = [_most_parting(ones, len(called)) for ones in lines]
    position = np.full(len(called), -1)
    position[kept] = np.arange(len(kept))
    inside = position[lines[1]]
    inside = inside[(inside >= 0).all(axis=1)]
    place = layout(inside[:, 0], inside[:, 1], len(kept), side=SIDE)
    ties = _ties(inside, {tuple(pair) for pair in position[lines[0]].tolist()})
    tied = [np.isin(np.arange(len(called)), ones) for ones in lines]
    nodes = [
        Node(
            name=called[at],
            people=int(people[at]),
            x=int(place[row, 0]),
            y=int(place[row, 1]),
            tied_before=bool(tied[0][at]),
            tied_after=bool(tied[1][at]),
            bridge_before=at in parting[0],
            bridge_after=at in parting[1],
        )
        for row, at in enumerate(kept.tolist())
    ]
    return NetworkEffect(
        people=len(group),
        before=before,
        after=after,
        organisations_new=round(after.organisations - before.organisations, DECIMALS),
        by_organisation=by_organisation,
        nodes=nodes,
        ties=ties,
        nodes_left_out=len(called) - len(kept),
        ties_left_out=len(lines[1]) - len(ties),
    )


def _most_parting(lines: Pairs, nodes: int) -> set[int]:
    """Those that hold most together, as many as are marked."""
    found = cuts(lines, nodes)
    return set(sorted(found, key=lambda at: (-found[at], at))[:BRIDGES_MAX])


def _ties(inside: Pairs, were: Set[tuple[int, ...]]) -> list[Tie]:
    """The lines `(m, 2)` between dots that are drawn, the new ones first; fewer where they are too many."""
    ties = [Tie(first=one, second=other, new=(one, other) not in were) for one, other in inside.tolist()]
    new, old = [tie for tie in ties if tie.new], [tie for tie in ties if not tie.new]
    return _thinned(new, LINES_MAX // 2) + _thinned(old, LINES_MAX // 2)


def _thinned(ties: list[Tie], most: int) -> list[Tie]:
    """Evenly fewer of them, where there are too many to be told apart."""
    return ties if len(ties) <= most else [ties[len(ties) * at // most] for at in range(most)]
