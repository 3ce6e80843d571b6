"""Verifies an evidence package and says what it looked at; written from `docs/reference/evidence.md` and `audit.md` alone.

    python3 verify.py FILE [--key KEY]...

It shares no code with the program that makes packages, and needs nothing but Python. It ends with 0, or with 1 and a line
that begins with `fault` for everything that is wrong.

| question | file |
|---|---|
| is the ZIP file what it has to be? | `container.py` |
| who signed? | `ed25519.py` |
| do CSV and JSON tell the same, in the columns that are documented? | `sections.py` |
| is the audit log as it was written? | `audit_log.py` |
| do reviews, decisions, steps and the log go together? | `reviews.py` |
"""

import argparse
import hashlib
import pathlib
import sys
import traceback

import audit_log
import container
import ed25519
import report
import reviews
import sections
from strict import Wrong, document, is_count, is_hex, is_object, moment

FORMAT = "rolecall-evidence-1"
MOST = 64 << 30
MANIFEST = {
    "format", "database", "asOf", "since", "madeAt", "madeBy", "program", "connectors", "leftOut", "complete", "auditHead", "files",
}
FILE = {"name", "bytes", "sha256", "packedBytes", "packedSha256", "complete", "completeness"}
OTHERS = {"audit-log.ndjson", "report.html"}


def signer(manifest, data, keys, faults):
    """The key that signed; whatever is wrong with it is noted."""
    signature = document(data)
    members = ("format", "keyId", "publicKey", "signature")
    if not is_object(signature, members) or not all(isinstance(signature[member], str) for member in members):
        raise Wrong("manifest.sig: is no signature of a package")
    spelt = ",".join(f'"{member}":"{signature[member]}"' for member in members)
    if data != f"{{{spelt}}}\n".encode() or signature["format"] != FORMAT:
        faults.append("manifest.sig: is not spelt as signatures are")
    key = signature["publicKey"]
    if not is_hex(key, 64) or not is_hex(signature["signature"], 128):
        raise Wrong("manifest.sig: has no key or no signature")
    if signature["keyId"] != hashlib.sha256(bytes.fromhex(key)).hexdigest()[:16]:
        faults.append("manifest.sig: has another key's id")
    message = audit_log.encoded(FORMAT, hashlib.sha256(manifest).hexdigest(), key)
    if not ed25519.is_signature(bytes.fromhex(key), message, bytes.fromhex(signature["signature"])):
        faults.append("manifest.sig: is not the signature of the manifest")
    if keys and key not in keys:
        faults.append(f"manifest.sig: is signed with {key}, which is not expected")
    return key


def understood(data):
    """The manifest, once everything in it is what it has to be; `from` and `to` are its period in seconds."""
    manifest = document(data)
    if not is_object(manifest, MANIFEST) or manifest["format"] != FORMAT or not data.endswith(b"\n"):
        raise Wrong("manifest.json: is no manifest of a package")
    texts = all(isinstance(manifest[member], str) for member in ("database", "madeBy", "program"))
    times = [moment(manifest[member]) for member in ("since", "asOf", "madeAt")]
    if not texts or None in times or times != sorted(times):
        raise Wrong("manifest.json: does not say of when and of what it is")
    lists = all(isinstance(manifest[member], list) for member in ("connectors", "leftOut"))
    if not lists or not isinstance(manifest["auditHead"], dict):
        raise Wrong("manifest.json: does not say of which connectors it is, or where the log ends")
    expected = OTHERS | {f"{name}.{kind}" for name in sections.SECTIONS for kind in ("csv", "ndjson")}
    for file in manifest["files"] if isinstance(manifest["files"], list) else [None]:
        if not is_object(file, FILE, ["rows"]) or not isinstance(file["name"], str):
            raise Wrong("manifest.json: a file is not told as files are")
        numbers = is_count(file["bytes"]) and is_count(file["packedBytes"])
        digests = is_hex(file["sha256"], 64) and is_hex(file["packedSha256"], 64)
        rows = ("rows" not in file) if file["name"] in OTHERS else is_count(file.get("rows"))
        said = isinstance(file["complete"], bool) and isinstance(file["completeness"], str)
        if not (numbers and digests and rows and said):
            raise Wrong(f"manifest.json: {file['name']} is not told as files are")
    names = [file["name"] for file in manifest["files"]]
    if set(names) != expected or len(names) != len(expected):
        raise Wrong(f"manifest.json: these files are too many or too few: {sorted(expected.symmetric_difference(names))}")
    if manifest["complete"] is not all(file["complete"] for file in manifest["files"]):
        raise Wrong("manifest.json: is not complete as its files are")
    manifest["from"], manifest["to"], _ = times
    return manifest


def unpacked(entries, manifest):
    """Every file by its name; nothing is unpacked before all of them have the size and digest that were signed."""
    told = manifest["files"]
    if [entry.name for entry in entries[:-2]] != [file["name"] for file in told]:
        raise Wrong("the files of the package are not those of the manifest")
    if sum(file["bytes"] for file in told) > MOST:
        raise Wrong("the files of the package are too large together")
    wrong = []
    for entry, file in zip(entries, told, strict=False):
        digest = hashlib.sha256(entry.packed).hexdigest()
        if (len(entry.packed), entry.size, digest) != (file["packedBytes"], file["bytes"], file["packedSha256"]):
            wrong.append(f"{file['name']}: has not the sizes and the digest that were signed")
    if wrong:
        raise Wrong("; ".join(wrong))
    files = {}
    for entry, file in zip(entries, told, strict=False):
        data = entry.unpacked(file["bytes"])
        if hashlib.sha256(data).hexdigest() != file["sha256"]:
            raise Wrong(f"{file['name']}: has not the digest that was signed")
        files[file["name"]] = data
    return files


def verify(data, keys, faults, say):
    entries, compared = container.read(data)
    say(f"{len(entries)} files; {compared} bytes around them are what they have to be")
    last = {entry.name: entry.unpacked(entry.size) for entry in entries[-2:]}
    key = signer(last["manifest.json"], last["manifest.sig"], keys, faults)
    say(f"signed with {key}{' as expected' if key in keys else ''}")
    if faults:
        return
    manifest = understood(last["manifest.json"])
    say(f"as of {manifest['asOf']}, since {manifest['since']}, of {', '.join(manifest['connectors'])}")
    if manifest["leftOut"]:
        say(f"it leaves out {', '.join(manifest['leftOut'])}")
    files = unpacked(entries, manifest)
    say(f"{len(files)} files have the sizes and digests of the manifest")

    if manifest["auditHead"].get("publicKey") != key or manifest["auditHead"].get("database") != manifest["database"]:
        faults.append("manifest.json: the head of the audit log is of another key or database")
    log = audit_log.Log(files["audit-log.ndjson"], manifest, faults)
    say(f"{len(log.records)} records of the audit log, {log.commitments} commitments, {len(log.heads)} heads")
    found = sections.read(files, manifest, faults)
    say(f"{sum(map(len, found.values()))} rows of {len(found)} sections tell the same as CSV and as JSON")
    tables = report.check(files["report.html"], manifest, found, faults)
    say(f"{tables} sections in the report, which loads nothing")
    if set(found) == set(sections.SECTIONS):
        for what, times in reviews.check(found, log, manifest, faults).items():
            say(f"{times} {what}")


def main():
    parser = argparse.ArgumentParser(prog="verify.py", description="Verifies an evidence package of Rolecall.")
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--key", action="append", default=[], help="a public key that may have signed")
    options = parser.parse_args()
    faults = []
    try:
        verify(options.file.read_bytes(), options.key, faults, print)
    except (Wrong, container.Unreadable, OSError) as error:
        faults.append(str(error))
    except Exception as error:  # noqa: BLE001 - whatever it is, such a file is no package.
        traceback.print_exc()
        faults.append(f"is so odd that it could not be read to its end: {error!r}")
    for fault in faults:
        print("fault", fault)
    print("not a package as it was signed" if faults else "sound")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
