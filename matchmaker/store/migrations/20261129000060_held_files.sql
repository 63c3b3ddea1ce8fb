-- migrate:up

-- A file of attendees that an organiser sent, between choosing it and taking it in: its cells, what its columns are taken to be,
-- and the last dry run of it. Kept for a day at most, and gone as soon as all its rows are in.
create table held_file (
    association_id uuid        not null default nullif(current_setting('app.association', true), '')::uuid,
    id             uuid        not null default gen_random_uuid(),
    event_id       uuid        not null,
    file_name      text        not null,
    rows           integer     not null,
    cells          bytea       not null,
    rules          jsonb       not null,
    tool           text,
    import_id      uuid,
    version        integer     not null default 1,
    created_at     timestamptz not null,
    expires_at     timestamptz not null,
    constraint held_file_key primary key (association_id, id),
    constraint held_file_event foreign key (association_id, event_id) references event (association_id, id) on delete cascade,
    constraint held_file_import foreign key (association_id, import_id) references attendee_import (association_id, id)
        on delete set null (import_id),
    constraint held_file_name_chars check (char_length(file_name) between 1 and 200),
    constraint held_file_rows_range check (rows >= 0),
    constraint held_file_cells_bytes check (octet_length(cells) <= 200000000),
    constraint held_file_rules_array check (jsonb_typeof(rules) = 'array'),
    constraint held_file_tool_known check (tool in ('pretix', 'eventbrite', 'luma')),
    constraint held_file_version_range check (version >= 1),
    constraint held_file_expires_in_a_day check (expires_at > created_at and expires_at <= created_at + interval '24 hours')
);
create index held_file_by_event on held_file (event_id, created_at, id);
create index held_file_by_import on held_file (import_id);
create index held_file_by_end on held_file (expires_at);

alter table held_file enable row level security, force row level security;
create policy own_held_file on held_file
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

grant select, insert, update, delete
    on held_file
    to matchmaker_app;
grant select
    on held_file
    to matchmaker_ops;

-- migrate:down
drop table held_file;
