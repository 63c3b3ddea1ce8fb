"""Hot statements read by index, however much the association has: the planner is asked, on tables of some size."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any, cast

import asyncpg
import pytest

from matchmaker.model.completeness import Lack
from matchmaker.model.ids import AttendeeId, EventId, IntroductionId, MeetingId, PersonId, RunId
from matchmaker.model.message import LetterKind
from matchmaker.model.note import Segment
from matchmaker.model.run import Format
from matchmaker.store import (
    actions,
    afterwards,
    appointments,
    completeness,
    decisions,
    doors,
    embedded,
    encounters,
    exclusions,
    farewells,
    feedback,
    funnels,
    groups,
    introductions,
    links,
    meetings,
    messages,
    migrate,
    network_effects,
    notes,
    outbox,
    overdue,
    page_sessions,
    pairing_filters,
    pairings,
    pauses,
    people_named,
    placements,
    planned_releases,
    programmes,
    qualities,
    replacements,
    reserves,
    segments,
    snapshots,
    wishes,
    withdrawals,
)
from matchmaker.store.connection import Connection
from matchmaker.store.pairing_filters import Wanted
from matchmaker.store.pool import open_pool
from matchmaker.store.tenant import tenant_transaction
from tests import factories
from tests.factories import AT

ASSOCIATION = factories.association_id()
DAY = timedelta(days=1)
EVENTS, PEOPLE = 50, 400
# Everyone attends every event, and there wishes for, meets and is paired with the next, and sits in a group of four.
FILL = """
set session_replication_role = replica;
insert into association (id, name, created_at) values ('{association}', 'Large', now());
insert into event (association_id, name, time_zone, tags, policy, created_at, updated_at)
select '{association}', 'e', 'UTC', '{{}}', '{{}}', now(), now() from generate_series(1, {events});
insert into person (association_id, id, created_at)
select '{association}', gen_random_uuid(), now() from generate_series(1, {people});
insert into attendee (association_id, event_id, person_id, languages, groups, interests, seeks, offers, opted_in, extra,
                      created_at, updated_at)
select '{association}', event.id, person.id, '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', true, '{{}}', now(), now()
  from event join person using (association_id) where association_id = '{association}';
create temporary table pair as
select event_id, id as first_id, lead(id) over (partition by event_id order by id) as second_id,
       lead(id, 2) over (partition by event_id order by id) as third_id,
       row_number() over (partition by event_id order by id) as rank
  from attendee where association_id = '{association}';
delete from pair where third_id is null;
insert into wish (association_id, event_id, attendee_id, other_id, strength, created_at)
select '{association}', event_id, first_id, second_id, 'must_meet', now() from pair;
insert into decision (association_id, event_id, first_id, second_id, verdict, created_at)
select '{association}', event_id, first_id, second_id, 'pinned', now() from pair;
insert into encounter (association_id, event_id, first_id, second_id, kind, created_at)
select '{association}', event_id, first_id, second_id, 'met', now() from pair;
insert into feedback (association_id, event_id, attendee_id, other_id, accepted, created_at, updated_at)
select '{association}', event_id, first_id, second_id, true, now(), now() from pair;
insert into exclusion (association_id, event_id, attendee_id, other_id, created_at)
select '{association}', event_id, first_id, second_id, now() from pair;
insert into match_run (association_id, event_id, state, seed, policy, created_at, told_at)
select '{association}', id, 'queued', 1, '{{}}', now(), now() from event where association_id = '{association}';
insert into match_run (association_id, event_id, state, seed, policy, finished_at, error, created_at, told_at)
select '{association}', event.id, 'failed', 1, '{{}}', now(), 'No.', now(), now() from event cross join generate_series(1, 40);
create temporary table run as
select event_id, id as run_id from match_run where state = 'queued';
insert into pairing (association_id, run_id, rank, first_id, second_id, mutual_value, value_to_first, value_to_second,
                     reasons, round)
select '{association}', run_id, rank, first_id, second_id, 1, 1, 1, '[]', 1 from pair join run using (event_id);
insert into run_group (association_id, run_id, rank, kind, number, mutual_value, value_least, round, rounds)
select '{association}', run_id, rank, 'table', rank, 1, 1, 1, '{{}}'
  from pair join run using (event_id) where rank % 4 = 0;
insert into run_group_member (association_id, run_id, group_rank, seat, attendee_id)
select '{association}', run_id, 4 * (rank / 4), rank % 4 + 1, first_id from pair join run using (event_id);
insert into run_bye (association_id, run_id, attendee_id, round)
select '{association}', run_id, first_id, 1 from pair join run using (event_id);
insert into run_ask (association_id, run_id, rank, attendee_id, seek, route, expert_id, value)
select '{association}', run_id, rank, first_id, 's', 'clinic', second_id, 1 from pair join run using (event_id);
insert into run_connector (association_id, run_id, rank, first_id, second_id, connector_id)
select '{association}', run_id, rank, first_id, second_id, third_id from pair join run using (event_id);
insert into message (association_id, event_id, attendee_id, person_id, letter, edition, facts, mail_id, asked_for, state, claim,
                     not_before, due_at, created_at, transmitting_at, ended_at)
select association_id, event_id, id, person_id, 'agenda', '1', '{{}}', '<' || id || '@e.org>', false, 'sent', 1,
       now(), now(), now(), now(), now() from attendee where association_id = '{association}';
insert into message (association_id, event_id, attendee_id, person_id, letter, edition, facts, mail_id, asked_for, not_before,
                     due_at, created_at)
select association_id, event_id, id, person_id, 'reminder', '1', '{{}}', '<1-' || id || '@e.org>', false,
       now() + interval '1 day', now() + interval '1 day', now() from attendee where association_id = '{association}';
insert into introduction (association_id, event_id, run_id, first_id, second_id, state, offered_at, expires_at,
                          first_accepted_at, second_accepted_at, introduced_at)
select '{association}', event_id, run_id, first_id, second_id, new.state, now() - interval '9 days', now() + interval '1 day',
       new.yes, new.yes, new.yes
  from pair join run using (event_id)
 cross join lateral (select case when rank < 4 then 'introduced' when rank < 8 then 'offered' else 'expired' end,
                            case when rank < 4 then now() end) as new (state, yes);
insert into replacement (association_id, introduction_id, attendee_id, decided_at)
select '{association}', id, first_id, now() from introduction where state = 'expired';
insert into reserve (association_id, run_id, rank, first_id, second_id, mutual_value, value_to_first, value_to_second, reasons,
                     shared, exploration, first_quota, second_quota)
select '{association}', run_id, rank, first_id, second_id, 1, 1, 1, '[]', '[]', false, 1, 1 from pair join run using (event_id);
insert into message (association_id, event_id, attendee_id, person_id, introduction_id, letter, edition, facts, mail_id,
                     asked_for, not_before, due_at, created_at)
select '{association}', event_id, attendee.id, person_id, introduction.id, 'offered', '1', '{{}}',
       '<' || introduction.id || '@a.b>', false, now(), now(), now()
  from introduction join attendee using (association_id, event_id) where attendee.id = introduction.first_id;
insert into promise (association_id, introduction_id, attendee_id, words, due_at, created_at, kept, closed_at)
select '{association}', id, first_id, 'To call.', now(), now(), case when state = 'expired' then true end,
       case when state = 'expired' then now() end
  from introduction;
insert into pause (association_id, person_id, scope, cause, began_at)
select '{association}', id, 'everything', 'asked', now() from person where association_id = '{association}' limit 100;
insert into pause (association_id, person_id, event_id, scope, cause, began_at)
select '{association}', person_id, event_id, 'round', 'asked', now() from attendee where association_id = '{association}';
insert into link (association_id, public_id, secret_hash, scope, attendee_id, created_at, expires_at)
select '{association}', left(replace(id::text, '-', ''), 12), sha256(id::text::bytea), 'exits', id, now(),
       now() + interval '1 day'
  from attendee where association_id = '{association}';
insert into sign_up (association_id, attendee_id, event_id, signed_up_at)
select '{association}', id, event_id, now() from attendee where association_id = '{association}';
insert into page_session (association_id, secret_hash, attendee_id, began_at, ends_at)
select '{association}', sha256(id::text::bytea), id, now(), now() + interval '1 hour'
  from attendee where association_id = '{association}';
insert into placement (association_id, run_id, event_id, attendee_id, round, during, released)
select '{association}', run_id, event_id, first_id, 1, tstzrange(now(), now() + interval '1 hour'), true
  from pair join run using (event_id);
insert into meeting (association_id, event_id, run_id, attendee_id, format, round, starts_at, ends_at, created_at, changed_at,
                     remembered_at, asked_at)
select '{association}', event_id, run_id, first_id, 'rounds', 1, now(), now() + interval '1 hour', now(), now(),
       case when rank > 1 then now() end, case when rank > 2 then now() end
  from (select distinct on (first_id) event_id, run_id, first_id, rank from pair join run using (event_id)) as pair;
insert into action (association_id, event_id, attendee_id, words, created_at)
select '{association}', event_id, id, 'To call.', now() from attendee where association_id = '{association}';
insert into hold_back (association_id, event_id, run_id, first_id, second_id, share, held_back, drawn_at)
select '{association}', event_id, run_id, first_id, second_id, 0.1, rank = 1, now() from pair join run using (event_id);
drop table pair, run;
analyze hold_back;
analyze sign_up, page_session, placement, meeting, action;
analyze replacement, reserve;
analyze introduction, promise, pause, link;
analyze attendee, wish, decision, encounter, exclusion, feedback, match_run, pairing, run_group, run_group_member, run_bye,
        run_ask, run_connector, message;
"""


class Explained:
    """A connection on which a statement is only planned; nothing is found, and the plan is kept."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.read_whole: set[str] = set()
        self.planned = 0

    async def fetch(self, statement: str, *values: Any) -> list[Any]:
        (row,) = await self.connection.fetch("explain (format json) " + statement, *values)
        self.planned += 1
        self.read_whole |= set(_read_whole(json.loads(row[0])[0]["Plan"]))
        return []

    async def fetchrow(self, statement: str, *values: Any) -> None:
        await self.fetch(statement, *values)

    async def fetchval(self, statement: str, *values: Any) -> None:
        await self.fetch(statement, *values)

    async def execute(self, statement: str, *values: Any) -> str:
        await self.fetch(statement, *values)
        return "0"


def _read_whole(plan: dict[str, Any]) -> list[str]:
    """The tables that are read row by row from beginning to end."""
    own = [plan["Relation Name"]] if plan["Node Type"] == "Seq Scan" else []
    return own + [name for inner in plan.get("Plans", []) for name in _read_whole(inner)]


@pytest.fixture(scope="module")
async def filled(database: embedded.Server) -> AsyncIterator[str]:
    """A database of its own with one large association, so that those of other tests stay as small as they are."""
    server = await asyncpg.connect(database.dsn(embedded.SUPERUSER))
    await server.execute(f"create database plans owner {embedded.OWNER}")
    await migrate.migrate(database.dsn(embedded.OWNER, "plans"))
    superuser = await asyncpg.connect(database.dsn(embedded.SUPERUSER, "plans"))
    await superuser.execute(FILL.format(association=ASSOCIATION, events=EVENTS, people=PEOPLE))
    await superuser.close()
    yield database.dsn(embedded.APP, "plans")
    await server.execute("drop database plans with (force)")
    await server.close()


@pytest.fixture
async def large(filled: str) -> AsyncIterator[Connection]:
    """A transaction of the large association."""
    pool = await open_pool(filled, connections_max=1)
    async with tenant_transaction(pool, ASSOCIATION) as connection:
        yield connection
    await pool.close()


Ask = Callable[[Connection, EventId, RunId, AttendeeId, AttendeeId], Awaitable[Any]]
STATEMENTS: dict[str, Ask] = {
    "messages": lambda c, event, run, one, other: messages.find(c, event, limit=50),
    "messages to one": lambda c, event, run, one, other: messages.find(c, event, attendee_id=one, limit=50),
    "messages taken back": lambda c, event, run, one, other: messages.cancel(c, attendee_id=one, at=AT),
    "told of an end": lambda c, event, run, one, other: farewells.concerned(c, event, AT, limit=50),
    "entries that end": lambda c, event, run, one, other: farewells.ended(c, event, [one], AT, limit=50),
    "farewells that are over": lambda c, event, run, one, other: farewells.remove(c, AT, limit=50),
    "told of an appointment": lambda c, event, run, one, other: appointments.last_told(
        c, IntroductionId(one), one, letters=[LetterKind.MEETING]
    ),
    "messages of none": lambda c, event, run, one, other: messages.cancel(
        c, introduction_id=IntroductionId(one), at=AT
    ),
    "due": lambda c, event, run, one, other: outbox.due(c, AT, limit=200),
    "given back": lambda c, event, run, one, other: outbox.give_back(c, AT),
    "doubted": lambda c, event, run, one, other: outbox.doubt(c, AT),
    "repeated": lambda c, event, run, one, other: outbox.repeat_asked_for(c, all_letters=False, at=AT),
    "wishes": lambda c, event, run, one, other: wishes.find(c, event, limit=50),
    "wishes of one": lambda c, event, run, one, other: wishes.find(c, event, attendee_id=one, limit=50),
    "decisions": lambda c, event, run, one, other: decisions.find(c, event, limit=50),
    "decisions on one": lambda c, event, run, one, other: decisions.find(c, event, attendee_id=one, limit=50),
    "encounters": lambda c, event, run, one, other: encounters.find(c, event, limit=50),
    "encounters of one": lambda c, event, run, one, other: encounters.find(c, event, attendee_id=one, limit=50),
    "feedback": lambda c, event, run, one, other: feedback.find(c, event, limit=50),
    "feedback of one": lambda c, event, run, one, other: feedback.find(c, event, attendee_id=one, limit=50),
    "answers": lambda c, event, run, one, other: feedback.answers(c, event, limit=50),
    "answers to a run": lambda c, event, run, one, other: feedback.answers_to_run(c, run, limit=50),
    "gains": lambda c, event, run, one, other: pairings.gains(c, run, limit=50),
    "kept apart": lambda c, event, run, one, other: exclusions.keeps_apart(c, event, one, other),
    "slots": lambda c, event, run, one, other: programmes.slots(c, event),
    "groups": lambda c, event, run, one, other: groups.find(c, run, after=9, limit=50),
    "groups of one": lambda c, event, run, one, other: groups.find(c, run, attendee_id=one, limit=50),
    "byes": lambda c, event, run, one, other: groups.find_byes(c, run, after=(1, one), limit=50),
    "byes of one": lambda c, event, run, one, other: groups.find_byes(c, run, attendee_id=one, limit=50),
    "asks": lambda c, event, run, one, other: groups.find_asks(c, run, after=9, limit=50),
    "asks of one": lambda c, event, run, one, other: groups.find_asks(c, run, attendee_id=one, limit=50),
    "connectors": lambda c, event, run, one, other: groups.find_connectors(c, run, after=9, limit=50),
    "connectors of one": lambda c, event, run, one, other: groups.find_connectors(c, run, attendee_id=one, limit=50),
    "pairings": lambda c, event, run, one, other: pairings.find(c, run, after=9, limit=50),
    "placements": lambda c, event, run, one, other: placements.add_round(c, run, 1, [(one, 1)], hours=None),
    "introductions": lambda c, event, run, one, other: introductions.find(c, event, limit=50),
    "introductions of one": lambda c, event, run, one, other: introductions.find(c, event, attendee_id=one, limit=50),
    "expired": lambda c, event, run, one, other: introductions.expire(c, AT, limit=50),
    "reminders": lambda c, event, run, one, other: overdue.reminders(c, before=DAY, at=AT, limit=50),
    "meetings": lambda c, event, run, one, other: overdue.meetings(c, after=DAY, until=DAY, at=AT, limit=50),
    "reconnections": lambda c, event, run, one, other: overdue.reconnections(c, after=DAY, until=DAY, at=AT, limit=50),
    "promises due": lambda c, event, run, one, other: overdue.promises(c, until=DAY, at=AT, limit=50),
    "pause of one": lambda c, event, run, one, other: pauses.of_attendee(c, one, AT),
    "places of one": lambda c, event, run, one, other: pauses.lock_places(c, PersonId(one), None),
    "links of one": lambda c, event, run, one, other: links.revoke_all(c, one, AT),
    "open ones of one": lambda c, event, run, one, other: introductions.lock_open_of(c, [one], limit=50),
    "open ones of the unwilling": lambda c, event, run, one, other: introductions.lock_open_of_unwilling(
        c, event, AT, limit=50
    ),
    "proposals taken back": lambda c, event, run, one, other: appointments.take_back(c, [one], AT, limit=50),
    "introductions waited for": lambda c, event, run, one, other: withdrawals.lock_waiting_for(c, [one], AT, limit=50),
    "a live one of two": lambda c, event, run, one, other: introductions.is_live(c, event, one, other),
    "appointment": lambda c, event, run, one, other: appointments.get(c, IntroductionId(one)),
    "appointments of one": lambda c, event, run, one, other: appointments.of_attendee(c, one, limit=50),
    "appointments to come": lambda c, event, run, one, other: appointments.coming(
        c, [one], until=None, at=AT, limit=50
    ),
    "sign-ups": lambda c, event, run, one, other: doors.find(c, event, limit=50),
    "sign-ups counted": lambda c, event, run, one, other: doors.count(c, event),
    "sign-up of one": lambda c, event, run, one, other: doors.get_sign_up(c, event, one),
    "session": lambda c, event, run, one, other: page_sessions.get(c, bytes(32), AT),
    "sessions over": lambda c, event, run, one, other: page_sessions.remove_before(c, AT),
    "said by one": lambda c, event, run, one, other: feedback.said_by(c, event, one, limit=50),
    "said of another": lambda c, event, run, one, other: feedback.of_pair(c, event, one, other),
    "asked by one": lambda c, event, run, one, other: exclusions.find_asked(c, event, one, limit=50),
    "rounds of one": lambda c, event, run, one, other: meetings.of_attendee(c, one, limit=50),
    "company of one": lambda c, event, run, one, other: meetings.with_whom(c, one, limit=50),
    "actions": lambda c, event, run, one, other: actions.find(c, event, limit=50),
    "actions of one": lambda c, event, run, one, other: actions.find(c, event, attendee_id=one, limit=50),
    "open actions": lambda c, event, run, one, other: actions.find_open(c, event, [one], limit=50),
    "sittings": lambda c, event, run, one, other: meetings.sittings(c, before=DAY, gap=DAY, at=AT, limit=50),
    "meeting": lambda c, event, run, one, other: meetings.get(c, MeetingId(one)),
    "meetings of a format": lambda c, event, run, one, other: meetings.of_format(c, event, Format.ROUNDS, limit=50),
    "meetings remembered": lambda c, event, run, one, other: meetings.remember(c, AT, limit=50),
    "company asked": lambda c, event, run, one, other: afterwards.offer(c, expires_at=AT, at=AT, limit=50),
    "letters afterwards": lambda c, event, run, one, other: afterwards.company_due(c, AT, limit=50),
    "company afterwards": lambda c, event, run, one, other: afterwards.company(c, event, one, AT, limit=50),
    "held back from one": lambda c, event, run, one, other: afterwards.held_back(c, event, one, AT, limit=50),
    "meetings cancelled": lambda c, event, run, one, other: meetings.cancel_all(c, [MeetingId(one)], AT),
    "told of rounds": lambda c, event, run, one, other: meetings.told(c, event, [one], [LetterKind.AGENDA]),
    "letters of rounds": lambda c, event, run, one, other: meetings.cancel_letters(
        c, event, [one], [LetterKind.AGENDA], AT
    ),
    "seats of a run": lambda c, event, run, one, other: placements.of_run(c, run, limit=50),
    "seated pairs": lambda c, event, run, one, other: pairings.seated(c, run, limit=50),
    "byes released to one": lambda c, event, run, one, other: groups.released_byes(c, one, limit=50),
    "funnel": lambda c, event, run, one, other: _funnel(c, event),
    "place of an offer": lambda c, event, run, one, other: replacements.of_offered(c, IntroductionId(one)),
    "replacements among": lambda c, event, run, one, other: replacements.among(c, [IntroductionId(one)]),
    "quality of releases": lambda c, event, run, one, other: qualities.by_release(c, event, limit=50),
    "ties since": lambda c, event, run, one, other: network_effects.since(c, event, limit=50),
    "spread": lambda c, event, run, one, other: pairings.spread(c, run),
    "segment": lambda c, event, run, one, other: segments.find(c, event, Segment(lacks=Lack.EITHER), AT, limit=50),
    "incomplete": lambda c, event, run, one, other: completeness.find(c, event, lacks=Lack.EITHER, limit=50),
    "reminded": lambda c, event, run, one, other: completeness.reminded(c, event, [one]),
    "pairings looked for": lambda c, event, run, one, other: pairing_filters.find(
        c, run, Wanted(attendee_id=one, organisation="ex", below=50, one_way_below=10, pinned=True, told=True), limit=50
    ),
    "decided of pairs": lambda c, event, run, one, other: pairing_filters.decided(c, event, [(one, other)]),
    "decisions not met": lambda c, event, run, one, other: pairing_filters.unmet(c, event, run, limit=50),
    "people named": lambda c, event, run, one, other: people_named.find(c, event, "ad", limit=20),
    "planned release": lambda c, event, run, one, other: planned_releases.latest(c, run),
    "letters of a release": lambda c, event, run, one, other: planned_releases.letters_of(c, event, AT),
    "notes": lambda c, event, run, one, other: notes.find(c, event, limit=50),
    "places freed": lambda c, event, run, one, other: replacements.due(c, since=DAY, at=AT, limit=50),
    "reserve of one": lambda c, event, run, one, other: reserves.best(c, event, run, one, AT),
    "reserve promoted": lambda c, event, run, one, other: reserves.promote(c, run, 1),
    "told": lambda c, event, run, one, other: snapshots._told(c, event, None),
    "told before": lambda c, event, run, one, other: snapshots._told(c, event, run),
}


async def _funnel(connection: Connection, event_id: EventId) -> None:
    with suppress(LookupError):  # a plan is no row
        await funnels.get(connection, event_id)


@pytest.mark.parametrize("name", STATEMENTS)
async def test_no_table_is_read_whole(large: Connection, name: str) -> None:
    (run,) = await large.fetch("select id, event_id from match_run where state = 'queued' limit 1")
    one, other = await large.fetch("select id from attendee where event_id = $1 limit 2", run["event_id"])
    explained = Explained(large)
    await STATEMENTS[name](cast(Connection, explained), run["event_id"], run["id"], one["id"], other["id"])
    assert explained.planned == 1
    assert explained.read_whole == set()


async def test_the_memory_of_a_small_event_is_found_without_reading_all_of_it(large: Connection) -> None:
    event = await factories.event(large)
    await factories.two_attendees(large, event.id)
    explained = Explained(large)
    await snapshots._encounters(cast(Connection, explained), event.id)
    await feedback.tallies(cast(Connection, explained), event.id, limit=50)
    await network_effects.before(cast(Connection, explained), event.id, limit=50)
    assert explained.planned == 3
    assert explained.read_whole == set()


async def test_a_table_read_whole_would_be_seen(large: Connection) -> None:
    explained = Explained(large)
    await explained.fetch("select id from wish where strength = $1", "must_meet")
    assert explained.read_whole == {"wish"}
