-- migrate:up

-- Reads the table once and lets others write meanwhile.
alter table event validate constraint event_privacy_known;

-- migrate:down
