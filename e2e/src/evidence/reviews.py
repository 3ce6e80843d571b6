"""Reviews, their decisions, the steps that follow from them, and what the audit log says of all that: whether they agree."""

import collections
import re

from sections import plain
from strict import document, moment

READING = re.compile(r"read in full (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)")
# What stands where a name was erased.
ERASED = "erased"
NOBODY = ("decidedBy", "reason", "decidedAt", "broughtBy", "source", "selfReview")


class Checks:
    """The rows by what they are about, and the records of the log until the moment of the package."""

    def __init__(self, found, log, manifest, faults):
        self.manifest, self.faults, self.counts = manifest, faults, collections.Counter()
        self.records = [record for record in log.records if record.at <= manifest["to"]]
        self.reviews = {row["review"]: row for row in found["reviews"]}
        self.decisions = self.by_key(found["review-decisions"], "review-decisions", "number")
        self.steps = self.by_key(found["remediation"], "remediation", "step")
        self.audit = found["audit"]
        if len(self.reviews) != len(found["reviews"]):
            self.fault("reviews: two are called alike")

    def fault(self, what):
        self.faults.append(what)

    def by_key(self, rows, section, member):
        keyed = collections.defaultdict(dict)
        for row in rows:
            if row[member] in keyed[row["review"]]:
                self.fault(f"{section}: {member} {row[member]} of {row['review']} is there twice")
            keyed[row["review"]][row[member]] = row
        return keyed

    def of(self, subject, *actions):
        return [record for record in self.records if record.subject == subject and record.action in actions]

    def last(self, subject, *actions):
        return next(reversed(self.of(subject, *actions)), None)

    def is_whole(self, review):
        """Whether every connector that the review is of is one of the package."""
        scope, told = document(review["scope"]).get("connectors"), set(self.manifest["connectors"])
        if scope:
            return set(scope) <= told
        known = {record.subject for record in self.records if record.action in ("connector.added", "connector.restored")}
        gone = {record.subject for record in self.records if record.action in ("connector.removed", "connector.purged")}
        return len(told) >= len(known - gone)


def at(record):
    return None if record is None else record.at


def is_told(row, column, seconds):
    """Whether a column says this moment, or nothing where there was none."""
    return row[column] == "" if seconds is None else moment(row[column]) == seconds


def check(found, log, manifest, faults):
    """How often each of the things that have to agree was looked at."""
    checks = Checks(found, log, manifest, faults)
    audit(checks)
    for name, review in checks.reviews.items():
        history(checks, name, review)
        submissions(checks, name, review)
        steps(checks, name, review)
    for section, keyed in (("review-decisions", checks.decisions), ("remediation", checks.steps)):
        for name in set(keyed) - set(checks.reviews):
            # A step stays in the package until long after its review, which was not in the period.
            if section == "review-decisions":
                checks.fault(f"{section}: {name} is no review of the package")
    return checks.counts


def audit(checks):
    """The rows of the section are the records of the period, with what they tell."""
    period = [record for record in checks.records if record.at >= checks.manifest["from"]]
    if [row["sequence"] for row in checks.audit] != [record.sequence for record in period]:
        checks.fault("audit: its rows are not the records of the period")
        return
    for row, record in zip(checks.audit, period, strict=True):
        told = {name: plain_name(record, name) for name in ("actor", "reason")}
        wanted = {"action": record.action, "subject": record.subject, "details": record.details, "hash": record.hash}
        if any(plain(row[column]) != value for column, value in (wanted | told).items()) or moment(row["at"]) != record.at:
            checks.fault(f"audit: the row of record {record.sequence} does not tell what the log does")
    checks.counts["rows of the audit log are its records"] += len(period)


def plain_name(record, name):
    told = record.told.get(name, "")
    return ERASED if told is None else told


def history(checks, name, review):
    """Its state and moments are those of the log, and its numbers those of its rows."""
    moments = {"createdAt": "created", "stagedAt": "staged", "startedAt": "started"}
    records = {column: checks.last(review["id"], f"review.{action}") for column, action in moments.items()}
    end = checks.last(review["id"], "review.completed", "review.cancelled")
    for column, record in {**records, "endedAt": end}.items():
        if not is_told(review, column, at(record)):
            checks.fault(f"reviews: {name} has the {column} {review[column]!r}, and the log another")
    state = "not ended" if end is None else end.action.removeprefix("review.")
    if review["state"] != state:
        checks.fault(f"reviews: {name} is {review['state']}, and {state} by the log")
    staged, started, whole = records["stagedAt"], records["startedAt"], checks.is_whole(review)
    population = {record.about()["population"] for record in (staged, started) if record is not None} or {""}
    if population != {review["population"]}:
        checks.fault(f"reviews: {name} has another population than was staged")
    due = None if started is None else started.about()["due"] // 1_000_000
    if review["dueAt"] not in ("", None) and moment(review["dueAt"]) != due:
        checks.fault(f"reviews: {name} has to be done by another moment than was said as it was started")

    rows = checks.decisions[name].values()
    counted = collections.Counter(row["outcome"] for row in rows)
    numbers = {"grants": len(rows), **{outcome: counted[outcome] for outcome in ("certified", "denied", "undecided")}}
    for column, number in numbers.items():
        if review[column] != number:
            checks.fault(f"reviews: {name} has {review[column]} {column}, and {number} rows")
    if staged is not None:
        agree(checks, name, "grants", len(rows), staged.about()["grants"], whole)
    if review["state"] == "completed":
        for outcome in ("certified", "denied", "undecided"):
            agree(checks, name, outcome, counted[outcome], end.about()[outcome], whole)
    checks.counts["reviews have the numbers of their rows and of the log"] += 1


def agree(checks, name, what, rows, logged, whole):
    """A package of some connectors can have fewer rows than the log counts, and none can have more."""
    if rows > logged or (whole and rows != logged):
        checks.fault(f"review-decisions: {name} has {rows} {what}, and {logged} by the log")


def submissions(checks, name, review):
    """Every decision of every row was submitted, and every submission is in a row."""
    records = checks.of(review["id"], "review.submitted")
    rows, whole = checks.decisions[name], checks.is_whole(review)
    by_number = collections.defaultdict(list)
    for record in records:
        about = record.about()
        for outcome in ("certified", "denied"):
            for grant in about[outcome]:
                by_number[grant].append((outcome, about["source"], record))
    missing = sorted(set(by_number) - set(rows))
    if whole and missing:
        checks.fault(f"review-decisions: {name} has no row of {missing}, of which the log has decisions")
    for number, row in rows.items():
        where, made = f"review-decisions: {number} of {name}", by_number[number]
        if row["decisions"] != len(made):
            checks.fault(f"{where} has {row['decisions']} decisions, and the log {len(made)}")
        if row["outcome"] not in outcomes(made):
            checks.fault(f"{where} is {row['outcome']}, and otherwise by the log")
        if row["outcome"] == "undecided":
            if any(row[column] != "" for column in NOBODY):
                checks.fault(f"{where} is undecided, and says who decided")
            continue
        if row["selfReview"] not in ("not own", None):
            checks.fault(f"{where} was decided by whoever holds it, or nobody says that it was not")
        if row["outcome"] == "denied" and row["reason"] == "":
            checks.fault(f"{where} is denied without a reason")
        if not any(is_of(row, number, outcome, source, record) for outcome, source, record in made):
            checks.fault(f"{where} tells a decision that was not submitted like that")
        checks.counts["decisions were submitted as the log says"] += 1


def outcomes(made):
    """What can have become of a grant: what each reviewer decided last counts, and any deny wins."""
    if not made:
        return {"undecided"}
    last = {}
    for outcome, _, record in made:
        reviewer = record.told.get("reviewer", record.told.get("actor"))
        if reviewer is None:
            # Of a reviewer whose name was erased, or is of before the period, nothing can be told apart.
            return {outcome for outcome, _, _ in made}
        last[reviewer] = outcome
    return {"denied" if "denied" in last.values() else "certified"}


def is_of(row, number, outcome, source, record):
    """Whether a row tells this decision."""
    if (row["outcome"], row["source"], moment(row["decidedAt"])) != (outcome, source, record.at):
        return False
    names = {"decidedBy": "reviewer", "broughtBy": "actor"}
    if any(record.told.get(name) not in (None, plain(row[column])) for column, name in names.items()):
        return False
    reasons = record.told.get("reasons")
    return reasons is None or document(reasons).get(str(number), "") == row["reason"]


def steps(checks, name, review):
    """What was denied in a completed review has a step; and steps are as the log says."""
    rows, decided = checks.steps[name], checks.decisions[name]
    denied = {number for number, row in decided.items() if row["outcome"] == "denied"}
    asked = {row["number"] for row in rows.values()}
    if review["state"] != "completed":
        if rows:
            checks.fault(f"remediation: {name} has steps, and is {review['state']}")
        return
    for number in sorted(denied - asked):
        checks.fault(f"remediation: {number} of {name} is denied, and no step follows from it")
    for number in sorted(asked - denied):
        checks.fault(f"remediation: a step of {name} is about {number}, which is not denied")
    checks.counts["denied grants have a step"] += len(denied & asked)

    plan = checks.last(review["id"], "review.completed").about().get("plan")
    drawn = checks.last(plan, "plan.drawn-up")
    if drawn is None:
        if rows:
            checks.fault(f"remediation: {name} has steps, and no plan was drawn up")
        return
    about, whole = drawn.about(), checks.is_whole(review)
    refused = sum(row["state"] == "refused" for row in rows.values())
    if whole and (len(rows), refused) != (about["steps"], about["refused"]):
        checks.fault(f"remediation: {name} has {len(rows)} steps, {refused} refused, and others by the log")
    for step, row in rows.items():
        where = f"remediation: step {step} of {name}"
        if row["plan"] != about["digest"] or moment(row["drawnUpAt"]) != drawn.at:
            checks.fault(f"{where} is of another plan than was drawn up")
        of = decided.get(row["number"])
        if of is not None:
            same = all(row[column] == of[column] for column in ("connector", "entitlement"))
            deniers = plain(row["deniedBy"]).split(", ")
            if not same or row["holder"] != of["holder"] or plain(of["decidedBy"]) not in deniers:
                checks.fault(f"{where} is about another grant than {row['number']}, or denied by somebody else")
        progress(checks, where, row, drawn, checks.of(plan, "plan.step-done", "plan.step-seen"))


def progress(checks, where, row, drawn, records):
    """What was said of a step and what readings showed, as the log has it."""
    state, since, done, verified = ("refused" if row["state"] == "refused" else "requested"), drawn.at, None, None
    for record in records:
        about = record.about()
        if about["step"] != row["step"]:
            continue
        since = record.at
        if record.action == "plan.step-done":
            state, done = "done", record
        else:
            state = about["state"]
            verified = record if state == "verified" else verified
    if row["state"] != state or moment(row["stateAt"]) != since:
        checks.fault(f"{where} is {row['state']} since {row['stateAt']}, and {state} by the log")
    if not is_told(row, "doneAt", at(done)) or (row["doneBy"] == "") != (done is None):
        checks.fault(f"{where} was not said to be done as the log says")
    if (row["separation"] == "") != (done is None):
        checks.fault(f"{where} does not say whether one person did both")
    if row["separation"] in ("another person", "another account") and row["doneBy"] == row["deniedBy"] not in ("", ERASED, None):
        checks.fault(f"{where} was done by whoever denied it, and says otherwise")
    checks.counts["steps are as the log says"] += 1
    if row["state"] != "verified":
        return
    if not is_told(row, "verifiedAt", at(verified)):
        checks.fault(f"{where} is verified at {row['verifiedAt']!r}, and otherwise by the log")
        return
    readings = [moment(text) for text in READING.findall(plain(row["verifiedBy"]))]
    asked = max(drawn.at, at(done) or 0)
    if not readings or min(readings) < asked or verified.at < max(readings):
        checks.fault(f"{where} is verified by no reading after it was asked for")
    if not isinstance(row["hours"], int) or abs(row["hours"] * 3600 - (verified.at - drawn.at)) >= 3600:
        checks.fault(f"{where} took other than {row['hours']!r} hours")
    checks.counts["steps are verified by a later reading"] += 1
