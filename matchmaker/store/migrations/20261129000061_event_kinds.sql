-- migrate:up

-- What an event is, in the organiser's words, from which its first policy came; and for how many days after it its people are
-- kept, where that is fewer than the operator keeps them.
alter table event
    add column kind text,
    add column keep_days integer,
    add constraint event_kind_known check (kind in ('luncheon', 'speed', 'mail', 'sets')) not valid,
    add constraint event_keep_days_range check (keep_days between 1 and 3650) not valid;

-- migrate:down
alter table event
    drop column kind,
    drop column keep_days;
