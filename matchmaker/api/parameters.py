"""The parameters that several operations share, each described once."""

from enum import Enum
from typing import Annotated

from litestar.params import FromPath, FromQuery, HeaderParameter, QueryParameter
from msgspec import Meta

from matchmaker.model.ids import (
    AttendeeId,
    EventId,
    ImportId,
    IntroductionId,
    KeyId,
    MappingId,
    MessageId,
    RunId,
    WeightsId,
)
from matchmaker.model.message import MessageState
from matchmaker.model.run import RunState
from matchmaker.model.text import Line

LIMIT_MAX = 200
LIMIT = 50
VISIBLE = "^[ -~]*$"
ETAG_PATTERN = '^"[0-9]{1,10}"$'


class YesNo(Enum):
    """A yes or no in a query."""

    TRUE = "true"
    FALSE = "false"


class Format(Enum):
    """The form in which a list is given."""

    JSON = "json"
    CSV = "csv"


PathEvent = FromPath[EventId]
PathAttendee = FromPath[AttendeeId]
PathImport = FromPath[ImportId]
PathRun = FromPath[RunId]
PathWeights = FromPath[WeightsId]
PathKey = FromPath[KeyId]
PathMapping = FromPath[MappingId]
PathMessage = FromPath[MessageId]
PathIntroduction = FromPath[IntroductionId]

FilterAttendee = Annotated[AttendeeId | None, QueryParameter(), Meta(description="Only what concerns this attendee.")]
FilterOrganisation = Annotated[Line | None, QueryParameter(), Meta(description="Only people of this organisation.")]
FilterGroup = Annotated[Line | None, QueryParameter(), Meta(description="Only people in this group.")]
FilterName = Annotated[Line | None, QueryParameter(), Meta(description="Only people whose name begins like this.")]
FilterListed = Annotated[
    bool | None,
    QueryParameter(),
    Meta(description="Only people who may be found by name by others, or only those who may not."),
]
FilterState = Annotated[RunState | None, QueryParameter(name="state"), Meta(description="Only runs in this state.")]
FilterMessageState = Annotated[
    MessageState | None, QueryParameter(name="state"), Meta(description="Only messages in this state.")
]
FilterFormat = Annotated[
    Format | None, QueryParameter(name="format"), Meta(description="The form of the list; goes before Accept.")
]
FilterLeast = FromQuery[
    Annotated[float, Meta(ge=0, le=100, description="Only pairings of at least this mutual value.")] | None
]

Limit = FromQuery[Annotated[int, Meta(ge=1, le=LIMIT_MAX, description="Most items in one page.")]]
Cursor = FromQuery[
    Annotated[
        str,
        Meta(
            max_length=1_000,
            pattern="^[A-Za-z0-9_-]+$",
            description="Where to go on: from `next`, never of your own making.",
        ),
    ]
    | None
]

IfMatch = Annotated[
    Annotated[str, Meta(max_length=12, pattern=ETAG_PATTERN, description="The ETag you got when you read it.")] | None,
    HeaderParameter(name="If-Match"),
]
IfNoneMatch = Annotated[
    Annotated[
        str,
        Meta(max_length=1_000, pattern=VISIBLE, description="An ETag you have; 304 when it still holds."),
    ]
    | None,
    HeaderParameter(name="If-None-Match"),
]
LastEventId = Annotated[
    Annotated[
        str,
        Meta(max_length=9, pattern="^[0-9]{1,9}$", description="The last event you got: the stream goes on after it."),
    ]
    | None,
    HeaderParameter(name="Last-Event-ID"),
]
Prefer = Annotated[
    Annotated[
        str,
        Meta(
            max_length=100,
            pattern=VISIBLE,
            description="`wait=10` waits for the end, 20 seconds at most.",
        ),
    ]
    | None,
    HeaderParameter(name="Prefer"),
]
