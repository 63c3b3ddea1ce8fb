"""Who holds a network together: those without whom some of the others would be connected no more (articulation points,
Hopcroft and Tarjan 1973)."""

from matchmaker.matching.roster import Ints


def cuts(pairs: Ints, nodes: int) -> dict[int, int]:
    """Of the edges `(m, 2)` the nodes that divide others, and into how many parts each divides its piece. Linear in both."""
    near: list[list[int]] = [[] for _ in range(nodes)]
    for one, other in pairs.tolist():
        near[one].append(other)
        near[other].append(one)
    order, low = [-1] * nodes, [0] * nodes
    parts: dict[int, int] = {}
    count = 0
    for root in range(nodes):
        if order[root] >= 0 or not near[root]:
            continue
        # By hand and not by calls of itself: a chain may be longer than calls may be deep.
        order[root] = low[root] = count
        count += 1
        walk = [(root, -1, iter(near[root]))]
        while walk:
            here, came_from, rest = walk[-1]
            there = next(rest, None)
            if there is None:
                walk.pop()
                if came_from >= 0:
                    low[came_from] = min(low[came_from], low[here])
                    if low[here] >= order[came_from]:
                        parts[came_from] = parts.get(came_from, 0) + 1
            elif order[there] < 0:
                order[there] = low[there] = count
                count += 1
                walk.append((there, here, iter(near[there])))
            elif there != came_from:
                low[here] = min(low[here], order[there])
        if root in parts:
            parts[root] -= 1  # the root has no part above it
    return {node: divided + 1 for node, divided in parts.items() if divided}
