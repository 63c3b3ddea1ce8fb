-- migrate:up

-- Who could take a place in an action-learning set that falls free, the best first: the run had no set for them. One whom a
-- single member stands in the way of may only come in that member's stead.
create table set_reserve (
    association_id uuid     not null default nullif(current_setting('app.association', true), '')::uuid,
    run_id         uuid     not null,
    group_rank     integer  not null,
    place          smallint not null,
    attendee_id    uuid     not null,
    instead_of     uuid,
    constraint set_reserve_key primary key (association_id, run_id, group_rank, place),
    constraint set_reserve_once unique (association_id, run_id, group_rank, attendee_id),
    constraint set_reserve_group foreign key (association_id, run_id, group_rank)
        references run_group (association_id, run_id, rank) on delete cascade,
    constraint set_reserve_attendee foreign key (association_id, attendee_id) references attendee (association_id, id)
        on delete cascade,
    constraint set_reserve_instead_of foreign key (association_id, instead_of) references attendee (association_id, id)
        on delete cascade,
    constraint set_reserve_place_range check (place between 1 and 20),
    constraint set_reserve_of_another check (instead_of <> attendee_id)
);
create index set_reserve_by_attendee on set_reserve (association_id, attendee_id, run_id);
create index set_reserve_by_instead_of on set_reserve (association_id, instead_of);

alter table set_reserve enable row level security, force row level security;
create policy own_set_reserve on set_reserve
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

grant select, insert, delete
    on set_reserve
    to matchmaker_app;
grant select
    on set_reserve
    to matchmaker_ops;

-- migrate:down
drop table set_reserve;
