-- What credentials could see, and ids that stand for somebody else than before.

-- A row for each time that a connector's credential saw something else than before.
create table fingerprint (
    id integer primary key,
    connector_id integer not null references connector (id),
    -- The first and the last reading that saw exactly this.
    first_at integer not null,
    last_at integer not null,
    -- As JSON: the account, what decides how much it is shown, and what is kept from it. Never a secret.
    seen text not null,
    -- 1 when later readings are compared with it: it sees no less than the one before, or a person accepted it.
    is_reference integer not null check (is_reference in (0, 1)),
    -- Who accepted that less is seen from now on.
    accepted_at integer,
    accepted_by text,
    accepted_why text
);
create index fingerprint_of_connector on fingerprint (connector_id, id);

-- An id that came back after its holder was gone for certain, in a source that gives ids anew. What was known of the
-- former holder is not that of the new one.
create table reappearance (
    id integer primary key,
    connector_id integer not null references connector (id),
    -- The snapshot that first had the new holder.
    snapshot_id integer not null references snapshot (id),
    -- Who has the id now: the same type and id, in a later incarnation.
    resource_id integer not null unique references resource (id),
    -- Who had it before.
    former_id integer not null references resource (id),
    -- 1 when the source tells that it is another; otherwise nobody knows until a person says so.
    is_another integer not null check (is_another in (0, 1)),
    -- Who said that it is the same after all.
    confirmed_at integer,
    confirmed_by text,
    confirmed_why text
);
create index reappearance_of_connector on reappearance (connector_id, id);
create index reappearance_in_snapshot on reappearance (snapshot_id);

-- What a source itself wrote down: who did what, when. Only ever added to, and nothing is removed on its word.
create table source_event (
    id integer primary key,
    connector_id integer not null references connector (id),
    -- The source's own id of it.
    wire_id text not null,
    at integer not null,
    -- Null where the source does not tell.
    actor text,
    -- The source's own word for what was done.
    action text not null,
    object_type text,
    object_id text,
    -- What was done to the object, where that is understood.
    altered text check (altered in ('added', 'removed', 'holder-added', 'holder-removed')),
    -- What else the source says of it, as JSON; never a secret, an address or a place.
    fields text not null,
    unique (connector_id, wire_id)
);
create index source_event_of_moment on source_event (connector_id, at);
