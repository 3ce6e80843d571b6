"""The sections: the same rows as CSV and as JSON lines, as many as the manifest says, in the columns that are documented."""

import csv
import datetime
import re

from strict import Wrong, canonical, document, is_count, is_hex, lines, moment

# What a spreadsheet takes for a formula begins with one of these, and is no number, no lone dash and no name of a package.
FORMULA = re.compile(r"[=@+\t\r-]")
NO_FORMULA = re.compile(r"-|[+-]([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?|@[A-Za-z0-9._~-]+/[A-Za-z0-9._~-]+")


class Column:
    """What may be in a column. Nothing may be everywhere but where `never_empty` says otherwise."""

    def __init__(self, said, test, never_empty=False):
        self.said, self.test, self.never_empty = said, test, never_empty

    def takes(self, value):
        if value == "" and not isinstance(value, bool):
            return not self.never_empty
        return value is None or self.test(value)


def words(*allowed):
    return Column(f"is not one of {', '.join(allowed)}", lambda value: value in allowed, never_empty=True)


def or_nothing(*allowed):
    return Column(f"is not one of {', '.join(allowed)}", lambda value: value in allowed)


def moment_or(*others):
    return Column("is no moment", lambda value: value in others or (moment(value) is not None and "." not in value))


def is_day(value):
    try:
        return datetime.date.fromisoformat(value).isoformat() == value
    except (TypeError, ValueError):
        return False


TEXT = Column("is no text", lambda value: isinstance(value, str))
FLAG = Column("is no flag", lambda value: isinstance(value, bool))
NUMBER = Column("is no number", is_count)
COUNT = Column("is no number", is_count, never_empty=True)
MOMENT = moment_or()
DAY = Column("is no day", is_day)
JSON_TEXT = Column("is no JSON", lambda value: isinstance(value, str) and document(value) is not None)
FACT = Column("is no object", lambda value: isinstance(value, dict), never_empty=True)
HASH = Column("is no digest", lambda value: is_hex(value, 64))

EMPLOYMENT = or_nothing("active", "on-leave", "departed")
MATCH = or_nothing("person", "suggested", "ambiguous", "unmatched", "service", "external", "protected")

SECTIONS = {
    "population": dict(
        seenIn=TEXT, accountType=TEXT, account=TEXT, match=MATCH, person=TEXT, personName=TEXT, employment=EMPLOYMENT,
        matchRule=TEXT, twoFactor=TEXT, lastSignIn=MOMENT, connector=TEXT, resourceType=TEXT, resource=TEXT,
        entitlement=TEXT, suspended=FLAG, path=TEXT, origin=or_nothing("observed", "rule", "setting", "path-unknown"),
        since=MOMENT, orEarlier=FLAG, removalUnconfirmed=FLAG, pathUnknown=FLAG, morePaths=FLAG,
    ),
    "listings": dict(
        connector=TEXT, listing=TEXT, subjectType=TEXT, subject=TEXT, name=TEXT,
        verdict=words("proven", "attested", "unproven", "partial", "unavailable"), reason=TEXT, reasonText=TEXT,
        readAt=MOMENT, readWholeAt=moment_or("never"), completeAt=moment_or("never"),
    ),
    "credentials": dict(
        connector=TEXT, account=TEXT, shownBy=TEXT, withheld=TEXT, firstSeen=MOMENT, lastSeen=moment_or("still so"),
        seesNoLessThanBefore=FLAG, acceptedBy=TEXT, acceptedAt=MOMENT, acceptedBecause=TEXT,
    ),
    "gaps": {
        "connector": TEXT, "kind": words("listing", "sync", "no-sync", "never-read", "not-recorded", "removed", "purged"), "what": TEXT,
        "from": MOMENT, "until": moment_or("still so"), "verdict": TEXT, "reason": TEXT, "text": TEXT,
    },
    "people": dict(
        person=TEXT, name=TEXT, email=TEXT, employment=EMPLOYMENT, inNoDirectorySince=MOMENT, firstDay=DAY, lastDay=DAY,
        department=TEXT, manager=TEXT, accounts=TEXT,
    ),
    "leavers": dict(
        person=TEXT, name=TEXT, lastDay=DAY, leftNotBefore=MOMENT, leftNotAfter=MOMENT, connector=TEXT, account=TEXT,
        resourceType=TEXT, resource=TEXT, entitlement=TEXT, state=or_nothing("gone", "remains", "unconfirmed", "unknown"),
        goneNotBefore=MOMENT, goneNotAfter=MOMENT, hoursAtLeast=NUMBER, hoursAtMost=NUMBER, actor=TEXT,
    ),
    "changes": dict(
        connector=TEXT, change=TEXT, kind=TEXT, what=TEXT, notBefore=MOMENT, notAfter=MOMENT, madeCurrentAt=MOMENT,
        actor=TEXT, confirmed=TEXT, fact=FACT,
    ),
    "findings": dict(
        code=TEXT, state=TEXT, severity=TEXT, rule=TEXT, finding=TEXT, connector=TEXT, firstFound=MOMENT,
        openSince=MOMENT, resolvedAt=MOMENT, couldNotTell=FLAG, owner=TEXT, decision=TEXT, decidedAt=MOMENT,
        decidedBy=TEXT, approver=TEXT, until=MOMENT, reason=TEXT,
    ),
    "attestations": dict(
        attestation=TEXT, connector=TEXT, kind=TEXT, state=TEXT, by=TEXT, at=MOMENT, until=MOMENT, accounts=NUMBER,
        withTwoFactor=NUMBER, requiredSince=DAY, file=TEXT, sha256=HASH, withdrawnBy=TEXT, withdrawnBecause=TEXT,
    ),
    "reviews": dict(
        id=TEXT, review=TEXT, state=words("completed", "cancelled", "not ended"), owner=TEXT, scope=JSON_TEXT,
        reviewers=TEXT, createdAt=MOMENT, stagedAt=MOMENT, startedAt=MOMENT, dueAt=MOMENT, endedAt=MOMENT, endedBy=TEXT,
        endedBecause=TEXT, grants=COUNT, certified=COUNT, denied=COUNT, undecided=COUNT, population=TEXT, accuracy=TEXT,
    ),
    "review-decisions": dict(
        review=TEXT, number=COUNT, grant=TEXT, connector=TEXT, holder=TEXT, whose=TEXT, employment=EMPLOYMENT,
        entitlement=TEXT, may=TEXT, path=TEXT, since=MOMENT, orEarlier=FLAG, canWrite=TEXT, lastActivity=MOMENT, twoFactor=TEXT,
        novelty=words("new", "changed", "unchanged"), lastDecision=TEXT, reviewer=TEXT, assignedBecause=TEXT,
        reassigned=TEXT, outcome=words("certified", "denied", "undecided"), decidedBy=TEXT, reason=TEXT,
        decidedAt=MOMENT, broughtBy=TEXT, source=or_nothing("page", "interface", "terminal", "file", "completion"),
        decisions=COUNT, selfReview=or_nothing("not own", "own"),
    ),
    "remediation": dict(
        review=TEXT, step=COUNT, number=COUNT, connector=TEXT, holder=TEXT, entitlement=TEXT, what=TEXT, how=TEXT,
        state=words("requested", "done", "verified", "failed", "came-back", "refused"), stateAt=MOMENT,
        refusedBecause=TEXT, drawnUpAt=MOMENT, dueAt=MOMENT, deniedBy=TEXT, deniedAt=MOMENT, doneBy=TEXT, doneAt=MOMENT, note=TEXT,
        separation=or_nothing("another person", "another account", "same person"), verifiedAt=MOMENT, verifiedBy=TEXT, hours=NUMBER,
        cameBackAt=MOMENT, plan=TEXT,
    ),
    "audit": dict(
        sequence=COUNT, at=MOMENT, action=TEXT, actor=TEXT, subject=TEXT, reason=TEXT, details=JSON_TEXT, hash=HASH,
    ),
}


class Section:
    """The rows of a section as JSON tells them, once both of its files are what they have to be."""

    def __init__(self, name, files, told, faults):
        self.name, self.told, self.faults = name, told, faults
        self.columns = list(SECTIONS[name])
        self.rows = self.of_json(files[f"{name}.ndjson"])
        self.cells = self.of_csv(files[f"{name}.csv"])
        if len(self.rows) != told["rows"] or len(self.cells) != told["rows"]:
            self.fault(f"has {len(self.rows)} rows as JSON, {len(self.cells)} as CSV and {told['rows']} in the manifest")
        for number, (row, cells) in enumerate(zip(self.rows, self.cells, strict=False), 1):
            for column in self.columns:
                if cell(row[column]) != cells[column]:
                    found = f"{row[column]!r} as JSON and {cells[column]!r} as CSV"
                    self.fault(f"row {number} has the {column} {found}")
                if not SECTIONS[name][column].takes(row[column]):
                    self.fault(f"row {number} has the {column} {row[column]!r}, which {SECTIONS[name][column].said}")

    def fault(self, what):
        self.faults.append(f"{self.name}: {what}")

    def of_json(self, data):
        first, *middle, last = [document(line) for line in lines(data)] or [None]
        told = {name: self.told[name] for name in ("complete", "completeness")}
        if first != {"section": {"name": self.name, "columns": self.columns, **told}}:
            self.fault("begins, as JSON, otherwise than the manifest and the documents say")
        if last != {"end": {"rows": len(middle)}}:
            self.fault(f"ends, as JSON, with {last!r} after {len(middle)} rows")
        rows = []
        for number, line in enumerate(middle, 1):
            row = line.get("row") if isinstance(line, dict) and len(line) == 1 else None
            if not isinstance(row, dict) or set(row) != set(self.columns):
                raise Wrong(f"row {number} does not have the columns as its members")
            rows.append(row)
        return rows

    def of_csv(self, data):
        first, second, *others = records(data)
        if first != [f"# {self.name}: {self.told['completeness']}"]:
            self.fault(f"begins, as CSV, with {first!r} and not with the completeness in the manifest")
        if second != self.columns:
            self.fault("does not have, as CSV, the columns that are documented")
        for number, record in enumerate(others, 1):
            if len(record) != len(self.columns):
                raise Wrong(f"row {number} has {len(record)} fields as CSV")
        return [dict(zip(self.columns, record, strict=True)) for record in others]


def records(data):
    """The records of a CSV file, which is written as it would be written once more."""
    text = "\n".join(lines(data)) + "\n"
    try:
        rows = list(csv.reader(pieces(text), strict=True))
    except csv.Error as error:
        raise Wrong(f"is no CSV: {error}") from error
    if len(rows) < 2:
        raise Wrong("has no names of columns as CSV")
    return rows


def pieces(text):
    """Lines as line feeds end them, for the reader of CSV; a carriage return within a field is part of it."""
    return (line + "\n" for line in text[:-1].split("\n"))


def plain(value):
    """How a value that JSON tells is told to people."""
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else canonical(value)


def cell(value):
    """The same in a cell of a spreadsheet, which is to take nothing for a formula."""
    text = plain(value)
    return f"'{text}" if FORMULA.match(text) and not NO_FORMULA.fullmatch(text) else text


def read(files, manifest, faults):
    """Every section by its name."""
    csv.field_size_limit(1 << 30)
    found = {}
    told = {file["name"]: file for file in manifest["files"]}
    for name in SECTIONS:
        one, other = told[f"{name}.csv"], told[f"{name}.ndjson"]
        if any(one[member] != other[member] for member in ("rows", "complete", "completeness")):
            faults.append(f"{name}: its two files have not the same rows and completeness in the manifest")
        try:
            found[name] = Section(name, files, one, faults).rows
        except Wrong as error:
            faults.append(f"{name}: {error}")
    return found
