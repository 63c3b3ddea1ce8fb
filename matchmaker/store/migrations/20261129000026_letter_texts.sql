-- migrate:up

-- What an association says in its own words instead of ours: one phrase of one letter in one language.
create table letter_text (
    association_id uuid        not null default nullif(current_setting('app.association', true), '')::uuid,
    letter         text        not null,
    language       text        not null,
    phrase         text        not null,
    words          text        not null,
    created_at     timestamptz not null,
    constraint letter_text_key primary key (association_id, letter, language, phrase),
    constraint letter_text_association foreign key (association_id) references association (id) on delete cascade,
    constraint letter_text_letter_form check (letter ~ '^[a-z_]{1,50}$'),
    constraint letter_text_language_form check (language ~ '^[a-z]{2}$'),
    constraint letter_text_phrase_form check (phrase ~ '^[a-z0-9_]{1,50}$'),
    constraint letter_text_words_chars check (char_length(words) between 1 and 600)
);

alter table letter_text enable row level security, force row level security;
create policy own_letter_text on letter_text
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

grant select, insert, update, delete
    on letter_text
    to matchmaker_app;
grant select
    on letter_text
    to matchmaker_ops;

-- migrate:down
drop table letter_text;
