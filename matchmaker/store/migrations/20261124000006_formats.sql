-- migrate:up

-- What a run makes, and the run whose people were told, if it is made again.
alter table match_run
    add column format    text not null default 'introductions',
    add column builds_on uuid,
    add constraint match_run_format_known check (format in ('introductions', 'rounds', 'tables', 'sets')) not valid,
    add constraint match_run_builds_on foreign key (association_id, builds_on) references match_run (association_id, id)
        on delete set null (builds_on) not valid;
-- An event has a handful of runs.
-- squawk-ignore require-concurrent-index-creation
create index match_run_by_builds_on on match_run (association_id, builds_on);

alter table pairing
    add column round        smallint,
    add column table_number integer,
    add column pinned       boolean not null default false,
    add column told         boolean not null default false,
    add constraint pairing_round_range check (round between 1 and 50) not valid,
    add constraint pairing_table_number_range check (table_number between 1 and 100000) not valid,
    add constraint pairing_table_in_round check (table_number is null or round is not null) not valid;

-- Tables, sets, circles and trios, in the order in which the run gives them.
create table run_group (
    association_id uuid             not null default nullif(current_setting('app.association', true), '')::uuid,
    run_id         uuid             not null,
    rank           integer          not null,
    kind           text             not null,
    number         integer          not null,
    mutual_value   double precision not null,
    value_least    double precision not null,
    round          smallint,
    rounds         smallint[]       not null,
    challenge      text,
    constraint run_group_key primary key (association_id, run_id, rank),
    constraint run_group_run foreign key (association_id, run_id) references match_run (association_id, id)
        on delete cascade,
    constraint run_group_rank_range check (rank >= 1),
    constraint run_group_kind_known check (kind in ('table', 'set', 'circle', 'trio')),
    constraint run_group_number_range check (number between 1 and 100000),
    constraint run_group_mutual_value_range check (mutual_value between 0 and 100),
    constraint run_group_value_least_range check (value_least between 0 and 100),
    constraint run_group_round_range check (round between 1 and 50),
    constraint run_group_round_where_seated check ((round is not null) = (kind in ('table', 'trio'))),
    constraint run_group_rounds_count check (cardinality(rounds) <= 50),
    constraint run_group_rounds_rounds check (rounds_fit(rounds)),
    constraint run_group_challenge_chars check (char_length(challenge) between 1 and 8000)
);

-- A table of its own, and not a list in the group: who is deleted leaves their groups as they leave their pairings, and an
-- index finds the groups of one person. `seat` keeps the order, which in a circle says who helps whom.
create table run_group_member (
    association_id uuid     not null default nullif(current_setting('app.association', true), '')::uuid,
    run_id         uuid     not null,
    group_rank     integer  not null,
    seat           smallint not null,
    attendee_id    uuid     not null,
    constraint run_group_member_key primary key (association_id, run_id, group_rank, seat),
    constraint run_group_member_group foreign key (association_id, run_id, group_rank)
        references run_group (association_id, run_id, rank) on delete cascade,
    constraint run_group_member_attendee foreign key (association_id, attendee_id)
        references attendee (association_id, id) on delete cascade,
    constraint run_group_member_seat_range check (seat between 1 and 200)
);
create unique index run_group_member_once on run_group_member (association_id, attendee_id, run_id, group_rank);

create table run_bye (
    association_id uuid     not null default nullif(current_setting('app.association', true), '')::uuid,
    run_id         uuid     not null,
    attendee_id    uuid     not null,
    round          smallint not null,
    constraint run_bye_key primary key (association_id, run_id, round, attendee_id),
    constraint run_bye_run foreign key (association_id, run_id) references match_run (association_id, id)
        on delete cascade,
    constraint run_bye_attendee foreign key (association_id, attendee_id) references attendee (association_id, id)
        on delete cascade,
    constraint run_bye_round_range check (round between 1 and 50)
);
create index run_bye_by_attendee on run_bye (association_id, attendee_id, run_id);

-- One-way asks and where each goes: to an expert's clinic, a topic's host, or the organiser's queue.
create table run_ask (
    association_id uuid             not null default nullif(current_setting('app.association', true), '')::uuid,
    run_id         uuid             not null,
    rank           integer          not null,
    attendee_id    uuid             not null,
    seek           text             not null,
    route          text             not null,
    expert_id      uuid,
    offer          text,
    value          double precision not null,
    constraint run_ask_key primary key (association_id, run_id, rank),
    constraint run_ask_run foreign key (association_id, run_id) references match_run (association_id, id)
        on delete cascade,
    constraint run_ask_attendee foreign key (association_id, attendee_id) references attendee (association_id, id)
        on delete cascade,
    constraint run_ask_expert foreign key (association_id, expert_id) references attendee (association_id, id)
        on delete cascade,
    constraint run_ask_rank_range check (rank >= 1),
    constraint run_ask_of_two check (attendee_id <> expert_id),
    constraint run_ask_seek_chars check (char_length(seek) between 1 and 8000),
    constraint run_ask_route_known check (route in ('clinic', 'host', 'queue')),
    constraint run_ask_offer_chars check (char_length(offer) between 1 and 8000),
    constraint run_ask_value_range check (value between 0 and 100)
);
create index run_ask_by_attendee on run_ask (association_id, attendee_id, run_id);
create index run_ask_by_expert on run_ask (association_id, expert_id, run_id);

-- For a wanted pair of strangers, the third who knows both.
create table run_connector (
    association_id uuid    not null default nullif(current_setting('app.association', true), '')::uuid,
    run_id         uuid    not null,
    rank           integer not null,
    first_id       uuid    not null,
    second_id      uuid    not null,
    connector_id   uuid    not null,
    constraint run_connector_key primary key (association_id, run_id, rank),
    constraint run_connector_once unique (association_id, run_id, first_id, second_id),
    constraint run_connector_run foreign key (association_id, run_id) references match_run (association_id, id)
        on delete cascade,
    constraint run_connector_first foreign key (association_id, first_id) references attendee (association_id, id)
        on delete cascade,
    constraint run_connector_second foreign key (association_id, second_id) references attendee (association_id, id)
        on delete cascade,
    constraint run_connector_connector foreign key (association_id, connector_id)
        references attendee (association_id, id) on delete cascade,
    constraint run_connector_rank_range check (rank >= 1),
    constraint run_connector_in_order check (first_id < second_id),
    constraint run_connector_of_three check (connector_id not in (first_id, second_id))
);
create index run_connector_by_first on run_connector (association_id, first_id, run_id);
create index run_connector_by_second on run_connector (association_id, second_id, run_id);
create index run_connector_by_connector on run_connector (association_id, connector_id, run_id);

-- Who sits where and when. Nobody sits twice in a round of a run, nor at two places at a time: within a draft by itself, and
-- among all that an event has released. Without hours in the programme, rounds of one number are at one time.
create table placement (
    association_id uuid     not null default nullif(current_setting('app.association', true), '')::uuid,
    run_id         uuid     not null,
    event_id       uuid     not null,
    attendee_id    uuid     not null,
    round          smallint not null,
    table_number   integer,
    during         tstzrange,
    released       boolean  not null default false,
    apart_within   uuid     not null generated always as (case when released then event_id else run_id end) stored,
    constraint placement_once_a_round primary key (association_id, run_id, attendee_id, round),
    constraint placement_run foreign key (association_id, run_id) references match_run (association_id, id)
        on delete cascade,
    constraint placement_attendee foreign key (association_id, event_id, attendee_id)
        references attendee (association_id, event_id, id) on delete cascade,
    constraint placement_round_range check (round between 1 and 50),
    constraint placement_table_number_range check (table_number between 1 and 100000),
    constraint placement_during_whole check (not isempty(during) and not lower_inf(during) and not upper_inf(during)),
    constraint placement_apart exclude using gist
        (attendee_id with =, during with &&, apart_within with =, association_id with =) where (during is not null)
);
create unique index placement_untimed_apart on placement (association_id, apart_within, attendee_id, round)
    where during is null;
create index placement_by_attendee on placement (association_id, attendee_id, event_id);

alter table run_group enable row level security, force row level security;
create policy own_run_group on run_group
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

alter table run_group_member enable row level security, force row level security;
create policy own_run_group_member on run_group_member
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

alter table run_bye enable row level security, force row level security;
create policy own_run_bye on run_bye
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

alter table run_ask enable row level security, force row level security;
create policy own_run_ask on run_ask
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

alter table run_connector enable row level security, force row level security;
create policy own_run_connector on run_connector
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

alter table placement enable row level security, force row level security;
create policy own_placement on placement
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

grant select, insert, delete
    on run_group, run_group_member, run_bye, run_ask, run_connector
    to matchmaker_app;
grant select, insert, update, delete
    on placement
    to matchmaker_app;
grant select
    on run_group, run_group_member, run_bye, run_ask, run_connector, placement
    to matchmaker_ops;

-- migrate:down
drop table placement, run_connector, run_ask, run_bye, run_group_member, run_group;
alter table pairing
    drop column told,
    drop column pinned,
    drop column table_number,
    drop column round;
alter table match_run
    drop column builds_on,
    drop column format;
