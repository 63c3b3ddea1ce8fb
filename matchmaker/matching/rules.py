"""The rules of a room as arrays: quotas and promises, who may meet whom, what a pair keeps of its value, and special pairs.

Most rules look at two people's attributes, so they are tables: a code a person, a factor a pair of codes. What is said of two
people by name (exclusions, acquaintances, wishes, decisions, what was told) is a short list of special pairs.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.group_rules import groups_of, may_meet
from matchmaker.matching.roster import Floats, Ints, Roster
from matchmaker.model.attendee import Attendee
from matchmaker.model.policy import Acquainted, GroupRule, Policy, Prefer, Preference, Trait, minutes_each
from matchmaker.model.snapshot import Snapshot
from matchmaker.model.text import folded
from matchmaker.model.wish import Strength, Verdict

FIRST_TIMERS = "first-timers"
BOOST_MUST, BOOST_LIKE = 0.5, 0.25
RATHER_NOT_FACTOR = 0.5


@dataclass(frozen=True, kw_only=True)
class Table:
    """What pairs keep by an attribute: `code` `(n,)`, `factor` `(c, c)` in [0, 1], symmetric; 0 forbids."""

    code: Ints
    factor: Floats


@dataclass(frozen=True, kw_only=True)
class Special:
    """Pairs spoken of by name, `first < second`, each once, in order of pair; all `(s,)`.

    `factor` in [0, 1] is what both directed values keep (0 forbids), `boost` in [0, 1] how much of what is missing to a full
    value wishes add to the weight, `told` marks pairs that people know of, `pinned` the organiser's, `wished` both sides'
    own. `excluded`, `rejected`, `known_apart` and `met_apart` say why a pair may not be, where nothing outranks it. The
    partners of each person, sorted, stand in `partners` from `starts` `(n + 1,)` on.
    """

    first: Ints
    second: Ints
    factor: Floats
    boost: Floats
    told: NDArray[np.bool_]
    pinned: NDArray[np.bool_]
    wished: NDArray[np.bool_]
    met: NDArray[np.bool_]
    excluded: NDArray[np.bool_]
    rejected: NDArray[np.bool_]
    known_apart: NDArray[np.bool_]
    met_apart: NDArray[np.bool_]
    starts: Ints
    partners: Ints

    def __len__(self) -> int:
        return len(self.first)


@dataclass(frozen=True, kw_only=True)
class Rules:
    """All rules of a room of `n`; `organisation` is -1 where none is stated, `quota` counts minutes in.

    `promised` introductions are `least` where the quota allows.
    """

    quota: Ints
    promised: Ints
    least: Ints
    organisation: Ints
    colleague_factor: float
    tables: tuple[Table, ...]
    special: Special
    floor: float
    inclusion: float
    keep_told: float
    internal_most: int | None


def rules_of(snapshot: Snapshot, roster: Roster, policy: Policy) -> Rules:
    """The rules of a canonical snapshot under `policy`, for the rows of `roster`."""
    people = snapshot.attendees
    quota = np.array([_quota(attendee, policy) for attendee in people], np.int64)
    promised = np.array([policy.least if one.least is None else one.least for one in people], np.int64)
    return Rules(
        quota=quota,
        promised=promised,
        least=np.minimum(promised, quota),
        organisation=roster.organisation,
        colleague_factor=_factor(policy.colleagues, policy) if policy.internal_most != 0 else 0.0,
        tables=(*_group_tables(people, policy.group_rules), *_preference_tables(people, policy.preferences)),
        special=_special(snapshot, roster, policy),
        floor=policy.floor / 100,
        inclusion=policy.inclusion,
        keep_told=policy.keep_told,
        internal_most=policy.internal_most,
    )


def plain_rules(quota: Ints, *, floor: float = 0.0, inclusion: float = 1.0) -> Rules:
    """Rules of a room in which everyone may meet everyone: quotas `(n,)`, and a promise of one introduction."""
    return Rules(
        quota=quota,
        promised=np.ones_like(quota),
        least=np.minimum(1, quota),
        organisation=np.full(len(quota), -1, np.int64),
        colleague_factor=1.0,
        tables=(),
        special=special_of(people=len(quota)),
        floor=floor,
        inclusion=inclusion,
        keep_told=0.0,
        internal_most=None,
    )


def _quota(attendee: Attendee, policy: Policy) -> int:
    """The most introductions someone wants, or has time for: in quiet mode half as many, rounded up."""
    quota = policy.quota if attendee.quota is None else attendee.quota
    most = (quota + 1) // 2 if attendee.quiet else quota
    return most if attendee.minutes is None else min(most, attendee.minutes // minutes_each(attendee.quiet, policy))


def _factor(acquainted: Acquainted, policy: Policy) -> float:
    return {Acquainted.APART: 0.0, Acquainted.LESS: policy.acquainted_discount, Acquainted.ALLOWED: 1.0}[acquainted]


def rules_among(rules: Rules, people: Ints) -> Rules:
    """The rules among some `people` alone, sorted; of special pairs it is only known who they are."""
    place = np.full(len(rules.quota), -1, np.int64)
    place[people] = np.arange(len(people))
    first, second = place[rules.special.first], place[rules.special.second]
    here = (first >= 0) & (second >= 0)
    return replace(
        rules,
        quota=rules.quota[people],
        promised=rules.promised[people],
        least=rules.least[people],
        organisation=rules.organisation[people],
        tables=tuple(replace(table, code=table.code[people]) for table in rules.tables),
        special=special_of(people=len(people), excluded=first[here] * len(people) + second[here]),
    )


# Attributes


def _group_tables(people: Sequence[Attendee], rules: Sequence[GroupRule]) -> Iterator[Table]:
    """Whether two people may be paired: at least one of them may be brought to the other."""
    if rules:
        groups = [groups_of(one) for one in people]
        yield _table(groups, lambda one, other: float(may_meet(rules, one, other)))


def _preference_tables(people: Sequence[Attendee], preferences: Sequence[Preference]) -> Iterator[Table]:
    for preference in preferences:
        keeps = 1.0 - preference.weight
        wanted = preference.prefer is Prefer.ALIKE
        traits = [_trait(one, preference.trait) for one in people]

        def kept(one: frozenset[str], other: frozenset[str], keeps: float = keeps, wanted: bool = wanted) -> float:
            return 1.0 if not (one and other) or bool(one & other) is wanted else keeps

        yield _table(traits, kept)


def _trait(attendee: Attendee, trait: Trait) -> frozenset[str]:
    """What someone states of a trait, folded; nothing stated is an empty set."""
    match trait:
        case Trait.LANGUAGE:
            return frozenset(language.split("-")[0].lower() for language in attendee.languages)
        case Trait.FIRST_TIME:
            return frozenset({str(FIRST_TIMERS in map(folded, attendee.groups))})
        case _:
            return frozenset({folded(getattr(attendee, trait.value))} - {""})


def _table(attributes: Sequence[frozenset[str]], factor: Callable[[frozenset[str], frozenset[str]], float]) -> Table:
    kinds = sorted(set(attributes), key=sorted)
    code_of = {kind: code for code, kind in enumerate(kinds)}
    return Table(
        code=np.array([code_of[one] for one in attributes], np.int64),
        factor=np.array([[factor(one, other) for other in kinds] for one in kinds], np.float32).reshape(
            len(kinds), len(kinds)
        ),
    )


# Pairs by name


def _special(snapshot: Snapshot, roster: Roster, policy: Policy) -> Special:
    row_of = {id_: row for row, id_ in enumerate(roster.ids)}

    def keys(pairs: Iterable[tuple[str, str]]) -> Ints:
        rows = [(row_of[one], row_of[other]) for one, other in pairs]  # type: ignore[index]
        return pair_keys(np.array(rows, np.int64).reshape(-1, 2), len(roster))

    strengths = {
        strength: np.array(
            [
                row_of[w.attendee_id] * len(roster) + row_of[w.other_id]
                for w in snapshot.wishes
                if w.strength is strength
            ],
            np.int64,
        )
        for strength in Strength
    }
    return special_of(
        people=len(roster),
        excluded=pair_keys(roster.excluded, len(roster)),
        rejected=keys((d.first_id, d.second_id) for d in snapshot.decisions if d.verdict is Verdict.REJECTED),
        known=pair_keys(roster.acquainted, len(roster)),
        known_factor=_factor(policy.acquaintances, policy),
        met=keys((one.first_id, one.second_id) for one in snapshot.encounters),
        met_factor=_factor(policy.encounters, policy),
        must=strengths[Strength.MUST_MEET],
        like=strengths[Strength.WOULD_LIKE],
        rather_not=strengths[Strength.RATHER_NOT],
        pinned=keys((d.first_id, d.second_id) for d in snapshot.decisions if d.verdict is Verdict.PINNED),
        told=keys((one.first_id, one.second_id) for one in snapshot.told),
    )


def pair_keys(pairs: Ints, people: int) -> Ints:
    """Sorted keys `first * n + second`, lower row first, of `(k, 2)` pairs; nobody is a pair with themselves."""
    low, high = pairs.min(axis=1, initial=people), pairs.max(axis=1, initial=-1)
    return np.unique((low * people + high)[low < high])


NO_PAIRS: Ints = np.empty(0, np.int64)


def special_of(
    *,
    people: int,
    excluded: Ints = NO_PAIRS,
    rejected: Ints = NO_PAIRS,
    known: Ints = NO_PAIRS,
    known_factor: float = 1.0,
    met: Ints = NO_PAIRS,
    met_factor: float = 1.0,
    must: Ints = NO_PAIRS,
    like: Ints = NO_PAIRS,
    rather_not: Ints = NO_PAIRS,
    pinned: Ints = NO_PAIRS,
    told: Ints = NO_PAIRS,
) -> Special:
    """Special pairs from pair keys; `must`, `like` and `rather_not` are directed keys `whose * n + whom`."""
    low, high = _sides(must, people), _sides(like, people)
    reluctant = _sides(rather_not, people)
    wished = [np.union1d(low[side], high[side]) for side in (0, 1)]
    every = np.unique(np.concatenate([excluded, rejected, known, met, pinned, told, *low, *high, *reluctant]))

    def among(keys: Ints) -> NDArray[np.bool_]:
        return np.isin(every, keys, assume_unique=True)

    unwilling = [among(reluctant[side]) for side in (0, 1)]
    factor = np.ones(len(every), np.float32)
    factor[among(known)] *= np.float32(known_factor)
    factor[among(met)] *= np.float32(met_factor)
    for side in (0, 1):
        factor[unwilling[side]] *= np.float32(RATHER_NOT_FACTOR)
    mutual_wish = among(wished[0]) & among(wished[1])
    factor[mutual_wish] = 1.0
    factor[among(pinned) & (factor == 0)] = 1.0
    barred = among(excluded) | among(rejected)
    factor[barred] = 0.0
    musts, likes = (np.maximum(among(keys[0]), among(keys[1])) for keys in (low, high))
    boost = np.where(musts, BOOST_MUST, np.where(likes, BOOST_LIKE, 0.0)).astype(np.float32)
    boost[unwilling[0] | unwilling[1]] = 0.0
    first, second = np.divmod(every, max(people, 1))
    starts, partners = partners_of(first, second, people)
    return Special(
        first=first,
        second=second,
        factor=factor,
        boost=boost,
        told=among(told),
        pinned=among(pinned),
        wished=mutual_wish & (factor > 0),
        met=among(met),
        excluded=among(excluded),
        rejected=among(rejected),
        known_apart=among(known) & (factor == 0) & (known_factor == 0),
        met_apart=among(met) & (factor == 0) & (met_factor == 0),
        starts=starts,
        partners=partners,
    )


def partners_of(first: Ints, second: Ints, people: int) -> tuple[Ints, Ints]:
    """Where each person's partners begin, `(n + 1,)`, and the partners, sorted."""
    whose, whom = np.concatenate([first, second]), np.concatenate([second, first])
    order = np.lexsort((whom, whose))
    return np.searchsorted(whose[order], np.arange(people + 1)), whom[order]


def _sides(directed: Ints, people: int) -> tuple[Ints, Ints]:
    """The pair keys of directed keys: those of the lower row, and those of the higher."""
    whose, whom = np.divmod(np.unique(directed), max(people, 1))
    keys = np.minimum(whose, whom) * people + np.maximum(whose, whom)
    return np.unique(keys[whose < whom]), np.unique(keys[whose > whom])
