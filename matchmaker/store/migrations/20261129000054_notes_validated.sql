-- migrate:up

-- Reads the table once and lets others write meanwhile.
alter table message validate constraint message_letter_known;

-- migrate:down
