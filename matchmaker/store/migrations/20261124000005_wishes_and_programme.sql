-- migrate:up

-- Exclusion constraints over equal ids and overlapping times. A trusted extension: the database's owner may make it.
create extension if not exists btree_gist;

-- Whether each entry is the number of a round; an empty list fits.
create function rounds_fit(rounds smallint[]) returns boolean
    language sql immutable parallel safe
    return (select coalesce(bool_and(round is not null and round between 1 and 50), true) from unnest(rounds) as round);

-- Constraints on rows that are there already are validated by a later file, which holds up nobody.
alter table attendee
    add column least            smallint,
    add column minutes          smallint,
    add column challenge        text,
    add column available        smallint[], -- the rounds in which they can come; null is all
    add column needs_accessible boolean not null default false,
    add constraint attendee_least_range check (least between 0 and 50) not valid,
    add constraint attendee_minutes_range check (minutes between 0 and 10000) not valid,
    add constraint attendee_challenge_chars check (char_length(challenge) between 1 and 8000) not valid,
    add constraint attendee_available_count check (cardinality(available) <= 50) not valid,
    add constraint attendee_available_rounds check (rounds_fit(available)) not valid;

alter table attendee_import
    add column wishes integer not null default 0,
    add constraint attendee_import_wishes_range check (wishes >= 0) not valid;

-- Directed: what one wishes is never shown to the other.
create table wish (
    association_id uuid        not null default nullif(current_setting('app.association', true), '')::uuid,
    id             uuid        not null default gen_random_uuid(),
    event_id       uuid        not null,
    attendee_id    uuid        not null,
    other_id       uuid        not null,
    strength       text        not null,
    created_at     timestamptz not null,
    constraint wish_key primary key (association_id, id),
    constraint wish_once unique (association_id, attendee_id, other_id, event_id),
    constraint wish_event foreign key (association_id, event_id) references event (association_id, id)
        on delete cascade,
    constraint wish_attendee foreign key (association_id, event_id, attendee_id)
        references attendee (association_id, event_id, id) on delete cascade,
    constraint wish_other foreign key (association_id, event_id, other_id)
        references attendee (association_id, event_id, id) on delete cascade,
    constraint wish_of_two check (attendee_id <> other_id),
    constraint wish_strength_known check (strength in ('must_meet', 'would_like', 'rather_not'))
);
create index wish_by_age on wish (event_id, created_at, id);
create index wish_by_attendee on wish (attendee_id, event_id, association_id);
create index wish_by_other on wish (other_id, event_id, association_id);

-- The organiser's last word on a pair.
create table decision (
    association_id uuid        not null default nullif(current_setting('app.association', true), '')::uuid,
    id             uuid        not null default gen_random_uuid(),
    event_id       uuid        not null,
    first_id       uuid        not null,
    second_id      uuid        not null,
    verdict        text        not null,
    created_at     timestamptz not null,
    constraint decision_key primary key (association_id, id),
    constraint decision_once unique (association_id, first_id, second_id, event_id),
    constraint decision_event foreign key (association_id, event_id) references event (association_id, id)
        on delete cascade,
    constraint decision_first foreign key (association_id, event_id, first_id)
        references attendee (association_id, event_id, id) on delete cascade,
    constraint decision_second foreign key (association_id, event_id, second_id)
        references attendee (association_id, event_id, id) on delete cascade,
    constraint decision_in_order check (first_id < second_id),
    constraint decision_verdict_known check (verdict in ('pinned', 'rejected'))
);
create index decision_by_age on decision (event_id, created_at, id);
create index decision_by_first on decision (first_id, event_id, association_id);
create index decision_by_second on decision (second_id, event_id, association_id);

-- The memory: who came together at which event. Other events find it through the persons behind the two attendees, so an
-- attendee who turns out to be someone known brings what happened along.
create table encounter (
    association_id uuid        not null default nullif(current_setting('app.association', true), '')::uuid,
    id             uuid        not null default gen_random_uuid(),
    event_id       uuid        not null,
    first_id       uuid        not null,
    second_id      uuid        not null,
    kind           text        not null,
    created_at     timestamptz not null,
    constraint encounter_key primary key (association_id, id),
    constraint encounter_once unique (association_id, first_id, second_id, kind, event_id),
    constraint encounter_event foreign key (association_id, event_id) references event (association_id, id)
        on delete cascade,
    constraint encounter_first foreign key (association_id, event_id, first_id)
        references attendee (association_id, event_id, id) on delete cascade,
    constraint encounter_second foreign key (association_id, event_id, second_id)
        references attendee (association_id, event_id, id) on delete cascade,
    constraint encounter_in_order check (first_id < second_id),
    constraint encounter_kind_known check (kind in ('met', 'sat_together'))
);
create index encounter_by_age on encounter (event_id, created_at, id);
create index encounter_by_first on encounter (first_id, event_id, association_id);
create index encounter_by_second on encounter (second_id, event_id, association_id);

create table slot (
    association_id uuid        not null default nullif(current_setting('app.association', true), '')::uuid,
    event_id       uuid        not null,
    number         smallint    not null,
    starts_at      timestamptz not null,
    ends_at        timestamptz not null,
    constraint slot_key primary key (association_id, event_id, number),
    constraint slot_event foreign key (association_id, event_id) references event (association_id, id)
        on delete cascade,
    constraint slot_number_range check (number between 1 and 50),
    constraint slot_in_order check (starts_at < ends_at),
    constraint slot_apart exclude using gist (association_id with =, event_id with =, tstzrange(starts_at, ends_at) with &&)
);

create table meeting_table (
    association_id uuid        not null default nullif(current_setting('app.association', true), '')::uuid,
    event_id       uuid        not null,
    number         integer     not null,
    seats          smallint    not null,
    accessible     boolean     not null,
    name           text,
    place          text,
    constraint meeting_table_key primary key (association_id, event_id, number),
    constraint meeting_table_event foreign key (association_id, event_id) references event (association_id, id)
        on delete cascade,
    constraint meeting_table_number_range check (number between 1 and 100000),
    constraint meeting_table_seats_range check (seats between 2 and 200),
    constraint meeting_table_name_chars check (char_length(name) between 1 and 200),
    constraint meeting_table_place_chars check (char_length(place) between 1 and 200)
);

alter table wish enable row level security, force row level security;
create policy own_wish on wish
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

alter table decision enable row level security, force row level security;
create policy own_decision on decision
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

alter table encounter enable row level security, force row level security;
create policy own_encounter on encounter
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

alter table slot enable row level security, force row level security;
create policy own_slot on slot
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

alter table meeting_table enable row level security, force row level security;
create policy own_meeting_table on meeting_table
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

grant select, insert, update, delete
    on wish, decision
    to matchmaker_app;
grant select, insert, delete
    on encounter, slot, meeting_table
    to matchmaker_app;
grant select
    on wish, decision, encounter, slot, meeting_table
    to matchmaker_ops;

-- migrate:down
drop table meeting_table, slot, encounter, decision, wish;
alter table attendee_import drop column wishes;
alter table attendee
    drop column needs_accessible,
    drop column available,
    drop column challenge,
    drop column minutes,
    drop column least;
drop function rounds_fit(smallint[]);
drop extension btree_gist;
