-- What people who use connectors from a page need: who changed what since, what happened, what waits for whom.

-- Raised by one with each recorded change, so that two editors do not undo each other's work.
alter table connector add column version integer not null default 1;

-- What happened while a connector was read. Bounded, and nothing is derived from it.
create table connector_log (
    id integer primary key,
    connector_id integer not null references connector (id),
    at integer not null,
    -- 0 information, 1 warning, 2 error.
    level integer not null check (level between 0 and 2),
    -- A stable word.
    code text not null,
    message text not null,
    -- What else is known, as JSON; never a secret.
    fields text not null,
    sync_uuid text,
    job_uuid text
);
create index connector_log_of_connector on connector_log (connector_id, id);

-- How far the present sync of a connector is; a row is of no use once that has ended.
create table sync_progress (
    connector_id integer primary key references connector (id),
    sync_uuid text not null,
    job_uuid text,
    stage text not null,
    done integer not null,
    known integer not null,
    -- The last listing that was read, in words.
    listing text not null,
    at integer not null
);

-- How much was current when this snapshot was, worked out once so that a list of connectors need not count.
create table connector_tally (
    connector_id integer primary key references connector (id),
    snapshot_id integer not null,
    tally text not null
);

-- Decisions about held removals that concern whoever made them, and are carried out later.
create table decision_pending (
    id integer primary key,
    uuid text not null unique,
    connector_id integer not null references connector (id),
    action text not null check (action in ('confirm', 'discard')),
    -- Only about this listing.
    listing_id integer,
    -- Nothing that was first missed by a later snapshot: nobody had looked at it.
    seen_snapshot integer not null,
    actor text not null,
    reason text not null,
    made_at integer not null,
    due_at integer not null,
    state text not null check (state in ('waiting', 'withdrawn', 'done')),
    ended_at integer,
    ended_by text,
    check ((state = 'waiting') = (ended_at is null))
);
create index decision_pending_of_connector on decision_pending (connector_id, id);

-- Wishes to delete a connector's history, which another person has to agree to.
create table purge_request (
    id integer primary key,
    uuid text not null unique,
    connector_id integer not null references connector (id),
    actor text not null,
    reason text not null,
    asked_at integer not null,
    state text not null check (state in ('waiting', 'withdrawn')),
    ended_at integer,
    ended_by text,
    check ((state = 'waiting') = (ended_at is null))
);
-- At most one waits for a connector.
create unique index purge_request_waiting on purge_request (connector_id) where state = 'waiting';

-- What somebody was told, so that they are told once.
create table notice_told (
    key text primary key,
    connector_id integer not null references connector (id),
    at integer not null
);
create index notice_told_of_connector on notice_told (connector_id);
