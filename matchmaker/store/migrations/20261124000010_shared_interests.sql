-- migrate:up

-- The interests that both of a pair named, beside the reasons; none for the pairings of earlier runs.
alter table pairing
    add column shared jsonb not null default '[]',
    add constraint pairing_shared_count check (jsonb_typeof(shared) = 'array' and jsonb_array_length(shared) <= 3) not valid;

-- migrate:down

alter table pairing drop column shared;
