-- Findings and what became of them, rules that people keep, where they tell of what they find, and what was told.

-- What a rule found, for as long as anybody may ask about it. A finding is known by its key; its code is made of that, so that
-- it is the same in every database. When it is found no more, it is resolved and stays.
create table finding (
    id integer primary key,
    code text not null unique,
    key text not null unique,
    rule text not null,
    connector_id integer references connector (id),
    severity text not null,
    title text not null,
    -- All of it as it was found last, in JSON.
    content text not null,
    first_at integer not null,
    -- When it was found after it had not been there.
    opened_at integer not null,
    resolved_at integer,
    -- Whether the last evaluation could not tell if it still is so.
    is_unsure integer not null default 0,
    -- What somebody decided: accepted, suppressed or snoozed, until when, and who agreed.
    decision text check (decision in ('accepted', 'suppressed', 'snoozed')),
    decided_until integer,
    decided_at integer,
    decided_by text,
    reason text,
    approver text,
    owner text not null default ''
);
create index finding_present on finding (severity) where resolved_at is null;
create index finding_of_connector on finding (connector_id);

create table finding_event (
    id integer primary key,
    finding_id integer not null references finding (id),
    at integer not null,
    what text not null,
    actor text,
    reason text,
    details text
);
create index finding_event_of_finding on finding_event (finding_id, id);

-- At most one row: when findings were worked out last, of what, and what could not be told.
create table finding_evaluation (
    id integer primary key check (id = 1),
    -- How often; whoever works them out must have seen the number before.
    turn integer not null,
    at integer not null,
    -- The current snapshots then, and whatever else was looked at: equal text, equal findings.
    seen text not null,
    summary text not null
);

-- Rules that people keep. What one says is JSON.
create table rule (
    id integer primary key,
    uuid text not null unique,
    name text not null,
    definition text not null,
    version integer not null,
    created_at integer not null,
    updated_at integer not null,
    updated_by text not null,
    -- Where it comes from: a person, a file, or the ready pack.
    source text not null,
    removed_at integer
);
create unique index rule_of_name on rule (name) where removed_at is null;

-- Where a rule stands. `turn` counts its evaluations.
create table rule_standing (
    rule_id integer primary key references rule (id),
    turn integer not null,
    begun_at integer not null,
    evaluated_at integer,
    -- The connectors that had been read when it was evaluated last, and the current snapshots then.
    seen text not null,
    outcome text not null,
    error text,
    failing_since integer,
    -- Its alert: none, active, inactive or dismissed.
    alert text not null,
    alert_since integer,
    alert_level text not null,
    -- What its last evaluation kept: a digest of its rows, how many, and its outputs.
    digest text not null,
    result_count integer not null,
    outputs text not null
);

-- What a rule's last evaluation found, row by row.
create table rule_row (
    rule_id integer not null references rule (id),
    key text not null,
    content text not null,
    since integer not null,
    primary key (rule_id, key)
);

create table rule_evaluation (
    id integer primary key,
    rule_id integer not null references rule (id),
    at integer not null,
    outcome text not null,
    result_count integer not null,
    appeared integer not null,
    vanished integer not null,
    changed integer not null,
    told integer not null,
    error text
);
create index rule_evaluation_of_rule on rule_evaluation (rule_id, id);

-- Where something is told: a mail server, a chat, a ticket system. Its secret is sealed in `secret`.
create table endpoint (
    id integer primary key,
    uuid text not null unique,
    name text not null,
    kind text not null,
    settings text not null,
    version integer not null,
    created_at integer not null,
    updated_at integer not null,
    failing_since integer,
    disabled_at integer,
    disabled_why text,
    removed_at integer
);
create unique index endpoint_of_name on endpoint (name) where removed_at is null;
alter table secret add column endpoint_id integer references endpoint (id);
create unique index secret_of_endpoint on secret (purpose, endpoint_id);

-- What is told to whom. A row is written in the transaction of what it tells of, and its uuid goes with every attempt.
create table delivery (
    id integer primary key,
    uuid text not null unique,
    endpoint_id integer not null references endpoint (id),
    rule_id integer references rule (id),
    created_at integer not null,
    notice text not null,
    subject text not null,
    state text not null check (state in ('pending', 'delivered', 'failed', 'cancelled')),
    attempts integer not null default 0,
    next_at integer not null,
    finished_at integer,
    reference text
);
create index delivery_pending on delivery (next_at) where state = 'pending';
create index delivery_of_endpoint on delivery (endpoint_id, id);

create table delivery_attempt (
    id integer primary key,
    delivery_id integer not null references delivery (id),
    at integer not null,
    is_delivered integer not null,
    answer text not null
);
create index delivery_attempt_of_delivery on delivery_attempt (delivery_id, id);

-- Questions that people keep beside the ready ones.
create table saved_question (
    id integer primary key,
    question_id text not null unique,
    content text not null,
    updated_at integer not null,
    updated_by text not null
);

-- Tags that rules give to entities, kept beside what registries say.
create table entity_tag (
    connector_id integer not null references connector (id),
    kind text not null,
    resource text not null,
    name text not null,
    value text not null,
    rule_id integer references rule (id),
    since integer not null,
    primary key (connector_id, kind, resource, name)
);
