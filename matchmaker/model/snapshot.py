"""A snapshot: all that a match run reads, in one value with one canonical form, so that a run can be repeated."""

import hashlib

from msgspec import Struct, json

from matchmaker.model.attendee import Attendee
from matchmaker.model.exclusion import Acquaintance, Exclusion


class Snapshot(Struct, frozen=True, kw_only=True):
    """The people of an event and what stands between them."""

    attendees: list[Attendee]
    exclusions: list[Exclusion] = []
    acquaintances: list[Acquaintance] = []


def canonical(snapshot: Snapshot) -> Snapshot:
    """The same snapshot in the one order that does not depend on how rows arrived; attendees by id."""
    return Snapshot(
        attendees=sorted(snapshot.attendees, key=lambda attendee: attendee.id),
        exclusions=sorted(snapshot.exclusions, key=json.encode),
        acquaintances=sorted(snapshot.acquaintances, key=json.encode),
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
