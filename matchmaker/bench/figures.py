"""What a benchmark found, as it is printed, kept as JSON and drawn. Values are 0 to 100, shares 0 to 1."""

from msgspec import Struct

OURS = "matchmaker"


class Figures(Struct, frozen=True, kw_only=True):
    """One contestant in one room; all but `name` and `skipped` are null for a contestant that gave no answer.

    `objective` counts what could take place: allowed pairs with both sides at the floor, within everyone's quota, best
    first. `one_way_share` and `load_gini` are of all that was proposed. `upper_bound` is the room's, `proved` the bound that
    this contestant proved over the pairs it was given, `pairs_given` which those were. `cpu_seconds` is the user and system
    time of choosing the pairs, once everything is imported and warm; `gemm_ratio` is that over the room's bare products.
    """

    name: str
    objective: float | None = None
    upper_bound: float | None = None
    left_out: int | None = None
    one_way_share: float | None = None
    load_gini: float | None = None
    cpu_seconds: float | None = None
    peak_mb: float | None = None
    share_of_bound: float | None = None
    gemm_ratio: float | None = None
    proved: float | None = None
    pairings: int | None = None
    pairs_given: str | None = None
    pairs_seconds: float | None = None
    how: str | None = None
    skipped: str | None = None


class RoomFigures(Struct, frozen=True, kw_only=True):
    """One room: what its bare matrix products cost, the least bound proven over all pairs, and every contestant."""

    people: int
    gemm_seconds: float
    upper_bound: float | None
    results: list[Figures]


class Bench(Struct, frozen=True, kw_only=True):
    """All rooms of one run."""

    rooms: list[RoomFigures]
