"""What was answered, who met and what was useful, counted by event or by release. Only what two let be measured is counted of
what they say of each other. Who sat together had met when they were asked, so they tell nothing of whether people do meet."""

from matchmaker.model.feedback import USEFUL_LEAST_OF_YES
from matchmaker.model.ids import EventId
from matchmaker.model.quality import Tallied
from matchmaker.store.connection import Connection


async def by_event(connection: Connection, *, limit: int) -> list[Tallied]:
    """The association's events of which a run was released, the latest ones, in order of the first release."""
    rows = await connection.fetch(
        """
        select event.id as event_id, null as run_id, event.name, released.at, event.privacy = 'private' as private,
               said.answers, said.yes, said.rated, said.useful, pairs.introduced, pairs.met
          from event
          join (select event_id, min(released_at) as at
                  from match_run
                 where released_at is not null
                 group by event_id) as released on released.event_id = event.id
         cross join lateral (select count(*) filter (where accepted is not null) as answers,
                                    count(*) filter (where accepted) as yes,
                                    count(feedback.useful) as rated,
                                    count(*) filter (where feedback.useful >= $2) as useful
                               from feedback
                               join attendee as taker on taker.id = feedback.attendee_id
                               join attendee as giver on giver.id = feedback.other_id
                              where feedback.event_id = event.id
                                and taker.measured
                                and giver.measured) as said
         cross join lateral (select count(*) as introduced, count(*) filter (where state = 'met') as met
                               from introduction
                              where introduction.event_id = event.id
                                and not sat_together
                                and state in ('introduced', 'met', 'missed')) as pairs
         order by released.at desc, event.id
         limit $1
        """,
        limit,
        USEFUL_LEAST_OF_YES,
    )
    return [Tallied(**row) for row in reversed(rows)]


async def by_release(connection: Connection, event_id: EventId, *, limit: int) -> list[Tallied]:
    """An event's released runs, the latest ones, in order of release; what is said counts for the run that paired the two."""
    rows = await connection.fetch(
        """
        select event.id as event_id, match_run.id as run_id, event.name, match_run.released_at as at,
               event.privacy = 'private' as private,
               said.answers, said.yes, said.rated, said.useful, pairs.introduced, pairs.met
          from event
          join match_run on match_run.event_id = event.id
         cross join lateral (select count(*) filter (where accepted is not null) as answers,
                                    count(*) filter (where accepted) as yes,
                                    count(feedback.useful) as rated,
                                    count(*) filter (where feedback.useful >= $3) as useful
                               from pairing
                               join feedback on feedback.event_id = event.id
                                            and (feedback.attendee_id = pairing.first_id
                                                 and feedback.other_id = pairing.second_id
                                                 or feedback.attendee_id = pairing.second_id
                                                 and feedback.other_id = pairing.first_id)
                               join attendee as taker on taker.id = feedback.attendee_id
                               join attendee as giver on giver.id = feedback.other_id
                              where pairing.run_id = match_run.id
                                and taker.measured
                                and giver.measured) as said
         cross join lateral (select count(*) as introduced, count(*) filter (where state = 'met') as met
                               from introduction
                              where introduction.event_id = event.id
                                and introduction.run_id = match_run.id
                                and not sat_together
                                and state in ('introduced', 'met', 'missed')) as pairs
         where event.id = $1
           and match_run.released_at is not null
         order by match_run.released_at desc, match_run.id
         limit $2
        """,
        event_id,
        limit,
        USEFUL_LEAST_OF_YES,
    )
    return [Tallied(**row) for row in reversed(rows)]
