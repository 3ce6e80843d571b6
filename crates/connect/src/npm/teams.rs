//! Teams, their members and what they may do with packages.

use std::collections::HashSet;

use rolecall_model::{Diagnostic, Fact, Outcome, Proof, Reading, Reason, ResourceRef};

use super::answer::{Pairs, permissions};
use super::declaration::{MEMBER, PACKAGE, TEAM, USER};

/// The team list: `["acme:developers", …]`, with or without a leading `@` or the organisation (`npm-api.md` §3.3).
pub(super) fn teams(organization: &ResourceRef, names: Vec<String>) -> Reading {
    let mut facts = Vec::with_capacity(names.len());
    let mut diagnostics = Vec::new();
    let mut outcome = Outcome::Whole(Proof::Sight);
    for name in names {
        let bare = name.strip_prefix('@').unwrap_or(&name);
        let (owner, team) = bare.split_once(':').unwrap_or((&organization.id, bare));
        if team.is_empty() || owner.is_empty() {
            outcome = Outcome::Partial(Reason::new("empty-name", "the team list contains an empty name"));
            continue;
        }
        if owner != &*organization.id {
            diagnostics.push(Diagnostic::new("foreign-team", format!("{name} is listed but belongs elsewhere")));
        }
        let team = ResourceRef::new(TEAM, format!("{owner}/{team}"));
        facts.push(Fact::resource(team, Some(organization.clone())));
    }
    Reading { outcome, facts, diagnostics, validator: None }
}

/// The organisation and the team's own name inside the wire id that [`teams`] made.
pub(super) fn team_path(team: &ResourceRef) -> (&str, &str) {
    team.id.split_once('/').unwrap_or(("", &team.id))
}

/// The members of a team: `["alice", …]`.
pub(super) fn members(team: &ResourceRef, names: Vec<String>) -> Reading {
    let mut facts = Vec::with_capacity(names.len());
    let mut diagnostics = Vec::new();
    let mut outcome = Outcome::Whole(Proof::Sight);
    let mut seen = HashSet::with_capacity(names.len());
    for name in names {
        if name.is_empty() {
            outcome = Outcome::Partial(Reason::new("empty-name", "the member list contains an empty name"));
            continue;
        }
        facts.push(Fact::grant(&ResourceRef::new(USER, name.as_str()), team, MEMBER));
        if let Some(repeated) = seen.replace(name) {
            diagnostics.push(Diagnostic::new("repeated", format!("{repeated} is listed twice")));
        }
    }
    Reading { outcome, facts, diagnostics, validator: None }
}

/// What a team may do: `{"@acme/x": "write", …}`. This is the grant that publishing rests on.
pub(super) fn packages(team: &ResourceRef, organization: &ResourceRef, pairs: Pairs) -> Reading {
    let package = |name: &str| ResourceRef::new(PACKAGE, name);
    permissions(
        pairs,
        |name, slug| Fact::grant(team, &package(name), slug),
        |name| Some(Fact::resource(package(name), Some(organization.clone()))),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn acme() -> ResourceRef {
        ResourceRef::new("organization", "acme")
    }

    #[test]
    fn every_spelling_of_a_team_is_the_same_team() {
        let reading = teams(&acme(), ["acme:dev", "@acme:dev", "dev"].map(str::to_owned).to_vec());
        let ids = reading.facts.iter().map(|fact| fact.subject().to_string()).collect::<HashSet<_>>();
        assert_eq!(ids, HashSet::from(["team:acme/dev".to_owned()]));
    }

    #[test]
    fn a_team_name_with_a_slash_survives() {
        let reading = teams(&acme(), vec!["acme:a/b%".to_owned()]);
        assert_eq!(team_path(reading.facts[0].subject()), ("acme", "a/b%"));
    }

    #[test]
    fn an_unknown_permission_makes_the_listing_partial() {
        let team = ResourceRef::new(TEAM, "acme/dev");
        let pairs = serde_json::from_str(r#"{"@acme/x":"write","@acme/y":"stage"}"#).unwrap();
        let reading = packages(&team, &acme(), pairs);
        assert!(matches!(reading.outcome, Outcome::Partial(_)));
        assert_eq!(reading.facts.iter().filter(|fact| matches!(fact, Fact::Grant { .. })).count(), 1);
    }
}
