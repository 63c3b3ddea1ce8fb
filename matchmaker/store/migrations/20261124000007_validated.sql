-- migrate:up

-- Reads each table once and lets others write meanwhile.
alter table attendee validate constraint attendee_least_range;
alter table attendee validate constraint attendee_minutes_range;
alter table attendee validate constraint attendee_challenge_chars;
alter table attendee validate constraint attendee_available_count;
alter table attendee validate constraint attendee_available_rounds;
alter table attendee_import validate constraint attendee_import_wishes_range;
alter table match_run validate constraint match_run_format_known;
alter table match_run validate constraint match_run_builds_on;
alter table pairing validate constraint pairing_round_range;
alter table pairing validate constraint pairing_table_number_range;
alter table pairing validate constraint pairing_table_in_round;

-- migrate:down
