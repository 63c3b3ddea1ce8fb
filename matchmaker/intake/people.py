"""Whom an entry in `knows` or `avoids` names: an external id, an e-mail, a name or `org:NAME`, resolved in that order."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from matchmaker.model.ids import AttendeeId

ORGANISATION = "org:"
Pair = tuple[AttendeeId, AttendeeId]


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
        self._organisations: dict[str, str] = {}
        for one in people:
            self._by_external_id[one.external_id or ""].append(one.id)
            self._by_email[folded(one.email)].append(one.id)
            self._by_name[folded(one.name)].append(one.id)
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


def folded(value: str | None) -> str:
    """Case and blanks aside."""
    return " ".join((value or "").casefold().split())
