-- What people state that no registry tells, until when it holds, and what became of it. Nothing that was stated is changed:
-- when it was superseded or withdrawn is written beside it.
create table attestation (
    id integer primary key,
    uuid text not null unique,
    connector_id integer not null references connector (id),
    kind text not null check (kind in ('npm-2fa', 'npm-2fa-required')),
    attested_at integer not null,
    actor text not null,
    -- The first moment at which it holds no more.
    expires_at integer not null,
    -- The day since which something is so: 2026-05-03.
    since text,
    -- What it was read from, or what proves it; empty where there is none.
    file_name text not null,
    file_sha256 text,
    -- When all that it states had been stated anew.
    superseded_at integer,
    withdrawn_at integer,
    withdrawn_by text,
    withdrawn_reason text
);
create index attestation_of_connector on attestation (connector_id, id);

-- What one of them states of each account. An account is named and not referred to, so that a statement stays whatever
-- becomes of the account.
create table attestation_account (
    attestation_id integer not null references attestation (id),
    account text not null,
    two_factor integer not null,
    superseded_at integer,
    primary key (attestation_id, account)
);
create index attestation_account_of_account on attestation_account (account, attestation_id);
