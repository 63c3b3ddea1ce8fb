-- migrate:up

-- Which columns of an association's files are which of our fields, kept under a name to be used again.
create table mapping (
    association_id uuid        not null default nullif(current_setting('app.association', true), '')::uuid,
    id             uuid        not null default gen_random_uuid(),
    name           text        not null,
    rules          jsonb       not null,
    version        integer     not null default 1,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    constraint mapping_key primary key (association_id, id),
    constraint mapping_association foreign key (association_id) references association (id) on delete cascade,
    constraint mapping_name_once unique (association_id, name),
    constraint mapping_name_chars check (char_length(name) between 1 and 200),
    constraint mapping_rules_array check (jsonb_typeof(rules) = 'array'),
    constraint mapping_version_range check (version >= 1),
    constraint mapping_times_in_order check (updated_at >= created_at)
);
create index mapping_by_age on mapping (association_id, created_at, id);

alter table mapping enable row level security, force row level security;
create policy own_mapping on mapping
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

grant select, insert, update, delete
    on mapping
    to matchmaker_app;
grant select
    on mapping
    to matchmaker_ops;

-- migrate:down
drop table mapping;
