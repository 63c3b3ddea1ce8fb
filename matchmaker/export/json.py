"""Proposals → JSON for machines, lossless."""

from collections.abc import Sequence
from typing import Any

from msgspec import json, to_builtins

from matchmaker.export.agenda import agendas
from matchmaker.export.csv import Who
from matchmaker.model.ids import AttendeeId
from matchmaker.model.programme import Slot, Table
from matchmaker.model.run import Proposal


def proposal_json(proposal: Proposal) -> bytes:
    """`pairings`, `unmatched` and `report`, then `groups`, `byes`, `asks` and `connectors` where there are any; keys in a
    fixed order, two blanks deep, a line break at the end."""
    whole = {
        "pairings": proposal.pairings,
        "unmatched": proposal.unmatched,
        "report": proposal.report,
        "groups": proposal.groups,
        "byes": proposal.byes,
        "asks": proposal.asks,
        "connectors": proposal.connectors,
    }
    return _written({key: part for key, part in whole.items() if part or key in ("pairings", "unmatched")})


def by_attendee_json(
    proposal: Proposal, who: Who, *, slots: Sequence[Slot] = (), tables: Sequence[Table] = ()
) -> bytes:
    """A row a person with their pairings in order of mutual value, and where they have any their agenda, their groups beyond
    it and their routed asks; then `unmatched`, `report` and any `connectors`."""
    theirs: dict[AttendeeId, dict[str, list[Any]]] = {one: {"pairings": []} for one in sorted(who)}
    for pairing in proposal.pairings:
        for one in (pairing.first, pairing.second):
            theirs[one]["pairings"].append(to_builtins(pairing))
    for one, agenda in agendas(proposal, who, slots=slots, tables=tables).items():
        if agenda:
            theirs[one]["agenda"] = agenda
    for group in proposal.groups:
        for one in group.members if group.round is None else ():
            theirs[one].setdefault("groups", []).append(group)
    for ask in proposal.asks:
        theirs[ask.attendee_id].setdefault("asks", []).append(ask)
    attendees = [{"id": one, **parts} for one, parts in theirs.items()]
    whole = {"attendees": attendees, "unmatched": proposal.unmatched, "report": proposal.report}
    return _written(whole | ({"connectors": proposal.connectors} if proposal.connectors else {}))


def _written(whole: dict[str, Any]) -> bytes:
    return json.format(json.encode(whole), indent=2) + b"\n"
