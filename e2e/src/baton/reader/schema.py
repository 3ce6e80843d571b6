"""The tables, columns and indexes (§1.2), and what a row's values look like whatever its message says."""

import datetime
import re

# Per column: what it is declared as, whether it may be null, and its default.
ID = ("id", {"integer"}, True, None)


def text(name, default=None):
    return (name, {"text"}, False, default)


def blob(name):
    return (name, {"blob"}, False, None)


def number(name, default):
    return (name, {"integer", "int"}, False, default)


def time(name):
    return (name, {"datetime", "text"}, False, None)


def nullable(column):
    return (column[0], column[1], True, column[3])


FOUND = [text("sync_id"), time("discovered_at")]

TABLES = {
    "v1_resource_types": [ID, text("external_id"), blob("data"), *FOUND],
    "v1_resources": [
        ID, text("resource_type_id"), text("external_id"), nullable(text("parent_resource_type_id")),
        nullable(text("parent_resource_id")), blob("data"), *FOUND,
    ],
    "v1_entitlements": [
        ID, text("resource_type_id"), text("resource_id"), text("external_id"), blob("data"), *FOUND,
    ],
    "v1_grants": [
        ID, text("resource_type_id"), text("resource_id"), text("entitlement_id"), text("principal_resource_type_id"),
        text("principal_resource_id"), text("external_id"), nullable(blob("expansion")), number("needs_expansion", "0"),
        blob("data"), *FOUND,
    ],
    "v1_sync_runs": [
        ID, text("sync_id"), time("started_at"), nullable(time("ended_at")), text("sync_token"),
        text("sync_type", "'full'"), text("parent_sync_id", "''"), text("linked_sync_id", "''"),
        number("supports_diff", "0"), number("grants_backfilled", "0"), nullable(text("stats")),
        text("ingest_invariant_generation", "''"), text("ingest_invariant_coverage", "''"),
        text("ingest_invariant_mode", "''"),
    ],
    "v1_assets": [ID, text("external_id"), text("content_type"), blob("data"), *FOUND],
    "v1_connector_sessions": [ID, text("sync_id"), text("key"), ("value", {"blob", "text"}, False, None)],
}

# §1.3: readers make everything else themselves.
MINIMUM = {
    "v1_resource_types": None, "v1_resources": None, "v1_entitlements": None, "v1_grants": None,
    "v1_sync_runs": {"id", "sync_id", "started_at", "ended_at", "sync_token"},
}
ADDED_LATER = {"expansion", "needs_expansion"}

PRINCIPAL = ["principal_resource_type_id", "principal_resource_id"]

# Name: table, whether it is unique, its columns and, where it is partial, of which rows.
INDEXES = {
    "idx_resource_types_external_sync_v1": ("v1_resource_types", True, ["external_id", "sync_id"], None),
    "idx_resources_resource_type_id_v1": ("v1_resources", False, ["resource_type_id"], None),
    # These two have each other's names upstream.
    "idx_resources_external_sync_v1": ("v1_resources", False, ["parent_resource_type_id", "parent_resource_id"], None),
    "idx_resources_parent_resource_id_v1": ("v1_resources", True, ["external_id", "sync_id"], None),
    "idx_entitlements_resource_id_v1": ("v1_entitlements", False, ["resource_type_id", "resource_id"], None),
    "idx_entitlements_external_sync_v1": ("v1_entitlements", True, ["external_id", "sync_id"], None),
    "idx_grants_resource_type_id_resource_id_v1": ("v1_grants", False, ["resource_type_id", "resource_id"], None),
    "idx_grants_principal_id_v1": ("v1_grants", False, PRINCIPAL, None),
    "idx_grants_entitlement_id_principal_id_v1": ("v1_grants", False, ["entitlement_id", *PRINCIPAL], None),
    "idx_grants_external_sync_v1": ("v1_grants", True, ["external_id", "sync_id"], None),
    "idx_grants_entitlement_sync_grant_v1": ("v1_grants", False, ["entitlement_id", "sync_id", "id"], None),
    "idx_grants_sync_expansion_v1": ("v1_grants", False, ["sync_id"], "expansion is not null"),
    "idx_grants_sync_needs_expansion_v1": ("v1_grants", False, ["sync_id"], "needs_expansion = 1"),
    "idx_sync_runs_sync_id_v1": ("v1_sync_runs", True, ["sync_id"], None),
    "idx_assets_external_sync_v1": ("v1_assets", True, ["external_id", "sync_id"], None),
    "idx_session_store_sync_key_v1": ("v1_connector_sessions", True, ["sync_id", "key"], None),
}

STAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.(\d{1,9})", re.ASCII)


def check(database, options, report):
    """Everything that the database declares; the tables of this format that can be read."""
    declared = database.execute("select type, name, tbl_name, sql from sqlite_master").fetchall()
    tables = [name for kind, name, _, _ in declared if kind == "table"]
    for kind, name, _, _ in declared:
        if kind not in ("table", "index"):
            report("1.2", name, f"there is a {kind}")
    for name in tables:
        is_ours = name in TABLES
        if not is_ours and (options.plain or name.startswith("v1_")):
            report("1.2", name, "a table that the reference does not know")
    for name in TABLES:
        if name in tables:
            check_columns(database, name, options, report)
        elif not (options.foreign and name not in MINIMUM):
            report("1.2", name, "the table is missing")
    check_indexes(database, declared, options, report)
    whole = [name for name in TABLES if name in tables and not missing(database, name)]
    for name in whole:
        check_rows(database, name, options, report)
    return whole


def missing(database, table):
    """The columns without which nothing can be said about a row."""
    return {name for name, *_ in TABLES[table] if not is_later(table, name)} - columns(database, table).keys()


def columns(database, table):
    return {row[1]: row for row in database.execute(f"pragma table_info({table})")}


def check_columns(database, table, options, report):
    found = columns(database, table)
    for name, kinds, may_be_null, default in TABLES[table]:
        if name not in found:
            if not (options.foreign and is_later(table, name)):
                report("1.2", table, f"the column {name} is missing")
            continue
        _, _, kind, not_null, found_default, key = found[name]
        if kind.lower() not in kinds:
            report("1.2", f"{table}.{name}", f"declared as {kind.lower()}")
        if name != "id" and bool(not_null) == may_be_null:
            report("1.2", f"{table}.{name}", "must not be null" if not_null else "may be null")
        if bool(key) != (name == "id"):
            report("1.2", f"{table}.{name}", "the primary key is `id`")
        if found_default != default:
            report("1.2", f"{table}.{name}", f"the default is {found_default}, not {default}")
    for name in found.keys() - {column[0] for column in TABLES[table]}:
        report("1.2", f"{table}.{name}", "a column that the reference does not know")


def is_later(table, column):
    needed = MINIMUM.get(table)
    return column in ADDED_LATER or (needed is not None and column not in needed)


def check_indexes(database, declared, options, report):
    found = {name: (table, sql) for kind, name, table, sql in declared if kind == "index"}
    for name, wanted in INDEXES.items():
        if name not in found:
            if options.indexes and not options.foreign:
                report("1.2", name, "the index is missing")
            continue
        is_like = index(database, name, *found[name])
        if is_like != wanted:
            report("1.2", name, f"the index is {is_like}, not {wanted}")
    for name, (table, _) in found.items():
        if name not in INDEXES and table in TABLES:
            report("1.2", name, "an index that the reference does not know")


def index(database, name, table, sql):
    listed = {row[1]: row for row in database.execute(f"pragma index_list({table})")}
    over = [row[2] for row in database.execute(f"pragma index_info({name})")]
    _, _, condition = " ".join((sql or "").lower().split()).partition(" where ")
    return table, bool(listed[name][2]), over, condition or None


def rows(database, table):
    """Every row as a dictionary, in the order in which they were written."""
    cursor = database.execute(f"select * from {table} order by id")
    names = [column[0] for column in cursor.description]
    for row in cursor:
        yield dict(zip(names, row, strict=True))


def check_rows(database, table, options, report):
    check_unique(database, table, report)
    found = columns(database, table)
    for row in rows(database, table):
        for name, kinds, may_be_null, _ in TABLES[table]:
            if name in found:
                check_value(f"{table} {row['id']}", name, kinds, may_be_null, row[name], options, report)


def check_unique(database, table, report):
    """Whether or not there is an index that would see to it: readers make it anew, and fail."""
    for of, is_unique, over, _ in INDEXES.values():
        if of == table and is_unique:
            listed = ", ".join(over)
            for row in database.execute(f"select {listed} from {table} group by {listed} having count(*) > 1"):
                report("1.2", table, f"{' and '.join(map(str, row))} more than once")


def check_value(where, name, kinds, may_be_null, value, options, report):
    if value is None:
        if not may_be_null:
            report("1.2", where, f"{name} is null")
        return
    wanted = bytes if "blob" in kinds else int if "integer" in kinds else str
    if not isinstance(value, wanted) and not (name == "value" and isinstance(value, str)):
        report("1.2", where, f"{name} is kept as {type(value).__name__}")
    elif "datetime" in kinds:
        check_time(where, name, value, options, report)


def check_time(where, name, value, options, report):
    """Nine digits, because times are compared byte for byte; Go's own writer leaves zeroes at the end out."""
    form = STAMP.fullmatch(value)
    if form is None or not (options.foreign or len(form[1]) == 9):
        report("1.2", where, f"{name} is written `{value}`")
        return
    try:
        datetime.datetime.fromisoformat(value.partition(".")[0])
    except ValueError:
        report("1.2", where, f"{name} is `{value}`, which is no moment")
