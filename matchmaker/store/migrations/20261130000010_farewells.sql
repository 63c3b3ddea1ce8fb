-- migrate:up

-- A deleted event leaves its name behind, and places without a word about those who are still to be told that it is over, until
-- the letters have left; then it is gone for good.
alter table event add column over_at timestamptz;
-- squawk-ignore require-concurrent-index-creation -- events are few, and none is over yet
create index event_over on event (association_id, over_at) where over_at is not null;

-- migrate:down
delete from event where over_at is not null;
drop index event_over;
alter table event drop column over_at;
