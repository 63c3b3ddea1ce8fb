-- migrate:up

-- Which signed reports have been taken back already, as hashes, so that one which is sent again changes nothing.
create table comeback (
    association_id uuid        not null default nullif(current_setting('app.association', true), '')::uuid,
    digest         bytea       not null,
    taken_at       timestamptz not null,
    constraint comeback_key primary key (association_id, digest),
    constraint comeback_association foreign key (association_id) references association (id) on delete cascade,
    constraint comeback_digest_bytes check (octet_length(digest) = 32)
);

alter table comeback enable row level security, force row level security;
create policy own_comeback on comeback
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

grant select, insert, update, delete
    on comeback
    to matchmaker_app;
grant select
    on comeback
    to matchmaker_ops;

-- migrate:down
drop table comeback;
