"""Coverage: what the room seeks against what it offers, by topic; and what one attendee's introductions cover (L4, F71)."""

from typing import Annotated

from msgspec import Meta, Struct

from matchmaker.model.goal import GoalKind
from matchmaker.model.ids import AttendeeId
from matchmaker.model.text import QUOTA_MAX, TEXTS_MAX, Count, Share, Text, Value

TOPICS_MAX = 24
LISTED_MAX = 200


class Topic(Struct, frozen=True, kw_only=True):
    """What people speak of, named by an interest that several share, else by its most typical text, `example`, in quotes."""

    label: Annotated[str, Meta(max_length=200)]
    example: Annotated[str, Meta(max_length=8_000)]
    seeks: Count
    offers: Count
    seekers: Annotated[Count, Meta(description="People who seek something here.")]
    givers: Annotated[Count, Meta(description="People who offer something here.")]
    unmet: Annotated[Count, Meta(description="Seeks here that nobody in the room answers.")]
    idle: Annotated[Count, Meta(description="Offers here that answer nobody's seek.")]


class Unmatchable(Struct, frozen=True, kw_only=True):
    """A seek that nobody answers, or an offer that answers nobody, and how near the nearest comes."""

    attendee_id: AttendeeId
    text: Text
    topic: Annotated[Count, Meta(description="Its position among the topics, from 0.")]
    best: Value


class Coverage(Struct, frozen=True, kw_only=True):
    """What an event seeks and offers, in time to invite someone. Only what was stated as such counts."""

    people: Count
    met_least: Annotated[Value, Meta(description="From this value on an offer is taken to answer a seek.")]
    seeks: Count
    offers: Count
    unmet: Count
    idle: Count
    topics: Annotated[list[Topic], Meta(max_length=TOPICS_MAX, description="Those most lacked first.")]
    unmet_seeks: Annotated[
        list[Unmatchable], Meta(max_length=LISTED_MAX, description="The least answered first; the first 200.")
    ]
    idle_offers: Annotated[
        list[Unmatchable], Meta(max_length=LISTED_MAX, description="The least wanted first; the first 200.")
    ]


class Covered(Struct, frozen=True, kw_only=True):
    """One text of an attendee, and the introductions of a run in which it counts."""

    text: Text
    kind: Annotated[GoalKind | None, Meta(description="The kind of help it suggests.")]
    points: Annotated[Value, Meta(description="The most that rests on it in one introduction.")]
    by: Annotated[list[AttendeeId], Meta(max_length=QUOTA_MAX)]


class AttendeeCoverage(Struct, frozen=True, kw_only=True):
    """What the introductions of a run cover of what an attendee seeks, and what they use of what the attendee offers."""

    attendee_id: AttendeeId
    share: Annotated[Share, Meta(description="Share of the seeks that some introduction covers.")]
    seeks: Annotated[list[Covered], Meta(max_length=TEXTS_MAX)]
    offers: Annotated[list[Covered], Meta(max_length=TEXTS_MAX)]
