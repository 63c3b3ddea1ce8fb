-- migrate:up

-- What people say on their own page stands beside what their organiser says of the same two, so that neither learns from an
-- answer whether the other had said it before; and two who keep apart from each other each have a row of their own. `written` is
-- whom somebody wrote there. It may be nobody: the row stands there all the same, so that no page tells who takes part.
alter table exclusion
    add column written text,
    add constraint exclusion_written_chars check (char_length(written) between 1 and 200) not valid,
    -- squawk-ignore ban-drop-constraint -- the next line puts it back, wider by whoever was written and is nobody
    drop constraint exclusion_other_or_organisation,
    add constraint exclusion_other_or_organisation check (
        num_nonnulls(other_id, organisation) = 1 or (written is not null and num_nonnulls(other_id, organisation) = 0)) not valid;
alter table acquaintance add column is_own boolean not null default false;

-- Of what an event's people said there are thousands of rows at most, and the new indexes allow all that the old ones did.
-- squawk-ignore require-concurrent-index-deletion
drop index exclusion_pair_once, exclusion_organisation_once;
-- squawk-ignore require-concurrent-index-creation
create unique index exclusion_pair_once
    on exclusion (association_id, least(attendee_id, other_id), greatest(attendee_id, other_id), event_id)
    where other_id is not null and written is null;
-- squawk-ignore require-concurrent-index-creation
create unique index exclusion_own_pair_once on exclusion (association_id, attendee_id, other_id, lower(written), event_id)
    where other_id is not null and written is not null;
-- squawk-ignore require-concurrent-index-creation
create unique index exclusion_organisation_once
    on exclusion (association_id, attendee_id, lower(organisation), event_id, (written is null))
    where organisation is not null;
-- squawk-ignore require-concurrent-index-creation
create unique index exclusion_nobody_once on exclusion (association_id, attendee_id, lower(written), event_id)
    where num_nonnulls(other_id, organisation) = 0;

-- squawk-ignore ban-drop-constraint -- the index takes its place
alter table acquaintance drop constraint acquaintance_once;
-- squawk-ignore require-concurrent-index-creation
create unique index acquaintance_once on acquaintance (association_id, first_id, second_id, event_id, is_own);

-- migrate:down
delete from exclusion where num_nonnulls(other_id, organisation) = 0;
delete from exclusion
 where written is not null
   and exists (select
                 from exclusion as other
                where other.association_id = exclusion.association_id
                  and other.event_id = exclusion.event_id
                  and other.id <> exclusion.id
                  and (other.written is null or other.id < exclusion.id)
                  and (least(other.attendee_id, other.other_id) = least(exclusion.attendee_id, exclusion.other_id)
                           and greatest(other.attendee_id, other.other_id) = greatest(exclusion.attendee_id, exclusion.other_id)
                       or other.attendee_id = exclusion.attendee_id
                           and lower(other.organisation) = lower(exclusion.organisation)));
delete from acquaintance
 where is_own
   and exists (select
                 from acquaintance as other
                where other.association_id = acquaintance.association_id
                  and other.event_id = acquaintance.event_id
                  and other.first_id = acquaintance.first_id
                  and other.second_id = acquaintance.second_id
                  and not other.is_own);
drop index exclusion_pair_once, exclusion_own_pair_once, exclusion_organisation_once, exclusion_nobody_once;
create unique index exclusion_pair_once
    on exclusion (association_id, least(attendee_id, other_id), greatest(attendee_id, other_id), event_id)
    where other_id is not null;
create unique index exclusion_organisation_once
    on exclusion (association_id, attendee_id, lower(organisation), event_id)
    where organisation is not null;
drop index acquaintance_once;
alter table acquaintance add constraint acquaintance_once unique (association_id, first_id, second_id, event_id);
alter table exclusion
    drop constraint exclusion_other_or_organisation,
    add constraint exclusion_other_or_organisation check (num_nonnulls(other_id, organisation) = 1),
    drop column written;
alter table acquaintance drop column is_own;
