"""A held file: rows of attendees that an organiser sent, while they say what its columns are and mend what is wrong."""

from datetime import datetime, timedelta

from msgspec import Struct

from matchmaker.model.ids import EventId, HeldFileId, ImportId
from matchmaker.model.mapping import Rule, Tool
from matchmaker.model.text import Count, Line, Version

HELD = timedelta(hours=24)


class HeldFileInput(Struct, frozen=True, kw_only=True):
    """What is held; `cells` is the sheet as MessagePack, which `services/hold.py` alone reads and writes."""

    file_name: Line
    rows: Count
    cells: bytes
    rules: list[Rule]
    tool: Tool | None = None


class HeldFile(Struct, frozen=True, kw_only=True):
    """A held file without its cells. `import_id` is its last dry run, while nothing changed since."""

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
