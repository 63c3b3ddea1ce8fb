"""A held file: rows of attendees that an organiser sent, while they say what its columns are and mend what is wrong."""

from datetime import datetime, timedelta
from enum import Enum

from msgspec import Struct

from matchmaker.model.ids import EventId, HeldFileId, ImportId
from matchmaker.model.mapping import Rule, Tool
from matchmaker.model.text import Count, Line, Version

HELD = timedelta(hours=24)
STARTS_MAX = 3


class Asked(Enum):
    """What a worker is asked to do with a long file: try its rows, take them in, or that only if every row is right."""

    CHECK = "check"
    TAKE = "take"
    TAKE_IF_RIGHT = "take_if_right"


class Refusal(Struct, frozen=True, kw_only=True):
    """Why what was asked could not be done, as the reader of files says it."""

    code: str
    detail: str
    cure: str | None = None


class HeldFileInput(Struct, frozen=True, kw_only=True):
    """What is held; `cells` is the sheet as MessagePack, which `services/hold.py` alone reads and writes."""

    file_name: Line
    rows: Count
    cells: bytes
    rules: list[Rule]
    tool: Tool | None = None


class HeldFile(Struct, frozen=True, kw_only=True):
    """A held file without its cells. `import_id` is its last dry run, while nothing changed since.

    While a worker is `asked` to do something, `progress` in [0, 1] says how far it is, and `starts` how often it was begun.
    """

    id: HeldFileId
    event_id: EventId
    file_name: Line
    rows: Count
    rules: list[Rule]
    tool: Tool | None
    import_id: ImportId | None
    version: Version
    created_at: datetime
    expires_at: datetime
    asked: Asked | None = None
    progress: float = 0
    starts: int = 0
    refusal: Refusal | None = None
