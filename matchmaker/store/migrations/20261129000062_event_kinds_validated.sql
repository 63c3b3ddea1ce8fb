-- migrate:up

-- Reads the table once and lets others write meanwhile.
alter table event
    validate constraint event_kind_known,
    validate constraint event_keep_days_range;

-- migrate:down
