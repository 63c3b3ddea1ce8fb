-- migrate:up

-- What is asked after people sat together: an introduction whose consent comes after the meeting. `asked_at` is when the
-- company of a round that is over was looked at, once.
alter table introduction add column sat_together boolean not null default false;
alter table meeting
    add column asked_at timestamptz,
    add constraint meeting_asked_once_remembered check (
        asked_at is null or (remembered_at is not null and asked_at >= remembered_at)) not valid;
-- squawk-ignore require-concurrent-index-creation -- meetings are as new as this: there are few yet
create index meeting_not_asked on meeting (event_id, id) where asked_at is null and cancelled_at is null;
-- squawk-ignore require-concurrent-index-creation -- introductions are as new as this: there are few yet
create index introduction_open_afterwards on introduction (association_id, expires_at)
    where sat_together and state in ('offered', 'half_accepted');

-- Of whom the person chose on their own page what may be done with their place: a file does not choose otherwise.
alter table attendee add column chosen_at timestamptz;

-- Where action-learning sets sit.
alter table event
    add column sets_place text,
    add constraint event_sets_place_chars check (char_length(sets_place) between 1 and 200) not valid;

alter table link
    -- squawk-ignore ban-drop-constraint -- the next line puts it back, wider by one
    drop constraint link_scope_known,
    add constraint link_scope_known check (scope in ('introduction', 'me', 'exits', 'verify', 'feed', 'afterwards')) not valid;
alter table message
    -- squawk-ignore ban-drop-constraint -- the next line puts it back, wider by two
    drop constraint message_letter_known,
    add constraint message_letter_known check (letter in ('invited', 'verify', 'offered', 'reminder', 'introduced', 'meeting',
        'meeting_changed', 'meeting_cancelled', 'agenda', 'did_you_meet', 'thanks', 'promise', 'reconnect', 'set_dates',
        'digest', 'bye', 'paused', 'goodbye', 'link', 'after_rounds', 'held_back')) not valid;

-- migrate:down
delete from message where letter in ('after_rounds', 'held_back');
delete from link where scope = 'afterwards';
alter table message
    drop constraint message_letter_known,
    add constraint message_letter_known check (letter in ('invited', 'verify', 'offered', 'reminder', 'introduced', 'meeting',
        'meeting_changed', 'meeting_cancelled', 'agenda', 'did_you_meet', 'thanks', 'promise', 'reconnect', 'set_dates',
        'digest', 'bye', 'paused', 'goodbye', 'link'));
alter table link
    drop constraint link_scope_known,
    add constraint link_scope_known check (scope in ('introduction', 'me', 'exits', 'verify', 'feed'));
alter table event drop column sets_place;
alter table attendee drop column chosen_at;
drop index introduction_open_afterwards, meeting_not_asked;
alter table meeting drop column asked_at;
alter table introduction drop column sat_together;
