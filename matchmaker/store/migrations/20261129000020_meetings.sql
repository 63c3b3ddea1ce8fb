-- migrate:up

-- What somebody was told of one round, or of one date of a set: whom they sit with follows from the run. The id names the entry in
-- every calendar for as long as it lives, and the sequence counts its changes, also its end and its coming back.
create table meeting (
    association_id uuid        not null default nullif(current_setting('app.association', true), '')::uuid,
    id             uuid        not null default gen_random_uuid(),
    event_id       uuid        not null,
    run_id         uuid        not null,
    attendee_id    uuid        not null,
    format         text        not null,
    round          smallint    not null,
    table_number   integer,
    starts_at      timestamptz,
    ends_at        timestamptz,
    sequence       integer     not null default 0,
    created_at     timestamptz not null,
    changed_at     timestamptz not null,
    cancelled_at   timestamptz,
    remembered_at  timestamptz,
    constraint meeting_key primary key (association_id, id),
    constraint meeting_once_a_round unique (association_id, attendee_id, format, round),
    constraint meeting_run foreign key (association_id, run_id) references match_run (association_id, id)
        on delete cascade,
    constraint meeting_attendee foreign key (association_id, event_id, attendee_id)
        references attendee (association_id, event_id, id) on delete cascade,
    constraint meeting_format_known check (format in ('rounds', 'tables', 'sets')),
    constraint meeting_round_range check (round between 1 and 50),
    constraint meeting_table_number_range check (table_number between 1 and 100000),
    constraint meeting_hours_whole check ((starts_at is null) = (ends_at is null)),
    constraint meeting_hours_in_order check (starts_at < ends_at),
    constraint meeting_sequence_range check (sequence >= 0),
    constraint meeting_changed_by_sequence check (sequence > 0 or changed_at = created_at),
    constraint meeting_cancelled_by_change check (
        cancelled_at is null or (cancelled_at = changed_at and sequence > 0)),
    constraint meeting_not_remembered_if_cancelled check (num_nonnulls(cancelled_at, remembered_at) <= 1),
    constraint meeting_times_in_order check (changed_at >= created_at and remembered_at >= created_at)
);
create index meeting_by_run on meeting (run_id, round, association_id);
create index meeting_by_attendee on meeting (attendee_id, event_id, association_id);
create index meeting_by_event on meeting (event_id, format, association_id);
create index meeting_not_remembered on meeting (association_id, ends_at)
    where cancelled_at is null and remembered_at is null;

alter table meeting enable row level security, force row level security;
create policy own_meeting on meeting
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

grant select, insert, update, delete
    on meeting
    to matchmaker_app;
grant select
    on meeting
    to matchmaker_ops;

-- migrate:down
drop table meeting;
