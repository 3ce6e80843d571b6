//! Teams, and who is in them: as the teams say it, and as the members' and services' own rows do.

use rolecall_model::{Diagnostic, Fact, Outcome, Proof, Reading, Reason, ResourceRef};

use super::declaration::{MANAGER, MEMBER, SERVICE, TEAM, USER};
use super::page::List;
use super::row::{Row, word};
use super::slug::is_slug;

const KEPT: &[(&str, &str)] =
    &[("name", "name"), ("slug_perm", "slugPerm"), ("description", "description"), ("visibility", "visibility")];

/// The wire id of a team: slugs are unique within an organisation only.
pub(super) fn team(organization: &ResourceRef, slug: &str) -> ResourceRef {
    ResourceRef::new(TEAM, format!("{}/{slug}", organization.id))
}

/// The teams.
pub(super) fn reading(organization: &ResourceRef, list: List, narrow: Option<Reason>) -> Reading {
    let mut doubt = narrow.or(list.doubt);
    let mut facts = Vec::with_capacity(list.rows.len() * 4);
    for row in &list.rows {
        let Some(slug) = row.text("slug").filter(|slug| is_slug(slug)) else {
            doubt.get_or_insert(Reason::new("nameless-team", "a team is listed without a usable name"));
            continue;
        };
        let team = team(organization, slug);
        facts.extend(row.properties(&team, KEPT));
        facts.push(Fact::resource(team, Some(organization.clone())));
    }
    Reading::sighted(facts, doubt)
}

/// The teams that a member's or service's own row names, as evidence beside the teams' own lists. None at all when the
/// row does not say: before May 2026 it did not (`cloudsmith-api.md` §4).
pub(super) fn stated_teams(
    principal: &ResourceRef,
    organization: &ResourceRef,
    row: &Row,
) -> Result<Vec<Fact>, Reason> {
    if !row.has("teams") {
        return Ok(Vec::new());
    }
    let nameless = || Reason::new("nameless-team", format!("{principal} is in a team without a usable name"));
    let rows = row.rows("teams").ok_or_else(nameless)?;
    let stated = |row: &Row| {
        let slug = row.text("slug").filter(|slug| is_slug(slug)).ok_or_else(nameless)?;
        let role = row.text("role").map_or_else(|| MEMBER.to_owned(), word);
        Ok(Fact::evidence(principal, &team(organization, slug), role))
    };
    rows.iter().map(stated).collect()
}

/// The members of a team: people and services are two answers.
pub(super) fn members(team: &ResourceRef, users: &Row, services: &Row) -> Reading {
    let (Some(users), Some(services)) = (users.rows("members"), services.rows("members")) else {
        return Reading::unavailable(Reason::new("unexpected-shape", "Cloudsmith's answer has no list of members"));
    };
    let mut reading = Reading::whole(Proof::Sight, Vec::with_capacity(users.len() + services.len()));
    for (row, asked_for) in users.iter().map(|row| (row, USER)).chain(services.iter().map(|row| (row, SERVICE))) {
        if let Err(reason) = member(team, row, asked_for, &mut reading) {
            reading.outcome = Outcome::Partial(reason);
        }
    }
    reading.facts.sort_unstable();
    reading.facts.dedup();
    reading
}

fn member(team: &ResourceRef, row: &Row, asked_for: &'static str, reading: &mut Reading) -> Result<(), Reason> {
    let nameless = || Reason::new("nameless", format!("{team} has a member without a usable name"));
    let slug = row.text("user").filter(|slug| is_slug(slug)).ok_or_else(nameless)?;
    let kind = match row.text("user_kind").map(word).as_deref() {
        Some("user") => USER,
        Some("service") => SERVICE,
        _ => asked_for,
    };
    let role = row.text("role").map(word);
    let known = role.as_deref().filter(|role| matches!(*role, MEMBER | MANAGER));
    let principal = ResourceRef::new(kind, slug);
    // Either role passes on what the team may do, so one that is not known does at least what a member's does.
    reading.facts.push(Fact::grant(&principal, team, known.unwrap_or(MEMBER).to_owned()));
    if known.is_none() {
        let said = role.unwrap_or_else(|| "no role".to_owned());
        let text = format!("{slug} has {said:?} in {team}, which is not known; counted as a member");
        reading.diagnostics.push(Diagnostic::new("unknown-role", text));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn row(value: serde_json::Value) -> Row {
        serde_json::from_value(value).unwrap()
    }

    fn acme() -> ResourceRef {
        ResourceRef::new("organization", "acme")
    }

    #[test]
    fn people_and_services_are_told_apart_and_an_unknown_role_is_a_members() {
        let users = row(json!({ "members": [{ "user": "ada", "role": "Manager", "user_kind": "User" }] }));
        let services = row(json!({ "members": [{ "user": "ci", "role": "Lead", "user_kind": null }] }));
        let release = team(&acme(), "release");
        let reading = members(&release, &users, &services);
        let holds = |kind: &'static str, id: &str, slug: &'static str| {
            reading.facts.contains(&Fact::grant(&ResourceRef::new(kind, id), &release, slug))
        };
        assert!(holds(USER, "ada", MANAGER) && holds(SERVICE, "ci", MEMBER));
        assert_eq!(reading.diagnostics.len(), 1);
        let none = members(&release, &row(json!({ "members": null })), &services);
        assert!(matches!(none.outcome, Outcome::Unavailable(_)));
    }

    #[test]
    fn a_row_that_does_not_name_teams_states_nothing_and_an_empty_list_states_none() {
        let ada = ResourceRef::new(USER, "ada");
        for (text, stated) in [
            (json!({}), Some(0)),
            (json!({ "teams": null }), Some(0)),
            (json!({ "teams": [] }), Some(0)),
            (json!({ "teams": [{ "slug": "release", "role": "Member" }] }), Some(1)),
            (json!({ "teams": [{ "slug": "a/b" }] }), None),
            (json!({ "teams": ["release"] }), None),
        ] {
            assert_eq!(stated_teams(&ada, &acme(), &row(text.clone())).ok().map(|facts| facts.len()), stated, "{text}");
        }
    }
}
