-- Directories that identity providers push to: who may push, what was pushed, and what each push changed.

create table scim_client (
    id integer primary key,
    uuid text not null unique,
    -- The directory's title as it was typed, and in small letters.
    name text not null,
    name_key text not null unique,
    -- Of the token that is in use, or was last: a SHA-256 digest alone.
    token_hash blob not null unique,
    created_at integer not null,
    created_by text,
    used_at integer,
    revoked_at integer
);

create table scim_resource (
    id integer primary key,
    client_id integer not null references scim_client (id),
    uuid text not null unique,
    kind text not null check (kind in ('User', 'Group')),
    version integer not null,
    -- The identity provider's own id of it.
    external_id text,
    -- A user's userName or a group's displayName, in small letters.
    name_key text not null,
    document text not null,
    created_at integer not null,
    modified_at integer not null,
    -- Whoever was deleted stays, so that access that returns is noticed.
    deleted_at integer
);
create unique index scim_resource_of_name on scim_resource (client_id, kind, name_key) where deleted_at is null;
create index scim_resource_of_external_id on scim_resource (client_id, kind, external_id);
create index scim_resource_of_client on scim_resource (client_id, kind, id);

-- What each write did, numbered as they happened. Of a group, only the members are told that came and went.
create table scim_change (
    id integer primary key,
    client_id integer not null references scim_client (id),
    resource_id integer not null references scim_resource (id),
    version integer not null,
    at integer not null,
    document_before text,
    document_after text
);
create index scim_change_of_client on scim_change (client_id, id);
create index scim_change_of_resource on scim_change (resource_id, id);
