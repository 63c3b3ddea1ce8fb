-- migrate:up

-- Of a private event no answer to the organiser tells two people together, nor what one said; counts and attendance it does.
alter table event
    add column privacy text not null default 'open',
    add constraint event_privacy_known check (privacy in ('open', 'private')) not valid;

-- migrate:down
alter table event drop column privacy;
