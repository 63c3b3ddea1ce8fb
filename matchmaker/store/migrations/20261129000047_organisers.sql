-- migrate:up

-- Who may sign in to an association's pages. An address is no proof: they sign in by a passkey, or by a password and the code of
-- an authenticator. The authenticator's secret is made from `totp_nonce` and the installation's own, and stored nowhere;
-- `totp_step` is the last half minute whose code was taken, so that none is taken twice.
create table organiser (
    association_id uuid        not null default nullif(current_setting('app.association', true), '')::uuid,
    id             uuid        not null default gen_random_uuid(),
    name           text        not null,
    email          text        not null,
    email_key      text        not null,
    role           text        not null,
    password_hash  text,
    totp_nonce     bytea,
    totp_step      bigint,
    created_at     timestamptz not null,
    constraint organiser_key primary key (association_id, id),
    constraint organiser_association foreign key (association_id) references association (id) on delete cascade,
    constraint organiser_email_once unique (association_id, email_key),
    constraint organiser_name_chars check (char_length(name) between 1 and 200),
    constraint organiser_email_chars check (char_length(email) between 3 and 254),
    constraint organiser_role_known check (role in ('owner', 'organiser', 'helper')),
    constraint organiser_password_hash_form check (password_hash like '$argon2id$%'),
    constraint organiser_totp_nonce_bytes check (octet_length(totp_nonce) = 16),
    constraint organiser_password_with_codes check ((password_hash is null) = (totp_nonce is null)),
    constraint organiser_step_with_codes check (totp_step is null or totp_nonce is not null)
);
create index organiser_by_age on organiser (association_id, created_at, id);

-- A one-time link that lets somebody in: a new organiser of that role, or an organiser who is there already.
create table invitation (
    association_id uuid        not null default nullif(current_setting('app.association', true), '')::uuid,
    id             uuid        not null default gen_random_uuid(),
    secret_hash    bytea       not null,
    label          text        not null,
    role           text        not null,
    organiser_id   uuid,
    created_at     timestamptz not null,
    expires_at     timestamptz not null,
    used_at        timestamptz,
    constraint invitation_key primary key (association_id, id),
    constraint invitation_association foreign key (association_id) references association (id) on delete cascade,
    constraint invitation_organiser foreign key (association_id, organiser_id) references organiser (association_id, id)
        on delete cascade,
    constraint invitation_secret_once unique (association_id, secret_hash),
    constraint invitation_secret_hash_bytes check (octet_length(secret_hash) = 32),
    constraint invitation_label_chars check (char_length(label) between 1 and 200),
    constraint invitation_role_known check (role in ('owner', 'organiser', 'helper')),
    constraint invitation_expires_later check (expires_at > created_at),
    constraint invitation_used_in_time check (used_at between created_at and expires_at)
);
create index invitation_by_organiser on invitation (association_id, organiser_id);

-- An organiser's session: over at `ends_at`, and earlier where nobody was seen for a while. The cookie's secret is here as a hash only.
create table organiser_session (
    association_id uuid        not null default nullif(current_setting('app.association', true), '')::uuid,
    id             uuid        not null default gen_random_uuid(),
    secret_hash    bytea       not null,
    organiser_id   uuid        not null,
    way            text        not null,
    browser        text        not null,
    began_at       timestamptz not null,
    seen_at        timestamptz not null,
    ends_at        timestamptz not null,
    constraint organiser_session_key primary key (association_id, id),
    constraint organiser_session_secret_once unique (association_id, secret_hash),
    constraint organiser_session_organiser foreign key (association_id, organiser_id) references organiser (association_id, id)
        on delete cascade,
    constraint organiser_session_secret_hash_bytes check (octet_length(secret_hash) = 32),
    constraint organiser_session_way_known check (way in ('passkey', 'password', 'recovery', 'invitation', 'demo')),
    constraint organiser_session_browser_chars check (char_length(browser) <= 200),
    constraint organiser_session_times_in_order check (began_at <= seen_at and began_at < ends_at)
);
create index organiser_session_by_organiser on organiser_session (association_id, organiser_id);
create index organiser_session_by_end on organiser_session (association_id, ends_at);

-- The public half of a passkey.
create table passkey (
    association_id uuid        not null default nullif(current_setting('app.association', true), '')::uuid,
    id             uuid        not null default gen_random_uuid(),
    organiser_id   uuid        not null,
    credential_id  bytea       not null,
    public_key     bytea       not null,
    sign_count     bigint      not null,
    label          text        not null,
    created_at     timestamptz not null,
    used_at        timestamptz,
    constraint passkey_key primary key (association_id, id),
    constraint passkey_credential_once unique (association_id, credential_id),
    constraint passkey_organiser foreign key (association_id, organiser_id) references organiser (association_id, id)
        on delete cascade,
    constraint passkey_credential_id_bytes check (octet_length(credential_id) between 1 and 1023),
    constraint passkey_public_key_bytes check (octet_length(public_key) between 1 and 4096),
    constraint passkey_sign_count_range check (sign_count >= 0),
    constraint passkey_label_chars check (char_length(label) between 1 and 200),
    constraint passkey_used_later check (used_at >= created_at)
);
create index passkey_by_organiser on passkey (association_id, organiser_id);

-- Codes for the day when the authenticator is lost; each is taken once.
create table recovery_code (
    association_id uuid        not null default nullif(current_setting('app.association', true), '')::uuid,
    organiser_id   uuid        not null,
    code_hash      bytea       not null,
    created_at     timestamptz not null,
    used_at        timestamptz,
    constraint recovery_code_key primary key (association_id, organiser_id, code_hash),
    constraint recovery_code_organiser foreign key (association_id, organiser_id) references organiser (association_id, id)
        on delete cascade,
    constraint recovery_code_hash_bytes check (octet_length(code_hash) = 32),
    constraint recovery_code_used_later check (used_at >= created_at)
);

alter table organiser enable row level security, force row level security;
create policy own_organiser on organiser
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

alter table invitation enable row level security, force row level security;
create policy own_invitation on invitation
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

alter table organiser_session enable row level security, force row level security;
create policy own_organiser_session on organiser_session
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

alter table passkey enable row level security, force row level security;
create policy own_passkey on passkey
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

alter table recovery_code enable row level security, force row level security;
create policy own_recovery_code on recovery_code
    using (association_id = nullif(current_setting('app.association', true), '')::uuid)
    with check (association_id = nullif(current_setting('app.association', true), '')::uuid);

-- Whoever sets an association up names it.
grant update (name)
    on association
    to matchmaker_app;
grant select, insert, update, delete
    on organiser, invitation, organiser_session, passkey, recovery_code
    to matchmaker_app;
grant select
    on organiser, invitation, organiser_session, passkey, recovery_code
    to matchmaker_ops;

-- migrate:down
drop table recovery_code, passkey, organiser_session, invitation, organiser;
revoke update (name)
    on association
    from matchmaker_app;
