-- migrate:up

-- Reads each table once and lets others write meanwhile.
alter table meeting validate constraint meeting_asked_once_remembered;
alter table event validate constraint event_sets_place_chars;
alter table link validate constraint link_scope_known;
alter table message validate constraint message_letter_known;

-- migrate:down
