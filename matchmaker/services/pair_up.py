"""Pair people up again whose seats were changed by hand: a draft's pairings are those who sit together, as its run made them."""

from collections.abc import Mapping

from msgspec import structs

from matchmaker.model.ids import AttendeeId, RunId
from matchmaker.model.pairing import Pairing
from matchmaker.model.run import Format, MatchRun
from matchmaker.model.seating import SeatChange, SeatPair
from matchmaker.store import pairings, seatings
from matchmaker.store.connection import Connection

Pair = tuple[AttendeeId, AttendeeId]
Pairs = Mapping[Pair, SeatPair]

ROWS_MAX = 100_000


async def again(connection: Connection, run: MatchRun, change: SeatChange, pairs: Pairs) -> None:
    """Let the pairings of whoever moved follow their new seats, which are written already."""
    moved = [one for one in (change.attendee_id, change.other_id) if one is not None]
    old = await pairings.of_people(connection, run.id, moved, limit=ROWS_MAX)
    if run.format is Format.ROUNDS:
        old = [one for one in old if one.round == change.round]
        new = [_exchanged(one, change, pairs) for one in old]
    else:
        new = await _at_tables(connection, run.id, moved, old, pairs)
    kept = set(map(_told, old)) & set(map(_told, new))
    await pairings.remove(connection, run.id, [one.rank for one in old if _told(one) not in kept])
    await pairings.add_all(connection, run.id, [one for one in new if _told(one) not in kept])


def _exchanged(pairing: Pairing, change: SeatChange, pairs: Pairs) -> Pairing:
    """The pairing with the one who moved in place of the other, at its rank, round and table."""
    swap = {change.attendee_id: change.other_id, change.other_id: change.attendee_id}
    first, second = (swap.get(one) or one for one in (pairing.first, pairing.second))
    found = pairs[min(first, second), max(first, second)].pairing
    return structs.replace(found, rank=pairing.rank, round=pairing.round, table=pairing.table)


async def _at_tables(
    connection: Connection, run_id: RunId, moved: list[AttendeeId], old: list[Pairing], pairs: Pairs
) -> list[Pairing]:
    """Who shares a table with them and gains enough, where the two first do."""
    known = {(one.first, one.second): one for one in old}
    first_at: dict[Pair, tuple[int, int]] = {}
    for one, other, number, table in await seatings.company(connection, run_id, moved, limit=ROWS_MAX):
        first_at.setdefault((min(one, other), max(one, other)), (number, table))
    old_ones = [
        structs.replace(known[pair], round=at[0], table=at[1]) for pair, at in first_at.items() if pair in known
    ]
    fitting = [pair for pair in first_at if pair not in known and pair in pairs and pairs[pair].fits]
    best_first = sorted(fitting, key=lambda pair: (-pairs[pair].pairing.mutual_value, pair))
    rank = await pairings.rank_last(connection, run_id)
    return old_ones + [
        structs.replace(pairs[pair].pairing, rank=at, round=first_at[pair][0], table=first_at[pair][1])
        for at, pair in enumerate(best_first, start=rank + 1)
    ]


def _told(pairing: Pairing) -> tuple[int, AttendeeId, AttendeeId, int | None, int | None]:
    return pairing.rank, pairing.first, pairing.second, pairing.round, pairing.table
