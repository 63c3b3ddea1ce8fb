-- The three roles of Matchmaker. Safe to run again and by several at once; `create role` runs only for a role that is missing,
-- so whoever may not create roles can still migrate once they exist.
-- No password is set here: embedded, the socket folder is the guard; elsewhere whoever runs the server sets it.
do $$
declare
    role record;
begin
    for role in
        select wanted.name, wanted.rights
          from (values ('matchmaker_owner', 'login nosuperuser nobypassrls'),
                       ('matchmaker_app',   'login nosuperuser nobypassrls'),
                       ('matchmaker_ops',   'login nosuperuser bypassrls')) as wanted (name, rights)
         where not exists (select from pg_roles where rolname = wanted.name)
    loop
        begin
            execute format('create role %I %s', role.name, role.rights);
        exception
            when duplicate_object or unique_violation then null;  -- another migrate was faster
        end;
    end loop;
end
$$;

-- Row-level security means nothing to a role that may step over it: refuse rather than run with open doors.
do $$
begin
    if exists (select from pg_roles where rolname = 'matchmaker_app' and (rolsuper or rolbypassrls)) then
        raise exception 'role matchmaker_app can bypass row-level security: '
                        'alter role matchmaker_app nosuperuser nobypassrls';
    end if;
    if exists (select from pg_roles where rolname = 'matchmaker_ops' and not rolbypassrls) then
        raise exception 'role matchmaker_ops cannot bypass row-level security and would see nothing: '
                        'alter role matchmaker_ops bypassrls';
    end if;
end
$$;
