-- migrate:up

-- What a member of an action-learning set said they would do. It belongs to the member and not to the set, which a later run may
-- make anew, so that what is open is carried over.
create table action (
    association_id uuid        not null default nullif(current_setting('app.association', true), '')::uuid,
    id             uuid        not null default gen_random_uuid(),
    event_id       uuid        not null,
    attendee_id    uuid        not null,
    words          text        not null,
    created_at     timestamptz not null,
    done_at        timestamptz,
    constraint action_key primary key (association_id, id),
    constraint action_event foreign key (association_id, event_id) references event (association_id, id)
        on delete cascade,
    constraint action_attendee foreign key (association_id, event_id, attendee_id)
        references attendee (association_id, event_id, id) on delete cascade,
    constraint action_words_chars check (char_length(words) between 1 and 500),
    constraint action_times_in_order check (done_at >= created_at)
);
create index action_by_age on action (event_id, created_at, id);
create index action_by_attendee on action (attendee_id, event_id, association_id);

alter table action enable row level security, force row level security;
create policy own_action on action
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

grant select, insert, update, delete
    on action
    to matchmaker_app;
grant select
    on action
    to matchmaker_ops;

-- migrate:down
drop table action;
