-- Work that is done by whoever is there to do it: syncs, and whatever else runs without a person.

create table job (
    id integer primary key,
    uuid text not null unique,
    -- What is to be done, such as `sync`.
    kind text not null,
    -- What it is about, such as a connector's uuid. It refers to no row, so that a job outlives what it was about.
    key text not null,
    payload text not null,
    -- Who asked for it: a person, or `schedule`.
    asked_by text not null,
    state text not null check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
    -- Not to be begun before.
    run_at integer not null,
    -- How often it was begun. It is also the fencing token: whoever holds an older number has lost the job.
    attempt integer not null default 0,
    -- The last attempt that is made without a person.
    max_attempts integer not null,
    -- Who has it, or had it last.
    lease_owner text,
    -- Set while it is running: until when it is its owner's alone.
    lease_until integer,
    -- Of the latest attempt.
    started_at integer,
    last_error text,
    result text,
    created_at integer not null,
    finished_at integer,
    check ((state = 'running') = (lease_until is not null)),
    check ((state in ('done', 'failed', 'cancelled')) = (finished_at is not null))
);
-- At most one unfinished job of a kind is about the same thing.
create unique index job_unfinished_of_key on job (kind, key) where state in ('queued', 'running');
create index job_unfinished on job (kind, run_at, id) where state in ('queued', 'running');
create index job_finished on job (finished_at) where finished_at is not null;
create index job_of_key on job (kind, key, id);
