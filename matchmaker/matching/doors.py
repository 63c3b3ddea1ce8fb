"""Other doors than a pair: giving circles of three, somewhere to go for each ask that no pairing answers, and connectors."""

from dataclasses import dataclass

import numpy as np

from matchmaker.matching.asks import CLINIC, HOST, QUEUE, route
from matchmaker.matching.circles import pack
from matchmaker.matching.connectors import connectors_for
from matchmaker.matching.directed import answers_of
from matchmaker.matching.formats import Made, Task, percent
from matchmaker.matching.measures import load
from matchmaker.matching.pairs import values_among
from matchmaker.matching.roster import Floats, Ints
from matchmaker.model.group import Connector, Group, GroupKind, Route, RoutedAsk
from matchmaker.model.pairing import Basis

PEOPLE_MAX = 2_000
EXPERTS_EACH = 8
ASKS_AT_ONCE = 256
ROUTES = {CLINIC: Route.CLINIC, HOST: Route.HOST, QUEUE: Route.QUEUE}


@dataclass(frozen=True, kw_only=True)
class Doors:
    """Circles, routed asks and connectors, in an order that does not depend on how people arrived."""

    circles: list[Group]
    asks: list[RoutedAsk]
    connectors: list[Connector]


def doors(task: Task, made: Made) -> Doors:
    """What the pairs leave: for who has room for more, and for asks that nobody they are paired with answers."""
    if made.plan is None:
        return Doors(circles=[], asks=[], connectors=[])
    circles, helped = _circles(task, made)
    return Doors(circles=circles, asks=_asks(task, made, helped), connectors=_connectors(task, made))


def _circles(task: Task, made: Made) -> tuple[list[Group], Ints]:
    """Threes of people with room for more, each of whom helps the next, of value that no pair can use; and `(k, 2)` who
    takes there from whom."""
    loads, rules, ids = load(made.pairs, len(task.roster)), task.room.rules, task.roster.ids
    spare = np.flatnonzero(loads < rules.quota)
    rows = np.sort(spare[np.argsort(loads[spare], kind="stable")][:PEOPLE_MAX])
    value, barred = values_among(task.room, rows)
    floor = max(rules.floor, 1e-6)
    taker, giver = np.nonzero((value >= floor) & (np.minimum(value, value.T) < floor) & ~barred)
    found = pack(people=len(rows), giver=giver, taker=taker, value=value[taker, giver].astype(np.float64), rng=task.rng)
    circles = [
        Group(
            kind=GroupKind.CIRCLE,
            number=number,
            members=[ids[rows[at]] for at in members.tolist()],
            mutual_value=percent(worth),
            value_least=percent(gifts.min()),
        )
        for number, (members, gifts, worth) in enumerate(
            zip(found.rows, found.values, found.worth, strict=True), start=1
        )
    ]
    givers = rows[found.rows]
    return circles, np.stack([np.roll(givers, -1, axis=1).ravel(), givers.ravel()], axis=1)


def _asks(task: Task, made: Made, helped: Ints) -> list[RoutedAsk]:
    """Where each stated seek goes that neither a partner nor a circle answers; of a large room, those of people without
    any pairing."""
    roster, policy, rules = task.roster, task.policy, task.room.rules
    asks = _unanswered(task, made, helped)
    experts = [_experts(task, asks[begin : begin + ASKS_AT_ONCE]) for begin in range(0, len(asks), ASKS_AT_ONCE)]
    ask = np.concatenate([np.empty(0, np.int64), *(begin * ASKS_AT_ONCE + e[0] for begin, e in enumerate(experts))])
    expert, offer, value = (
        np.concatenate([np.empty(0, kind), *(e[part] for e in experts)])
        for part, kind in ((1, np.int64), (2, np.int64), (3, np.float64))
    )
    asker = _whose(roster.seeks.starts, asks)
    routes = route(
        asker=asker,
        ask=ask,
        expert=expert,
        value=value,
        capacity=np.where(rules.quota > 0, policy.asks_each_most, 0),
        host=task.programme.hosts,
        rng=task.rng,
    )
    said = {(one, who): what for one, who, what in zip(ask.tolist(), expert.tolist(), offer.tolist(), strict=True)}
    return [
        RoutedAsk(
            attendee_id=roster.ids[asker[at]],
            seek=roster.texts[roster.seeks.text[asks[at]]],
            route=ROUTES[way],
            expert_id=roster.ids[who] if who >= 0 else None,
            offer=roster.texts[roster.offers.text[said[at, who]]] if who >= 0 else None,
            value=percent(gain),
        )
        for at, (way, who, gain) in enumerate(
            zip(routes.route.tolist(), routes.expert.tolist(), routes.value.tolist(), strict=True)
        )
    ]


def _unanswered(task: Task, made: Made, helped: Ints) -> Ints:
    """Positions of the stated seeks that no offer answers at the floor, of a partner or of who helps them in a circle."""
    seeks, words, rules = task.roster.seeks, task.room.words, task.room.rules
    whose = _whose(seeks.starts, np.arange(len(seeks.text)))
    stated = np.array([basis is Basis.SEEKS for basis in seeks.basis], np.bool_)
    if len(task.roster) > PEOPLE_MAX:
        stated &= (load(made.pairs, len(task.roster)) == 0)[whose]
    answered = np.zeros(len(seeks.text), np.bool_)
    paired = np.stack([made.pairs.first, made.pairs.second], axis=1)
    for taker, giver in np.concatenate([paired, paired[:, ::-1], helped]).tolist():
        own = np.arange(*seeks.starts[[taker, taker + 1]])
        offers = np.arange(*task.roster.offers.starts[[giver, giver + 1]])
        near = answers_of(words, own, offers, task.weights) * words.offer_strength[offers]
        answered[own] |= near.max(axis=1, initial=0) >= max(rules.floor, 1e-6)
    return np.flatnonzero(stated & ~answered)


def _experts(task: Task, asks: Ints) -> tuple[Ints, Ints, Ints, Floats]:
    """The eight people who would answer each ask best, at the floor or above: ask (from 0), person, offer and value."""
    words, offers, special = task.room.words, task.roster.offers, task.room.rules.special
    near = answers_of(words, asks, slice(None), task.weights) * words.offer_strength
    giver = _whose(offers.starts, np.arange(len(offers.text)))
    asker = _whose(task.roster.seeks.starts, asks)
    near[giver == asker[:, None]] = 0
    barred = special.factor == 0
    for at, row in enumerate(asker.tolist()):
        no = np.concatenate(
            [special.second[barred & (special.first == row)], special.first[barred & (special.second == row)]]
        )
        near[at, np.isin(giver, no)] = 0
    best = np.argsort(-near, axis=1, kind="stable")[:, : EXPERTS_EACH * 2]
    ask, rank = np.nonzero(np.take_along_axis(near, best, axis=1) >= max(task.room.rules.floor, 1e-6))
    offer = best[ask, rank]
    _, first_of = np.unique(ask * len(task.roster) + giver[offer], return_index=True)
    kept = np.sort(first_of)
    return ask[kept], giver[offer[kept]], offer[kept], near[ask[kept], offer[kept]].astype(np.float64)


def _connectors(task: Task, made: Made) -> list[Connector]:
    """A third who knows both, for pairs who are strangers."""
    pairs, ids = made.pairs, task.roster.ids
    found = connectors_for(
        people=len(ids),
        wanted=np.stack([pairs.first, pairs.second], axis=1),
        acquainted=task.roster.acquainted,
        value=pairs.mutual.astype(np.float64),
        asked_most=task.policy.asks_each_most,
        rng=task.rng,
    )
    return [
        Connector(first=ids[pairs.first[at]], second=ids[pairs.second[at]], connector_id=ids[found[at]])
        for at in np.flatnonzero(found >= 0)
    ]


def _whose(starts: Ints, statements: Ints) -> Ints:
    """The row of the person who makes each statement."""
    return np.searchsorted(starts, statements, side="right") - 1
