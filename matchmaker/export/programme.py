"""The programme → a row a round, by the clock of the event."""

from collections.abc import Sequence
from datetime import tzinfo

from matchmaker.export.sheet import Cell, Sheet
from matchmaker.model.programme import SlotReply

COLUMNS = ("round", "starts_at", "ends_at", "minutes")


def programme_sheet(slots: Sequence[SlotReply], zone: tzinfo) -> Sheet:
    """A row a round, in order."""
    rows: list[list[Cell]] = [
        [
            slot.number,
            slot.starts_at.astimezone(zone).isoformat(" ", "minutes"),
            slot.ends_at.astimezone(zone).isoformat(" ", "minutes"),
            round((slot.ends_at - slot.starts_at).total_seconds() / 60),
        ]
        for slot in slots
    ]
    return Sheet(title="programme", columns=COLUMNS, rows=rows)
