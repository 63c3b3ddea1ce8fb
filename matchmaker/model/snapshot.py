"""A snapshot: all that a match run reads, in one value with one canonical form, so that a run can be repeated."""

import hashlib
from collections.abc import Collection
from typing import TypeVar

from msgspec import UNSET, Struct, UnsetType, json, structs

from matchmaker.model.attendee import Attendee
from matchmaker.model.exclusion import Acquaintance, Exclusion
from matchmaker.model.feedback import Tally
from matchmaker.model.group import Byes, Groups, RoundNumber
from matchmaker.model.ids import AttendeeId
from matchmaker.model.pairing import Pairing
from matchmaker.model.programme import Slot, Table
from matchmaker.model.wish import Decision, Encounter, Told, Wish

Between = TypeVar("Between", Acquaintance, Decision, Encounter, Told)


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


def without(snapshot: Snapshot, gone: Collection[AttendeeId]) -> Snapshot:
    """The snapshot as if it had never read these people: none of their words, wishes or meetings stay in it."""
    return structs.replace(
        snapshot,
        attendees=[one for one in snapshot.attendees if one.id not in gone],
        exclusions=[one for one in snapshot.exclusions if not {one.attendee_id, one.other_id}.intersection(gone)],
        wishes=[one for one in snapshot.wishes if not {one.attendee_id, one.other_id}.intersection(gone)],
        acquaintances=_among(snapshot.acquaintances, gone),
        decisions=_among(snapshot.decisions, gone),
        encounters=_among(snapshot.encounters, gone),
        told=_among(snapshot.told, gone),
        tallies=[one for one in snapshot.tallies if one.attendee_id not in gone],
        earlier=snapshot.earlier if snapshot.earlier is UNSET else _seated(snapshot.earlier, gone),
    )


def _among(pairs: list[Between], gone: Collection[AttendeeId]) -> list[Between]:
    return [one for one in pairs if one.first_id not in gone and one.second_id not in gone]


def _seated(earlier: Earlier, gone: Collection[AttendeeId]) -> Earlier:
    """Seats of those who stay: a table or set of which one is left is none."""
    staying = [
        structs.replace(group, members=[one for one in group.members if one not in gone]) for group in earlier.groups
    ]
    return structs.replace(
        earlier,
        pairings=[one for one in earlier.pairings if one.first not in gone and one.second not in gone],
        groups=[group for group in staying if len(group.members) > 1],
        byes=[one for one in earlier.byes if one.attendee_id not in gone],
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
