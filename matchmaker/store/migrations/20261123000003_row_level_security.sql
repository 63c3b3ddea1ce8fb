-- migrate:up

-- Forced, so that it binds the owner too. One policy a table covers select, insert, update and delete, for everyone.
-- A pooled connection's unset tenant reads '', not null: no tenant, no rows. The association's own row is its own tenant.
-- A new row belongs to the tenant of its transaction.

alter table association enable row level security, force row level security;
create policy own_association on association
    using (id = nullif(current_setting('app.association', true), '')::uuid)
    with check (id = nullif(current_setting('app.association', true), '')::uuid);

alter table event enable row level security, force row level security;
alter table event alter column association_id
    set default nullif(current_setting('app.association', true), '')::uuid;
create policy own_event on event
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

alter table api_key enable row level security, force row level security;
alter table api_key alter column association_id
    set default nullif(current_setting('app.association', true), '')::uuid;
create policy own_api_key on api_key
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

alter table person enable row level security, force row level security;
alter table person alter column association_id
    set default nullif(current_setting('app.association', true), '')::uuid;
create policy own_person on person
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

alter table contact enable row level security, force row level security;
alter table contact alter column association_id
    set default nullif(current_setting('app.association', true), '')::uuid;
create policy own_contact on contact
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

alter table attendee enable row level security, force row level security;
alter table attendee alter column association_id
    set default nullif(current_setting('app.association', true), '')::uuid;
create policy own_attendee on attendee
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

alter table exclusion enable row level security, force row level security;
alter table exclusion alter column association_id
    set default nullif(current_setting('app.association', true), '')::uuid;
create policy own_exclusion on exclusion
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

alter table acquaintance enable row level security, force row level security;
alter table acquaintance alter column association_id
    set default nullif(current_setting('app.association', true), '')::uuid;
create policy own_acquaintance on acquaintance
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

alter table text_vector enable row level security, force row level security;
alter table text_vector alter column association_id
    set default nullif(current_setting('app.association', true), '')::uuid;
create policy own_text_vector on text_vector
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

alter table match_run enable row level security, force row level security;
alter table match_run alter column association_id
    set default nullif(current_setting('app.association', true), '')::uuid;
create policy own_match_run on match_run
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

alter table run_snapshot enable row level security, force row level security;
alter table run_snapshot alter column association_id
    set default nullif(current_setting('app.association', true), '')::uuid;
create policy own_run_snapshot on run_snapshot
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

alter table run_event enable row level security, force row level security;
alter table run_event alter column association_id
    set default nullif(current_setting('app.association', true), '')::uuid;
create policy own_run_event on run_event
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

alter table pairing enable row level security, force row level security;
alter table pairing alter column association_id
    set default nullif(current_setting('app.association', true), '')::uuid;
create policy own_pairing on pairing
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

alter table attendee_import enable row level security, force row level security;
alter table attendee_import alter column association_id
    set default nullif(current_setting('app.association', true), '')::uuid;
create policy own_attendee_import on attendee_import
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

alter table idempotency enable row level security, force row level security;
alter table idempotency alter column association_id
    set default nullif(current_setting('app.association', true), '')::uuid;
create policy own_idempotency on idempotency
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

-- The app writes what it needs and owns nothing.
grant select, insert
    on association
    to matchmaker_app;
grant select, insert, update, delete
    on event, api_key, person, contact, attendee, exclusion, acquaintance, match_run, pairing,
       attendee_import, idempotency, rate_window
    to matchmaker_app;
grant select, insert, delete
    on text_vector, run_snapshot, run_event
    to matchmaker_app;

-- Ops reads across tenants and clears away what has expired.
grant select
    on association, event, api_key, person, contact, attendee, exclusion, acquaintance, text_vector,
       match_run, run_snapshot, run_event, pairing, attendee_import, idempotency, rate_window
    to matchmaker_ops;
grant delete
    on text_vector, run_event, idempotency, rate_window
    to matchmaker_ops;

-- migrate:down
revoke all
    on association, event, api_key, person, contact, attendee, exclusion, acquaintance, text_vector,
       match_run, run_snapshot, run_event, pairing, attendee_import, idempotency, rate_window
    from matchmaker_app, matchmaker_ops;
drop policy own_association on association;
alter table association no force row level security, disable row level security;
drop policy own_event on event;
alter table event no force row level security, disable row level security;
alter table event alter column association_id drop default;
drop policy own_api_key on api_key;
alter table api_key no force row level security, disable row level security;
alter table api_key alter column association_id drop default;
drop policy own_person on person;
alter table person no force row level security, disable row level security;
alter table person alter column association_id drop default;
drop policy own_contact on contact;
alter table contact no force row level security, disable row level security;
alter table contact alter column association_id drop default;
drop policy own_attendee on attendee;
alter table attendee no force row level security, disable row level security;
alter table attendee alter column association_id drop default;
drop policy own_exclusion on exclusion;
alter table exclusion no force row level security, disable row level security;
alter table exclusion alter column association_id drop default;
drop policy own_acquaintance on acquaintance;
alter table acquaintance no force row level security, disable row level security;
alter table acquaintance alter column association_id drop default;
drop policy own_text_vector on text_vector;
alter table text_vector no force row level security, disable row level security;
alter table text_vector alter column association_id drop default;
drop policy own_match_run on match_run;
alter table match_run no force row level security, disable row level security;
alter table match_run alter column association_id drop default;
drop policy own_run_snapshot on run_snapshot;
alter table run_snapshot no force row level security, disable row level security;
alter table run_snapshot alter column association_id drop default;
drop policy own_run_event on run_event;
alter table run_event no force row level security, disable row level security;
alter table run_event alter column association_id drop default;
drop policy own_pairing on pairing;
alter table pairing no force row level security, disable row level security;
alter table pairing alter column association_id drop default;
drop policy own_attendee_import on attendee_import;
alter table attendee_import no force row level security, disable row level security;
alter table attendee_import alter column association_id drop default;
drop policy own_idempotency on idempotency;
alter table idempotency no force row level security, disable row level security;
alter table idempotency alter column association_id drop default;
