-- migrate:up

-- Reads the table once and lets others write meanwhile.
alter table message
    validate constraint message_digest,
    validate constraint message_part_fits;

-- migrate:down
