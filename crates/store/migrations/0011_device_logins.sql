-- Log-ins that a command line began and a person has to allow on a page; gone after ten minutes.
create table hub_device_login (
    id integer primary key,
    uuid text not null unique,
    -- What the command line asks with, and what the person types, as SHA-256 digests alone.
    device_hash blob not null unique,
    code_hash blob not null unique,
    -- What the machine calls itself, and where it asks from. Nothing of it is proven.
    machine text not null,
    address text,
    -- The digest of its network, of which only some may wait at once.
    network_hash blob,
    created_at integer not null,
    expires_at integer not null,
    -- When the command line last asked.
    polled_at integer,
    state text not null check (state in ('waiting', 'allowed', 'refused')),
    -- Who allowed it, and how many days its token lasts.
    hub_user_id integer references hub_user (id),
    days integer,
    check ((state = 'allowed') = (hub_user_id is not null and days is not null))
);
