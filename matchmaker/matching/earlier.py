"""What a run that begins anew at a later round has in all: rounds before as they were, and after them what was made anew."""

from collections import defaultdict
from collections.abc import Iterable

from msgspec import structs

from matchmaker.model.group import Group
from matchmaker.model.ids import AttendeeId
from matchmaker.model.pairing import Pairing
from matchmaker.model.run import Proposal
from matchmaker.model.snapshot import Earlier

_Seats = dict[tuple[AttendeeId, int], set[tuple[int | None, AttendeeId]]]


def with_earlier(proposal: Proposal, earlier: Earlier) -> Proposal:
    """The proposal with the rounds before, and what stays as it was in the words people know it by.

    Its report speaks of the rounds made anew; its notes count the `rounds_kept`, and the `seats_changed` in the others: how
    often someone is with others than before, at another table, or nowhere.
    """
    begin = earlier.from_round
    before = [one for one in earlier.pairings if _is_before(one, begin)]
    tables_before = [one for one in earlier.groups if _is_before(one, begin)]
    met = {(one.first, one.second) for one in before}
    known, known_groups = _known_pairings(earlier), _known_groups(earlier)
    pairings = [known.get(_pair_key(one), one) for one in proposal.pairings if (one.first, one.second) not in met]
    groups = [known_groups.get(_group_key(one), one) for one in proposal.groups]
    seen = {who for one in before for who in (one.first, one.second)} | {
        who for one in tables_before for who in one.members
    }
    notes = {"rounds_kept": begin - 1, "seats_changed": _changed(earlier, pairings, groups)}
    return structs.replace(
        proposal,
        pairings=_ranked([*before, *pairings]),
        groups=[*tables_before, *groups],
        byes=[*(one for one in earlier.byes if one.round < begin), *proposal.byes],
        unmatched=[one for one in proposal.unmatched if one.id not in seen],
        report=structs.replace(proposal.report, notes=proposal.report.notes | notes),
    )


def _is_before(one: Pairing | Group, begin: int) -> bool:
    return one.round is not None and one.round < begin


def _known_pairings(earlier: Earlier) -> dict[tuple[object, ...], Pairing]:
    return {_pair_key(one): one for one in earlier.pairings}


def _pair_key(one: Pairing) -> tuple[object, ...]:
    return one.first, one.second, one.round, one.table


def _known_groups(earlier: Earlier) -> dict[tuple[object, ...], Group]:
    return {_group_key(one): one for one in earlier.groups if one.round is not None}


def _group_key(one: Group) -> tuple[object, ...]:
    return one.kind, one.round, one.number, tuple(sorted(one.members))


def _ranked(pairings: Iterable[Pairing]) -> list[Pairing]:
    """By mutual value, then by the side that gains less, then by id, as `ranking` has it."""

    def key(one: Pairing) -> tuple[float, float, str, str]:
        return -one.mutual_value, -min(one.value_to_first, one.value_to_second), one.first, one.second

    return [structs.replace(one, rank=rank) for rank, one in enumerate(sorted(pairings, key=key), start=1)]


def _changed(earlier: Earlier, pairings: Iterable[Pairing], groups: Iterable[Group]) -> int:
    """The seats, of a person in a round, that are not as they were, or no more, or new."""
    was, now = (
        _seats(earlier.pairings, earlier.groups, earlier.from_round),
        _seats(pairings, groups, earlier.from_round),
    )
    return sum(was.get(seat) != now.get(seat) for seat in was.keys() | now.keys())


def _seats(pairings: Iterable[Pairing], groups: Iterable[Group], begin: int) -> _Seats:
    """From a round on, with whom each person sits in which round, and at which table."""
    seats: _Seats = defaultdict(set)
    together = [
        *(((one.first, one.second), one.round, one.table) for one in pairings),
        *((tuple(one.members), one.round, one.number) for one in groups),
    ]
    for people, round_, table in together:
        if round_ is not None and round_ >= begin:
            for who in people:
                seats[who, round_] |= {(table, other) for other in people}
    return dict(seats)
