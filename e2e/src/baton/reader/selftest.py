"""Files made by hand: one that is right, and many in which one thing is wrong, which this reader must say."""

import argparse
import sqlite3

import zstandard

SYNC = "2wJp0rVbC1uR9sKq7XhT3aZyE5M"
WHEN = "2026-11-28 01:19:27.477479000"

TABLES = """
create table v1_resource_types (id integer primary key, external_id text not null, data blob not null,
    sync_id text not null, discovered_at datetime not null);
create table v1_resources (id integer primary key, resource_type_id text not null, external_id text not null,
    parent_resource_type_id text, parent_resource_id text, data blob not null, sync_id text not null,
    discovered_at datetime not null);
create table v1_entitlements (id integer primary key, resource_type_id text not null, resource_id text not null,
    external_id text not null, data blob not null, sync_id text not null, discovered_at datetime not null);
create table v1_grants (id integer primary key, resource_type_id text not null, resource_id text not null,
    entitlement_id text not null, principal_resource_type_id text not null, principal_resource_id text not null,
    external_id text not null, expansion blob, needs_expansion integer not null default 0, data blob not null,
    sync_id text not null, discovered_at datetime not null);
create table v1_sync_runs (id integer primary key, sync_id text not null, started_at datetime not null,
    ended_at datetime, sync_token text not null, sync_type text not null default 'full',
    parent_sync_id text not null default '', linked_sync_id text not null default '',
    supports_diff integer not null default 0, grants_backfilled integer not null default 0, stats text,
    ingest_invariant_generation text not null default '', ingest_invariant_coverage text not null default '',
    ingest_invariant_mode text not null default '');
create table v1_assets (id integer primary key, external_id text not null, content_type text not null,
    data blob not null, sync_id text not null, discovered_at datetime not null);
create table v1_connector_sessions (id integer primary key, sync_id text not null, key text not null,
    value blob not null);
"""

INDEXES = """
create unique index idx_resource_types_external_sync_v1 on v1_resource_types (external_id, sync_id);
create index idx_resources_resource_type_id_v1 on v1_resources (resource_type_id);
create index idx_resources_external_sync_v1 on v1_resources (parent_resource_type_id, parent_resource_id);
create unique index idx_resources_parent_resource_id_v1 on v1_resources (external_id, sync_id);
create index idx_entitlements_resource_id_v1 on v1_entitlements (resource_type_id, resource_id);
create unique index idx_entitlements_external_sync_v1 on v1_entitlements (external_id, sync_id);
create index idx_grants_resource_type_id_resource_id_v1 on v1_grants (resource_type_id, resource_id);
create index idx_grants_principal_id_v1 on v1_grants (principal_resource_type_id, principal_resource_id);
create index idx_grants_entitlement_id_principal_id_v1
    on v1_grants (entitlement_id, principal_resource_type_id, principal_resource_id);
create unique index idx_grants_external_sync_v1 on v1_grants (external_id, sync_id);
create index idx_grants_entitlement_sync_grant_v1 on v1_grants (entitlement_id, sync_id, id);
create index idx_grants_sync_expansion_v1 on v1_grants (sync_id) where expansion is not null;
create index idx_grants_sync_needs_expansion_v1 on v1_grants (sync_id) where needs_expansion = 1;
create unique index idx_sync_runs_sync_id_v1 on v1_sync_runs (sync_id);
create unique index idx_assets_external_sync_v1 on v1_assets (external_id, sync_id);
create unique index idx_session_store_sync_key_v1 on v1_connector_sessions (sync_id, key);
"""


# A message is a list of pairs, of a field's number and its value: text, bytes, a number, or a message.


def varint(number):
    low = number & 0x7F
    return bytes([low]) if number < 0x80 else bytes([low | 0x80]) + varint(number >> 7)


def encoded(message):
    return b"".join(field(number, value) for number, value in message if value not in ("", None))


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = encoded(value) if isinstance(value, list) else value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def any_of(name, message=(), prefix="type.googleapis.com/c1.connector.v2."):
    return [(1, prefix + name), (2, encoded(message) or None)]


def identity(kind, name):
    return [(1, kind), (2, name)]


def resource(kind, name, *annotations, display=None, parent=None, more=()):
    annotations = annotations or (any_of("RawId", [(1, name)]),)
    repeated = [(4, annotation) for annotation in annotations]
    return [(1, identity(kind, name)), (2, parent), (3, name if display is None else display), *repeated, *more]


def entitlement(kind, name, slug, *to, purpose=1, display="Member", annotations=()):
    whole = f"{kind}:{name}:{slug}"
    grantable = [(5, [(1, each)]) for each in to]
    repeated = [(6, annotation) for annotation in annotations]
    ours = [(1, identity(kind, name))]
    return [(1, ours), (2, whole), (3, display), *grantable, *repeated, (7, purpose or None), (8, slug)]


def grant(kind, name, slug, to, who, *annotations, sources=()):
    ours = [(1, [(1, identity(kind, name))]), (2, f"{kind}:{name}:{slug}")]
    repeated = [(4, annotation) for annotation in annotations]
    entries = [(1, [(1, source), (2, [(1, 1)] if is_direct else b"")]) for source, is_direct in sources]
    whole = f"{kind}:{name}:{slug}:{to}:{who}"
    return [(1, ours), (2, [(1, identity(to, who))]), (3, whole), *repeated, (5, entries or None)]


RAW = any_of("RawId", [(1, "x")])
USER, GROUP = any_of("UserTrait"), any_of("GroupTrait")
IMMUTABLE = any_of("GrantImmutable")
EXPANDABLE = [(1, "team:acme/web:member"), (3, "user")]
ORGANIZATION = identity("organization", "acme")

TYPES = {
    "organization": [(1, "organization"), (2, "Organization"), (3, b"\2")],
    "team": [(1, "team"), (2, "Team"), (3, b"\2")],
    "user": [(1, "user"), (2, "User"), (3, b"\1")],
    "package": [(1, "package"), (2, "Package")],
    "token": [(1, "token"), (2, "Token"), (3, b"\5")],
}
RESOURCES = [
    resource("organization", "acme", GROUP, RAW, any_of("ChildResourceType", [(1, "team")])),
    resource("team", "acme/web", GROUP, RAW, parent=ORGANIZATION),
    resource("user", "ada", USER, RAW),
    resource("user", "ben", USER, RAW),
    resource("package", "@acme/kit", parent=ORGANIZATION),
    resource("token", "t1", any_of("SecretTrait", [(6, identity("user", "ada"))]), RAW),
]
ENTITLEMENTS = [
    entitlement("team", "acme/web", "member", "user"),
    entitlement("package", "@acme/kit", "write", "team", "user", purpose=2),
]
KIT = ("package", "@acme/kit", "write")
WEB = ("team:acme/web:member", True)
GRANTS = [
    grant("team", "acme/web", "member", "user", "ada"),
    grant("team", "acme/web", "member", "user", "ben"),
    grant(*KIT, "team", "acme/web"),
    grant(*KIT, "user", "ada", sources=[("package:@acme/kit:write", True), WEB]),
    grant(*KIT, "user", "ben", IMMUTABLE, sources=[WEB]),
]


def rows():
    columns = "sync_id, started_at, ended_at, sync_token"
    yield f"insert into v1_sync_runs ({columns}) values (?, ?, ?, '')", (SYNC, WHEN, WHEN)
    for name, message in TYPES.items():
        yield put("v1_resource_types", external_id=name, data=encoded(message))
    yield from map(put_resource, RESOURCES)
    yield from map(put_entitlement, ENTITLEMENTS)
    yield from map(put_grant, GRANTS)


def put(table, **values):
    values |= {"sync_id": SYNC, "discovered_at": WHEN}
    marks = ", ".join("?" * len(values))
    return f"insert into {table} ({', '.join(values)}) values ({marks})", tuple(values.values())


def put_resource(message):
    (kind, name), parent = (value for _, value in message[0][1]), message[1][1] or [(1, None), (2, None)]
    return put(
        "v1_resources", resource_type_id=kind, external_id=f"{kind}:{name}", parent_resource_type_id=parent[0][1],
        parent_resource_id=parent[1][1], data=encoded(message),
    )


def put_entitlement(message):
    kind, owner, _ = message[1][1].split(":")
    return put(
        "v1_entitlements", resource_type_id=kind, resource_id=owner, external_id=message[1][1], data=encoded(message),
    )


def put_grant(message, expandable=None):
    kind, owner, slug, to, who = message[2][1].split(":")
    expandable = EXPANDABLE if to == "team" else expandable
    return put(
        "v1_grants", resource_type_id=kind, resource_id=owner, entitlement_id=f"{kind}:{owner}:{slug}",
        principal_resource_type_id=to, principal_resource_id=who, external_id=message[2][1],
        expansion=encoded(expandable) if expandable else None, needs_expansion=int(expandable is not None),
        data=encoded(message),
    )


def chain(length, *more, last=()):
    """Packages, each of whose entitlement is passed on to the next one's; the last step can be of another kind."""
    statements = []
    for step in range(length + 1):
        statements.append(put_resource(resource("package", f"p{step}", parent=ORGANIZATION)))
        statements.append(put_entitlement(entitlement("package", f"p{step}", "write", "package", "user", purpose=2)))
        if step:
            expandable = [(1, f"package:p{step - 1}:write"), *(last if step == length else ()), (3, "user")]
            statements.append(put_grant(grant("package", f"p{step}", "write", "package", f"p{step - 1}"), expandable))
    return [*statements, *(put_grant(message) for message in more)]


def database(statements=(), tables=TABLES, indexes=INDEXES, before=""):
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript(before + tables + indexes)
    for statement in [*rows(), *statements]:
        if isinstance(statement, tuple):
            connection.execute(*statement)
        else:
            connection.executescript(statement)
    return connection.serialize()


def packed(data, **options):
    return b"C1ZF\0" + zstandard.ZstdCompressor(level=1, **options).compress(data)


def data(table, message, name):
    """The statement that puts another message into a row."""
    message = encoded(message) if isinstance(message, list) else message
    return f"update {table} set data = ? where external_id = ?", (message, name)


def of_user(*annotations, **options):
    return data("v1_resources", resource("user", "ada", *annotations, **options), "user:ada")


def of_kit(slug=None, **options):
    message = entitlement("package", "@acme/kit", "write", "team", "user", **{"purpose": 2, **options})
    message = [(8, slug) if slug and number == 8 else (number, value) for number, value in message]
    return data("v1_entitlements", message, "package:@acme/kit:write")


def of_ben(*annotations, sources=(WEB,)):
    message = grant(*KIT, "user", "ben", *annotations, sources=sources)
    return data("v1_grants", message, "package:@acme/kit:write:user:ben")


def expanding(message):
    return "update v1_grants set expansion = ? where expansion is not null", (encoded(message),)


def struct(*keys):
    return [(1, [(1, key), (2, [(3, "x")])]) for key in keys]


def exclusive(order, default=None, scope=None):
    return any_of("EntitlementExclusionGroup", [(1, "group"), (2, order or None), (3, default), (4, scope)])


def put_exclusive(order, default=None):
    group = exclusive(order, default)
    return put_entitlement(entitlement("team", "acme/web", f"s{order}", "user", annotations=[group]))


BEN = "package:@acme/kit:write:user:ben"
# What a chain of two passes on, the second time of what was passed on itself.
PASSED = [
    grant("package", "p0", "write", "user", "ada"),
    grant("package", "p1", "write", "user", "ada", IMMUTABLE, sources=[("package:p0:write", True)]),
    grant("package", "p2", "write", "user", "ada", IMMUTABLE, sources=[("package:p1:write", False)]),
]
TWICE = [(1, identity("user", "ada")), (3, "ada"), (3, "ada"), (4, USER), (4, RAW)]

BACK = grant("package", "p0", "write", "package", "p1")
CIRCLE = [*chain(1), put_grant(BACK, [(1, "package:p1:write"), (3, "user")])]

# Nothing may be said of these.
RIGHT = [
    [],
    chain(2, *PASSED),
    chain(2, *PASSED[:2], last=[(2, 1)]),
    chain(20),
    [of_user(any_of("UserTrait", [(3, struct("a", "b")), (6, "ada")]), RAW, more=[(9, struct("a", "b"))])],
    [of_kit(annotations=[exclusive(1, 1)])],
]

# What must be said, and the statements that are run on the file that is right.
WRONG = {
    # Tables and rows.
    "v1_assets: the table is missing": ["drop table v1_assets"],
    "v1_extra: a table that": ["create table v1_extra (id integer primary key)"],
    "there is a view": ["create view v as select 1"],
    "stats is missing": ["drop index idx_sync_runs_sync_id_v1; alter table v1_sync_runs drop column stats"],
    "v1_sync_runs.more: a column": ["alter table v1_sync_runs add column more text"],
    "the index is missing": ["drop index idx_grants_principal_id_v1"],
    "idx_resources_external_sync_v1: the index is": [
        "drop index idx_resources_external_sync_v1; drop index idx_resources_parent_resource_id_v1;"
        "create unique index idx_resources_external_sync_v1 on v1_resources (external_id, sync_id);"
        "create index idx_resources_parent_resource_id_v1"
        "    on v1_resources (parent_resource_type_id, parent_resource_id)",
    ],
    "idx_grants_sync_expansion_v1: the index is": [
        "drop index idx_grants_sync_expansion_v1;"
        "create index idx_grants_sync_expansion_v1 on v1_grants (sync_id)",
    ],
    "an index that the reference": ["create index more on v1_grants (data)"],
    "user:ada and 2wJp0rVbC1uR9sKq7XhT3aZyE5M more than once": [
        "drop index idx_resources_parent_resource_id_v1",
        "insert into v1_resources select null, resource_type_id, external_id, null, null, data, sync_id, discovered_at "
        "from v1_resources where external_id = 'user:ada'",
    ],
    "discovered_at is written `2026-11-28T01:19:27Z`": [
        "update v1_resources set discovered_at = '2026-11-28T01:19:27Z'",
    ],
    "which is no moment": ["update v1_grants set discovered_at = '2026-02-30 00:00:00.000000000'"],
    "data is kept as str": ["update v1_resource_types set data = 'text' where external_id = 'package'"],
    "user_version is 3": ["pragma user_version = 3"],
    # Syncs.
    "is no KSUID": [(f"update {table} set sync_id = 'short'", ()) for table in (
        "v1_sync_runs", "v1_resource_types", "v1_resources", "v1_entitlements", "v1_grants",
    )],
    "it has not ended": ["update v1_sync_runs set ended_at = null"],
    "it ended before it started": ["update v1_sync_runs set ended_at = '2020-01-01 00:00:00.000000000'"],
    "sync_type is `whole`": ["update v1_sync_runs set sync_type = 'whole'"],
    "parent_sync_id is x": ["update v1_sync_runs set parent_sync_id = 'x'"],
    "stats counts 9 grants": ["""update v1_sync_runs set stats = '{"grants": 9}'"""],
    "there is no sync other": ["update v1_grants set sync_id = 'other' where id = 1"],
    "stats is no JSON": ["update v1_sync_runs set stats = '{'"],
    # Columns and messages.
    "external_id is `user:eve`": ["update v1_resources set external_id = 'user:eve' where external_id = 'user:ben'"],
    "parent_resource_id is `None`": [
        "update v1_resources set parent_resource_id = null where external_id = 'team:acme/web'",
    ],
    "parent_resource_type_id is ``": [
        "update v1_resources set parent_resource_type_id = '' where external_id = 'user:ada'",
    ],
    "principal_resource_id is `eve`": ["update v1_grants set principal_resource_id = 'eve' where id = 1"],
    "entitlement_id is `x`": ["update v1_grants set entitlement_id = 'x' where id = 1"],
    "resource_id is `x`": ["update v1_entitlements set resource_id = 'x' where id = 1"],
    "no Resource: ": [data("v1_resources", b"\x0a\x7f", "user:ada")],
    "Resource: field 3 after field 4": [
        data("v1_resources", [(1, identity("user", "ada")), (4, USER), (4, RAW), (3, "ada")], "user:ada"),
    ],
    "Resource: displayName twice": [data("v1_resources", TWICE, "user:ada")],
    "Resource: field 13, which": [of_user(USER, RAW, more=[(13, 1)])],
    "mfaEnabled is written although it is the default": [
        of_user(any_of("UserTrait", [(10, [(1, 0)])]), RAW),
    ],
    "a number with superfluous bytes": [
        data("v1_resource_types", encoded(TYPES["package"]) + b"\x30\x81\x00", "package"),
    ],
    "traits is not packed": [data("v1_resource_types", [(1, "user"), (2, "User"), (3, 1)], "user")],
    "traits in two parts": [data("v1_resource_types", [(1, "user"), (2, "User"), (3, b"\1"), (3, b"\2")], "user")],
    "traits is written although it is empty": [
        data("v1_resource_types", [(1, "package"), (2, "Package"), (3, b"")], "package"),
    ],
    "traits has a number with superfluous": [
        data("v1_resource_types", [(1, "user"), (2, "User"), (3, b"\x81\0")], "user"),
    ],
    "traits is 99, which the reference does not know": [
        data("v1_resource_types", [(1, "package"), (2, "Package"), (3, b"\x63")], "package"),
    ],
    "batonResource is 2, not a truth value": [of_user(USER, RAW, more=[(6, 2)])],
    "displayName has wire type 0": [data("v1_resource_types", [(1, "package"), (2, 1)], "package")],
    "longer than ten bytes": [data("v1_resource_types", b"\x30" + b"\xff" * 10 + b"\1", "package")],
    "field number 0": [data("v1_resource_types", b"\0\0", "package")],
    "-1 nanoseconds": [of_user(USER, RAW, more=[(12, [(1, 1), (2, 2**64 - 1)])])],
    "beyond the calendar": [of_user(USER, RAW, more=[(12, [(1, 2**62)])])],
    "0 kinds of value": [of_user(USER, RAW, more=[(9, [(1, [(1, "a"), (2, b"")])])])],
    "an entry of fields is not a key and a value": [of_user(USER, RAW, more=[(9, [(1, [(2, [(3, "x")])])])])],
    "displayName is not UTF-8": [data("v1_resource_types", [(1, "package"), (2, b"\xff")], "package")],
    "fields is not in the order of its keys": [
        of_user(any_of("UserTrait", [(3, struct("b", "a"))]), RAW, more=[(9, struct("b", "a"))]),
    ],
    "sources is not in the order of its keys": [
        data("v1_grants", grant(*KIT, "user", "ada", sources=[WEB, ("package:@acme/kit:write", True)]),
             "package:@acme/kit:write:user:ada"),
    ],
    "does not begin with `type.googleapis.com/`": [of_user(USER, any_of("RawId", [(1, "x")], "c1.connector.v2."))],
    "is no annotation that the reference names": [of_user(USER, RAW, any_of("BatonID"))],
    "`ETag` is of no use any more": [of_user(USER, RAW, any_of("ETag"))],
    "needs_expansion is 0, not 1": ["update v1_grants set needs_expansion = 0"],
    "needs_expansion is 1, not 0": ["update v1_grants set needs_expansion = 1"],
    "no GrantExpandable": ["update v1_grants set expansion = x'0a' where expansion is not null"],
    "is left among the annotations": [of_ben(IMMUTABLE, any_of("GrantExpandable", EXPANDABLE))],
    "the entitlement in it has another slug": [
        data("v1_grants", [
            (1, [(1, [(1, identity("package", "@acme/kit"))]), (2, "package:@acme/kit:write"), (8, "read")]),
            (2, [(1, identity("user", "ben"))]), (3, BEN), (4, IMMUTABLE), (5, [(1, [(1, WEB[0]), (2, [(1, 1)])])]),
        ], BEN),
    ],
    "the copy of user:ben in it has another displayName": [
        data("v1_grants", [
            *grant(*KIT, "user", "ben")[:1], (2, [(1, identity("user", "ben")), (3, "Bob")]), (3, BEN), (4, IMMUTABLE),
            (5, [(1, [(1, WEB[0]), (2, [(1, 1)])])]),
        ], BEN),
    ],
    "profile is {'a': 'x'} in the resource and None": [of_user(USER, RAW, more=[(9, struct("a"))])],
    "the id is not whole": [data("v1_resources", [(1, [(1, "user")]), (3, "ada"), (4, USER), (4, RAW)], "user:ada")],
    "the principal's id is not whole": [data("v1_grants", grant(*KIT, "user", ""), BEN)],
    "is of another resource than": [
        data("v1_grants", [
            (1, [(1, [(1, ORGANIZATION)]), (2, "package:@acme/kit:write")]), (2, [(1, identity("user", "ben"))]),
            (3, BEN),
        ], BEN),
    ],
    "it has no id": [data("v1_resource_types", [(2, "Package")], "package"),
                     "update v1_resource_types set external_id = '' where external_id = 'package'"],
    "is longer than 1024 bytes": [put_resource(resource("user", "a" * 1025, USER, RAW))],
    # References.
    "there is no type package": ["delete from v1_resource_types where external_id = 'package'"],
    "there is no parent organization:acme": ["delete from v1_resources where external_id = 'organization:acme'"],
    "there is no principal user:ben": ["delete from v1_resources where external_id = 'user:ben'"],
    "there is no resource package:@acme/kit": ["delete from v1_resources where external_id = 'package:@acme/kit'"],
    "there is no entitlement team:acme/web:member": ["delete from v1_entitlements where id = 1"],
    "ChildResourceType x is no type": [
        data("v1_resources", resource("organization", "acme", GROUP, RAW, any_of("ChildResourceType", [(1, "x")])),
             "organization:acme"),
    ],
    "identityId is user:eve": [
        data("v1_resources", resource("token", "t1", any_of("SecretTrait", [(6, identity("user", "eve"))]), RAW),
             "token:t1"),
    ],
    "is expandable from x, which is not there": [expanding([(1, "x")])],
    "which is not the principal's": [expanding([(1, "package:@acme/kit:write")])],
    "expandable from no entitlement": ["update v1_grants set expansion = x'' where expansion is not null"],
    "it expands to robot, which is no type": [expanding([EXPANDABLE[0], (3, "robot")])],
    "it is grantable to robot, which is no type": [put_entitlement(entitlement("team", "acme/web", "run", "robot"))],
    # Annotations and habits.
    "is not https": [of_user(USER, RAW, any_of("ExternalLink", [(1, "http://example.org")]))],
    "the type has the trait USER": [of_user(RAW)],
    "there is no RawId": [of_user(USER)],
    "RawId more than once": [of_user(USER, RAW, RAW)],
    "the display name is empty": [of_user(USER, RAW, display="")],
    "there is a `:` in the resource's id": [
        data("v1_resources", resource("user", "a:b", USER, RAW), "user:ada"),
    ],
    "it is grantable to nothing": [
        data("v1_entitlements", entitlement("package", "@acme/kit", "write", purpose=2), "package:@acme/kit:write"),
    ],
    "user is none of those": [
        data("v1_entitlements", entitlement("package", "@acme/kit", "write", "team"), "package:@acme/kit:write"),
    ],
    "it has no purpose": [of_kit(purpose=0)],
    "the type's id is not in lower case": [
        put("v1_resource_types", external_id="A", data=encoded([(1, "A"), (2, "A")])),
    ],
    "no type has the trait USER": [data("v1_resource_types", [(1, "user"), (2, "User")], "user")],
    "the id is not package:@acme/kit:SLUG": [of_kit(slug="read")],
    "a user carries it": [put_entitlement(entitlement("user", "ada", "own", "user"))],
    f"the id is not {BEN}": [
        data("v1_grants", [(3, "x") if number == 3 else (number, value) for number, value in GRANTS[4]], BEN),
    ],
    "only a static entitlement's": [of_kit(annotations=[exclusive(0, scope=1)])],
    "51 entitlements are in it": [put_exclusive(n) for n in range(51)],
    "it has several defaults": [put_exclusive(n, 1) for n in range(2)],
    "an exclusion group has no id": [of_kit(annotations=[any_of("EntitlementExclusionGroup", [(2, 1)])])],
    # Expansion.
    "is not there, though expanded to": [("delete from v1_grants where external_id = ?", (BEN,))],
    "no expandable grant gives it": ["update v1_grants set expansion = null, needs_expansion = 0"],
    "its sources are {'team:acme/web:member': False}": [of_ben(IMMUTABLE, sources=[(WEB[0], False)])],
    "its sources are {}, not": [of_ben(IMMUTABLE, sources=())],
    "its sources are {'package:p1:write': True}": chain(2, *PASSED[:2], PASSED[2][:4] + [(5, [(1, [
        (1, "package:p1:write"), (2, [(1, 1)]),
    ])])]),
    "package:p2:write:user:ada): no expandable grant gives it": chain(2, *PASSED, last=[(2, 1)]),
    "through more than 20 others": chain(21),
    "the expanded grant is not called": [
        data("v1_grants", [(3, "x") if number == 3 else (number, value) for number, value in GRANTS[4]], BEN),
        ("update v1_grants set external_id = 'x' where external_id = ?", (BEN,)),
    ],
    "the expanded grant is expandable itself": [
        ("update v1_grants set expansion = ?, needs_expansion = 1 where external_id = ?", (encoded(EXPANDABLE), BEN)),
    ],
    "the expanded grant is not immutable": [of_ben()],
}

# What is wrong outside of the database's rows: the bytes of the file.
BROKEN = {
    "not those of a v1 file": lambda: b"C1Z3\0" + packed(database())[5:],
    "no zstd frame": lambda: b"C1ZF\0" + bytes(100),
    "the zstd frame is cut off": lambda: packed(database())[:-20],
    "3 bytes after the frame": lambda: packed(database()) + b"abc",
    "the frame does not say": lambda: packed(database(), write_content_size=False),
    "page_size is 8192": lambda: packed(database(before="pragma page_size = 8192;")),
    "encoding is UTF-16le": lambda: packed(database(before="pragma encoding = 'UTF-16le';")),
    "SQLite cannot read it": lambda: packed(bytes(4096)[:-1] + b"x"),
    "integrity_check is": lambda: packed(torn(database())),
    "v1_sync_runs.stats: must not be null": lambda: packed(
        database(tables=TABLES.replace("stats text,", "stats text not null default '{}',")),
    ),
    "v1_sync_runs.sync_type: declared as blob": lambda: packed(
        database(tables=TABLES.replace("sync_type text", "sync_type blob")),
    ),
    "v1_assets.id: the primary key": lambda: packed(
        database(tables=TABLES.replace("v1_assets (id integer primary key", "v1_assets (id integer")),
    ),
    "started_at is null": lambda: packed(
        database(["update v1_sync_runs set started_at = null"],
                 tables=TABLES.replace("started_at datetime not null", "started_at datetime")),
    ),
    "the default is None, not 0": lambda: packed(
        database(tables=TABLES.replace("expansion integer not null default 0", "expansion integer not null")),
    ),
}

# What is said under some options and not under others.
FLAGS = {
    "the index is missing": (lambda: packed(database(indexes="")), {}, {"indexes": False}),
    "a table that the reference does not know": (
        lambda: packed(database(["create table other (id integer primary key)"])), {"plain": True}, {},
    ),
    "it has sources although": (lambda: packed(database()), {"expanded": False}, {}),
    "sync_token is not empty": (
        lambda: packed(database(["update v1_sync_runs set sync_token = '{}'"])), {}, {"foreign": True},
    ),
}


def torn(data):
    """An index that says otherwise than its table."""
    at = data.rindex(b"user:ben")
    return data[:at] + b"user:bem" + data[at + 8 :]


def options(**given):
    usual = {"sync": None, "indexes": True, "expanded": True, "plain": False, "foreign": False}
    return argparse.Namespace(**{**usual, **given})


def run(read):
    failures = []

    def expect(wanted, data, **given):
        problems = read(data, options(**given))["problems"]
        if not any(wanted in problem for problem in problems):
            failures.append(f"not said: {wanted}\n" + "".join(f"    said: {problem}\n" for problem in problems[:3]))

    for statements in RIGHT:
        right = read(packed(database(statements)), options())
        failures.extend(f"said of a file that is right: {problem}" for problem in right["problems"] + right["notes"])
        if len(right["grants"]) < len(GRANTS) or len(right["resources"]) < len(RESOURCES):
            failures.append("a file that is right was not read whole")
    for wanted, statements in WRONG.items():
        expect(wanted, packed(database(statements)))
    for wanted, made in BROKEN.items():
        expect(wanted, made())
    for wanted, (made, strict, lenient) in FLAGS.items():
        expect(wanted, made(), **strict)
        problems = read(made(), options(**lenient))["problems"]
        failures.extend(f"said although it is allowed: {problem}\n" for problem in problems)
    expect("there is no sync x", packed(database()), sync="x")
    if not read(packed(database(CIRCLE)), options())["notes"]:
        failures.append("a circle was not noted")
    tried = 2 + len(RIGHT) + len(WRONG) + len(BROKEN) + len(FLAGS)
    print("".join(f"{failure}\n" for failure in failures) + f"{tried} files, {len(failures)} failures")
    return 1 if failures else 0
