-- migrate:up

-- Several messages to one attendee leave as one letter, the digest: a message of its own, to which its parts point. A part is
-- never another reader's, since the key holds the attendee. Constraints on rows that are there already are validated by a
-- later file.
-- Some hundred days of letters are read here once, and letters wait meanwhile; of parts there are none yet.
-- squawk-ignore require-concurrent-index-creation
create unique index message_of_attendee on message (association_id, attendee_id, id);
alter table message
    add column digest_id uuid,
    add constraint message_digest foreign key (association_id, attendee_id, digest_id)
        references message (association_id, attendee_id, id) on delete cascade not valid,
    add constraint message_part_fits check (digest_id is null or (letter <> 'digest' and not asked_for)) not valid;
-- squawk-ignore require-concurrent-index-creation
create index message_by_digest on message (digest_id, attendee_id, association_id) where digest_id is not null;

-- What becomes of a digest becomes of its parts in the same statement, whoever makes it: claimed, transmitting, uncertain, sent,
-- refused, held, decided. A part that has ended before, since it was taken back or was true no longer, stays as it is.
create function share_fate() returns trigger
    language plpgsql as
$$
begin
    update message
       set state           = new.state,
           claim           = greatest(claim, new.claim),
           claimed_until   = new.claimed_until,
           tries           = greatest(tries, new.tries),
           repeats         = new.repeats,
           overrode        = new.overrode,
           reason          = new.reason,
           code            = new.code,
           words           = new.words,
           due_at          = greatest(new.due_at, not_before),
           transmitting_at = case when new.transmitting_at is not null then greatest(new.transmitting_at, created_at) end,
           ended_at        = case when new.ended_at is not null then greatest(new.ended_at, new.transmitting_at, created_at) end
     where digest_id = new.id
       and attendee_id = new.attendee_id
       and association_id = new.association_id
       and state not in ('sent', 'failed', 'dropped');
    return null;
end
$$;
create trigger message_fate_shared
    after update on message
    for each row
    when (new.letter = 'digest')
execute function share_fate();

-- migrate:down
drop trigger message_fate_shared on message;
drop function share_fate();
alter table message drop column digest_id;
drop index message_of_attendee;
