-- migrate:up

-- Pairs that a run could have made and did not: one of them is offered to who loses an introduction by another's silence, and
-- is a pairing of the run from then on. The quotas are those the run went by.
create table reserve (
    association_id  uuid             not null default nullif(current_setting('app.association', true), '')::uuid,
    run_id          uuid             not null,
    rank            integer          not null,
    first_id        uuid             not null,
    second_id       uuid             not null,
    mutual_value    double precision not null,
    value_to_first  double precision not null,
    value_to_second double precision not null,
    reasons         jsonb            not null,
    shared          jsonb            not null,
    exploration     boolean          not null,
    first_quota     integer          not null,
    second_quota    integer          not null,
    constraint reserve_key primary key (association_id, run_id, rank),
    constraint reserve_once unique (association_id, run_id, first_id, second_id),
    constraint reserve_run foreign key (association_id, run_id) references match_run (association_id, id)
        on delete cascade,
    constraint reserve_first foreign key (association_id, first_id) references attendee (association_id, id)
        on delete cascade,
    constraint reserve_second foreign key (association_id, second_id) references attendee (association_id, id)
        on delete cascade,
    constraint reserve_in_order check (first_id < second_id),
    constraint reserve_rank_range check (rank >= 0),
    constraint reserve_mutual_value_range check (mutual_value between 0 and 100),
    constraint reserve_value_to_first_range check (value_to_first between 0 and 100),
    constraint reserve_value_to_second_range check (value_to_second between 0 and 100),
    constraint reserve_reasons_count check (jsonb_typeof(reasons) = 'array' and jsonb_array_length(reasons) <= 24),
    constraint reserve_shared_count check (jsonb_typeof(shared) = 'array' and jsonb_array_length(shared) <= 3),
    constraint reserve_first_quota_range check (first_quota >= 1),
    constraint reserve_second_quota_range check (second_quota >= 1)
);
create index reserve_by_first on reserve (association_id, first_id, run_id);
create index reserve_by_second on reserve (association_id, second_id, run_id);

-- Whose introduction came to nothing through no silence of theirs, and what they were offered instead: decided once, and
-- nothing where no reserve fitted.
create table replacement (
    association_id  uuid        not null default nullif(current_setting('app.association', true), '')::uuid,
    introduction_id uuid        not null,
    attendee_id     uuid        not null,
    offered_id      uuid,
    decided_at      timestamptz not null,
    constraint replacement_key primary key (association_id, introduction_id, attendee_id),
    constraint replacement_introduction foreign key (association_id, introduction_id)
        references introduction (association_id, id) on delete cascade,
    constraint replacement_attendee foreign key (association_id, attendee_id) references attendee (association_id, id)
        on delete cascade,
    constraint replacement_offered foreign key (association_id, offered_id)
        references introduction (association_id, id) on delete set null (offered_id),
    constraint replacement_of_another check (offered_id <> introduction_id)
);
create index replacement_by_attendee on replacement (association_id, attendee_id);
create unique index replacement_offered_once on replacement (association_id, offered_id);

-- squawk-ignore require-concurrent-index-creation -- introductions are as new as this: there are few yet
create index introduction_over_by_expiry on introduction (association_id, expires_at) where state in ('expired', 'declined');

alter table reserve enable row level security, force row level security;
create policy own_reserve on reserve
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

alter table replacement enable row level security, force row level security;
create policy own_replacement on replacement
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

grant select, insert, delete on reserve to matchmaker_app;
grant select, insert, update, delete on replacement to matchmaker_app;
grant select on reserve, replacement to matchmaker_ops;

-- migrate:down
drop index introduction_over_by_expiry;
drop table replacement, reserve;
