"""Whom an entry in `knows`, `avoids` or a wish names: an external id, an e-mail, a name or `org:NAME`, in that order."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from matchmaker.model.attendee import ImportRow
from matchmaker.model.ids import AttendeeId
from matchmaker.model.text import PEOPLE_NAMED_MAX, folded
from matchmaker.model.wish import Strength, Wish

ORGANISATION = "org:"
Pair = tuple[AttendeeId, AttendeeId]
# Of two wishes about one person the first of these stands: an unwanted meeting is worse than a missed one.
STRENGTHS = (Strength.RATHER_NOT, Strength.MUST_MEET, Strength.WOULD_LIKE)


@dataclass(frozen=True, kw_only=True)
class Someone:
    """One person as an entry may name them."""

    id: AttendeeId
    external_id: str | None
    email: str | None
    name: str
    organisation: str | None


@dataclass(kw_only=True)
class Resolved:
    """Pairs, lower id first; organisations by person; and how many entries named nobody."""

    pairs: set[Pair] = field(default_factory=set)
    organisations: set[tuple[AttendeeId, str]] = field(default_factory=set)
    unresolved: int = 0


class Directory:
    """The people of one event, by everything an entry may name them by."""

    def __init__(self, people: Iterable[Someone]) -> None:
        self._by_external_id: dict[str, list[AttendeeId]] = defaultdict(list)
        self._by_email: dict[str, list[AttendeeId]] = defaultdict(list)
        self._by_name: dict[str, list[AttendeeId]] = defaultdict(list)
        self._by_organisation: dict[str, list[AttendeeId]] = defaultdict(list)
        self._organisations: dict[str, str] = {}
        for one in people:
            self._by_external_id[one.external_id or ""].append(one.id)
            self._by_email[folded(one.email)].append(one.id)
            self._by_name[folded(one.name)].append(one.id)
            self._by_organisation[folded(one.organisation)].append(one.id)
            self._organisations.setdefault(folded(one.organisation), one.organisation or "")

    def named(self, entry: str) -> list[AttendeeId]:
        """Everyone the entry names: a name that two people bear names both."""
        if not folded(entry):
            return []
        for found in (
            self._by_external_id.get(entry),
            self._by_email.get(folded(entry)),
            self._by_name.get(folded(entry)),
        ):
            if found:
                return found
        return []

    def organisation(self, entry: str) -> str | None:
        """The organisation that `org:NAME` names, as its people write it."""
        is_one = entry[: len(ORGANISATION)].casefold() == ORGANISATION
        return self._organisations.get(folded(entry[len(ORGANISATION) :])) or None if is_one else None

    def everyone(self, entry: str) -> list[AttendeeId]:
        """Everyone the entry names, or all of the organisation it names, by id."""
        organisation = self.organisation(entry)
        return sorted(self.named(entry) or (self._by_organisation[folded(organisation)] if organisation else []))


def resolve(entries: Mapping[AttendeeId, Iterable[str]], directory: Directory) -> Resolved:
    """What each person's entries come to. Nobody is a pair with themselves."""
    resolved = Resolved()
    for one, named in entries.items():
        for entry in named:
            others = directory.named(entry)
            resolved.pairs |= {(min(one, other), max(one, other)) for other in others if other != one}
            organisation = None if others else directory.organisation(entry)
            if organisation:
                resolved.organisations.add((one, organisation))
            elif not others:
                resolved.unresolved += 1
    return resolved


def wishes_of(rows: Mapping[AttendeeId, ImportRow], directory: Directory) -> tuple[list[Wish], dict[str, int]]:
    """Each person's wishes, one a person wished for and none for oneself, and what was counted on the way, by code."""
    wishes: list[Wish] = []
    notes: Counter[str] = Counter()
    for one, row in rows.items():
        theirs = _strengths(one, row, directory, notes)
        notes[f"wishes_over_{PEOPLE_NAMED_MAX}"] += max(0, len(theirs) - PEOPLE_NAMED_MAX)
        kept = list(theirs.items())[:PEOPLE_NAMED_MAX]
        wishes += [Wish(attendee_id=one, other_id=other, strength=strength) for other, strength in kept]
    return wishes, dict(+notes)


def _strengths(
    one: AttendeeId, row: ImportRow, directory: Directory, notes: Counter[str]
) -> dict[AttendeeId, Strength]:
    theirs: dict[AttendeeId, Strength] = {}
    for strength in STRENGTHS:
        entries: list[str] = getattr(row, strength.value)
        for entry in entries:
            others = directory.everyone(entry)
            notes[f"{strength.value}_unresolved"] += not others
            for other in others:
                if other != one and theirs.setdefault(other, strength) is not strength:
                    notes["wishes_contradicted"] += 1
    return theirs
