-- migrate:up

-- A long file is tried and taken in by a worker: what is asked of it, how far it is, how often it was begun, and why it could
-- not be done. The same row says that nothing is asked any more, in the transaction that takes the rows in, so that they are
-- taken in once.
alter table held_file
    add column asked    text,
    add column asked_at timestamptz,
    add column progress real     not null default 0,
    add column starts   smallint not null default 0,
    add column refusal  jsonb;
alter table held_file
    add constraint held_file_asked_known check (asked in ('check', 'take', 'take_if_right')) not valid,
    add constraint held_file_asked_at_a_time check (num_nonnulls(asked, asked_at) <> 1) not valid,
    add constraint held_file_progress_range check (progress between 0 and 1) not valid,
    add constraint held_file_starts_range check (starts between 0 and 100) not valid,
    add constraint held_file_works_where_asked check (asked is not null or (progress = 0 and starts = 0)) not valid,
    add constraint held_file_refused_or_asked check (num_nonnulls(asked, refusal) <= 1) not valid,
    add constraint held_file_refusal_object check (
        jsonb_typeof(refusal) = 'object' and octet_length(refusal::text) <= 10000) not valid;

-- Which held file an import took its rows from: the file itself may be gone by then.
alter table attendee_import
    add column held_id uuid;

-- migrate:down
alter table attendee_import drop column held_id;
alter table held_file
    drop column asked,
    drop column asked_at,
    drop column progress,
    drop column starts,
    drop column refusal;
