"""The audit log in a package: a chain of hashes, what the commitments hide, and the heads that were signed."""

import hashlib

import ed25519
from strict import Wrong, canonical, document, is_count, is_hex, is_object, lines

HEAD = ("format", "database", "sequence", "hash", "at", "keyId", "publicKey", "signature")
RECORD = ("sequence", "at", "action", "subject", "details", "commitments", "previous", "hash")
HASHED = ("sequence", "at", "action", "subject", "details", "commitments", "previous")
TEXTS = ("action", "subject", "details", "commitments")
ERASURES = ("audit.erased", "person.erased")


def encoded(title, *fields):
    """What is hashed and signed: a title, and fields with their lengths."""
    texts = [str(field).encode() for field in fields]
    return title.encode() + b"\n" + b"".join(b"%d:%s\n" % (len(text), text) for text in texts)


class Record:
    def __init__(self, line):
        self.sequence, self.action, self.subject = line["sequence"], line["action"], line["subject"]
        # A moment to the second, as everything else tells it.
        self.at = line["at"] // 1_000_000
        self.details, self.hash = line["details"], line["hash"]
        self.told = {name: value(one) for name, one in line.get("personal", {}).items()}

    def about(self):
        return document(self.details)


def value(personal):
    """What is told under a name; nothing where it was erased."""
    return None if personal == "erased" else personal["told"]["value"]


def check_head(head, faults):
    if not is_object(head, HEAD) or head["format"] != "rolecall-audit-head-1":
        faults.append("audit-log.ndjson: a head is not what heads are")
        return False
    texts = all(is_hex(head[name], digits) for name, digits in (("publicKey", 64), ("signature", 128), ("hash", 64)))
    if not texts or not is_count(head["sequence"]) or not isinstance(head["at"], int):
        faults.append("audit-log.ndjson: a head is not spelt as heads are")
        return False
    key, fields = bytes.fromhex(head["publicKey"]), [head[name] for name in ("database", "sequence", "hash", "at")]
    message = encoded("rolecall-audit-head-1", *fields, head["publicKey"])
    if head["keyId"] != hashlib.sha256(key).hexdigest()[:16]:
        faults.append("audit-log.ndjson: a head has another key's id")
    if not ed25519.is_signature(key, message, bytes.fromhex(head["signature"])):
        faults.append(f"audit-log.ndjson: the head of record {head['sequence']} is not signed by its key")
        return False
    return True


class Log:
    """Goes through the lines one by one; what is wrong is noted, and everything after a break is looked at all the same."""

    def __init__(self, data, manifest, faults):
        self.manifest, self.faults, self.records = manifest, faults, []
        self.heads, self.hashes, self.erased, self.previous = [], ["0" * 64], set(), "0" * 64
        self.commitments = 0
        numbered = list(enumerate(lines(data), 1))
        state = "header"
        for number, line in numbered:
            try:
                state = self.line(state, document(line))
            except Wrong as error:
                self.fault(f"line {number} {error}")
        if state != "ended":
            self.fault("has no end")
        self.compare()

    def fault(self, what):
        self.faults.append(f"audit-log.ndjson: {what}")

    def line(self, state, line):
        if not isinstance(line, dict) or len(line) != 1:
            raise Wrong("is no line of an audit log")
        [(kind, it)] = line.items()
        allowed = {"header": ["header"], "head": ["head", "record", "end"], "record": ["record", "end"], "ended": []}
        if kind not in allowed[state]:
            raise Wrong(f"has a {kind} where there can be none")
        if kind == "header":
            self.header(it)
            return "head"
        if kind == "head":
            if check_head(it, self.faults):
                self.heads.append(it)
            return "head"
        if kind == "record":
            self.record(it)
            return "record"
        if it != {"records": len(self.hashes) - 1, "hash": self.previous}:
            raise Wrong("ends the log otherwise than it ended")
        return "ended"

    def header(self, it):
        if not is_object(it, ("format", "database", "personal")) or it["format"] != "rolecall-audit-1":
            raise Wrong("is no header of an audit log")
        if it["database"] != self.manifest["database"] or it["personal"] is not False:
            raise Wrong("is the header of another log")

    def record(self, it):
        whole = is_object(it, RECORD, ["personal"]) and all(isinstance(it[name], str) for name in TEXTS)
        if not whole or not is_count(it["sequence"]) or not isinstance(it["at"], int):
            raise Wrong("is not what records are")
        number = len(self.hashes)
        hashed = hashlib.sha256(
            encoded("rolecall-audit-record-1", self.manifest["database"], *(it[name] for name in HASHED))
        ).hexdigest()
        if it["hash"] != hashed or it["sequence"] != number or it["previous"] != self.previous:
            self.fault(f"record {number} is not as it was written")
        self.previous = it["hash"]
        self.hashes.append(it["hash"])
        commitments = document(it["commitments"])
        for text in ("details", "commitments"):
            if canonical(document(it[text])) != it[text]:
                self.fault(f"the {text} of record {number} are not spelt as they are hashed")
        self.personal(number, it, commitments)
        self.records.append(Record(it))

    def personal(self, number, it, commitments):
        seconds, personal = it["at"] // 1_000_000, it.get("personal", {})
        if not isinstance(commitments, dict) or not isinstance(personal, dict):
            raise Wrong("has commitments or names that are none")
        inside = self.manifest["from"] <= seconds <= self.manifest["to"]
        if set(personal) != (set(commitments) if inside else set()):
            what = "does not tell all that it is committed to" if inside else "is not of the period, and tells names"
            self.fault(f"record {number} {what}")
        for name, told in personal.items():
            if told == "erased":
                self.erased.add((name, number))
                continue
            if not is_object(told, ["told"]) or not is_object(told["told"], ["salt", "value"]):
                raise Wrong(f"has a {name} that is neither told nor erased")
            salt, text = told["told"]["salt"], told["told"]["value"]
            if not is_hex(salt, 64) or not isinstance(text, str):
                raise Wrong(f"has a {name} without its salt")
            self.commitments += 1
            if hashlib.sha256(bytes.fromhex(salt) + text.encode()).hexdigest() != commitments.get(name):
                self.fault(f"{name} of record {number} is not as it was written")

    def compare(self):
        """What is said of the whole log: by heads, and by records of what was erased."""
        for head in self.heads:
            number = head["sequence"]
            if head["database"] != self.manifest["database"] or head["hash"] != dict(enumerate(self.hashes)).get(number):
                self.fault(f"the head of record {number} is of another log")
        head = self.manifest["auditHead"]
        if head not in self.heads:
            self.fault("the head that the manifest names is not in it")
        if head.get("sequence") != len(self.hashes) - 1 or head.get("hash") != self.previous:
            self.fault("does not end with the record that the manifest names")
        recorded = set()
        for record in self.records:
            if record.action in ERASURES:
                fields = record.about().get("erased", {})
                recorded |= {(name, number) for name, numbers in fields.items() for number in numbers}
        for name, number in sorted(self.erased - recorded):
            self.fault(f"{name} of record {number} was erased, and no record says so")
