-- What people say of a connector beside how it is read, and who changed what.

alter table connector add column description text not null default '';
-- Who answers for it: a JSON array of addresses or names.
alter table connector add column owners text not null default '[]';
-- Set while nobody reads it.
alter table connector add column paused_at integer;
-- Set once it is removed: its history is kept, and it is in no current view.
alter table connector add column removed_at integer;

-- `secret_source` used to tell where the last sync had found the secret. It now says where every sync is to look: in
-- the usual places of the connector's type when it is null, which is what those syncs did.
update connector set secret_source = null;

-- Every change of a connector. It refers to no row, so that it outlives a connector whose history is deleted.
create table connector_event (
    id integer primary key,
    connector_uuid text not null,
    at integer not null,
    actor text not null,
    action text not null check (
        action in ('added', 'changed', 'renamed', 'paused', 'resumed', 'removed', 'restored', 'purged')
    ),
    -- The connector as JSON, never with a secret; null where there was none before, or is none after.
    before text,
    after text
);
create index connector_event_of_connector on connector_event (connector_uuid, id);
