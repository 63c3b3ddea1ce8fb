"""What kind of event it is, in the organiser's words, and what that means for its runs: the format, the policy, the hours."""

from enum import Enum

from msgspec import Struct

from matchmaker.model.policy import Policy
from matchmaker.model.run import Format


class EventKind(Enum):
    """A meal at tables, short talks in rounds, introductions by mail, or sets that meet over months."""

    LUNCHEON = "luncheon"
    SPEED = "speed"
    MAIL = "mail"
    SETS = "sets"


class Hours(Struct, frozen=True, kw_only=True):
    """Rounds as one says them: how many, of how many minutes, with how many between, at how many tables of how many."""

    rounds: int
    minutes: int
    pause: int
    tables: int
    seats: int


class Sensible(Struct, frozen=True, kw_only=True):
    """What fits an event of a kind until the organiser says otherwise; without `hours` it has no rounds."""

    format: Format
    policy: Policy
    hours: Hours | None = None


# Rounds leave time to change tables; whoever moves once for dessert needs longer than who moves to the next chair.
SENSIBLE: dict[EventKind, Sensible] = {
    EventKind.LUNCHEON: Sensible(
        format=Format.TABLES,
        policy=Policy(table_seats=8, rounds=2),
        hours=Hours(rounds=2, minutes=40, pause=10, tables=10, seats=8),
    ),
    EventKind.SPEED: Sensible(
        format=Format.ROUNDS,
        policy=Policy(quota=6, rounds=6, busy=True, trios=True),
        hours=Hours(rounds=6, minutes=15, pause=5, tables=30, seats=2),
    ),
    EventKind.MAIL: Sensible(format=Format.INTRODUCTIONS, policy=Policy()),
    EventKind.SETS: Sensible(format=Format.SETS, policy=Policy(set_least=5, set_most=7)),
}
