-- migrate:up

-- Roles are made beforehand by roles.sql. The app may read which migrations are applied, to refuse a database that is behind.
grant usage on schema public to matchmaker_app, matchmaker_ops;
grant select on schema_migrations to matchmaker_app, matchmaker_ops;

-- Whether each of a list's entries has 1 to `chars_max` characters; an empty list fits.
create function entries_fit(entries text[], chars_max integer) returns boolean
    language sql immutable parallel safe
    return (select coalesce(bool_and(entry is not null and char_length(entry) between 1 and chars_max), true)
              from unnest(entries) as entry);

create table association (
    id         uuid        not null,
    name       text        not null,
    created_at timestamptz not null,
    constraint association_key primary key (id),
    constraint association_name_chars check (char_length(name) between 1 and 200)
);

create table event (
    association_id uuid        not null,
    id             uuid        not null default gen_random_uuid(),
    name           text        not null,
    starts_on      date,
    time_zone      text        not null,
    tags           text[]      not null,
    policy         jsonb       not null,
    version        integer     not null default 1,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    constraint event_key primary key (association_id, id),
    constraint event_association foreign key (association_id) references association (id) on delete cascade,
    constraint event_name_chars check (char_length(name) between 1 and 200),
    constraint event_time_zone_chars check (char_length(time_zone) between 1 and 200),
    constraint event_tags_count check (cardinality(tags) <= 100),
    constraint event_tags_chars check (entries_fit(tags, 200)),
    constraint event_policy_object check (jsonb_typeof(policy) = 'object'),
    constraint event_version_range check (version >= 1),
    constraint event_times_in_order check (updated_at >= created_at)
);
create index event_by_age on event (association_id, created_at, id);

create table api_key (
    association_id uuid        not null,
    id             uuid        not null default gen_random_uuid(),
    public_id      text        not null,
    secret_hash    bytea       not null,
    last_four      text        not null,
    label          text        not null,
    scopes         text[]      not null,
    event_id       uuid,
    created_at     timestamptz not null,
    expires_at     timestamptz,
    last_used_at   timestamptz,
    revoked_at     timestamptz,
    constraint api_key_key primary key (association_id, id),
    constraint api_key_public_id_once unique (association_id, public_id),
    constraint api_key_association foreign key (association_id) references association (id) on delete cascade,
    constraint api_key_event foreign key (association_id, event_id) references event (association_id, id)
        on delete cascade,
    constraint api_key_public_id_form check (public_id ~ '^[0-9A-Za-z]{8}$'),
    constraint api_key_secret_hash_bytes check (octet_length(secret_hash) = 32),
    constraint api_key_last_four_chars check (char_length(last_four) = 4),
    constraint api_key_label_chars check (char_length(label) between 1 and 200),
    constraint api_key_scopes_count check (cardinality(scopes) between 1 and 8),
    constraint api_key_scopes_known check (scopes <@ array['events:read', 'events:write', 'attendees:read',
        'attendees:write', 'runs:read', 'runs:write', 'keys:read', 'keys:write']),
    constraint api_key_expires_later check (expires_at > created_at)
);
create index api_key_by_age on api_key (association_id, created_at, id);
create index api_key_by_event on api_key (association_id, event_id);

create table person (
    association_id uuid        not null,
    id             uuid        not null default gen_random_uuid(),
    created_at     timestamptz not null,
    constraint person_key primary key (association_id, id),
    constraint person_association foreign key (association_id) references association (id) on delete cascade
);

-- Personal data sits apart. `email_key` is the address as it is compared: case folded by the program.
create table contact (
    association_id uuid not null,
    person_id      uuid not null,
    name           text not null,
    email          text,
    email_key      text,
    constraint contact_key primary key (association_id, person_id),
    constraint contact_email_once unique (association_id, email_key),
    constraint contact_person foreign key (association_id, person_id) references person (association_id, id)
        on delete cascade,
    constraint contact_name_chars check (char_length(name) between 1 and 200),
    constraint contact_email_chars check (char_length(email) between 3 and 254),
    constraint contact_email_key_chars check (char_length(email_key) between 3 and 762),
    constraint contact_email_with_key check ((email is null) = (email_key is null))
);
create index contact_by_name on contact (association_id, lower(name) text_pattern_ops);

create table attendee (
    association_id uuid        not null,
    id             uuid        not null default gen_random_uuid(),
    event_id       uuid        not null,
    person_id      uuid        not null,
    external_id    text,
    organisation   text,
    role           text,
    seniority      text,
    sector         text,
    region         text,
    languages      text[]      not null,
    groups         text[]      not null,
    interests      text[]      not null,
    seeks          text[]      not null,
    offers         text[]      not null,
    quota          smallint,
    opted_in       boolean     not null,
    extra          jsonb       not null,
    version        integer     not null default 1,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    constraint attendee_external_id_once unique (association_id, external_id, event_id),
    constraint attendee_person_once unique (association_id, person_id, event_id),
    constraint attendee_event foreign key (association_id, event_id) references event (association_id, id)
        on delete cascade,
    constraint attendee_person foreign key (association_id, person_id) references person (association_id, id),
    constraint attendee_external_id_chars check (char_length(external_id) between 1 and 200),
    constraint attendee_organisation_chars check (char_length(organisation) between 1 and 200),
    constraint attendee_role_chars check (char_length(role) between 1 and 200),
    constraint attendee_seniority_chars check (char_length(seniority) between 1 and 200),
    constraint attendee_sector_chars check (char_length(sector) between 1 and 200),
    constraint attendee_region_chars check (char_length(region) between 1 and 200),
    constraint attendee_languages_count check (cardinality(languages) <= 50),
    constraint attendee_languages_chars check (entries_fit(languages, 35)),
    constraint attendee_groups_count check (cardinality(groups) <= 50),
    constraint attendee_groups_chars check (entries_fit(groups, 200)),
    constraint attendee_interests_count check (cardinality(interests) <= 12),
    constraint attendee_interests_chars check (entries_fit(interests, 8000)),
    constraint attendee_seeks_count check (cardinality(seeks) <= 12),
    constraint attendee_seeks_chars check (entries_fit(seeks, 8000)),
    constraint attendee_offers_count check (cardinality(offers) <= 12),
    constraint attendee_offers_chars check (entries_fit(offers, 8000)),
    constraint attendee_quota_range check (quota between 0 and 50),
    constraint attendee_extra_object check (jsonb_typeof(extra) = 'object'),
    constraint attendee_version_range check (version >= 1),
    constraint attendee_times_in_order check (updated_at >= created_at)
);
create index attendee_by_age on attendee (event_id, created_at, id);
create index attendee_by_organisation on attendee (event_id, lower(organisation));
create index attendee_by_group on attendee using gin (groups);
-- A first import is checked against its own rows before the planner has statistics of them. Of indexes that look equally good
-- it then takes the youngest: so the keys come last, and nothing else begins with association and event. (By another index
-- the check of 20,000 rows took minutes.)
alter table attendee add constraint attendee_key primary key (association_id, id);
create unique index attendee_of_event on attendee (association_id, event_id, id);

create table exclusion (
    association_id uuid        not null,
    id             uuid        not null default gen_random_uuid(),
    event_id       uuid        not null,
    attendee_id    uuid        not null,
    other_id       uuid,
    organisation   text,
    created_at     timestamptz not null,
    constraint exclusion_key primary key (association_id, id),
    constraint exclusion_event foreign key (association_id, event_id) references event (association_id, id)
        on delete cascade,
    constraint exclusion_attendee foreign key (association_id, event_id, attendee_id)
        references attendee (association_id, event_id, id) on delete cascade,
    constraint exclusion_other foreign key (association_id, event_id, other_id)
        references attendee (association_id, event_id, id) on delete cascade,
    constraint exclusion_other_or_organisation check (num_nonnulls(other_id, organisation) = 1),
    constraint exclusion_of_two check (attendee_id <> other_id),
    constraint exclusion_organisation_chars check (char_length(organisation) between 1 and 200)
);
create index exclusion_by_age on exclusion (event_id, created_at, id);
create unique index exclusion_pair_once
    on exclusion (association_id, least(attendee_id, other_id), greatest(attendee_id, other_id), event_id)
    where other_id is not null;
create unique index exclusion_organisation_once
    on exclusion (association_id, attendee_id, lower(organisation), event_id)
    where organisation is not null;
create index exclusion_by_attendee on exclusion (attendee_id, event_id, association_id);
create index exclusion_by_other on exclusion (other_id, event_id, association_id);

create table acquaintance (
    association_id uuid        not null,
    id             uuid        not null default gen_random_uuid(),
    event_id       uuid        not null,
    first_id       uuid        not null,
    second_id      uuid        not null,
    created_at     timestamptz not null,
    constraint acquaintance_key primary key (association_id, id),
    constraint acquaintance_once unique (association_id, first_id, second_id, event_id),
    constraint acquaintance_event foreign key (association_id, event_id) references event (association_id, id)
        on delete cascade,
    constraint acquaintance_first foreign key (association_id, event_id, first_id)
        references attendee (association_id, event_id, id) on delete cascade,
    constraint acquaintance_second foreign key (association_id, event_id, second_id)
        references attendee (association_id, event_id, id) on delete cascade,
    constraint acquaintance_in_order check (first_id < second_id)
);
create index acquaintance_by_age on acquaintance (event_id, created_at, id);
create index acquaintance_by_first on acquaintance (first_id, event_id, association_id);
create index acquaintance_by_second on acquaintance (second_id, event_id, association_id);

-- A hash of a tenant's words is the tenant's: whether a text is known must not be readable across tenants.
create table text_vector (
    association_id uuid  not null,
    model          text  not null,
    text_hash      bytea not null,
    vector         bytea not null,
    constraint text_vector_key primary key (association_id, model, text_hash),
    constraint text_vector_association foreign key (association_id) references association (id) on delete cascade,
    constraint text_vector_model_chars check (char_length(model) between 1 and 200),
    constraint text_vector_hash_bytes check (octet_length(text_hash) = 32),
    constraint text_vector_floats check (octet_length(vector) between 4 and 65536 and octet_length(vector) % 4 = 0)
);
alter table text_vector alter column vector set storage external;

-- migrate:down
drop table text_vector, acquaintance, exclusion, attendee, contact, person, api_key, event, association;
drop function entries_fit(text[], integer);
revoke select on schema_migrations from matchmaker_app, matchmaker_ops;
