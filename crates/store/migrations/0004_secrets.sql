-- Secrets sealed at rest, and how far an import has come.

-- Which master key the secrets were sealed with, since when. The key itself is never in the database.
create table secret_key (
    id integer primary key,
    -- A short digest of the key, by which it is recognised.
    key_id text not null unique,
    created_at integer not null,
    -- Set once another key took its place; one key at most has none.
    retired_at integer
);

-- Each secret is sealed with a data key of its own, and the data key with the master key. Both are bound to the other
-- columns of their row, so that a changed or moved one opens nothing.
create table secret (
    id integer primary key,
    uuid text not null unique,
    -- What it is for, such as `connector.token`.
    purpose text not null,
    connector_id integer references connector (id),
    -- The master key that seals the data key.
    key_id text not null,
    wrapped_key blob not null,
    wrap_nonce blob not null,
    nonce blob not null,
    ciphertext blob not null,
    created_at integer not null,
    -- When its data key was last sealed: by its making, or by a rotation of the master key.
    updated_at integer not null,
    unique (purpose, connector_id)
);
create index secret_of_connector on secret (connector_id);

-- At most one row, while an import is not finished; such a database is nothing to work with.
create table import_progress (
    id integer primary key check (id = 1),
    -- Of the file that is imported.
    digest text not null,
    -- How many of its chunks are here.
    chunks integer not null,
    started_at integer not null
);
