"""What learning reads and says: answers with what was known before people met, and how well answers are foretold."""

from typing import Annotated

from msgspec import Meta, Struct

from matchmaker.model.text import Count, Line, Share


class Described(Struct, frozen=True, kw_only=True):
    """What a file of decisions tells of a person: ratings of interests, facts, and what they seek and offer as tags."""

    ratings: list[float] = []
    facts: list[str] = []
    seeks: list[str] = []
    offers: list[str] = []


class Answered(Struct, frozen=True, kw_only=True):
    """One side's answer: `taker` said of `giver` yes or no, as their meeting number `order` at `event`; `useful` in [0, 1]."""

    event: str
    taker: str
    giver: str
    order: int
    yes: bool
    useful: float | None = None
    acquainted: bool = False


class DecisionFile(Struct, frozen=True, kw_only=True):
    """The answers in a file, in order of event, who gave them, and the lines that could not be used."""

    answers: list[Answered]
    people: dict[str, Described]
    left_out: list[int]


class Foretold(Struct, frozen=True, kw_only=True):
    """Answers after the first few (`after`) of each person, at events that were not learned from: how many pairs, how many of
    them yes from both, and the AUC of two yeses by each way to foretell them."""

    after: Count
    pairs: Count
    yes_share: Share
    auc: dict[Line, Share]
    calibration_error: Annotated[Share, Meta(description="Mean distance of the likelihood foretold from what came.")]
