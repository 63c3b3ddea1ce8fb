-- migrate:up

-- Reads each table once and lets others write meanwhile.
alter table attendee
    validate constraint attendee_meets_at_known,
    validate constraint attendee_meets_at_count;
alter table event
    validate constraint event_quiet_place_chars,
    validate constraint event_host_name_chars;

-- migrate:down
