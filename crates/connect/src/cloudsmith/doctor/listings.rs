//! What can be seen of members, teams, services and repositories: what answers about access rest on.

use rolecall_model::{Fact, ListingKey, Outcome, Reading, ResourceRef, Value};

use super::super::declaration::{
    ACTIVE, COLLABORATOR, DEFAULT_PRIVILEGE, ENTITLEMENTS, MANAGER, MEMBER, OWNER, PRIVILEGES, PUBLIC, READ,
    REPOSITORIES, REPOSITORY, ROSTER, SERVICE, SERVICES, TEAM, TEAM_MEMBERS, TEAMS, TOKEN, USER,
};
use super::super::requests;
use super::super::sight::{NARROW_KEY, Sight, WIDER_KEY, WIDER_KEY_FOR_REPOSITORIES};
use super::Doctor;
use crate::{Check, CheckState, Trouble};

/// How many repositories are asked for their privileges.
const REPOSITORY_TRIES: usize = 3;

/// The checks made here, in order.
pub(super) const NAMES: &[&str] =
    &["roster", "teams", "team members", "services", "repositories", "privileges", "entitlement tokens", "consistency"];

/// One listing that is tried.
pub(super) struct Probe {
    /// The check's name.
    pub(super) name: &'static str,
    /// The listing's kind.
    pub(super) listing: &'static str,
    /// The request that it begins with, to tell whether a page answered.
    pub(super) template: &'static rolecall_http::RequestTemplate,
    /// What it means when it is not seen whole.
    pub(super) means: &'static str,
    /// What to change then.
    pub(super) change: &'static str,
    /// Whether answers about access rest on it.
    pub(super) is_needed: bool,
}

static ROSTER_PROBE: Probe = Probe {
    name: "roster",
    listing: ROSTER,
    template: &requests::MEMBERS,
    means: "who is in the organisation cannot be said for certain, and nothing is removed on its word",
    change: WIDER_KEY,
    is_needed: true,
};
static TEAMS_PROBE: Probe = Probe {
    name: "teams",
    listing: TEAMS,
    template: &requests::TEAMS,
    means: "rights by teams that are not shown are in no answer",
    change: WIDER_KEY,
    is_needed: true,
};
static TEAM_MEMBERS_PROBE: Probe = Probe {
    name: "team members",
    listing: TEAM_MEMBERS,
    template: &requests::TEAM_MEMBERS,
    means: "who has rights through a team like this stays unknown",
    change: WIDER_KEY,
    is_needed: true,
};
static SERVICES_PROBE: Probe = Probe {
    name: "services",
    listing: SERVICES,
    template: &requests::SERVICES,
    means: "services are accounts that push too, and those that are not shown are in no answer",
    change: WIDER_KEY,
    is_needed: true,
};
static REPOSITORIES_PROBE: Probe = Probe {
    name: "repositories",
    listing: REPOSITORIES,
    template: &requests::REPOSITORIES,
    means: "repositories on which the key's account has no right are in no answer; only owners see them all",
    change: WIDER_KEY_FOR_REPOSITORIES,
    is_needed: true,
};
static PRIVILEGES_PROBE: Probe = Probe {
    name: "privileges",
    listing: PRIVILEGES,
    template: &requests::PRIVILEGES,
    means: "who may push to a repository like this is unknown, not nobody",
    change: WIDER_KEY_FOR_REPOSITORIES,
    is_needed: true,
};
static ENTITLEMENTS_PROBE: Probe = Probe {
    name: "entitlement tokens",
    listing: ENTITLEMENTS,
    template: &requests::ENTITLEMENTS,
    means: "which tokens read a private repository like this without an account stays unknown",
    change: WIDER_KEY_FOR_REPOSITORIES,
    is_needed: true,
};

impl Doctor<'_> {
    pub(super) async fn listings_examine(&mut self, sight: &Sight) {
        let root = self.connector.root.clone();
        self.listing_examine(&ROSTER_PROBE, &root, sight, members_text).await;
        let teams = self.listing_examine(&TEAMS_PROBE, &root, sight, teams_text).await;
        match teams.first() {
            Some(team) => {
                self.listing_examine(&TEAM_MEMBERS_PROBE, team, sight, team_members_text).await;
            }
            None => self.push(Check::not_tried("team members", "no team is known to try it on")),
        }
        self.listing_examine(&SERVICES_PROBE, &root, sight, services_text).await;
        let repositories = self.listing_examine(&REPOSITORIES_PROBE, &root, sight, repositories_text).await;
        for repository in repositories.iter().take(REPOSITORY_TRIES) {
            self.listing_examine(&PRIVILEGES_PROBE, repository, sight, privileges_text).await;
        }
        match repositories.first() {
            Some(repository) => {
                self.listing_examine(&ENTITLEMENTS_PROBE, repository, sight, tokens_text).await;
            }
            None => {
                for name in ["privileges", "entitlement tokens"] {
                    self.push(Check::not_tried(name, "no repository is known to try it on"));
                }
            }
        }
        self.push(self.consistency.check());
    }

    /// Reads one listing and says what was seen of it. Returns the resources that it lists.
    pub(super) async fn listing_examine(
        &mut self,
        probe: &Probe,
        subject: &ResourceRef,
        sight: &Sight,
        text: impl Fn(&[Fact]) -> String,
    ) -> Vec<ResourceRef> {
        let key = ListingKey { kind: probe.listing.into(), subject: subject.clone() };
        let (check, listed) = match self.connector.listing(&key, sight).await {
            Ok(reading) => {
                self.consistency.add(&reading);
                (reading_check(probe, &reading, &text(&reading.facts)), listed(subject, &reading))
            }
            Err(error) => (self.failed(probe, &error), Vec::new()),
        };
        // A listing that nothing rests on is worth a word, and no reason to fail.
        let check = if probe.is_needed { check } else { without_trouble(check) };
        let is_of_part = *subject != self.connector.root;
        self.push(if is_of_part { check.of(&*subject.id) } else { check });
        listed
    }
}

fn without_trouble(check: Check) -> Check {
    let state = if check.state == CheckState::Failed { CheckState::Limited } else { check.state };
    Check { state, trouble: check.trouble.filter(|trouble| *trouble == Trouble::Source), ..check }
}

fn reading_check(probe: &Probe, reading: &Reading, text: &str) -> Check {
    match &reading.outcome {
        Outcome::Whole(_) | Outcome::NotModified => Check::ok(probe.name, text),
        Outcome::Partial(reason) => {
            // Whose key it is, and what is kept from that account, was said before.
            let why =
                if reason.code == NARROW_KEY { "there may be more that the key is not shown" } else { &reason.text };
            Check::limited(probe.name, format!("{text}; {why}"))
                .means(probe.means)
                .change(probe.change.to_owned())
                .trouble(Trouble::Sight)
        }
        Outcome::Unavailable(reason) => Check::new(probe.name, CheckState::Failed, reason.text.as_str())
            .means(probe.means)
            .change("try again; if it stays, send a transcript (--transcript FILE)".to_owned())
            .trouble(Trouble::Source),
    }
}

/// The resources that a listing says exist, but for what it is about.
fn listed(subject: &ResourceRef, reading: &Reading) -> Vec<ResourceRef> {
    let resources = reading.facts.iter().filter_map(|fact| match fact {
        Fact::Resource { resource, .. } if resource != subject => Some(resource.clone()),
        _ => None,
    });
    resources.collect()
}

/// How many resources of a type are listed.
pub(super) fn count(facts: &[Fact], kind: &str) -> usize {
    facts.iter().filter(|fact| matches!(fact, Fact::Resource { resource, .. } if resource.kind == kind)).count()
}

fn holding(facts: &[Fact], slug: &str) -> usize {
    let holds = |fact: &&Fact| matches!(fact, Fact::Grant { entitlement, .. } if entitlement.slug == slug);
    facts.iter().filter(holds).count()
}

fn having(facts: &[Fact], kind: &str, property: &str, wanted: impl Fn(&Value) -> bool) -> usize {
    let has = |fact: &&Fact| {
        matches!(fact, Fact::Property { resource, name, value }
            if resource.kind == kind && name == property && wanted(value))
    };
    facts.iter().filter(has).count()
}

/// `1 team`, `2 teams`.
pub(super) fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// `; 2 hidden`, where there are any.
fn some(number: usize, what: &str) -> String {
    if number == 0 { String::new() } else { format!(", {number} {what}") }
}

fn members_text(facts: &[Fact]) -> String {
    let roles: Vec<String> = [OWNER, MANAGER, MEMBER, COLLABORATOR]
        .into_iter()
        .map(|role| counted(holding(facts, role), role, &format!("{role}s")))
        .collect();
    let is_false = |value: &Value| *value == Value::flag(false);
    let known = having(facts, USER, "twoFactor", |_| true);
    let unprotected = match having(facts, USER, "twoFactor", is_false) {
        0 if known == 0 => ", two-factor authentication not told".to_owned(),
        number => some(number, "without two-factor authentication"),
    };
    let inactive = some(having(facts, USER, ACTIVE, is_false), "inactive");
    format!("{}: {}{inactive}{unprotected}", counted(count(facts, USER), "account", "accounts"), roles.join(", "))
}

fn teams_text(facts: &[Fact]) -> String {
    let hidden = having(facts, TEAM, "visibility", |value| *value == Value::text("Hidden"));
    format!("{}{}", counted(count(facts, TEAM), "team", "teams"), some(hidden, "hidden"))
}

fn team_members_text(facts: &[Fact]) -> String {
    let of = |kind: &str| {
        facts.iter().filter(|fact| matches!(fact, Fact::Grant { principal, .. } if principal.kind == kind)).count()
    };
    format!("{}, {}", counted(of(USER), "person", "people"), counted(of(SERVICE), "service", "services"))
}

fn services_text(facts: &[Fact]) -> String {
    let never = count(facts, SERVICE).saturating_sub(having(facts, SERVICE, "expires", |_| true));
    format!(
        "{}{}",
        counted(count(facts, SERVICE), "service", "services"),
        some(never, "with a key that never expires by itself")
    )
}

fn repositories_text(facts: &[Fact]) -> String {
    let public = having(facts, REPOSITORY, PUBLIC, Value::is_true);
    let open = having(facts, REPOSITORY, DEFAULT_PRIVILEGE, |value| *value != Value::text("none"));
    format!(
        "{}{}{}",
        counted(count(facts, REPOSITORY), "repository", "repositories"),
        some(public, "public"),
        some(open, "that every member has a right on by default")
    )
}

fn privileges_text(facts: &[Fact]) -> String {
    let grants = facts.iter().filter(|fact| matches!(fact, Fact::Grant { .. })).count();
    counted(grants, "privilege that was given", "privileges that were given")
}

fn tokens_text(facts: &[Fact]) -> String {
    let unusable = count(facts, TOKEN).saturating_sub(holding(facts, READ));
    format!(
        "{}{}",
        counted(count(facts, TOKEN), "token", "tokens"),
        some(unusable, "switched off or past its last day")
    )
}
