"""The messages in a `.c1z` file, decoded from their field numbers into JSON.

A field is written `name kind`. `name*` is repeated, `name%` a map whose keys are strings, and `name?` is one whose
default a writer does not leave out. `opaque` fields are those of which the reference tells the number alone.
Enumerations are named by the words of the reference, without the prefix that protobuf's JSON has.
"""

import datetime
import math
import struct

import wire

PREFIX = "type.googleapis.com/"
PACKAGE = "c1.connector.v2."

UNORDERED = "is not in the order of its keys"
DEAD = "is of no use any more"

ENUMS = {
    "Trait": "USER GROUP ROLE APP SECRET SECURITY_INSIGHT SCOPE_BINDING VENDOR VENDOR_AGREEMENT LICENSE_PROFILE AGENT "
    "MANAGED_DEVICE",
    "Status": "ENABLED DISABLED DELETED",
    "Purpose": "ASSIGNMENT PERMISSION OWNERSHIP",
    "AccountType": "HUMAN SERVICE SYSTEM",
    "CredentialType": "STATIC ASYMMETRIC CERT",
}
ENUMS = {name: ["UNSPECIFIED", *words.split()] for name, words in ENUMS.items()}

MESSAGES = {
    "ResourceType": {
        1: "id string", 2: "displayName string", 3: "traits* enum:Trait", 4: "annotations* Any",
        5: "description string", 6: "sourcedExternally bool",
    },
    "ResourceId": {1: "resourceType string", 2: "resource string", 3: "batonResource bool"},
    "Resource": {
        1: "id ResourceId", 2: "parentResourceId ResourceId", 3: "displayName string", 4: "annotations* Any",
        5: "description string", 6: "batonResource bool", 7: "externalId opaque", 8: "creationSource opaque",
        9: "profile Struct", 10: "icon opaque", 11: "status ResourceStatus", 12: "createdAt Timestamp",
    },
    "ResourceStatus": {1: "status enum:Status", 2: "details string"},
    "Entitlement": {
        1: "resource Resource", 2: "id string", 3: "displayName string", 4: "description string",
        5: "grantableTo* ResourceType", 6: "annotations* Any", 7: "purpose enum:Purpose", 8: "slug string",
    },
    "Grant": {
        1: "entitlement Entitlement", 2: "principal Resource", 3: "id string", 4: "annotations* Any",
        5: "sources GrantSources",
    },
    "GrantSources": {1: "sources% GrantSource"},
    "GrantSource": {1: "isDirect bool"},
    "UserTrait": {
        1: "emails* Email", 2: "status ResourceStatus", 3: "profile Struct", 4: "icon opaque",
        5: "accountType enum:AccountType", 6: "login string", 7: "loginAliases* string", 8: "createdAt Timestamp",
        9: "lastLogin Timestamp", 10: "mfaStatus MfaStatus", 11: "ssoStatus SsoStatus", 12: "structuredName opaque",
        13: "employeeIds* string",
    },
    "Email": {1: "address string", 2: "isPrimary bool"},
    "MfaStatus": {1: "mfaEnabled bool"},
    "SsoStatus": {1: "ssoEnabled bool"},
    "GroupTrait": {
        1: "icon opaque", 2: "profile Struct", 3: "groupSourceType opaque", 4: "rawGroupSourceType string",
    },
    "RoleTrait": {1: "profile Struct", 2: "roleScopeConditions opaque"},
    "AppTrait": {
        1: "helpUrl string", 2: "icon opaque", 3: "logo opaque", 4: "profile Struct", 5: "flags opaque",
        6: "appSourceType opaque", 7: "rawAppSourceType string",
    },
    "SecretTrait": {
        1: "profile Struct", 2: "createdAt Timestamp", 3: "expiresAt Timestamp", 4: "lastUsedAt Timestamp",
        5: "createdById ResourceId", 6: "identityId ResourceId", 7: "credentialType enum:CredentialType",
        8: "credentialDetail opaque",
    },
    "LicenseProfileTrait": {
        1: "licenseName string", 2: "purchasedSeats int", 3: "consumedSeats int", 4: "costPerUnitInCents int",
        5: "currency string", 6: "entitlementIds* string",
    },
    "ChildResourceType": {1: "resourceTypeId string"},
    "SkipEntitlementsAndGrants": {},
    "SkipGrants": {},
    "SkipEntitlements": {},
    "ExternalLink": {1: "url string"},
    "RawId": {1: "id string"},
    "Aliases": {1: "ids* string"},
    "V1Identifier": {1: "id string"},
    "OptInRequired": {},
    "SkipSyncAnomalyDetection": {},
    "TypeScopedEntitlements": {},
    "TypeScopedGrants": {},
    "EntitlementImmutable": {1: "sourceId string", 2: "metadata Struct"},
    "EntitlementExclusionGroup": {
        1: "exclusionGroupId string", 2: "order int", 3: "isDefault bool", 4: "scopeToResource bool",
    },
    "GrantExpandable": {1: "entitlementIds* string", 2: "shallow bool", 3: "resourceTypeIds* string"},
    "GrantImmutable": {1: "sourceId string", 2: "metadata Struct"},
    "GrantMetadata": {1: "metadata Struct"},
    "InsertResourceGrants": {},
    "ExternalResourceMatch": {1: "resourceType opaque", 2: "key string", 3: "value string"},
    "Any": {1: "typeUrl string", 2: "value bytes"},
    "Struct": {1: "fields% Value"},
    "Value": {
        1: "null? opaque", 2: "number? double", 3: "string? string", 4: "bool? bool", 5: "struct? Struct",
        6: "list? ListValue",
    },
    "ListValue": {1: "values* Value"},
    "Timestamp": {1: "seconds int", 2: "nanos int"},
}

SCALARS = {
    "string": wire.BYTES, "bytes": wire.BYTES, "bool": wire.VARINT, "int": wire.VARINT, "enum": wire.VARINT,
    "double": wire.FIXED64,
}


def short(url):
    """The name of an annotation's message, as far as it is one of baton's; otherwise the whole address."""
    return url.removeprefix(PREFIX).removeprefix(PACKAGE)


def decode(name, data, report):
    """A message as JSON. `report` is told what a deterministic writer would have written otherwise."""
    message = Reading(name, report).read(data)
    return WELL_KNOWN.get(name, lambda message, report: message)(message, report)


class Reading:
    """One message while it is read."""

    def __init__(self, name, report):
        self.name, self.report, self.message = name, lambda what: report(f"{name}: {what}"), {}

    def read(self, data):
        last = 0
        for number, kind, value in wire.fields(data, self.report):
            if number < last:
                self.report(f"field {number} after field {last}")
            declared = MESSAGES[self.name].get(number)
            if declared is None:
                self.report(f"field {number}, which the reference does not know")
                continue
            field, what = declared.split()
            if number == last and field[-1] not in "*%":
                self.report(f"{field} twice")
            last = max(last, number)
            self.add(field, what, kind, value)
        return self.message

    def add(self, field, what, kind, value):
        if field.endswith("%"):
            self.entry(field[:-1], what, value)
        elif field.endswith("*"):
            self.repeated(field[:-1], what, kind, value)
        else:
            decoded = self.value(field, what, kind, value)
            if not field.endswith("?") and value in (0, b"") and what.split(":")[0] in SCALARS:
                self.report(f"{field} is written although it is the default")
            self.message[field.rstrip("?")] = decoded

    def repeated(self, field, what, kind, value):
        values, is_number = self.message.setdefault(field, []), what.split(":")[0] in ("bool", "int", "enum")
        if is_number and kind == wire.BYTES:
            if values:
                self.report(f"{field} in two parts")
            values.extend(self.packed(field, what, value))
        else:
            if is_number:
                self.report(f"{field} is not packed")
            values.append(self.value(field, what, kind, value))

    def packed(self, field, what, data):
        at = 0
        if not data:
            self.report(f"{field} is written although it is empty")
        while at < len(data):
            number, at, is_short = wire.varint(data, at)
            if not is_short:
                self.report(f"{field} has a number with superfluous bytes")
            yield self.value(field, what, wire.VARINT, number)

    def entry(self, field, what, data):
        """One entry of a map: deterministic writers sort them by the keys' bytes and write key and value of each."""
        entries = self.message.setdefault(field, {})
        written = list(wire.fields(data, self.report))
        if [number for number, _, _ in written] != [1, 2]:
            self.report(f"an entry of {field} is not a key and a value")
        found = {number: value for number, _, value in written}
        key = self.text(field, found.get(1, b""))
        if entries and key.encode() <= list(entries)[-1].encode():
            self.report(f"{field} {UNORDERED}")
        entries[key] = decode(what, found.get(2, b""), self.report)

    def value(self, field, what, kind, value):
        what, _, of = what.partition(":")
        if what == "opaque":
            return value.hex() if isinstance(value, bytes) else value
        if kind != SCALARS.get(what, wire.BYTES):
            raise wire.Malformed(f"{self.name}: {field} has wire type {kind}")
        if what == "string":
            return self.text(field, value)
        if what == "bytes":
            return value
        if what == "bool":
            return self.truth(field, value)
        if what == "int":
            return wire.signed(value)
        if what == "double":
            found = struct.unpack("<d", value)[0]
            # JSON has no word for what is no number.
            return found if math.isfinite(found) else str(found)
        if what == "enum":
            return self.word(field, of, value)
        return decode(what, value, self.report)

    def text(self, field, value):
        try:
            return value.decode()
        except UnicodeDecodeError:
            self.report(f"{field} is not UTF-8")
            return value.decode(errors="replace")

    def truth(self, field, value):
        if value > 1:
            self.report(f"{field} is {value}, not a truth value")
        return value != 0

    def word(self, field, enum, value):
        words = ENUMS[enum]
        if value < len(words):
            return words[value]
        self.report(f"{field} is {value}, which the reference does not know")
        return value


def annotation(message, report):
    url, value = message.get("typeUrl", ""), message.get("value", b"")
    name = short(url)
    if not url.startswith(PREFIX):
        report(f"type URL `{url}` does not begin with `{PREFIX}`")
    if url == PREFIX + PACKAGE + name and name in ("ETag", "ETagMatch"):
        report(f"`{name}` {DEAD}")
        return {"@type": url, "value": value.hex()}
    if url != PREFIX + PACKAGE + name or name not in MESSAGES:
        report(f"`{url}` is no annotation that the reference names")
        return {"@type": url, "value": value.hex()}
    return {"@type": url, **decode(name, value, report)}


def instant(message, report):
    seconds, nanos = message.get("seconds", 0), message.get("nanos", 0)
    if not 0 <= nanos < 10**9:
        report(f"{nanos} nanoseconds")
    try:
        # From the epoch on by hand: the library's own conversion depends on the platform for early years.
        moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=seconds)
    except OverflowError:
        report(f"{seconds} seconds are beyond the calendar")
        return None
    fraction = f".{nanos:09}".rstrip("0") if nanos else ""
    return f"{moment.isoformat()}{fraction}Z"


def one_value(message, report):
    """A `Value` is exactly one thing."""
    if len(message) != 1:
        report(f"{len(message)} kinds of value")
    kind, value = next(iter(message.items()), ("null", None))
    return None if kind == "null" else value


WELL_KNOWN = {
    "Any": annotation,
    "Timestamp": instant,
    "Struct": lambda message, report: message.get("fields", {}),
    "ListValue": lambda message, report: message.get("values", []),
    "Value": one_value,
}
