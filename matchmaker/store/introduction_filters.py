"""Introductions of an event as an organiser looks for them: by how they stand, and by some words of either name."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from matchmaker.model.ids import EventId, IntroductionId
from matchmaker.model.introduction import Introduction, IntroductionState
from matchmaker.store.connection import Connection
from matchmaker.store.introductions import introduction_of


class Sought(Struct, frozen=True, kw_only=True):
    """Which introductions: in a state, of two in quiet mode whom a host brings together, and whose names hold each word."""

    state: IntroductionState | None = None
    host_begins: bool = False
    words: Sequence[str] = ()


async def find(
    connection: Connection, event_id: EventId, sought: Sought, *, after: IntroductionId | None = None, limit: int
) -> list[Introduction]:
    """Those introductions, the first offered first, after that one; any part of a name or an organisation, case aside."""
    rows = await connection.fetch(
        """
        select introduction.id, introduction.event_id, run_id, first_id, second_id, state, offered_at, expires_at,
               first_accepted_at, second_accepted_at, first_later_at, second_later_at, first_declined_at, second_declined_at,
               introduced_at, withdrawn_at, first_met, second_met, first_met_at, second_met_at, sat_together
          from introduction
          join attendee as first on first.id = first_id
          join contact as first_contact on first_contact.person_id = first.person_id
          join attendee as second on second.id = second_id
          join contact as second_contact on second_contact.person_id = second.person_id
         where introduction.event_id = $1
           and ($2::text is null or state = $2)
           and (not $3 or introduced_at is not null and first.quiet and second.quiet)
           and not exists (select
                             from unnest($4::text[]) as word
                            where strpos(lower(concat_ws(' ', first_contact.name, first.organisation, second_contact.name,
                                                         second.organisation)),
                                         lower(word)) = 0)
           and ($5::uuid is null
                or (offered_at, introduction.id) > (select last.offered_at, last.id
                                                      from introduction as last
                                                     where last.id = $5
                                                       and last.event_id = $1))
         order by offered_at, introduction.id
         limit $6
        """,
        event_id,
        None if sought.state is None else sought.state.value,
        sought.host_begins,
        list(sought.words),
        after,
        limit,
    )
    return [introduction_of(row) for row in rows]


async def count(connection: Connection, event_id: EventId) -> Mapping[IntroductionState, int]:
    """How many introductions of an event stand how."""
    rows = await connection.fetch(
        """
        select state, count(*) as number
          from introduction
         where event_id = $1
         group by state
         limit $2
        """,
        event_id,
        len(IntroductionState),
    )
    return {IntroductionState(row["state"]): row["number"] for row in rows}
