"""Rows and their messages: they agree (§1.2), refer to what is there (§1.3, §4) and keep to what is usual (§5)."""

import json
import re

import messages
import schema
import wire

SYNC_TYPES = {"full", "partial", "resources_only", "partial_upserts", "partial_deletions"}
KSUID = re.compile(r"[0-9A-Za-z]{27}", re.ASCII)
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
LONGEST_ID = 1024
LARGEST_EXCLUSION_GROUP = 50

# What fails a sync when it is missing, and where each trait repeats what newer resources say themselves (§2.2).
TRAITS = {"USER": "UserTrait", "GROUP": "GroupTrait", "ROLE": "RoleTrait", "APP": "AppTrait", "SECRET": "SecretTrait"}
TWINS = {
    "UserTrait": {"profile", "icon", "status", "createdAt"},
    "GroupTrait": {"profile", "icon"},
    "RoleTrait": {"profile"},
    "AppTrait": {"profile", "icon"},
    "SecretTrait": {"profile", "createdAt"},
}

CONTENTS = {
    "v1_resource_types": "ResourceType",
    "v1_resources": "Resource",
    "v1_entitlements": "Entitlement",
    "v1_grants": "Grant",
}


class Sync:
    """Everything of one sync: the messages, by the ids that others refer to them with."""

    def __init__(self, run):
        self.run, self.id = run, run["sync_id"]
        self.types, self.resources, self.entitlements, self.grants = {}, {}, {}, {}

    def of(self, table):
        kinds = {
            "v1_resource_types": self.types, "v1_resources": self.resources, "v1_entitlements": self.entitlements,
            "v1_grants": self.grants,
        }
        return kinds[table]


class Item:
    """A row, its message and where to say that something is wrong with it."""

    def __init__(self, table, row, message, expandable):
        self.row, self.message, self.expandable = row, message, expandable
        self.where = f"{table} {row['id']} ({row['external_id']})"

    def annotations(self, name):
        return [each for each in self.message.get("annotations", []) if messages.short(each["@type"]) == name]


def resource_id(message):
    """The two parts of a resource's id, empty where there are none."""
    identity = (message or {}).get("id", {})
    return identity.get("resourceType", ""), identity.get("resource", "")


def read(database, tables, options, report):
    """The syncs of a file, with everything that its rows hold."""
    syncs = {}
    for row in schema.rows(database, "v1_sync_runs") if "v1_sync_runs" in tables else []:
        syncs[row["sync_id"]] = Sync(row)
        check_run(row, options, report)
    check_links(syncs, report)
    for table in tables:
        for row in schema.rows(database, table):
            if row["sync_id"] not in syncs:
                report("1.2", f"{table} {row['id']}", f"there is no sync {row['sync_id']}")
            elif table in CONTENTS:
                read_row(table, row, syncs[row["sync_id"]], options, report)
    return list(syncs.values())


def read_row(table, row, sync, options, report):
    where = f"{table} {row['id']} ({row['external_id']})"
    message = decoded(CONTENTS[table], row["data"], where, options, report)
    expandable = None
    if row.get("expansion") is not None:
        expandable = decoded("GrantExpandable", row["expansion"], f"{where}, expansion", options, report)
    if message is not None:
        sync.of(table)[row["external_id"]] = Item(table, row, message, expandable)


def decoded(name, data, where, options, report):
    def deviation(what):
        # Connectors of others write maps in any order, and annotations that are of no use any more.
        if not (options.foreign and what.endswith((messages.UNORDERED, messages.DEAD))):
            report("1.2", where, what)

    # What is kept as text has been reported with the row.
    data = data if isinstance(data, bytes) else str(data or "").encode()
    try:
        return messages.decode(name, data, deviation)
    except (wire.Malformed, RecursionError) as error:
        report("1.2", where, f"no {name}: {error}")
        return None


# The syncs.


def check_run(row, options, report):
    where = f"v1_sync_runs {row['id']}"
    if not KSUID.fullmatch(str(row["sync_id"])) or not is_twenty_bytes(row["sync_id"]):
        report("1.3", where, f"`{row['sync_id']}` is no KSUID")
    if row.get("sync_type", "full") not in SYNC_TYPES:
        report("1.4", where, f"sync_type is `{row['sync_type']}`")
    if row["ended_at"] is not None and str(row["ended_at"]) < str(row["started_at"]):
        report("1.2", where, "it ended before it started")
    if not options.foreign:
        if row["ended_at"] is None:
            report("1.3", where, "it has not ended")
        if row["sync_token"] != "":
            report("1.3", where, "sync_token is not empty")


def is_twenty_bytes(text):
    """Whether 27 letters and digits are a number of 160 bits, as a KSUID is: some are beyond that."""
    value = 0
    for character in text:
        value = value * len(DIGITS) + DIGITS.index(character)
    return value < 2**160


def check_links(syncs, report):
    for sync in syncs.values():
        for column in ("parent_sync_id", "linked_sync_id"):
            if sync.run.get(column, "") not in ("", *syncs):
                report("1.4", f"v1_sync_runs {sync.run['id']}", f"{column} is {sync.run[column]}, which is not there")


def check_stats(sync, report):
    """A cache of counts that readers believe."""
    if sync.run.get("stats") is None:
        return
    where = f"v1_sync_runs {sync.run['id']}"
    try:
        stats = json.loads(sync.run["stats"])
    except ValueError:
        report("1.4", where, "stats is no JSON")
        return
    found = {
        "resource_types": sync.types, "resources": sync.resources, "entitlements": sync.entitlements,
        "grants": sync.grants,
    }
    for name, items in found.items():
        if stats.get(name, len(items)) != len(items):
            report("1.4", where, f"stats counts {stats[name]} {name}, there are {len(items)}")


# Every sync by itself.


def check(sync, options, report):
    check_stats(sync, report)
    for item in sync.types.values():
        check_type(item, options, report)
    for item in sync.resources.values():
        check_resource(sync, item, options, report)
    for item in sync.entitlements.values():
        check_entitlement(sync, item, options, report)
    for item in sync.grants.values():
        check_grant(sync, item, options, report)
    check_exclusion_groups(sync, report)
    every = [*sync.types.values(), *sync.resources.values(), *sync.entitlements.values(), *sync.grants.values()]
    for item in every:
        check_annotations(sync, item, report)
    if not options.foreign and not any("USER" in item.message.get("traits", []) for item in sync.types.values()):
        report("5", f"sync {sync.id}", "no type has the trait USER")


def check_columns(item, wanted, report):
    """The columns that repeat what the message says."""
    for column, value in wanted.items():
        if item.row[column] != value:
            report("1.2", item.where, f"{column} is `{item.row[column]}`, the message says `{value}`")
    if item.row["external_id"] == "":
        report("1.2", item.where, "it has no id")
    for column, value in item.row.items():
        if column.endswith("_id") and len(str(value or "").encode()) > LONGEST_ID:
            report("1.3", item.where, f"{column} is longer than {LONGEST_ID} bytes")


def check_name(item, report):
    if not item.message.get("displayName", "").strip():
        report("5", item.where, "the display name is empty")


def check_type(item, options, report):
    name = item.message.get("id", "")
    check_columns(item, {"external_id": name}, report)
    check_name(item, report)
    if (name != name.lower() or ":" in name) and not options.foreign:
        report("5", item.where, "the type's id is not in lower case, or there is a `:` in it")


def check_resource(sync, item, options, report):
    kind, name = resource_id(item.message)
    parent = item.message.get("parentResourceId")
    parent_kind, parent_name = (parent.get("resourceType", ""), parent.get("resource", "")) if parent else (None, None)
    wanted = {
        "external_id": f"{kind}:{name}", "resource_type_id": kind, "parent_resource_type_id": parent_kind,
        "parent_resource_id": parent_name,
    }
    check_columns(item, wanted, report)
    check_name(item, report)
    if not kind or not name:
        report("1.2", item.where, "the id is not whole")
    if kind not in sync.types:
        report("1.3", item.where, f"there is no type {kind}")
    if parent and f"{parent_kind}:{parent_name}" not in sync.resources:
        report("1.3", item.where, f"there is no parent {parent_kind}:{parent_name}")
    check_traits(sync, item, kind, options, report)
    if not options.foreign:
        if ":" in name:
            report("5", item.where, "there is a `:` in the resource's id")
        if not item.annotations("RawId"):
            report("5", item.where, "there is no RawId")


def check_traits(sync, item, kind, options, report):
    for trait in traits_of(sync, kind):
        if trait in TRAITS and not item.annotations(TRAITS[trait]):
            report("4", item.where, f"the type has the trait {trait}, but there is no {TRAITS[trait]}")
    for name, twins in TWINS.items():
        for trait in item.annotations(name):
            check_twins(item, trait, twins, options, report)


def check_twins(item, trait, twins, options, report):
    """Newer readers look at the resource, older ones at its trait: each finds it, and both find the same."""
    for twin in sorted(twins):
        new, old = item.message.get(twin), trait.get(twin)
        is_wrong = new != old if not options.foreign else None not in (new, old) and new != old
        if is_wrong:
            report("2.2", item.where, f"{twin} is {new} in the resource and {old} in its trait")


def check_entitlement(sync, item, options, report):
    message = item.message
    kind, name = resource_id(message.get("resource"))
    wanted = {"external_id": message.get("id", ""), "resource_type_id": kind, "resource_id": name}
    check_columns(item, wanted, report)
    check_name(item, report)
    check_copy(sync, item, message.get("resource"), report)
    if not message.get("grantableTo"):
        report("5", item.where, "it is grantable to nothing")
    for to in message.get("grantableTo", []):
        if to.get("id", "") not in sync.types:
            report("1.3", item.where, f"it is grantable to {to.get('id', '')}, which is no type")
    if not options.foreign:
        if message.get("id") != f"{kind}:{name}:{message.get('slug', '')}" or not message.get("slug"):
            report("5", item.where, f"the id is not {kind}:{name}:SLUG, with the slug `{message.get('slug', '')}`")
        if message.get("purpose", "UNSPECIFIED") == "UNSPECIFIED":
            report("5", item.where, "it has no purpose")
        if "USER" in traits_of(sync, kind):
            report("5", item.where, "a user carries it")


def traits_of(sync, kind):
    return sync.types[kind].message.get("traits", []) if kind in sync.types else []


def check_grant(sync, item, options, report):
    message = item.message
    entitlement = message.get("entitlement", {})
    kind, name = resource_id(entitlement.get("resource"))
    principal_kind, principal_name = resource_id(message.get("principal"))
    wanted = {
        "external_id": message.get("id", ""), "entitlement_id": entitlement.get("id", ""), "resource_type_id": kind,
        "resource_id": name, "principal_resource_type_id": principal_kind, "principal_resource_id": principal_name,
    }
    check_columns(item, wanted, report)
    check_granted(sync, item, entitlement, (principal_kind, principal_name), report)
    check_expandable(sync, item, (principal_kind, principal_name), options, report)
    proper = f"{entitlement.get('id', '')}:{principal_kind}:{principal_name}"
    if message.get("id", "") != proper and not options.foreign:
        report("5", item.where, f"the id is not {proper}")


def check_granted(sync, item, entitlement, principal, report):
    if not principal[0] or not principal[1]:
        report("1.2", item.where, "the principal's id is not whole")
    elif ":".join(principal) not in sync.resources:
        report("1.3", item.where, f"there is no principal {':'.join(principal)}")
    else:
        check_copy(sync, item, item.message["principal"], report)

    known = sync.entitlements.get(entitlement.get("id", ""))
    if known is None:
        report("1.3", item.where, f"there is no entitlement {entitlement.get('id', '')}")
        return
    if resource_id(entitlement.get("resource")) != resource_id(known.message.get("resource")):
        report("1.2", item.where, "the entitlement in it is of another resource than the entitlement is")
    check_copy(sync, item, entitlement.get("resource"), report)
    for field in difference(entitlement, known.message):
        report("1.2", item.where, f"the entitlement in it has another {field} than the entitlement itself")
    grantable = {to.get("id", "") for to in known.message.get("grantableTo", [])}
    if principal[0] not in grantable:
        report("5", item.where, f"{principal[0]} is none of those that {known.message.get('id')} is grantable to")


def check_copy(sync, item, resource, report):
    """A resource inside of another message."""
    name = ":".join(resource_id(resource))
    if name not in sync.resources:
        report("1.3", item.where, f"there is no resource {name}")
        return
    for field in difference(resource, sync.resources[name].message):
        report("1.2", item.where, f"the copy of {name} in it has another {field}")


def difference(copy, original):
    """The fields in which a copy, which may be shorter, contradicts what it is a copy of."""
    for field, value in copy.items():
        # A resource in it is a copy too, and lists may be shorter.
        if field in ("annotations", "resource", "grantableTo"):
            continue
        if original.get(field) != value:
            yield field


def check_expandable(sync, item, principal, options, report):
    inline = item.annotations("GrantExpandable")
    # A reader looks for them there unless the sync says that none are left.
    if inline and (not options.foreign or sync.run.get("grants_backfilled") == 1):
        report("1.2", item.where, "GrantExpandable is left among the annotations")
    if "needs_expansion" in item.row:
        wanted = int(item.expandable is not None)
        if item.row["needs_expansion"] != wanted:
            report("1.2", item.where, f"needs_expansion is {item.row['needs_expansion']}, not {wanted}")
    for expandable in ([item.expandable] if item.expandable is not None else []) + inline:
        if not expandable.get("entitlementIds"):
            report("2.3", item.where, "it is expandable from no entitlement")
        for source in expandable.get("entitlementIds", []):
            check_source(sync, item, source, principal, report)
        for kind in expandable.get("resourceTypeIds", []):
            if kind not in sync.types:
                report("1.3", item.where, f"it expands to {kind}, which is no type")


def check_source(sync, item, source, principal, report):
    if source not in sync.entitlements:
        report("4", item.where, f"it is expandable from {source}, which is not there")
    elif resource_id(sync.entitlements[source].message.get("resource")) != principal:
        report("4", item.where, f"it is expandable from {source}, which is not the principal's")


# Annotations.


def check_annotations(sync, item, report):
    kinds = [each["@type"] for each in item.message.get("annotations", [])]
    for kind in {kind for kind in kinds if kinds.count(kind) > 1 and messages.short(kind) != "ChildResourceType"}:
        report("2.3", item.where, f"{messages.short(kind)} more than once")
    for link in item.annotations("ExternalLink"):
        if not link.get("url", "").startswith("https://"):
            report("2.3", item.where, f"the ExternalLink `{link.get('url', '')}` is not https")
    for child in item.annotations("ChildResourceType"):
        if child.get("resourceTypeId", "") not in sync.types:
            report("1.3", item.where, f"ChildResourceType {child.get('resourceTypeId', '')} is no type")
    for raw in item.annotations("RawId"):
        if not raw.get("id"):
            report("2.3", item.where, "RawId is empty")
    for secret in item.annotations("SecretTrait"):
        check_secret(sync, item, secret, report)


def check_secret(sync, item, secret, report):
    for field in ("createdById", "identityId"):
        if field in secret:
            name = ":".join((secret[field].get("resourceType", ""), secret[field].get("resource", "")))
            if name not in sync.resources:
                report("1.3", item.where, f"{field} is {name}, which is not there")


def check_exclusion_groups(sync, report):
    groups = {}
    for item in sync.entitlements.values():
        for group in item.annotations("EntitlementExclusionGroup"):
            groups.setdefault(group.get("exclusionGroupId", ""), []).append(group)
            if group.get("scopeToResource"):
                report("2.3", item.where, "only a static entitlement's exclusion group is scoped to its resource")
    for name, members in groups.items():
        if not name:
            report("2.3", f"sync {sync.id}", "an exclusion group has no id")
        if len(members) > LARGEST_EXCLUSION_GROUP:
            report("2.3", f"exclusion group {name}", f"{len(members)} entitlements are in it")
        if sum(member.get("isDefault", False) for member in members) > 1:
            report("2.3", f"exclusion group {name}", "it has several defaults")
