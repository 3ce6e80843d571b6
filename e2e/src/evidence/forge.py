"""Makes of a sound package one that is none, for verifiers to be tried on.

    python3 forge.py --list
    python3 forge.py KIND PACKAGE TARGET

A kind is of `SHAPES`, which anybody refuses; of `SIGNERS`, which whoever expects another key refuses; or of
`CONTRADICTIONS`, which are signed as a whole and tell one thing in one place and another in another.
"""

import csv
import dataclasses
import hashlib
import io
import json
import pathlib
import sys
import zipfile
import zlib

import audit_log
import container
import ed25519
import sections

SEED = hashlib.sha256(b"somebody else").digest()
PUBLIC = ed25519.public_key(SEED).hex()
KEY_ID = hashlib.sha256(bytes.fromhex(PUBLIC)).hexdigest()[:16]


class Package:
    """The files of a package, to be changed and written again; those that were not changed are packed as they were."""

    def __init__(self, data):
        self.data = data
        entries, _ = container.read(data)
        self.packed = {entry.name: entry.packed for entry in entries}
        self.files = {entry.name: entry.unpacked(entry.size) for entry in entries}
        self.before, self.order = dict(self.files), list(self.files)
        self.manifest = json.loads(self.files["manifest.json"])

    def edit(self, name, one, other):
        """Replaces the first place of a text in a file; that there is none is a mistake of the test."""
        text = self.files[name].decode()
        if one not in text:
            sys.exit(f"{one!r} is not in {name}")
        self.files[name] = text.replace(one, other, 1).encode()
        return self

    def rows(self, name, change):
        """Changes rows of a section in both of its files; those that become nothing are left out."""
        first, *middle, _ = documents(self.files[f"{name}.ndjson"])
        columns = first["section"]["columns"]
        changed = [change(line["row"]) for line in middle]
        if changed == [line["row"] for line in middle]:
            sys.exit(f"no row of {name} was changed")
        kept = [row for row in changed if row is not None]
        self.files[f"{name}.ndjson"] = written([first, *({"row": row} for row in kept), {"end": {"rows": len(kept)}}])
        output = io.StringIO()
        writer = csv.writer(output, lineterminator="\n")
        writer.writerows([[f"# {name}: {first['section']['completeness']}"], columns])
        writer.writerows([[sections.cell(row[column]) for column in columns] for row in kept])
        self.files[f"{name}.csv"] = output.getvalue().encode()
        for file in self.manifest["files"]:
            if file["name"] in (f"{name}.csv", f"{name}.ndjson"):
                file["rows"] = len(kept)
        return self

    def entry(self, name, offset, level, stored):
        data = self.files[name]
        if name in (*container.LAST, *stored):
            method, packed = container.STORED, data
        else:
            kept = data == self.before.get(name) and level is None
            method, packed = container.DEFLATED, self.packed[name] if kept else deflated(data, level or 6)
        return container.Entry(name, method, zlib.crc32(data), len(data), packed, len(packed), offset)

    def zip(self, level=None, stored=()):
        """A ZIP file of the shape that packages have, where nothing else is asked for."""
        whole, entries = b"", []
        for name in self.order:
            entry = self.entry(name, len(whole), level, stored)
            whole += entry.local() + entry.packed
            entries.append(entry)
        directory = b"".join(entry.directory() for entry in entries)
        return whole + directory + container.end(len(entries), len(directory), len(whole))

    def sealed(self):
        """The same with a head, a manifest and a signature that go with what was changed."""
        head = self.manifest["auditHead"]
        head |= {"publicKey": PUBLIC, "keyId": KEY_ID}
        fields = [head[name] for name in ("database", "sequence", "hash", "at", "publicKey")]
        head["signature"] = ed25519.signed(SEED, audit_log.encoded("rolecall-audit-head-1", *fields)).hex()
        lines = documents(self.files["audit-log.ndjson"])
        self.files["audit-log.ndjson"] = written({"head": head} if "head" in line else line for line in lines)
        for file in self.manifest["files"]:
            name = file["name"]
            data, packed = self.files[name], self.entry(name, 0, None, ()).packed
            file |= {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            file |= {"packedBytes": len(packed), "packedSha256": hashlib.sha256(packed).hexdigest()}
        self.files["manifest.json"] = (json.dumps(self.manifest, indent=2, ensure_ascii=False) + "\n").encode()
        return self.signed().zip()

    def signed(self):
        digest = hashlib.sha256(self.files["manifest.json"]).hexdigest()
        signature = ed25519.signed(SEED, audit_log.encoded("rolecall-evidence-1", digest, PUBLIC)).hex()
        told = {"format": "rolecall-evidence-1", "keyId": KEY_ID, "publicKey": PUBLIC, "signature": signature}
        self.files["manifest.sig"] = written([told])
        return self


def documents(data):
    return [json.loads(line) for line in data.decode().splitlines()]


def written(documents):
    lines = [json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n" for document in documents]
    return "".join(lines).encode()


def deflated(data, level):
    packer = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def rewritten(package):
    """As Python's own library writes ZIP files."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        for name, data in package.files.items():
            kind = zipfile.ZIP_STORED if name in container.LAST else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name), data, kind)
    return output.getvalue()


def swapped(one, other):
    def forged(package):
        order = package.order
        order[one], order[other] = order[other], order[one]
        return package.zip()

    return forged


def added(package):
    package.files["zz.csv"] = b"# nothing\n"
    package.order.insert(-2, "zz.csv")
    return package.zip()


def missing(package):
    package.order.remove("attestations.csv")
    return package.zip()


def renamed(package):
    package.files["gaps.csw"] = package.files["gaps.csv"]
    package.order[package.order.index("gaps.csv")] = "gaps.csw"
    return package.zip()


def erased(package):
    """A name that is not told any more, without a record that says so."""
    lines = documents(package.files["audit-log.ndjson"])
    one = next(line["record"] for line in lines if "reviewer" in line.get("record", {}).get("personal", {}))
    one["personal"]["reviewer"] = "erased"
    package.files["audit-log.ndjson"] = written(lines)
    return package.sealed()


def edited(name, one, other):
    return lambda package: package.edit(name, one, other).zip()


def sealed_edit(name, one, other):
    return lambda package: package.edit(name, one, other).sealed()


def first(section, test, change):
    """A package in which the first row of which something is so is another, or is gone."""

    def forged(package):
        done = []

        def changed(row):
            if done or not test(row):
                return row
            done.append(row)
            return change(row)

        return package.rows(section, changed).sealed()

    return forged


def become(**members):
    return lambda row: row | members


def by_one(**members):
    return lambda row: row | {name: row[name] + more for name, more in members.items()}


def gone(_):
    return None


def anything(_):
    return True


def has(member, value):
    return lambda row: row[member] == value


SHAPES = {
    "rewritten": rewritten,
    "swapped": swapped(0, 1),
    "last-swapped": swapped(-1, -2),
    "added": added,
    "missing": missing,
    "renamed": renamed,
    "packed-anew": lambda package: package.zip(level=1),
    "stored": lambda package: package.zip(stored=["gaps.csv"]),
    "comment": lambda package: package.data[:-2] + b"\2\0hi",
    "in-front": lambda package: b"hi" + package.data,
    "twice": lambda package: package.data * 2,
    "cell": edited("review-decisions.csv", ",denied,", ",certified,"),
    "manifest": edited("manifest.json", '"madeBy": "', '"madeBy": "not '),
    "spelling": edited("manifest.sig", '","', '", "'),
    "signature": lambda package: package.signed().zip(),
    "record": sealed_edit("audit-log.ndjson", r"\"source\":\"terminal\"", r"\"source\":\"page\""),
    "told": sealed_edit("audit-log.ndjson", '"value":"Maria Lund"', '"value":"Priya Nair"'),
    "not-told": sealed_edit("audit-log.ndjson", '"told"', '"untold"'),
}
SIGNERS = {"another-key": lambda package: package.sealed()}
CONTRADICTIONS = {
    "one-of-two": sealed_edit("review-decisions.csv", ",denied,", ",certified,"),
    "completeness": sealed_edit("leavers.csv", "Not complete", "Complete"),
    "column": sealed_edit("people.csv", "department", "unit"),
    "report": sealed_edit("report.html", "<dd>denied</dd>", "<dd>certified</dd>"),
    "script": sealed_edit("report.html", "</header>", "<script></script></header>"),
    "word": first("listings", anything, become(verdict="fine")),
    "moment": first("people", anything, become(inNoDirectorySince="yesterday")),
    "erased": erased,
    "record-left-out": first("audit", has("action", "review.submitted"), gone),
    "actor": first("audit", has("action", "review.submitted"), become(actor="somebody")),
    "count": first("reviews", has("state", "completed"), by_one(certified=1, undecided=-1)),
    "population": first("reviews", has("state", "completed"), become(population="0" * 32)),
    "state": first("reviews", has("state", "completed"), become(state="not ended", endedAt="")),
    "decision-left-out": first("review-decisions", has("outcome", "denied"), gone),
    "outcome": first("review-decisions", has("outcome", "denied"), become(outcome="certified")),
    "decisions": first("review-decisions", has("outcome", "certified"), by_one(decisions=1)),
    "decider": first("review-decisions", has("outcome", "certified"), become(decidedBy="Otto Brandt")),
    "reason": first("review-decisions", has("outcome", "denied"), become(reason="he asked for it")),
    "own": first("review-decisions", has("outcome", "certified"), become(selfReview="own")),
    "invented": first("review-decisions", has("outcome", "undecided"), become(outcome="certified", decisions=1)),
    "step-left-out": first("remediation", anything, gone),
    "step-state": first("remediation", has("state", "requested"), become(state="verified")),
    "step-of-another": first("remediation", anything, become(number=1)),
    "plan": first("remediation", anything, become(plan="0" * 32)),
}
# Those that need a step that a reading showed to be done.
VERIFICATIONS = {
    "reading": first("remediation", has("state", "verified"), become(verifiedBy="roster read in full 2020-01-01T00:00:00Z")),
    "no-reading": first("remediation", has("state", "verified"), become(verifiedBy="")),
    "verified-at": first("remediation", has("state", "verified"), become(verifiedAt="2020-01-01T00:00:00Z")),
    "hours": first("remediation", has("state", "verified"), by_one(hours=2)),
}
KINDS = {"shapes": SHAPES, "signers": SIGNERS, "contradictions": CONTRADICTIONS, "verifications": VERIFICATIONS}


def main():
    if sys.argv[1:] == ["--list"]:
        print(json.dumps({group: list(kinds) for group, kinds in KINDS.items()}))
        return
    kind, package, target = sys.argv[1:]
    forge = next(kinds[kind] for kinds in KINDS.values() if kind in kinds)
    pathlib.Path(target).write_bytes(forge(Package(pathlib.Path(package).read_bytes())))


if __name__ == "__main__":
    main()
