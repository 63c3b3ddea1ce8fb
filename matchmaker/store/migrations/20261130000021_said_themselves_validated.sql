-- migrate:up

-- Reads the table once and lets others write meanwhile.
alter table exclusion
    validate constraint exclusion_written_chars,
    validate constraint exclusion_other_or_organisation;

-- migrate:down
