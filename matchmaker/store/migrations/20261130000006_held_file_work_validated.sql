-- migrate:up

-- Reads the table once and lets others write meanwhile.
alter table held_file
    validate constraint held_file_asked_known,
    validate constraint held_file_asked_at_a_time,
    validate constraint held_file_progress_range,
    validate constraint held_file_starts_range,
    validate constraint held_file_works_where_asked,
    validate constraint held_file_refused_or_asked,
    validate constraint held_file_refusal_object;

-- migrate:down
