"""Ids → rows and back, once: a snapshot's people become arrays; the stages see nothing else."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from matchmaker.matching.shown import spoken
from matchmaker.model.attendee import Attendee
from matchmaker.model.ids import AttendeeId
from matchmaker.model.pairing import Basis
from matchmaker.model.policy import Policy
from matchmaker.model.profile import Profile
from matchmaker.model.snapshot import Snapshot
from matchmaker.model.text import folded

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
Stated = tuple[str, float, Basis]


@dataclass(frozen=True, kw_only=True)
class Statements:
    """All seeks (or offers, or interests) of a room, a person's next to each other in the person's own order.

    `text` `(m,)` is a row of the room's texts, all of which others may read, `strength` `(m,)` in [0, 1] how surely it was
    meant, `starts` `(n + 1,)` where each person's begin.
    """

    text: Ints
    strength: Floats
    basis: list[Basis]
    starts: Ints

    def of(self, row: int) -> range:
        """The positions of one person's statements."""
        return range(self.starts[row], self.starts[row + 1])


@dataclass(frozen=True, kw_only=True)
class Roster:
    """A room of `n` people as arrays, in order of id. Pairs are `(k, 2)` rows, `first < second`, each once."""

    ids: list[AttendeeId]
    texts: list[str]
    seeks: Statements
    offers: Statements
    interests: Statements
    challenges: Statements
    organisation: Ints
    excluded: Ints
    acquainted: Ints

    def __len__(self) -> int:
        return len(self.ids)


def roster_of(snapshot: Snapshot, policy: Policy) -> Roster:
    """The roster of a canonical snapshot. Same-named organisations (blanks and case aside) are one; none is -1."""
    people = [structs.replace(attendee, profile=_spoken(attendee.profile)) for attendee in snapshot.attendees]
    row_of = {attendee.id: row for row, attendee in enumerate(people)}
    discount = policy.unstated_discount
    seeks = [_seeks(attendee, discount) for attendee in people]
    offers = [_offers(attendee, discount) for attendee in people]
    interests = [[(text, 1.0, Basis.INTERESTS) for text in attendee.profile.interests] for attendee in people]
    challenges = [_challenge(attendee) for attendee in people]
    every = (seeks, offers, interests, challenges)
    texts = sorted({text for stated in every for own in stated for text, _, _ in own})
    row_of_text = {text: row for row, text in enumerate(texts)}
    organisations = [folded(attendee.organisation) for attendee in people]
    return Roster(
        ids=[attendee.id for attendee in people],
        texts=texts,
        seeks=_statements(seeks, row_of_text),
        offers=_statements(offers, row_of_text),
        interests=_statements(interests, row_of_text),
        challenges=_statements(challenges, row_of_text),
        organisation=codes_of(organisations),
        excluded=_pairs(_excluded(snapshot, row_of, organisations)),
        acquainted=_pairs((row_of[pair.first_id], row_of[pair.second_id]) for pair in snapshot.acquaintances),
    )


def _spoken(profile: Profile) -> Profile:
    """The profile as others may read it: without blank and repeated texts, and those that nobody should read."""
    return Profile(**{of: spoken(texts) for of, texts in structs.asdict(profile).items()})


def _seeks(attendee: Attendee, discount: float) -> list[Stated]:
    """What someone seeks; else what their interests, else their offers, else their role suggest, at a discount."""
    profile = attendee.profile
    for texts, strength, basis in (
        (profile.seeks, 1.0, Basis.SEEKS),
        (profile.interests, discount, Basis.INTERESTS),
        (profile.offers, discount, Basis.OFFERS),
        (_role(attendee), discount * discount, Basis.ROLE),
    ):
        if texts:
            return [(text, strength, basis) for text in texts]
    return []


def _offers(attendee: Attendee, discount: float) -> list[Stated]:
    """What someone offers; else what their interests suggest. A role stands in only for someone who said nothing at all:
    who states asks alone has a one-way ask, and a job title must not hide that."""
    profile = attendee.profile
    said_nothing = not (profile.seeks or profile.interests or profile.offers)
    for texts, strength, basis in (
        (profile.offers, 1.0, Basis.OFFERS),
        (profile.interests, discount, Basis.INTERESTS),
        (_role(attendee) if said_nothing else [], discount * discount, Basis.ROLE),
    ):
        if texts:
            return [(text, strength, basis) for text in texts]
    return []


def _challenge(attendee: Attendee) -> list[Stated]:
    """What someone would work on with peers."""
    return [(text, 1.0, Basis.SEEKS) for text in spoken([(attendee.challenge or "").strip()])]


def _role(attendee: Attendee) -> list[str]:
    parts = spoken(filter(None, (attendee.role, attendee.sector)))
    return [", ".join(parts)] if parts else []


def _statements(stated: list[list[Stated]], row_of_text: dict[str, int]) -> Statements:
    flat = [item for own in stated for item in own]
    return Statements(
        text=np.array([row_of_text[text] for text, _, _ in flat], np.int64),
        strength=np.array([strength for _, strength, _ in flat], np.float32),
        basis=[basis for _, _, basis in flat],
        starts=np.concatenate([[0], np.cumsum([len(own) for own in stated])]).astype(np.int64),
    )


def codes_of(organisations: list[str]) -> Ints:
    """A number for each name, -1 for none."""
    code_of = {name: code for code, name in enumerate(sorted(set(organisations) - {""}))}
    return np.array([code_of.get(name, -1) for name in organisations], np.int64)


def _excluded(snapshot: Snapshot, row_of: dict[AttendeeId, int], organisations: list[str]) -> Iterator[tuple[int, int]]:
    members: dict[str, list[int]] = defaultdict(list)
    for row, name in enumerate(organisations):
        members[name].append(row)
    for exclusion in snapshot.exclusions:
        row = row_of[exclusion.attendee_id]
        if exclusion.other_id is not None:
            yield row, row_of[exclusion.other_id]
        if organisation := folded(exclusion.organisation):
            for other in members[organisation]:
                yield row, other


def _pairs(pairs: Iterable[tuple[int, int]]) -> Ints:
    """Each pair once, lower row first; nobody is a pair with themselves."""
    found = sorted({(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]})
    return np.array(found, np.int64).reshape(-1, 2)
