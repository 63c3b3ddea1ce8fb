-- migrate:up

-- Every association's id, for the worker that tidies up after all of them and sees no tenant's rows. The database keeps it, so
-- that no association is missing. Belongs to no tenant: it carries ids only.
create table tenant (
    association_id uuid not null,
    constraint tenant_key primary key (association_id),
    constraint tenant_association foreign key (association_id) references association (id) on delete cascade
);

create function note_tenant() returns trigger
    language plpgsql
as $$
begin
    insert into tenant (association_id)
    values (new.id)
        on conflict do nothing;
    return null;
end
$$;
create trigger association_noted
    after insert on association
    for each row execute function note_tenant();

-- Row-level security binds the owner too, so without this the associations that are there already would not be seen.
alter table association no force row level security;
insert into tenant (association_id)
select id
  from association
    on conflict do nothing;
alter table association force row level security;

grant select, insert
    on tenant
    to matchmaker_app;
grant select
    on tenant
    to matchmaker_ops;

-- migrate:down
drop trigger association_noted on association;
drop function note_tenant();
drop table tenant;
