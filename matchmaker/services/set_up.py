"""Set an event up by its kind: what it is fills in the policy, and keeps what the organiser chose beside."""

from datetime import datetime

from msgspec import structs

from matchmaker.model.event import Event, EventInput
from matchmaker.model.event_kind import SENSIBLE, EventKind
from matchmaker.model.policy import Policy
from matchmaker.store import event_kinds, events
from matchmaker.store.connection import Connection

# What kinds differ in: these a kind sets, all else of a policy stays.
BY_KIND = ("quota", "rounds", "busy", "trios", "table_seats", "set_least", "set_most")


async def choose(connection: Connection, event: Event, kind: EventKind, *, version: int, at: datetime) -> Event | None:
    """The event, of that kind from now on, with the policy that fits; None where it is not of that version."""
    saved = await with_policy(connection, event, policy_for(kind, event.policy), version=version, at=at)
    if saved is not None:
        await event_kinds.put(connection, event.id, kind)
    return saved


def policy_for(kind: EventKind, present: Policy) -> Policy:
    """The policy with what fits a kind."""
    fitting = SENSIBLE[kind].policy
    return structs.replace(present, **{name: getattr(fitting, name) for name in BY_KIND})


async def with_policy(
    connection: Connection, event: Event, policy: Policy, *, version: int, at: datetime
) -> Event | None:
    """The event with that policy; None where it is not of that version."""
    present = EventInput(**{name: getattr(event, name) for name in EventInput.__struct_fields__})
    given = structs.replace(present, policy=policy)
    return await events.save(connection, event.id, given, version=version, at=at)
