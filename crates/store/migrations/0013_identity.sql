-- What people decided of accounts: whose they are, or what else they are. An account is named and not referred to, so that
-- a decision stays whatever becomes of the account.
create table identity_pin (
    connector_id integer not null references connector (id),
    kind text not null,
    account text not null,
    pinned text not null,
    actor text not null,
    reason text not null,
    at integer not null,
    primary key (connector_id, kind, account)
);

-- Whose accounts are not.
create table identity_refusal (
    connector_id integer not null references connector (id),
    kind text not null,
    account text not null,
    person text not null,
    actor text not null,
    reason text not null,
    at integer not null,
    primary key (connector_id, kind, account, person)
);

-- What was known of each account and since when: whose it is, by which evidence. What ended is kept.
create table identity_link (
    connector_id integer not null references connector (id),
    kind text not null,
    account text not null,
    since integer not null,
    until integer,
    state text not null,
    primary key (connector_id, kind, account, since)
);

create index identity_link_current on identity_link (connector_id) where until is null;

-- How accounts are matched, where somebody said so: one row at most.
create table identity_setting (
    id integer primary key,
    settings text not null,
    at integer not null,
    check (id = 1)
);
