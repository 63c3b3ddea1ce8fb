"""How far the pairs of an event came, counted where they stand; a pair counts once, however often it was asked."""

from matchmaker.model.feedback import USEFUL_LEAST_OF_YES
from matchmaker.model.funnel import Funnel
from matchmaker.model.ids import EventId
from matchmaker.store.connection import Connection, returned


async def get(connection: Connection, event_id: EventId) -> Funnel:
    """The funnel of an event."""
    row = await connection.fetchrow(
        """
        with asked as (select first_id, second_id,
                              bool_or(num_nonnulls(first_accepted_at, second_accepted_at) > 0) as half_accepted,
                              bool_or(state in ('introduced', 'met', 'missed')) as introduced,
                              bool_or(state = 'met') as met
                         from introduction
                        where event_id = $1
                        group by first_id, second_id)
        select (select count(*)
                  from (select pairing.first_id, pairing.second_id
                          from match_run
                          join pairing on pairing.run_id = match_run.id
                         where match_run.event_id = $1
                           and match_run.released_at is not null
                         union
                        select first_id, second_id from asked) as proposed) as proposed,
               count(*) as offered,
               count(*) filter (where half_accepted) as half_accepted,
               count(*) filter (where introduced) as introduced,
               count(*) filter (where met) as met,
               count(*) filter (where met and exists (select
                                                        from feedback
                                                       where feedback.event_id = $1
                                                         and feedback.attendee_id in (first_id, second_id)
                                                         and feedback.other_id in (first_id, second_id)
                                                         and feedback.useful >= $2)) as useful
          from asked
        """,
        event_id,
        USEFUL_LEAST_OF_YES,
    )
    return Funnel(**returned(row))
