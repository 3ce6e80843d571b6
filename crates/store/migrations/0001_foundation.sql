-- Connectors, their syncs, what each listing stated, and since when.
--
-- Keys are integers; moments are microseconds since the Unix epoch, in UTC; JSON is text.
-- A fact is valid from the snapshot `from_snapshot` (inclusive) to `to_snapshot` (exclusive; null while it is current).

create table schema_version (
    version integer not null primary key,
    applied_at integer not null
);

-- Words of the vocabulary: type names, entitlement slugs, property names, link classes, listing kinds.
create table term (
    id integer primary key,
    word text not null unique
);

create table connector (
    id integer primary key,
    uuid text not null unique,
    connector_type text not null,
    name text not null,
    -- Wire id of the one resource it is configured for.
    root text not null,
    base_url text not null,
    settings text not null,
    -- Where the secret is found, such as `env REGISTRY_TOKEN`; never the secret.
    secret_source text,
    created_at integer not null,
    unique (connector_type, name)
);

-- Identities met in a source, interned and never deleted.
create table resource (
    id integer primary key,
    connector_id integer not null references connector (id),
    type_id integer not null references term (id),
    wire_id text not null,
    -- Tells apart different things that had the same id at different times.
    incarnation integer not null default 0,
    unique (connector_id, type_id, wire_id, incarnation)
);

create table sync (
    id integer primary key,
    uuid text not null unique,
    connector_id integer not null references connector (id),
    started_at integer not null,
    finished_at integer,
    status text not null check (status in ('running', 'finished', 'interrupted', 'failed')),
    error text,
    requests integer not null default 0
);
create index sync_of_connector on sync (connector_id, id);

create table snapshot (
    id integer primary key,
    connector_id integer not null references connector (id),
    -- Null for a snapshot that a person's decision made.
    sync_id integer references sync (id),
    stage text not null check (stage in ('membership', 'detail', 'decision')),
    made_current_at integer not null,
    counts text not null
);
create index snapshot_of_connector on snapshot (connector_id, id);

create table listing (
    id integer primary key,
    connector_id integer not null references connector (id),
    kind_id integer not null references term (id),
    subject_id integer not null references resource (id),
    verdict text not null,
    reason_code text,
    reason_text text,
    -- The last reading, however it ended.
    read_at integer not null,
    -- The last reading that arrived whole, and the last one that was shown to be complete.
    whole_at integer,
    complete_at integer,
    -- Of the facts as last stated; null when unknown, so that the next reading is compared fact by fact.
    digest blob,
    validator text,
    diagnostics text not null,
    first_snapshot integer not null references snapshot (id),
    -- Its subject is gone.
    retired integer not null default 0 check (retired in (0, 1)),
    unique (connector_id, kind_id, subject_id)
);
create index listing_of_subject on listing (subject_id);

-- Readings that changed a listing's content or verdict; a reading that changed nothing only moves `listing.read_at`.
create table listing_read (
    id integer primary key,
    listing_id integer not null references listing (id),
    snapshot_id integer not null references snapshot (id),
    read_at integer not null,
    -- The last earlier moment at which what this reading changed is known to have been as it was.
    not_before integer,
    verdict text not null,
    reason_code text,
    unique (listing_id, snapshot_id)
);

-- Removals that wait for a person, and why.
create table hold (
    id integer primary key,
    connector_id integer not null references connector (id),
    listing_id integer not null references listing (id),
    snapshot_id integer not null references snapshot (id),
    reason text not null
);
create index hold_of_connector on hold (connector_id);

-- What people decided about held removals.
create table decision (
    id integer primary key,
    connector_id integer not null references connector (id),
    -- The snapshot that a confirmation made current; null for a discard, which changes no fact.
    snapshot_id integer references snapshot (id),
    at integer not null,
    actor text not null,
    reason text not null,
    action text not null check (action in ('confirm', 'discard')),
    facts integer not null
);
create index decision_of_snapshot on decision (snapshot_id);

create table fact (
    id integer primary key,
    listing_id integer not null references listing (id),
    -- 1 resource, 2 property, 3 grant, 4 evidence, 5 link.
    kind integer not null check (kind between 1 and 5),
    -- The resource that exists, has the property, is granted on, or links.
    subject_id integer not null references resource (id),
    -- Its parent, the principal, or the end of the link.
    object_id integer references resource (id),
    -- The property's name, the entitlement's slug, or the link's class.
    term_id integer references term (id),
    -- The property's value, as JSON.
    value text,
    from_snapshot integer not null references snapshot (id),
    to_snapshot integer references snapshot (id),
    -- 1 when it was there as its listing was first read, so that nobody saw it appear.
    baseline integer not null check (baseline in (0, 1)),
    -- The fact whose place it took.
    replaces_id integer references fact (id),
    -- Removal unconfirmed: the snapshot at which a complete listing first stated it no more.
    missing_since integer references snapshot (id),
    hold_id integer references hold (id),
    -- 1 when a person said that the removal is not to be believed.
    discarded integer not null default 0 check (discarded in (0, 1)),
    check (to_snapshot is null or from_snapshot < to_snapshot)
);
create index fact_of_listing on fact (listing_id, to_snapshot);
create index fact_existence on fact (subject_id, to_snapshot) where kind = 1;
create index fact_appeared on fact (from_snapshot) where baseline = 0;
create index fact_disappeared on fact (to_snapshot) where to_snapshot is not null;
create index fact_missing on fact (listing_id) where missing_since is not null and to_snapshot is null;
create index fact_replaced on fact (replaces_id) where replaces_id is not null;

-- Readings of a sync that has not made its stage current yet.
create table staged (
    connector_id integer not null references connector (id),
    stage text not null check (stage in ('membership', 'detail')),
    listing_kind text not null,
    subject_type text not null,
    subject_id text not null,
    read_at integer not null,
    reading text not null,
    primary key (connector_id, stage, listing_kind, subject_type, subject_id)
);

create table requests_used (
    connector_id integer not null references connector (id),
    -- As `2025-03`.
    month text not null,
    count integer not null,
    primary key (connector_id, month)
);
