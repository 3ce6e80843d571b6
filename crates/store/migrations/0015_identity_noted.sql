-- When something was last written about each account, so that it is cheap to see whether anything was.
alter table identity_link add column noted_at integer not null default 0;

create index identity_link_noted on identity_link (noted_at);

-- Of which snapshot of each connector it was last worked out whose accounts are.
create table identity_seen (
    connector_id integer primary key references connector (id),
    snapshot_id integer not null references snapshot (id)
);
