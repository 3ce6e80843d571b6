-- Connectors that are read elsewhere, by programs that ask this hub what to do.

create table runner_client (
    id integer primary key,
    -- A connector has one at most, which keeps its name when its key is replaced.
    connector_id integer not null unique references connector (id),
    -- The name that it signs in with.
    client_id text not null unique,
    -- Of the Ed25519 key that it proves with who it is. The private part was shown once and is nowhere.
    public_key blob not null,
    created_at integer not null,
    -- When the present key was made, and by whom.
    key_made_at integer not null,
    key_made_by text,
    -- Since when it may do nothing.
    revoked_at integer,
    -- When it was last heard of, and what it said of itself.
    seen_at integer,
    host text,
    package text,
    package_version text,
    system text
);

-- What runners show with each call, for a quarter of an hour.
create table runner_token (
    id integer primary key,
    runner_client_id integer not null references runner_client (id),
    -- SHA-256 digests alone, of the token and of what it was given for: nothing is given for the same twice.
    token_hash blob not null unique,
    assertion_hash blob not null unique,
    expires_at integer not null
);
create index runner_token_of_client on runner_token (runner_client_id);
create index runner_token_of_end on runner_token (expires_at);

-- Whether the job is the runner's whose connector it is about, and no worker's of the hub.
alter table job add column by_runner integer not null default 0 check (by_runner in (0, 1));
