-- The audit log: one chain of records for the whole database. `docs/reference/audit.md` says what is hashed.

-- One row: which database this is, and where its chain ends. Appending locks it, so that numbers have no gap.
create table audit_chain (
    id integer primary key check (id = 1),
    database_uuid text not null,
    sequence integer not null,
    hash blob not null
);

-- It refers to no row, so that it outlives what it is about.
create table audit_record (
    sequence integer primary key,
    at integer not null,
    action text not null,
    -- The uuid of the connector or database that it was done to.
    subject text not null,
    -- Canonical JSON, without anything personal or secret.
    details text not null,
    -- Canonical JSON: the salted hash of each personal field, by its name.
    commitments text not null,
    previous_hash blob not null,
    hash blob not null
);
create index audit_record_at on audit_record (at);

-- What the commitments commit to; salt and value are null once they are erased.
create table audit_personal (
    sequence integer not null references audit_record (sequence),
    field text not null,
    salt blob,
    value text,
    erased integer not null default 0 check (erased in (0, 1)),
    primary key (sequence, field)
);

-- Signed ends of the chain. What counts is the copies that left the machine.
create table audit_head (
    id integer primary key,
    sequence integer not null,
    hash blob not null,
    at integer not null,
    public_key blob not null,
    signature blob not null
);
