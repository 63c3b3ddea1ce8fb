"""A snapshot: all that a match run reads, in one value with one canonical form, so that a run can be repeated."""

import hashlib

from msgspec import UNSET, Struct, UnsetType, json, structs

from matchmaker.model.attendee import Attendee
from matchmaker.model.exclusion import Acquaintance, Exclusion
from matchmaker.model.feedback import Tally
from matchmaker.model.group import Byes, Groups, RoundNumber
from matchmaker.model.pairing import Pairing
from matchmaker.model.programme import Slot, Table
from matchmaker.model.wish import Decision, Encounter, Told, Wish


class Earlier(Struct, frozen=True, kw_only=True):
    """Whom the run built on seats and where, in the order it gave them: rounds before `from_round` stay as they are."""

    from_round: RoundNumber
    pairings: list[Pairing] = []
    groups: Groups = []
    byes: Byes = []


class Snapshot(Struct, frozen=True, kw_only=True):
    """The people of an event, what stands between them, what they wish, the programme, and what they answered so far.

    `earlier` stands only in the snapshot of a run that begins anew at a round: others keep the bytes they always had.
    """

    attendees: list[Attendee]
    exclusions: list[Exclusion] = []
    acquaintances: list[Acquaintance] = []
    wishes: list[Wish] = []
    decisions: list[Decision] = []
    encounters: list[Encounter] = []
    told: list[Told] = []
    slots: list[Slot] = []
    tables: list[Table] = []
    tallies: list[Tally] = []
    earlier: Earlier | UnsetType = UNSET


def canonical(snapshot: Snapshot) -> Snapshot:
    """The same snapshot in the one order that does not depend on how rows arrived: by id, by number, by content."""
    rows = structs.asdict(snapshot)
    earlier = rows.pop("earlier")
    attendees = sorted(rows.pop("attendees"), key=lambda attendee: attendee.id)
    programme = {part: sorted(rows.pop(part), key=lambda one: one.number) for part in ("slots", "tables")}
    return Snapshot(
        attendees=attendees,
        earlier=earlier,
        **programme,
        **{part: sorted(found, key=json.encode) for part, found in rows.items()},
    )


def encode(snapshot: Snapshot) -> bytes:
    """The canonical bytes; `decode` reads them back."""
    return json.encode(canonical(snapshot), order="deterministic")


def decode(data: bytes) -> Snapshot:
    """The snapshot that `encode` wrote."""
    return json.decode(data, type=Snapshot)


def input_hash(data: bytes) -> str:
    """SHA-256 of a snapshot's canonical bytes, 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()
