-- migrate:up

-- What somebody lets be done with their place, purpose by purpose, and how they like to meet. Constraints on rows that are there
-- already are validated by a later file, which holds up nobody.
alter table attendee
    add column listed        boolean not null default true,
    add column matched       boolean not null default true,
    add column introduced    boolean not null default true,
    add column measured      boolean not null default true,
    add column may_hold_back boolean not null default false,
    add column quiet         boolean not null default false,
    add column meets_at      text[]  not null default '{}',
    add constraint attendee_meets_at_known check (meets_at <@ array['office', 'walk', 'call', 'event']) not valid,
    add constraint attendee_meets_at_count check (cardinality(meets_at) <= 4) not valid;

-- Where people in quiet mode are brought together, and by whom.
alter table event
    add column quiet_place text,
    add column host_name   text,
    add constraint event_quiet_place_chars check (char_length(quiet_place) between 1 and 200) not valid,
    add constraint event_host_name_chars check (char_length(host_name) between 1 and 200) not valid;

-- The pairs of two who consent among whom a release drew, so that what matching adds can be measured: whose introduction was
-- held back, and whose was not. Two are drawn once at an event, whatever later runs propose.
create table hold_back (
    association_id uuid        not null default nullif(current_setting('app.association', true), '')::uuid,
    event_id       uuid        not null,
    run_id         uuid        not null,
    first_id       uuid        not null,
    second_id      uuid        not null,
    share          real        not null,
    held_back      boolean     not null,
    drawn_at       timestamptz not null,
    constraint hold_back_key primary key (association_id, event_id, first_id, second_id),
    constraint hold_back_event foreign key (association_id, event_id) references event (association_id, id)
        on delete cascade,
    constraint hold_back_run foreign key (association_id, run_id) references match_run (association_id, id)
        on delete cascade,
    constraint hold_back_first foreign key (association_id, event_id, first_id)
        references attendee (association_id, event_id, id) on delete cascade,
    constraint hold_back_second foreign key (association_id, event_id, second_id)
        references attendee (association_id, event_id, id) on delete cascade,
    constraint hold_back_in_order check (first_id < second_id),
    constraint hold_back_share_range check (share > 0 and share <= 0.2::real)
);
create index hold_back_by_run on hold_back (association_id, run_id);
create index hold_back_by_first on hold_back (first_id, event_id, association_id);
create index hold_back_by_second on hold_back (second_id, event_id, association_id);

alter table hold_back enable row level security, force row level security;
create policy own_hold_back on hold_back
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

grant select, insert, update, delete
    on hold_back
    to matchmaker_app;
grant select
    on hold_back
    to matchmaker_ops;

-- migrate:down
drop table hold_back;
alter table event
    drop column quiet_place,
    drop column host_name;
alter table attendee
    drop column listed,
    drop column matched,
    drop column introduced,
    drop column measured,
    drop column may_hold_back,
    drop column quiet,
    drop column meets_at;
