"""Prices: what a place in each person's diary is worth, from the dual of the assignment's linear programme.

An annealed entropic dual: at temperature T every edge is used with probability 1 / (1 + exp((y_u + y_v - w) / T)), and each
person's price is raised or lowered, person after person (Gauss-Seidel), until they expect to be used as often as their quota
allows (the equilibrium of a market with transferable utility: Galichon and Salanié 2022; coordinate descent: Tseng 2001). A
falling temperature ends near the linear programme's own dual. Any prices at or above zero bound the value of every plan.
"""

from math import exp

import numpy as np

from matchmaker.matching.jit import compiled
from matchmaker.matching.network import Doubles, Index, Network
from matchmaker.matching.roster import Ints

TEMPERATURES = np.geomspace(0.05, 0.0003, 12)
SWEEPS = 5
STEPS_MAX = 8
FAR = 30.0
NEAR = 1e-3


def prices_of(network: Network, quota: Ints, *, warm: Doubles | None = None) -> Doubles:
    """`(n,)`, at or above zero; from `warm` prices only the last, coldest temperatures are needed."""
    temperatures = TEMPERATURES if warm is None else TEMPERATURES[-3:]
    price = np.zeros(len(network)) if warm is None else warm.copy()
    largest = float(network.weight.max(initial=0.0)) or 1.0
    _anneal(
        network.starts, network.edge, network.neighbour, network.weight, quota, temperatures * largest, SWEEPS, price
    )
    return price


def bound_of(network: Network, quota: Ints, price: Doubles) -> float:
    """What no plan over the network's edges can exceed: every place at its price, and what edges are worth beyond."""
    return float(quota @ price) + excess_of(network, price)


def excess_of(network: Network, price: Doubles) -> float:
    """The sum over the network's edges of what they are worth beyond the prices of their two people."""
    return float(np.maximum(reduced_of(network, price), 0).sum())


def reduced_of(network: Network, price: Doubles) -> Doubles:
    """`(m,)`: each edge's weight less the prices of its two people."""
    found: Doubles = network.weight - price[network.first] - price[network.second]
    return found


@compiled
def _anneal(
    starts: Ints,
    edge: Index,
    neighbour: Index,
    weight: Doubles,
    quota: Ints,
    temperatures: Doubles,
    sweeps: int,
    price: Doubles,
) -> None:
    """Settle every person's price, sweep after sweep, as it gets colder; in place."""
    widest = 0
    for row in range(starts.size - 1):
        widest = max(widest, starts[row + 1] - starts[row])
    worth = np.zeros(widest)
    for temperature in temperatures:
        for _ in range(sweeps):
            for row in range(starts.size - 1):
                degree = starts[row + 1] - starts[row]
                for at in range(degree):
                    position = starts[row] + at
                    worth[at] = weight[edge[position]] - price[neighbour[position]]
                price[row] = _settled(worth[:degree], quota[row], temperature, price[row])


@compiled
def _settled(worth: Doubles, quota: int, temperature: float, begin: float) -> float:
    """The price at which a person's edges, worth so much without it, are used `quota` times; zero where they never are so often.

    Newton's method within a bracket: the expected use falls as the price rises.
    """
    low, high = -1.0, 0.0  # below zero: zero itself was not tried
    for at in range(worth.size):
        high = max(high, worth[at])
    high += FAR * temperature
    price = min(begin, high)
    for _ in range(STEPS_MAX):
        used, slope = 0.0, 0.0
        for at in range(worth.size):
            heat = (worth[at] - price) / temperature
            if heat > FAR:
                used += 1.0
            elif heat > -FAR:
                chance = 1.0 / (1.0 + exp(-heat))
                used += chance
                slope += chance * (1.0 - chance)
        over = used - quota
        if abs(over) < NEAR or (over < 0 and price == 0.0):
            return price
        if over > 0:
            low = price
        else:
            high = price
        price += over * temperature / slope if slope > NEAR else over * high
        if price >= high or price <= low:
            price = 0.5 * (max(low, 0.0) + high)
        price = max(price, 0.0)
    return price
