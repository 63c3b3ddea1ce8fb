-- migrate:up

-- queued → running → drafted → released; failed, cancelled, superseded. A state and its timestamps are one constraint.
create table match_run (
    association_id      uuid             not null,
    id                  uuid             not null default gen_random_uuid(),
    event_id            uuid             not null,
    state               text             not null,
    seed                integer          not null,
    policy              jsonb            not null,
    replay_of           uuid,
    stage               text,
    progress            double precision not null default 0,
    starts              integer          not null default 0,
    cancel_requested_at timestamptz,
    input_hash          text,
    output_hash         text,
    report              jsonb,
    unmatched           jsonb,
    versions            jsonb,
    error               text,
    created_at          timestamptz      not null,
    started_at          timestamptz,
    finished_at         timestamptz,
    released_at         timestamptz,
    told_at             timestamptz      not null,
    constraint match_run_key primary key (association_id, id),
    constraint match_run_event foreign key (association_id, event_id) references event (association_id, id)
        on delete cascade,
    constraint match_run_replay_of foreign key (association_id, replay_of) references match_run (association_id, id)
        on delete set null (replay_of),
    constraint match_run_state_known check (state in ('queued', 'running', 'drafted', 'released', 'failed', 'cancelled',
        'superseded')),
    constraint match_run_seed_range check (seed >= 0),
    constraint match_run_policy_object check (jsonb_typeof(policy) = 'object'),
    constraint match_run_stage_chars check (char_length(stage) between 1 and 200),
    constraint match_run_progress_range check (progress between 0 and 1),
    constraint match_run_starts_range check (starts >= 0),
    constraint match_run_input_hash_form check (input_hash ~ '^[0-9a-f]{64}$'),
    constraint match_run_output_hash_form check (output_hash ~ '^[0-9a-f]{64}$'),
    constraint match_run_error_chars check (char_length(error) between 1 and 1000),
    constraint match_run_started_once_begun check (
        case when state = 'queued' then started_at is null
             when state in ('failed', 'cancelled') then true
             else started_at is not null end),
    constraint match_run_starts_with_start check ((started_at is null) = (starts = 0)),
    constraint match_run_finished_at_the_end check ((finished_at is null) = (state in ('queued', 'running'))),
    constraint match_run_error_when_failed check ((error is not null) = (state = 'failed')),
    constraint match_run_whole_result check (num_nonnulls(output_hash, report, unmatched)
        = case when state in ('drafted', 'released', 'superseded') then 3 else 0 end),
    constraint match_run_result_has_input check (output_hash is null or input_hash is not null),
    constraint match_run_released_at_release check (
        case when state = 'released' then released_at is not null
             when state = 'superseded' then true
             else released_at is null end),
    constraint match_run_times_in_order check (started_at >= created_at and finished_at >= coalesce(started_at, created_at)
        and released_at >= finished_at)
);
create unique index match_run_active_once on match_run (association_id, event_id) where state in ('queued', 'running');
create index match_run_by_age on match_run (event_id, created_at, id);
create index match_run_by_replay on match_run (association_id, replay_of);

-- What a run read, compressed, so that it can be repeated.
create table run_snapshot (
    association_id uuid  not null,
    run_id         uuid  not null,
    data           bytea not null,
    constraint run_snapshot_key primary key (association_id, run_id),
    constraint run_snapshot_run foreign key (association_id, run_id) references match_run (association_id, id)
        on delete cascade,
    constraint run_snapshot_data_bytes check (octet_length(data) > 0)
);
alter table run_snapshot alter column data set storage external;

-- What a run said on its way, numbered for listeners who come back.
create table run_event (
    association_id uuid             not null,
    run_id         uuid             not null,
    number         integer          not null,
    state          text             not null,
    stage          text,
    progress       double precision not null,
    created_at     timestamptz      not null,
    constraint run_event_key primary key (association_id, run_id, number),
    constraint run_event_run foreign key (association_id, run_id) references match_run (association_id, id)
        on delete cascade,
    constraint run_event_number_range check (number >= 1),
    constraint run_event_state_known check (state in ('queued', 'running', 'drafted', 'released', 'failed', 'cancelled',
        'superseded')),
    constraint run_event_stage_chars check (char_length(stage) between 1 and 200),
    constraint run_event_progress_range check (progress between 0 and 1)
);

-- Every change of a run is told, whoever makes it. The run's row is locked meanwhile, so numbers have no gaps.
create function tell_run_event() returns trigger
    language plpgsql
as $$
begin
    insert into run_event (association_id, run_id, number, state, stage, progress, created_at)
    select new.association_id, new.id, coalesce(max(number), 0) + 1, new.state, new.stage, new.progress,
           new.told_at
      from run_event
     where association_id = new.association_id
       and run_id = new.id;
    return null;
end
$$;
create trigger match_run_told
    after insert or update of state, stage, progress on match_run
    for each row execute function tell_run_event();

create table pairing (
    association_id  uuid             not null,
    run_id          uuid             not null,
    rank            integer          not null,
    first_id        uuid             not null,
    second_id       uuid             not null,
    mutual_value    double precision not null,
    value_to_first  double precision not null,
    value_to_second double precision not null,
    reasons         jsonb            not null,
    constraint pairing_key primary key (association_id, run_id, rank),
    constraint pairing_once unique (association_id, run_id, first_id, second_id),
    constraint pairing_run foreign key (association_id, run_id) references match_run (association_id, id)
        on delete cascade,
    constraint pairing_first foreign key (association_id, first_id) references attendee (association_id, id)
        on delete cascade,
    constraint pairing_second foreign key (association_id, second_id) references attendee (association_id, id)
        on delete cascade,
    constraint pairing_in_order check (first_id < second_id),
    constraint pairing_rank_range check (rank >= 0),
    constraint pairing_mutual_value_range check (mutual_value between 0 and 100),
    constraint pairing_value_to_first_range check (value_to_first between 0 and 100),
    constraint pairing_value_to_second_range check (value_to_second between 0 and 100),
    constraint pairing_reasons_count check (jsonb_typeof(reasons) = 'array' and jsonb_array_length(reasons) <= 24)
);
create index pairing_by_first on pairing (association_id, first_id, run_id);
create index pairing_by_second on pairing (association_id, second_id, run_id);

create table attendee_import (
    association_id uuid        not null,
    id             uuid        not null default gen_random_uuid(),
    event_id       uuid        not null,
    file_name      text,
    dry_run        boolean     not null,
    added          integer     not null,
    changed        integer     not null,
    unchanged      integer     not null,
    failed         integer     not null,
    acquaintances  integer     not null,
    exclusions     integer     not null,
    errors         jsonb       not null,
    notes          jsonb       not null,
    failed_rows    bytea,
    created_at     timestamptz not null,
    constraint attendee_import_key primary key (association_id, id),
    constraint attendee_import_event foreign key (association_id, event_id) references event (association_id, id)
        on delete cascade,
    constraint attendee_import_file_name_chars check (char_length(file_name) between 1 and 200),
    constraint attendee_import_counts check (least(added, changed, unchanged, failed, acquaintances, exclusions) >= 0),
    constraint attendee_import_errors_array check (jsonb_typeof(errors) = 'array'),
    constraint attendee_import_notes_object check (jsonb_typeof(notes) = 'object')
);
create index attendee_import_by_age on attendee_import (event_id, created_at, id);

-- An answered request, kept for who asks again with the same key; written in the transaction of its effect.
create table idempotency (
    association_id uuid        not null,
    key_id         uuid        not null,
    key            text        not null,
    route          text        not null,
    body_hash      bytea       not null,
    status         smallint    not null,
    headers        jsonb       not null,
    body           bytea       not null,
    created_at     timestamptz not null,
    constraint idempotency_key_key primary key (association_id, key_id, key),
    constraint idempotency_api_key foreign key (association_id, key_id) references api_key (association_id, id)
        on delete cascade,
    constraint idempotency_key_chars check (char_length(key) between 1 and 255),
    constraint idempotency_route_chars check (char_length(route) between 1 and 2000),
    constraint idempotency_body_hash_bytes check (octet_length(body_hash) = 32),
    constraint idempotency_status_range check (status between 200 and 499),
    constraint idempotency_headers_object check (jsonb_typeof(headers) = 'object')
);
create index idempotency_by_age on idempotency (association_id, created_at);

-- Requests counted in a window, shared by all processes; may be lost in a crash. Of no tenant: some callers have none.
create unlogged table rate_window (
    bucket       text        not null,
    window_start timestamptz not null,
    count        integer     not null,
    constraint rate_window_key primary key (bucket, window_start),
    constraint rate_window_bucket_chars check (char_length(bucket) between 1 and 200),
    constraint rate_window_count_range check (count >= 0)
);
create index rate_window_by_age on rate_window (window_start);

-- migrate:down
drop table rate_window, idempotency, attendee_import, pairing, run_event, run_snapshot, match_run;
drop function tell_run_event();
