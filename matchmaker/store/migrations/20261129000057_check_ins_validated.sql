-- migrate:up

-- Reads each table once and lets others write meanwhile.
alter table attendee
    validate constraint attendee_here_or_absent,
    validate constraint attendee_check_in_code_form;
alter table api_key
    validate constraint api_key_scopes_count,
    validate constraint api_key_scopes_known;
alter table match_run
    validate constraint match_run_from_round_range,
    validate constraint match_run_from_round_seats;

-- migrate:down
