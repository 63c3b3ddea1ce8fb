"""Small rooms whose best answer is known by hand.

Their texts are single made-up words: by equal words, the same word is worth everything and another nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from hypothesis import settings
from msgspec import structs

from matchmaker.matching.pipeline import propose
from matchmaker.model.attendee import Attendee
from matchmaker.model.exclusion import Acquaintance, Exclusion
from matchmaker.model.ids import AttendeeId
from matchmaker.model.policy import Acquainted, Model, Policy
from matchmaker.model.profile import Profile
from matchmaker.model.run import Proposal
from matchmaker.model.snapshot import Snapshot
from matchmaker.model.weights import Weights
from matchmaker.model.wish import Decision, Encounter, EncounterKind, Strength, Told, Verdict, Wish

steady = settings(derandomize=True, deadline=None, database=None, max_examples=150)
WORDS = ("quartz", "fjord", "nymph", "kiwi", "vexing", "jukebox", "dodo", "mango")
PLAIN = Policy(model=Model.TFIDF, quota=3, floor=10, warmth=0, acquainted_discount=0.5, unstated_discount=0.6)
COSINE = Weights(version="cosine", cosine_least=0.0, cosine_full=1.0, steepness=1.0, seek_decay=0.5)

Pair = tuple[str, str]


def attendee(id_: str, *, seeks: str = "", offers: str = "", interests: str = "", **fields: Any) -> Attendee:
    """Someone who seeks, offers and is interested in the words given, divided by blanks."""
    profile = Profile(seeks=seeks.split(), offers=offers.split(), interests=interests.split())
    return Attendee(id=AttendeeId(id_), profile=profile, **fields)


def room(
    *attendees: Attendee,
    excluded: Iterable[Pair] = (),
    acquainted: Iterable[Pair] = (),
    apart: Iterable[Pair] = (),
    met: Iterable[Pair] = (),
    told: Iterable[Pair] = (),
    pinned: Iterable[Pair] = (),
    rejected: Iterable[Pair] = (),
    **wishes: Iterable[Pair],
) -> Snapshot:
    """A room; all are pairs of people, but `apart` a person and an organisation; `wishes` by strength, whose and whom."""
    ids = [(AttendeeId(one), AttendeeId(other)) for one, other in excluded]
    decided = [(Verdict.PINNED, pair) for pair in pinned] + [(Verdict.REJECTED, pair) for pair in rejected]
    return Snapshot(
        attendees=list(attendees),
        exclusions=[Exclusion(attendee_id=one, other_id=other) for one, other in ids]
        + [Exclusion(attendee_id=AttendeeId(one), organisation=organisation) for one, organisation in apart],
        acquaintances=[Acquaintance(**_ends(pair)) for pair in acquainted],
        encounters=[Encounter(**_ends(pair), kind=EncounterKind.MET) for pair in met],
        told=[Told(**_ends(pair)) for pair in told],
        decisions=[Decision(**_ends(pair), verdict=verdict) for verdict, pair in decided],
        wishes=[
            Wish(attendee_id=AttendeeId(one), other_id=AttendeeId(other), strength=Strength(strength))
            for strength, pairs in wishes.items()
            for one, other in pairs
        ],
    )


def _ends(pair: Pair) -> dict[str, AttendeeId]:
    return {"first_id": AttendeeId(min(pair)), "second_id": AttendeeId(max(pair))}


def graph(
    people: int, pairs: Iterable[tuple[int, int]], quotas: Mapping[int, int] | None = None, halved: Iterable[int] = ()
) -> Snapshot:
    """A room in which just these pairs may meet, all of value 100; those at the positions `halved` know each other: 50."""
    names = [f"p{number:02}" for number in range(people)]
    allowed = sorted({(min(pair), max(pair)) for pair in pairs})
    barred = [(a, b) for a in range(people) for b in range(a + 1, people) if (a, b) not in set(allowed)]
    half = [allowed[position] for position in halved]
    return room(
        *(alike(name, quota=(quotas or {}).get(row)) for row, name in enumerate(names)),
        excluded=[(names[a], names[b]) for a, b in barred],
        acquainted=[(names[a], names[b]) for a, b in half],
    )


def alike(id_: str, **fields: Any) -> Attendee:
    """Someone who suits everyone like them perfectly."""
    return attendee(id_, seeks="quartz", offers="quartz", **fields)


def proposed(snapshot: Snapshot, policy: Policy = PLAIN, *, seed: int = 1, **fields: Any) -> Proposal:
    """What the core proposes for a room by equal words, cosines as they are, under `policy` with `fields` changed."""
    return propose(snapshot, structs.replace(policy, **fields), seed=seed, weights=COSINE)


def pairs_of(proposal: Proposal) -> set[Pair]:
    return {(pairing.first, pairing.second) for pairing in proposal.pairings}


def codes_of(proposal: Proposal) -> dict[str, str]:
    return {one.id: one.code for one in proposal.unmatched}


def two_who_answer_each_other() -> Snapshot:
    return room(attendee("ada", seeks="quartz", offers="fjord"), attendee("bob", seeks="fjord", offers="quartz"))


def two_of_three() -> Snapshot:
    """Ada and Bob answer each other; Cyd speaks of something else."""
    return room(
        attendee("ada", seeks="quartz", offers="fjord"),
        attendee("bob", seeks="fjord", offers="quartz"),
        attendee("cyd", seeks="kiwi", offers="dodo"),
    )


def only_asks() -> Snapshot:
    """Ada and Bob answer each other; Bob could help Cyd too, who offers nothing."""
    return room(
        attendee("ada", seeks="quartz", offers="fjord"),
        attendee("bob", seeks="fjord", offers="quartz"),
        attendee("cyd", seeks="quartz", role="director", sector="fjord"),
    )


def giving_circle() -> Snapshot:
    """Ada could help Bob, Bob Cyd and Cyd Ada: nobody both gives to and gains from one other person."""
    return room(
        attendee("ada", seeks="quartz", offers="fjord"),
        attendee("bob", seeks="fjord", offers="nymph"),
        attendee("cyd", seeks="nymph", offers="quartz"),
    )


def tempting_middle() -> Snapshot:
    """A chain of four with quota 1: greedy takes the best pair, in the middle, and leaves both ends out."""
    return graph(4, [(0, 1), (1, 2), (2, 3)], dict.fromkeys(range(4), 1), halved=[0, 2])


def odd_cycle(people: int) -> Snapshot:
    """A ring with quota 1: one is left out however it is done."""
    return graph(people, [(one, (one + 1) % people) for one in range(people)], dict.fromkeys(range(people), 1))


def flower() -> Snapshot:
    """A ring of five with a stem and a leaf, quota 1: six can be covered, only around the ring."""
    return graph(7, [(0, 1), (1, 2), (2, 3), (3, 4), (4, 2), (3, 5), (4, 6)], dict.fromkeys(range(7), 1))


def host() -> Snapshot:
    """One host, with room for two, whom four would like to meet and nobody else."""
    return graph(5, [(0, 1), (0, 2), (0, 3), (0, 4)], {0: 2})


def every_code() -> Snapshot:
    """One person for each reason to be without a pairing that a room of several knows, and the two who fill the host."""
    return room(
        attendee("a-host", seeks="quartz", offers="quartz", quota=1),
        attendee("b-guest", seeks="quartz", offers="quartz"),
        attendee("full", seeks="quartz", offers="quartz"),
        attendee("quota-zero", seeks="quartz", offers="quartz", quota=0),
        attendee("nothing-said"),
        attendee("all-excluded", seeks="quartz", offers="quartz"),
        attendee("one-way-ask", seeks="quartz"),
        attendee("one-way-offer", seeks="vexing", offers="quartz"),
        attendee("no-common-ground", seeks="kiwi", offers="dodo"),
        acquainted=[("a-host", "full")],
        excluded=[
            ("b-guest", "full"),
            *(("all-excluded", other) for other in ("a-host", "b-guest", "full", "nothing-said")),
            *(("all-excluded", other) for other in ("one-way-ask", "one-way-offer", "no-common-ground")),
        ],
    )


NAMED: dict[str, Callable[[], Snapshot]] = {
    world.__name__: world
    for world in (two_who_answer_each_other, two_of_three, only_asks, tempting_middle, flower, host, every_code)
}


def apart(policy: Policy = PLAIN) -> Policy:
    return structs.replace(policy, acquaintances=Acquainted.APART, colleagues=Acquainted.APART)
