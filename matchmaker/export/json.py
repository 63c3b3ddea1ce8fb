"""Pairings → JSON for machines, lossless."""

from typing import Any

from msgspec import json, to_builtins

from matchmaker.export.csv import Who
from matchmaker.model.ids import AttendeeId
from matchmaker.model.run import Proposal


def proposal_json(proposal: Proposal) -> bytes:
    """`pairings`, `unmatched` and `report`; keys in a fixed order, two blanks deep, a line break at the end."""
    return json.format(json.encode(proposal), indent=2) + b"\n"


def by_attendee_json(proposal: Proposal, who: Who) -> bytes:
    """A row a person with their pairings in order of mutual value, then `unmatched` and `report`."""
    theirs: dict[AttendeeId, list[Any]] = {one: [] for one in sorted(who)}
    for pairing in proposal.pairings:
        for one in (pairing.first, pairing.second):
            theirs[one].append(to_builtins(pairing))
    attendees = [{"id": one, "pairings": pairings} for one, pairings in theirs.items()]
    whole = {"attendees": attendees, "unmatched": proposal.unmatched, "report": proposal.report}
    return json.format(json.encode(whole), indent=2) + b"\n"
