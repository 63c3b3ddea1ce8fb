-- migrate:up

-- A letter in the organiser's own words to some of an event's people: kept once, however many messages carry it. To whom it went
-- is the messages' to say; here is what was asked for.
create table note (
    association_id uuid        not null default nullif(current_setting('app.association', true), '')::uuid,
    id             uuid        not null default gen_random_uuid(),
    event_id       uuid        not null,
    heading        text        not null,
    paragraphs     text[]      not null,
    segment        jsonb       not null,
    letters        integer     not null,
    deadline       timestamptz not null,
    created_at     timestamptz not null,
    constraint note_key primary key (association_id, id),
    constraint note_event foreign key (association_id, event_id) references event (association_id, id) on delete cascade,
    constraint note_heading_chars check (char_length(heading) between 1 and 120),
    constraint note_paragraphs_count check (cardinality(paragraphs) between 1 and 20),
    constraint note_paragraphs_chars check (entries_fit(paragraphs, 600)),
    constraint note_segment_object check (jsonb_typeof(segment) = 'object' and octet_length(segment::text) <= 100000),
    constraint note_letters_range check (letters >= 0),
    constraint note_deadline_later check (deadline > created_at)
);
create index note_by_age on note (event_id, created_at, id);

alter table note enable row level security, force row level security;
create policy own_note on note
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

grant select, insert, update, delete
    on note
    to matchmaker_app;
grant select
    on note
    to matchmaker_ops;

alter table message
    -- squawk-ignore ban-drop-constraint -- the next line puts it back, with two letters more
    drop constraint message_letter_known,
    add constraint message_letter_known check (letter in ('invited', 'verify', 'offered', 'reminder', 'introduced', 'meeting',
        'meeting_changed', 'meeting_cancelled', 'agenda', 'did_you_meet', 'thanks', 'promise', 'reconnect', 'set_dates',
        'digest', 'bye', 'paused', 'goodbye', 'link', 'after_rounds', 'held_back', 'withdrawn', 'time_proposed', 'say_more',
        'note')) not valid;

-- migrate:down
delete from message where letter in ('say_more', 'note');
alter table message
    drop constraint message_letter_known,
    add constraint message_letter_known check (letter in ('invited', 'verify', 'offered', 'reminder', 'introduced', 'meeting',
        'meeting_changed', 'meeting_cancelled', 'agenda', 'did_you_meet', 'thanks', 'promise', 'reconnect', 'set_dates',
        'digest', 'bye', 'paused', 'goodbye', 'link', 'after_rounds', 'held_back', 'withdrawn', 'time_proposed')) not valid;
drop table note;
