-- migrate:up

-- A release that somebody asked for and that has not begun: until it is due it can be stopped, as if it had never been asked for.
-- What it came to is kept for whoever looks the next morning.
create table planned_release (
    association_id uuid        not null default nullif(current_setting('app.association', true), '')::uuid,
    id             uuid        not null default gen_random_uuid(),
    event_id       uuid        not null,
    run_id         uuid        not null,
    asked          jsonb       not null,
    due_at         timestamptz not null,
    stopped_at     timestamptz,
    ended_at       timestamptz,
    outcome        jsonb,
    refusal        text,
    created_at     timestamptz not null,
    constraint planned_release_key primary key (association_id, id),
    constraint planned_release_event foreign key (association_id, event_id) references event (association_id, id)
        on delete cascade,
    constraint planned_release_run foreign key (association_id, run_id) references match_run (association_id, id)
        on delete cascade,
    constraint planned_release_asked_object check (jsonb_typeof(asked) = 'object' and octet_length(asked::text) <= 10000),
    constraint planned_release_outcome_object check (
        jsonb_typeof(outcome) = 'object' and octet_length(outcome::text) <= 10000),
    constraint planned_release_refusal_chars check (char_length(refusal) between 1 and 1000),
    constraint planned_release_stopped_or_ended check (num_nonnulls(stopped_at, ended_at) <= 1),
    constraint planned_release_one_end check (num_nonnulls(outcome, refusal) = num_nonnulls(ended_at)),
    constraint planned_release_due_later check (due_at >= created_at)
);
create unique index planned_release_open_once on planned_release (association_id, event_id)
    where stopped_at is null and ended_at is null;
create index planned_release_by_event on planned_release (association_id, event_id);
create index planned_release_by_run on planned_release (association_id, run_id, created_at);

alter table planned_release enable row level security, force row level security;
create policy own_planned_release on planned_release
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

grant select, insert, update, delete
    on planned_release
    to matchmaker_app;
grant select
    on planned_release
    to matchmaker_ops;

-- migrate:down
drop table planned_release;
