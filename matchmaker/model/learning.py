"""What learning reads and says: answers with what was known before people met, and how well answers are foretold."""

from datetime import datetime
from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct

from matchmaker.model.ids import AttendeeId, WeightsId
from matchmaker.model.policy import Policy
from matchmaker.model.text import Count, Line, Share, Version
from matchmaker.model.weights import Learned


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


class EventAnswers(Struct, frozen=True, kw_only=True):
    """The answers of one event, with the attendees of each, `taker` and `giver` being people; and what a run would read."""

    snapshot: bytes
    policy: Policy
    pairs: list[tuple[AttendeeId, AttendeeId]]
    answers: list[Answered]


class LearningFigures(Struct, frozen=True, kw_only=True):
    """What weights rest on, and how well the newest event was foretold from the earlier ones: AUC of a yes from both sides."""

    answers: Count
    events: Count
    auc: Annotated[Share | None, Meta(description="Ours; null where it cannot be told.")] = None
    auc_unsupervised: Annotated[Share | None, Meta(description="The mutual value's, without learning.")] = None


class Taught(Struct, frozen=True, kw_only=True):
    """What answers taught, if they could."""

    learned: Learned | None
    figures: LearningFigures

    @property
    def is_better(self) -> bool:
        """Whether it beats the unsupervised score at the newest event, which it did not learn from."""
        auc, plain = self.figures.auc, self.figures.auc_unsupervised
        return self.learned is not None and auc is not None and plain is not None and auc > plain


class WeightsState(Enum):
    """What became of learning: weights better than none, no better, too few answers to tell, or a fault of ours."""

    QUEUED = "queued"
    LEARNED = "learned"
    NO_BETTER = "no_better"
    TOO_FEW = "too_few"
    FAILED = "failed"


class WeightsVersion(Struct, frozen=True, kw_only=True):
    """Weights learned once; each run names the version it used. At most one is active, and without one the built-in hold."""

    id: WeightsId
    version: Version
    state: WeightsState
    active: bool
    figures: LearningFigures | None
    learned: Learned | None
    error: Annotated[str, Meta(max_length=1_000)] | None
    created_at: datetime
    finished_at: datetime | None
