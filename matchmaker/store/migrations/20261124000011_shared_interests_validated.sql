-- migrate:up

alter table pairing validate constraint pairing_shared_count;

-- migrate:down
