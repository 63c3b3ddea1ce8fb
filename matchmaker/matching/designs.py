"""Seating plans in which no two people meet twice, from finite geometry: the social golfer problem where it has a formula.

Give every person a class `i` and a place `j`, and seat them in round `k` at table `j + i k`. Taken in a field of as many
elements as there are tables, two people of different classes share a table in one round only, and two of one class never do
(a transversal design; Bose 1938): as many rounds as tables without a repeat. Arithmetic modulo the number of tables does
as well while `(classes - 1) (rounds - 1)` is below it.
"""

from itertools import product

import numpy as np

from matchmaker.matching.roster import Ints


def design(people: int, *, tables: int, rounds: int) -> Ints:
    """`(rounds, people)`: the table of each position in each round, sizes within one of each other.

    No pair shares a table twice while there are at most as many classes, `people / tables` rounded up, and rounds as tables,
    and either `(classes - 1) (rounds - 1) < tables` or the number of tables is a power of a prime. Where whole classes fill
    whole tables, one round more.
    """
    classes = -(-people // tables)
    i, j = np.divmod(np.arange(people), tables)
    k = np.arange(rounds)[:, None]
    prime, degree = _root(tables)
    if degree > 1 and (classes - 1) * (rounds - 1) >= tables:
        add, times = _field(prime, degree)
        plan = add[j, times[i % tables, k % tables]]
    else:
        plan = (j + i * k) % tables
    if rounds > tables and people == classes * tables and tables % classes == 0:
        plan[tables] = np.arange(people) // classes
    return plan


def _root(order: int) -> tuple[int, int]:
    """The prime and the power whose value is `order`; zeros if it is not a power of a prime."""
    prime = next((number for number in range(2, order + 1) if order % number == 0), 0)
    degree = next((power for power in range(1, order.bit_length()) if prime**power == order), 0)
    return (prime, degree) if degree else (0, 0)


def _field(prime: int, degree: int) -> tuple[Ints, Ints]:
    """`(order, order)` each: addition and multiplication of polynomials over the residues of `prime`, modulo the first
    polynomial that leaves no divisor of zero."""
    digits = np.array(list(product(range(prime), repeat=degree)))
    value = prime ** np.arange(degree)[::-1]
    add = (digits[:, None] + digits) % prime @ value
    times = next(table for tail in digits if (table := _products(digits, tail, prime) @ value)[1:, 1:].all())
    return add, times


def _products(digits: Ints, tail: Ints, prime: int) -> Ints:
    """`(order, order, degree)`: all products, highest digit first, where the power above the highest equals `tail`."""
    total = np.zeros((len(digits), *digits.shape), np.int64)
    shifted = digits
    for digit in digits.T[::-1]:
        total += shifted[:, None] * digit[:, None]
        shifted = (np.pad(shifted[:, 1:], ((0, 0), (0, 1))) + shifted[:, :1] * tail) % prime
    return total % prime
