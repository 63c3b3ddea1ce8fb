-- migrate:up

-- offered → half_accepted → introduced → met or missed; declined, expired, withdrawn. A state and what each side said are one
-- constraint. Who declined is kept, so that they are not asked again, and shown to nobody.
create table introduction (
    association_id     uuid        not null default nullif(current_setting('app.association', true), '')::uuid,
    id                 uuid        not null default gen_random_uuid(),
    event_id           uuid        not null,
    run_id             uuid        not null,
    first_id           uuid        not null,
    second_id          uuid        not null,
    state              text        not null default 'offered',
    offered_at         timestamptz not null,
    expires_at         timestamptz not null,
    first_accepted_at  timestamptz,
    second_accepted_at timestamptz,
    first_later_at     timestamptz,
    second_later_at    timestamptz,
    first_declined_at  timestamptz,
    second_declined_at timestamptz,
    introduced_at      timestamptz,
    withdrawn_at       timestamptz,
    first_met          boolean,
    second_met         boolean,
    first_met_at       timestamptz,
    second_met_at      timestamptz,
    constraint introduction_key primary key (association_id, id),
    constraint introduction_event foreign key (association_id, event_id) references event (association_id, id)
        on delete cascade,
    constraint introduction_run foreign key (association_id, run_id) references match_run (association_id, id)
        on delete cascade,
    constraint introduction_first foreign key (association_id, event_id, first_id)
        references attendee (association_id, event_id, id) on delete cascade,
    constraint introduction_second foreign key (association_id, event_id, second_id)
        references attendee (association_id, event_id, id) on delete cascade,
    constraint introduction_in_order check (first_id < second_id),
    constraint introduction_state_known check (state in ('offered', 'half_accepted', 'introduced', 'declined', 'expired',
        'withdrawn', 'met', 'missed')),
    constraint introduction_expires_later check (expires_at > offered_at),
    constraint introduction_yeses_of_state check (
        num_nonnulls(first_accepted_at, second_accepted_at)
        between case when state = 'half_accepted' then 1 when state in ('introduced', 'met', 'missed') then 2 else 0 end
            and case when state = 'offered' then 0 when state in ('introduced', 'met', 'missed') then 2 else 1 end),
    constraint introduction_noes_of_state check (
        (num_nonnulls(first_declined_at, second_declined_at) > 0) = (state = 'declined')),
    constraint introduction_first_yes_or_no check (num_nonnulls(first_accepted_at, first_declined_at) <= 1),
    constraint introduction_second_yes_or_no check (num_nonnulls(second_accepted_at, second_declined_at) <= 1),
    constraint introduction_introduced_by_two check (
        (introduced_at is not null) = (state in ('introduced', 'met', 'missed'))),
    constraint introduction_withdrawn_when_withdrawn check ((withdrawn_at is not null) = (state = 'withdrawn')),
    constraint introduction_met_of_state check (
        case state when 'met' then coalesce(first_met, false) or coalesce(second_met, false)
                   when 'missed' then num_nonnulls(first_met, second_met) > 0
                                      and not coalesce(first_met, false) and not coalesce(second_met, false)
                   else num_nonnulls(first_met, second_met) = 0 end),
    constraint introduction_first_met_when check ((first_met is null) = (first_met_at is null)),
    constraint introduction_second_met_when check ((second_met is null) = (second_met_at is null))
);
create unique index introduction_live_once on introduction (association_id, first_id, second_id, event_id)
    where state in ('offered', 'half_accepted', 'introduced', 'met', 'missed');
create index introduction_by_age on introduction (event_id, offered_at, id);
create index introduction_by_run on introduction (association_id, run_id);
create index introduction_by_first on introduction (first_id, event_id, association_id);
create index introduction_by_second on introduction (second_id, event_id, association_id);
create index introduction_by_expiry on introduction (association_id, expires_at) where state in ('offered', 'half_accepted');
create index introduction_by_meeting on introduction (association_id, introduced_at)
    where state in ('introduced', 'met', 'missed');

alter table message
    add constraint message_introduction foreign key (association_id, introduction_id)
        references introduction (association_id, id) on delete cascade not valid;

-- Directed: what one promises the other. The organiser sees that, never what.
create table promise (
    association_id  uuid        not null default nullif(current_setting('app.association', true), '')::uuid,
    id              uuid        not null default gen_random_uuid(),
    introduction_id uuid        not null,
    attendee_id     uuid        not null,
    words           text        not null,
    due_at          timestamptz not null,
    kept            boolean,
    created_at      timestamptz not null,
    closed_at       timestamptz,
    constraint promise_key primary key (association_id, id),
    constraint promise_once unique (association_id, introduction_id, attendee_id),
    constraint promise_introduction foreign key (association_id, introduction_id)
        references introduction (association_id, id) on delete cascade,
    constraint promise_attendee foreign key (association_id, attendee_id) references attendee (association_id, id)
        on delete cascade,
    constraint promise_words_chars check (char_length(words) between 1 and 500),
    constraint promise_due_later check (due_at >= created_at),
    constraint promise_closed_when_said check ((kept is null) = (closed_at is null))
);
create index promise_by_attendee on promise (association_id, attendee_id);
create index promise_by_due on promise (association_id, due_at) where kept is null;

-- What stands in a letter's address, as a hash. The public part finds the row; nothing here opens anything.
create table link (
    association_id  uuid        not null default nullif(current_setting('app.association', true), '')::uuid,
    id              uuid        not null default gen_random_uuid(),
    public_id       text        not null,
    secret_hash     bytea       not null,
    scope           text        not null,
    attendee_id     uuid        not null,
    introduction_id uuid,
    created_at      timestamptz not null,
    expires_at      timestamptz not null,
    used_at         timestamptz,
    revoked_at      timestamptz,
    constraint link_key primary key (association_id, id),
    constraint link_public_id_once unique (association_id, public_id),
    constraint link_attendee foreign key (association_id, attendee_id) references attendee (association_id, id)
        on delete cascade,
    constraint link_introduction foreign key (association_id, introduction_id)
        references introduction (association_id, id) on delete cascade,
    constraint link_public_id_form check (public_id ~ '^[0-9A-Za-z]{12}$'),
    constraint link_secret_hash_bytes check (octet_length(secret_hash) = 32),
    constraint link_scope_known check (scope in ('introduction', 'me', 'exits', 'verify', 'feed')),
    constraint link_introduction_of_scope check ((introduction_id is not null) = (scope = 'introduction')),
    constraint link_expires_later check (expires_at > created_at)
);
create index link_by_attendee on link (association_id, attendee_id);
create index link_by_introduction on link (association_id, introduction_id);
create index link_by_expiry on link (association_id, expires_at);

-- The person's, so that one who pauses everything is not asked at the next event either.
create table pause (
    association_id uuid        not null default nullif(current_setting('app.association', true), '')::uuid,
    id             uuid        not null default gen_random_uuid(),
    person_id      uuid        not null,
    event_id       uuid,
    scope          text        not null,
    cause          text        not null,
    began_at       timestamptz not null,
    ends_at        timestamptz,
    ended_at       timestamptz,
    constraint pause_key primary key (association_id, id),
    constraint pause_person foreign key (association_id, person_id) references person (association_id, id)
        on delete cascade,
    constraint pause_event foreign key (association_id, event_id) references event (association_id, id)
        on delete cascade,
    constraint pause_scope_known check (scope in ('round', 'programme', 'everything')),
    constraint pause_event_of_scope check ((event_id is null) = (scope = 'everything')),
    constraint pause_cause_known check (cause in ('asked', 'silent')),
    constraint pause_ends_later check (ends_at > began_at)
);
create index pause_by_person on pause (association_id, person_id);
create index pause_by_event on pause (association_id, event_id);

alter table introduction enable row level security, force row level security;
create policy own_introduction on introduction
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

alter table promise enable row level security, force row level security;
create policy own_promise on promise
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

alter table link enable row level security, force row level security;
create policy own_link on link
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

alter table pause enable row level security, force row level security;
create policy own_pause on pause
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

grant select, insert, update, delete
    on introduction, promise, link, pause
    to matchmaker_app;
grant select
    on introduction, promise, link, pause
    to matchmaker_ops;

-- migrate:down
alter table message drop constraint message_introduction;
drop table pause, link, promise, introduction;
