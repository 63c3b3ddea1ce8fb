-- migrate:up

-- An event's public sign-up page: closed until the organiser opens it, to everyone or to a waiting list.
alter table event
    add column door text not null default 'closed',
    add constraint event_door_known check (door in ('closed', 'open', 'waiting_list')) not valid;

-- Who came in by the open door: their address is verified by themselves, then they are admitted, at once or by the organiser.
create table sign_up (
    association_id uuid        not null default nullif(current_setting('app.association', true), '')::uuid,
    attendee_id    uuid        not null,
    event_id       uuid        not null,
    signed_up_at   timestamptz not null,
    verified_at    timestamptz,
    admitted_at    timestamptz,
    constraint sign_up_key primary key (association_id, attendee_id),
    constraint sign_up_attendee foreign key (association_id, event_id, attendee_id)
        references attendee (association_id, event_id, id) on delete cascade,
    constraint sign_up_verified_later check (verified_at >= signed_up_at),
    constraint sign_up_admitted_later check (admitted_at >= verified_at),
    constraint sign_up_verified_first check (admitted_at is null or verified_at is not null)
);
create index sign_up_by_age on sign_up (event_id, signed_up_at, attendee_id);
create index sign_up_by_attendee on sign_up (attendee_id, event_id, association_id);

-- An attendee's pages, opened for a while by a link that was mailed on request. The cookie's secret is here as a hash only.
create table page_session (
    association_id uuid        not null default nullif(current_setting('app.association', true), '')::uuid,
    id             uuid        not null default gen_random_uuid(),
    secret_hash    bytea       not null,
    attendee_id    uuid        not null,
    began_at       timestamptz not null,
    ends_at        timestamptz not null,
    constraint page_session_key primary key (association_id, id),
    constraint page_session_secret_once unique (association_id, secret_hash),
    constraint page_session_attendee foreign key (association_id, attendee_id) references attendee (association_id, id)
        on delete cascade,
    constraint page_session_secret_hash_bytes check (octet_length(secret_hash) = 32),
    constraint page_session_ends_later check (ends_at >= began_at)
);
create index page_session_by_attendee on page_session (association_id, attendee_id);
create index page_session_by_end on page_session (association_id, ends_at);

alter table sign_up enable row level security, force row level security;
create policy own_sign_up on sign_up
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

alter table page_session enable row level security, force row level security;
create policy own_page_session on page_session
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

grant select, insert, update, delete
    on sign_up, page_session
    to matchmaker_app;
grant select
    on sign_up, page_session
    to matchmaker_ops;

-- migrate:down
drop table page_session, sign_up;
alter table event drop column door;
