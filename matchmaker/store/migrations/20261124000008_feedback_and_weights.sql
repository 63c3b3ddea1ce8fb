-- migrate:up

-- Directed: what one says of another is never shown to the other, nor who said it.
create table feedback (
    association_id uuid        not null default nullif(current_setting('app.association', true), '')::uuid,
    id             uuid        not null default gen_random_uuid(),
    event_id       uuid        not null,
    attendee_id    uuid        not null,
    other_id       uuid        not null,
    accepted       boolean,
    met            boolean,
    useful         smallint,
    reason         text,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    constraint feedback_key primary key (association_id, id),
    constraint feedback_once unique (association_id, attendee_id, other_id, event_id),
    constraint feedback_event foreign key (association_id, event_id) references event (association_id, id)
        on delete cascade,
    constraint feedback_attendee foreign key (association_id, event_id, attendee_id)
        references attendee (association_id, event_id, id) on delete cascade,
    constraint feedback_other foreign key (association_id, event_id, other_id)
        references attendee (association_id, event_id, id) on delete cascade,
    constraint feedback_of_two check (attendee_id <> other_id),
    constraint feedback_says_something check (num_nonnulls(accepted, met, useful, reason) > 0),
    constraint feedback_useful_where_met check (useful is null or met is not false),
    constraint feedback_useful_range check (useful between 1 and 5),
    constraint feedback_reason_chars check (char_length(reason) between 1 and 8000),
    constraint feedback_in_order check (created_at <= updated_at)
);
create index feedback_by_age on feedback (event_id, created_at, id);
create index feedback_by_attendee on feedback (attendee_id, event_id, association_id);
create index feedback_by_other on feedback (other_id, event_id, association_id);

-- What an association's answers taught, once more each time. A version is never changed, so that a run can name its own;
-- rolling back is to make an earlier one active.
create table weights (
    association_id uuid        not null default nullif(current_setting('app.association', true), '')::uuid,
    id             uuid        not null default gen_random_uuid(),
    version        integer     not null,
    state          text        not null default 'queued',
    active         boolean     not null default false,
    starts         smallint    not null default 0,
    learned        jsonb,
    figures        jsonb,
    error          text,
    created_at     timestamptz not null,
    finished_at    timestamptz,
    constraint weights_key primary key (association_id, id),
    constraint weights_version_once unique (association_id, version),
    constraint weights_association foreign key (association_id) references association (id) on delete cascade,
    constraint weights_version_range check (version >= 1),
    constraint weights_starts_range check (starts >= 0),
    constraint weights_state_known check (state in ('queued', 'learned', 'no_better', 'too_few', 'failed')),
    constraint weights_finished check ((finished_at is null) = (state = 'queued')),
    constraint weights_learned_where_learned check ((learned is not null) = (state in ('learned', 'no_better'))),
    constraint weights_figures_where_done check ((figures is not null) = (state in ('learned', 'no_better', 'too_few'))),
    constraint weights_error_where_failed check ((error is not null) = (state = 'failed')),
    constraint weights_error_chars check (char_length(error) between 1 and 1000),
    constraint weights_active_where_learned check (not active or learned is not null),
    constraint weights_in_order check (created_at <= finished_at)
);
create unique index weights_active_once on weights (association_id) where active;
create unique index weights_queued_once on weights (association_id) where state = 'queued';

alter table match_run
    add column weights_id uuid,
    add constraint match_run_weights foreign key (association_id, weights_id) references weights (association_id, id)
        not valid;
-- An event has a handful of runs.
-- squawk-ignore require-concurrent-index-creation
create index match_run_by_weights on match_run (association_id, weights_id);

alter table pairing add column exploration boolean not null default false;

alter table feedback enable row level security, force row level security;
create policy own_feedback on feedback
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

alter table weights enable row level security, force row level security;
create policy own_weights on weights
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

grant select, insert, update, delete
    on feedback
    to matchmaker_app;
grant select, insert, update
    on weights
    to matchmaker_app;
grant select
    on feedback, weights
    to matchmaker_ops;

-- migrate:down
alter table pairing drop column exploration;
alter table match_run drop column weights_id;
drop table weights, feedback;
