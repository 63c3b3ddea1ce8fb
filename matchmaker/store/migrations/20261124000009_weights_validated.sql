-- migrate:up

-- Reads the table once and lets others write meanwhile.
alter table match_run validate constraint match_run_weights;

-- migrate:down
