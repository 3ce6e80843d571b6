-- The people who use the hub: accounts, links that make them, sessions, tokens, identities, attempts to sign in, notices.

create table hub_user (
    id integer primary key,
    uuid text not null unique,
    -- The sign-in name as it was typed, and in small letters.
    name text not null,
    name_key text not null unique,
    display_name text not null,
    email text,
    role text not null check (role in ('administrator', 'connector-admin', 'reviewer', 'auditor')),
    -- As argon2 writes it, with its parameters; null where none was ever set, and after a reset.
    password_hash text,
    created_at integer not null,
    disabled_at integer,
    signed_in_at integer,
    -- Since when there is a second factor, and the last step of time whose code was used.
    totp_at integer,
    totp_step integer
);

-- Codes that stand in for the second factor once. They are random enough for a plain digest.
create table hub_recovery_code (
    id integer primary key,
    hub_user_id integer not null references hub_user (id),
    hash blob not null,
    used_at integer,
    unique (hub_user_id, hash)
);

-- One-time links. What opens one is kept as a SHA-256 digest alone.
create table hub_link (
    id integer primary key,
    uuid text not null unique,
    kind text not null check (kind in ('first-run', 'invitation', 'reset')),
    token_hash blob not null unique,
    role text not null,
    email text,
    -- Whose password a reset sets.
    hub_user_id integer references hub_user (id),
    created_at integer not null,
    expires_at integer not null,
    used_at integer,
    -- When it was taken back, or another took its place.
    voided_at integer
);

-- Sessions that have not ended. What opens one is kept as a SHA-256 digest alone.
create table hub_session (
    id integer primary key,
    uuid text not null unique,
    token_hash blob not null unique,
    hub_user_id integer not null references hub_user (id),
    created_at integer not null,
    seen_at integer not null,
    confirmed_at integer not null,
    expires_at integer not null,
    address text,
    agent text
);
create index hub_session_of_user on hub_session (hub_user_id);

create table hub_token (
    id integer primary key,
    uuid text not null unique,
    hub_user_id integer not null references hub_user (id),
    name text not null,
    role text not null,
    token_hash blob not null unique,
    created_at integer not null,
    expires_at integer,
    used_at integer,
    revoked_at integer
);
create index hub_token_of_user on hub_token (hub_user_id);

-- What identity providers call the holders of accounts.
create table hub_identity (
    id integer primary key,
    uuid text not null unique,
    hub_user_id integer not null references hub_user (id),
    issuer text not null,
    subject text not null,
    created_at integer not null,
    used_at integer,
    unique (issuer, subject)
);
create index hub_identity_of_user on hub_identity (hub_user_id);

-- Log-ins at a provider that were begun and are not finished; gone after ten minutes.
create table hub_login (
    id integer primary key,
    state_hash blob not null unique,
    nonce text not null,
    verifier text not null,
    return_path text not null,
    created_at integer not null
);

-- Attempts to sign in that failed, by the digest of a name, an address, or both.
create table hub_attempt (
    id integer primary key,
    key_hash blob not null unique,
    failures integer not null,
    first_at integer not null,
    last_at integer not null,
    locked_until integer,
    -- When the audit log last told of them, and how many it has not told of since.
    recorded_at integer,
    unrecorded integer not null
);

create table hub_notice (
    id integer primary key,
    uuid text not null unique,
    -- For one account, or for everyone who has a role.
    hub_user_id integer references hub_user (id),
    role text,
    kind text not null,
    about text not null,
    body text not null,
    created_at integer not null,
    check ((hub_user_id is null) <> (role is null))
);
create index hub_notice_of_user on hub_notice (hub_user_id);
create index hub_notice_of_role on hub_notice (role);

create table hub_notice_read (
    notice_id integer not null references hub_notice (id),
    hub_user_id integer not null references hub_user (id),
    read_at integer not null,
    primary key (notice_id, hub_user_id)
);

-- Second factors are sealed like tokens of connectors, and bound to their account.
alter table secret add column hub_user_id integer references hub_user (id);
create unique index secret_of_hub_user on secret (purpose, hub_user_id);
