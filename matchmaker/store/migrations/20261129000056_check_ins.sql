-- migrate:up

-- Who is here, and who is not coming. The code stands on the badge: 80 random bits, so that nobody guesses another's; it says
-- nothing of a person, and stays as it is.
alter table attendee
    add column checked_in_at timestamptz,
    add column absent_at     timestamptz,
    add column check_in_code text not null
        -- squawk-ignore adding-field-with-default -- each row needs a code of its own, which rewrites the table once
        default upper(right(gen_random_uuid()::text, 12) || left(gen_random_uuid()::text, 8)),
    add constraint attendee_here_or_absent check (num_nonnulls(checked_in_at, absent_at) <= 1) not valid,
    add constraint attendee_check_in_code_form check (check_in_code ~ '^[0-9A-F]{20}$') not valid;
-- squawk-ignore require-concurrent-index-creation -- the table was just rewritten under the same lock
create unique index attendee_check_in_code_once on attendee (association_id, check_in_code);

-- A helper's key checks people in, and does nothing else. The new constraints allow all that the old ones did.
alter table api_key
    -- squawk-ignore ban-drop-constraint -- another takes its place
    drop constraint api_key_scopes_count,
    -- squawk-ignore ban-drop-constraint -- another takes its place
    drop constraint api_key_scopes_known,
    add constraint api_key_scopes_count check (cardinality(scopes) between 1 and 9) not valid,
    add constraint api_key_scopes_known check (scopes <@ array['events:read', 'events:write', 'attendees:read',
        'attendees:write', 'runs:read', 'runs:write', 'keys:read', 'keys:write', 'check-ins:write']) not valid;

-- The round from which a run seats people anew; those before it stay as the run it builds on has them.
alter table match_run
    add column from_round smallint,
    add constraint match_run_from_round_range check (from_round between 1 and 50) not valid,
    add constraint match_run_from_round_seats check (from_round is null or format in ('rounds', 'tables')) not valid;

-- migrate:down
alter table match_run drop column from_round;
alter table api_key
    drop constraint api_key_scopes_count,
    drop constraint api_key_scopes_known,
    add constraint api_key_scopes_count check (cardinality(scopes) between 1 and 8),
    add constraint api_key_scopes_known check (scopes <@ array['events:read', 'events:write', 'attendees:read',
        'attendees:write', 'runs:read', 'runs:write', 'keys:read', 'keys:write']);
drop index attendee_check_in_code_once;
alter table attendee
    drop column check_in_code,
    drop column absent_at,
    drop column checked_in_at;
