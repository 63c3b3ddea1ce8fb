-- migrate:up

-- Which associations have ever had a message, so that the worker, which sees no tenant's rows, knows where to look; and the
-- database (`home`) from which their mail may leave. A restored or copied database is another, and holds its mail.
-- Belongs to no tenant: it carries ids only.
create table outbox (
    association_id uuid not null,
    home           text,
    constraint outbox_key primary key (association_id),
    constraint outbox_association foreign key (association_id) references association (id) on delete cascade,
    constraint outbox_home_chars check (char_length(home) between 1 and 200)
);

-- From whom an association's letters come and when they may leave. The DKIM key itself is kept outside; here is its name.
create table sender (
    association_id uuid        not null default nullif(current_setting('app.association', true), '')::uuid,
    name           text        not null,
    address        text        not null,
    reply_to       text,
    language       text        not null default 'en',
    opens_hour     smallint    not null default 8,
    closes_hour    smallint    not null default 19,
    weekends       boolean     not null default false,
    dkim_domain    text,
    dkim_selector  text,
    dkim_key       text,
    verified_at    timestamptz,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    constraint sender_key primary key (association_id),
    constraint sender_association foreign key (association_id) references association (id) on delete cascade,
    constraint sender_name_chars check (char_length(name) between 1 and 200),
    constraint sender_address_chars check (char_length(address) between 3 and 254),
    constraint sender_reply_to_chars check (char_length(reply_to) between 3 and 254),
    constraint sender_language_chars check (char_length(language) between 2 and 35),
    constraint sender_opens_hour_range check (opens_hour between 0 and 23),
    constraint sender_closes_hour_range check (closes_hour between 1 and 24),
    constraint sender_opens_first check (opens_hour < closes_hour),
    constraint sender_dkim_whole check (num_nonnulls(dkim_domain, dkim_selector, dkim_key) in (0, 3)),
    constraint sender_dkim_domain_chars check (char_length(dkim_domain) between 1 and 200),
    constraint sender_dkim_selector_chars check (char_length(dkim_selector) between 1 and 200),
    constraint sender_dkim_key_chars check (char_length(dkim_key) between 1 and 200),
    constraint sender_times_in_order check (updated_at >= created_at and verified_at >= created_at)
);

-- Addresses that nothing is sent to any more. Only a hash, which outlives the person's own data and cannot be read back by
-- who only looks.
create table suppression (
    association_id uuid        not null default nullif(current_setting('app.association', true), '')::uuid,
    id             uuid        not null default gen_random_uuid(),
    email_hash     bytea       not null,
    cause          text        not null,
    created_at     timestamptz not null,
    constraint suppression_key primary key (association_id, id),
    constraint suppression_once unique (association_id, email_hash),
    constraint suppression_association foreign key (association_id) references association (id) on delete cascade,
    constraint suppression_email_hash_bytes check (octet_length(email_hash) = 32),
    constraint suppression_cause_known check (cause in ('refused', 'bounced', 'bounced_often', 'complained', 'unsubscribed',
        'erased'))
);

-- What came back softly from an address: five in seven days suppress it.
create table bounce (
    association_id uuid        not null default nullif(current_setting('app.association', true), '')::uuid,
    id             uuid        not null default gen_random_uuid(),
    email_hash     bytea       not null,
    code           text        not null,
    created_at     timestamptz not null,
    constraint bounce_key primary key (association_id, id),
    constraint bounce_association foreign key (association_id) references association (id) on delete cascade,
    constraint bounce_email_hash_bytes check (octet_length(email_hash) = 32),
    constraint bounce_code_chars check (char_length(code) between 1 and 200)
);
create index bounce_by_email on bounce (email_hash, created_at);

-- queued → claimed → transmitting → sent; held, uncertain, failed, dropped. `transmitting` is committed just before the letter's
-- final dot leaves: until then a message may be sent again without harm, after it only a person or the transport can tell.
-- Each claim has a number, and who holds an older one can change nothing any more. A state and its timestamps are one
-- constraint. No address and no words of people: both are looked up when the letter is written.
create table message (
    association_id  uuid        not null default nullif(current_setting('app.association', true), '')::uuid,
    id              uuid        not null default gen_random_uuid(),
    event_id        uuid        not null,
    attendee_id     uuid        not null,
    person_id       uuid        not null,
    introduction_id uuid,
    letter          text        not null,
    edition         text        not null,
    facts           jsonb       not null,
    mail_id         text        not null,
    asked_for       boolean     not null,
    state           text        not null default 'queued',
    claim           integer     not null default 0,
    claimed_until   timestamptz,
    tries           integer     not null default 0,
    repeats         integer     not null default 0,
    overrode        boolean     not null default false,
    reason          text,
    code            smallint,
    words           text,
    not_before      timestamptz not null,
    deadline        timestamptz,
    due_at          timestamptz not null,
    transmitting_at timestamptz,
    ended_at        timestamptz,
    created_at      timestamptz not null,
    constraint message_key primary key (association_id, id),
    constraint message_once unique nulls not distinct (association_id, attendee_id, letter, introduction_id, edition),
    constraint message_mail_id_once unique (association_id, mail_id),
    constraint message_event foreign key (association_id, event_id) references event (association_id, id)
        on delete cascade,
    constraint message_attendee foreign key (association_id, event_id, attendee_id)
        references attendee (association_id, event_id, id) on delete cascade,
    constraint message_person foreign key (association_id, person_id) references person (association_id, id)
        on delete cascade,
    constraint message_letter_known check (letter in ('invited', 'verify', 'offered', 'reminder', 'introduced', 'meeting',
        'meeting_changed', 'meeting_cancelled', 'agenda', 'did_you_meet', 'thanks', 'promise', 'reconnect', 'set_dates',
        'digest', 'bye', 'paused', 'goodbye', 'link')),
    constraint message_edition_chars check (char_length(edition) between 1 and 200),
    constraint message_facts_object check (jsonb_typeof(facts) = 'object' and octet_length(facts::text) <= 4000),
    constraint message_mail_id_form check (mail_id ~ '^<[0-9a-z.-]+@[0-9A-Za-z.-]+>$'),
    constraint message_state_known check (state in ('queued', 'held', 'claimed', 'transmitting', 'uncertain', 'sent', 'failed',
        'dropped')),
    constraint message_claim_range check (claim >= 0),
    constraint message_tries_range check (tries >= 0),
    constraint message_repeats_range check (repeats >= 0),
    constraint message_reason_known check (reason in ('cancelled', 'late', 'suppressed', 'untrue', 'no_address', 'left',
        'refused', 'given_up')),
    constraint message_code_range check (code between 200 and 599),
    constraint message_words_chars check (char_length(words) between 1 and 1000),
    constraint message_words_with_code check ((words is null) = (code is null)),
    constraint message_claimed_while_under_way check ((claimed_until is not null) = (state in ('claimed', 'transmitting'))),
    constraint message_claim_when_claimed check (claim > 0 or state in ('queued', 'held', 'dropped')),
    constraint message_transmitting_from_the_dot check (
        case when state in ('queued', 'held', 'claimed') then transmitting_at is null
             when state in ('transmitting', 'uncertain', 'sent') then transmitting_at is not null
             else true end),
    constraint message_ended_at_the_end check ((ended_at is not null) = (state in ('sent', 'failed', 'dropped'))),
    constraint message_reason_where_not_sent check ((reason is not null) = (state in ('failed', 'dropped'))),
    constraint message_reason_of_state check (
        case when reason in ('refused', 'given_up') then state = 'failed' else state <> 'failed' end),
    constraint message_due_when_it_may check (due_at >= not_before),
    constraint message_times_in_order check (transmitting_at >= created_at and ended_at >= coalesce(transmitting_at, created_at))
);
create index message_by_age on message (event_id, created_at, id);
create index message_by_attendee on message (attendee_id, event_id, association_id);
create index message_by_introduction on message (introduction_id, association_id) where introduction_id is not null;
create index message_by_person on message (person_id, association_id, transmitting_at);
create index message_due on message (association_id, due_at) where state = 'queued';
create index message_under_way on message (association_id, state, claimed_until)
    where state in ('claimed', 'transmitting', 'uncertain');

alter table sender enable row level security, force row level security;
create policy own_sender on sender
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

alter table suppression enable row level security, force row level security;
create policy own_suppression on suppression
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

alter table bounce enable row level security, force row level security;
create policy own_bounce on bounce
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

alter table message enable row level security, force row level security;
create policy own_message on message
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

grant select, insert, update, delete
    on outbox, sender, suppression, bounce, message
    to matchmaker_app;
grant select
    on outbox, sender, suppression, bounce, message
    to matchmaker_ops;

-- migrate:down
drop table message, bounce, suppression, sender, outbox;
