"""Coverage: what a room seeks against what it offers, by topic, and whom nobody can help (L4, F71)."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from matchmaker.matching.directed import Words, answers_of
from matchmaker.matching.roster import Floats, Ints, Roster, Statements
from matchmaker.matching.tags import normal_form
from matchmaker.matching.topics import medoids_of, nearest_anchor, topics_of
from matchmaker.matching.vectors import Matrix
from matchmaker.model.coverage import LISTED_MAX, Coverage, Topic, Unmatchable
from matchmaker.model.pairing import Basis
from matchmaker.model.weights import Weights

# By meaning, one in eight of the demo's seeks stays below; about half of those have no answer in the room. Above it a few near
# misses hide more of them: a list to begin with, not a verdict.
MET_LEAST = 0.28
ROWS_AT_ONCE = 1_024
ANCHORS_MOST, REST_TOPICS_MOST = 18, 6
ANCHOR_PEOPLE_LEAST = 3
LABEL_CHARS_MAX = 60


def coverage_of(
    roster: Roster, words: Words, vectors: Matrix, weights: Weights, *, rng: np.random.Generator
) -> Coverage:
    """What the people of `roster` seek and offer, read as `words`; topics are by the unit `vectors` `(t, d)` of their texts.

    A seek is met where the best offer of anyone else is worth at least `MET_LEAST` to it; an offer is idle where it is worth
    less to every seek of others.
    """
    seeks, offers = _stated(roster.seeks, Basis.SEEKS), _stated(roster.offers, Basis.OFFERS)
    used = np.unique(np.concatenate([roster.seeks.text[seeks], roster.offers.text[offers]]))
    topic, names = _named_topics(roster, vectors, used, rng)
    asker, giver = _owners(roster.seeks)[seeks], _owners(roster.offers)[offers]
    met, wanted = _best(words, seeks, offers, asker, giver, weights)
    asks = _Side(roster, seeks, roster.seeks, asker, met, topic)
    gifts = _Side(roster, offers, roster.offers, giver, wanted, topic)
    order, topics = _topics(roster.texts, vectors, used, topic, names, asks, gifts)
    return Coverage(
        people=len(roster),
        met_least=round(100 * MET_LEAST, 1),
        seeks=len(seeks),
        offers=len(offers),
        unmet=int(asks.lacking.sum()),
        idle=int(gifts.lacking.sum()),
        topics=topics,
        unmet_seeks=asks.listed(order),
        idle_offers=gifts.listed(order),
    )


def _named_topics(roster: Roster, vectors: Matrix, used: Ints, rng: np.random.Generator) -> tuple[Ints, list[str]]:
    """The topic of each text, -1 where it is not `used`, and their names: interests that some share; none of what is left."""
    anchors = _anchors(roster)
    named = np.zeros((len(roster.texts), len(anchors)), np.bool_)
    for row in range(len(roster)):
        own = {normal_form(roster.texts[text]) for text in roster.interests.text[roster.interests.of(row)]}
        theirs = [*roster.seeks.text[roster.seeks.of(row)], *roster.offers.text[roster.offers.of(row)]]
        named[theirs] |= np.array([form in own for form in anchors], np.bool_)
    topic = np.full(len(roster.texts), -1)
    topic[used] = nearest_anchor(vectors[used], vectors[np.array([*anchors.values()], np.int64)], named[used])
    rest = used[topic[used] < 0]
    found = topics_of(vectors[rest], rng=rng, most=REST_TOPICS_MOST)
    topic[rest] = found + len(anchors)
    found_count = int(found.max(initial=-1)) + 1
    return topic, [*(roster.texts[at] for at in anchors.values()), *[""] * found_count]


def _anchors(roster: Roster) -> dict[str, int]:
    """Interests that several people name: their texts by normal form, the most named first."""
    people: Counter[str] = Counter()
    written: dict[str, int] = {}
    for row in range(len(roster)):
        own: dict[str, int] = {}
        for text in roster.interests.text[roster.interests.of(row)].tolist():
            own.setdefault(normal_form(roster.texts[text]), text)
        people.update(own)
        for form, text in own.items():
            written[form] = min(text, written.get(form, text))
    several = sorted(
        (form for form in people if people[form] >= ANCHOR_PEOPLE_LEAST), key=lambda one: (-people[one], one)
    )
    return {form: written[form] for form in several[:ANCHORS_MOST]}


class _Side:
    """All seeks or all offers: whose, of which topic, and how near the nearest of the other side comes."""

    def __init__(
        self, roster: Roster, at: Ints, statements: Statements, owner: Ints, best: Floats, topic: Ints
    ) -> None:
        self.roster, self.owner, self.best = roster, owner, best
        self.text = statements.text[at]
        self.topic = topic[self.text]
        self.lacking = best < MET_LEAST

    def counts(self, topics: int) -> tuple[Ints, Ints, Ints]:
        """Of each topic: how many texts, how many people, and how many texts lack the other side."""
        people = np.unique(np.stack([self.topic, self.owner]), axis=1)[0]
        return (
            np.bincount(self.topic, minlength=topics),
            np.bincount(people, minlength=topics),
            np.bincount(self.topic[self.lacking], minlength=topics),
        )

    def listed(self, order: Ints) -> list[Unmatchable]:
        """Those that lack the other side, the farthest first."""
        lacking = np.flatnonzero(self.lacking)
        lacking = lacking[np.lexsort((self.text[lacking], self.owner[lacking], self.best[lacking]))]
        return [
            Unmatchable(
                attendee_id=self.roster.ids[self.owner[at]],
                text=self.roster.texts[self.text[at]],
                topic=int(order[self.topic[at]]),
                best=round(100 * float(self.best[at]), 1),
            )
            for at in lacking[:LISTED_MAX].tolist()
        ]


def _stated(statements: Statements, basis: Basis) -> Ints:
    """The positions of what was stated as such."""
    return np.array([at for at, its in enumerate(statements.basis) if its is basis], np.int64)


def _owners(statements: Statements) -> Ints:
    """Whose each statement is."""
    return np.repeat(np.arange(len(statements.starts) - 1), np.diff(statements.starts))


def _best(words: Words, seek: Ints, offer: Ints, asker: Ints, giver: Ints, weights: Weights) -> tuple[Floats, Floats]:
    """`(s,)` and `(o,)`: the best anyone else has for each seek, and for each offer the seek of others it answers best."""
    met, wanted = np.zeros(len(seek), np.float32), np.zeros(len(offer), np.float32)
    if not (len(seek) and len(offer)):
        return met, wanted
    for begin in range(0, len(seek), ROWS_AT_ONCE):
        rows = slice(begin, begin + ROWS_AT_ONCE)
        answered = answers_of(words, seek[rows], offer, weights)
        answered[asker[rows, None] == giver[None, :]] = 0
        met[rows] = answered.max(axis=1)
        np.maximum(wanted, answered.max(axis=0), out=wanted)
    return met, wanted


def _topics(
    texts: Sequence[str], vectors: Matrix, used: Ints, topic: Ints, names: Sequence[str], asks: _Side, gifts: _Side
) -> tuple[Ints, list[Topic]]:
    """The new position of each topic, and the topics: where most is unmet first, then where most is sought beyond offers.

    A name nobody speaks of is no topic.
    """
    count = len(names)
    seeks, seekers, unmet = asks.counts(count)
    offers, givers, idle = gifts.counts(count)
    order = np.lexsort((np.arange(count), offers - seeks, -unmet))
    order = order[(seeks + offers)[order] > 0]
    position = np.zeros(count, np.int64)
    position[order] = np.arange(len(order))
    examples = _examples(texts, vectors, used, topic)
    return position, [
        Topic(
            label=names[at][:LABEL_CHARS_MAX] or _quoted(examples.get(at, "")),
            example=examples.get(at, ""),
            seeks=int(seeks[at]),
            offers=int(offers[at]),
            seekers=int(seekers[at]),
            givers=int(givers[at]),
            unmet=int(unmet[at]),
            idle=int(idle[at]),
        )
        for at in order.tolist()
    ]


def _quoted(text: str) -> str:
    """Somebody's own words, to stand for others like them."""
    most = LABEL_CHARS_MAX - 2
    return f"“{text if len(text) <= most else text[: most - 1].rstrip() + '…'}”" if text else ""


def _examples(texts: Sequence[str], vectors: Matrix, used: Ints, topic: Ints) -> dict[int, str]:
    """The most typical text of each topic."""
    present, compact = np.unique(topic[used], return_inverse=True)
    medoids = used[medoids_of(vectors[used], compact)] if len(used) else used
    return {its: texts[at] for its, at in zip(present.tolist(), medoids.tolist(), strict=True)}
