-- Who answers for a resource, as somebody or something says it, and since when. What ended is kept, with who ended it. A
-- resource is named and not referred to, so that what was said stays whatever becomes of it.
create table resource_owner (
    id integer primary key,
    connector_id integer not null references connector (id),
    kind text not null,
    resource text not null,
    -- said, list or codeowners, and of the last the source repository whose file it is.
    source text not null,
    place text not null,
    owner text not null,
    -- Where it stands: a line and a pattern.
    evidence text not null,
    actor text not null,
    reason text not null,
    since integer not null,
    until integer,
    ended_by text,
    ended_reason text
);
create index resource_owner_of_connector on resource_owner (connector_id, kind, resource);
create index resource_owner_current on resource_owner (source, place) where until is null;
