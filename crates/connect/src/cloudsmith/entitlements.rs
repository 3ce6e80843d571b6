//! Entitlement tokens: they read a private repository without any account, and never work on the API. Their values are
//! not asked for and not even read (*Architecture Invariant* 7).

use jiff::Timestamp;
use rolecall_model::{Fact, Reading, Reason, ResourceRef};

use super::declaration::{READ, TOKEN, USER};
use super::page::List;
use super::relationships::ASSIGNED;
use super::row::Row;
use super::slug::is_slug;

const KEPT: &[(&str, &str)] = &[
    ("name", "name"),
    ("is_active", "active"),
    ("default", "default"),
    ("created_at", "created"),
    ("created_by", "createdBy"),
    ("updated_at", "updated"),
    ("limit_date_range_from", "validFrom"),
    ("limit_date_range_to", "expires"),
    ("limit_num_clients", "mostClients"),
    ("limit_num_downloads", "mostDownloads"),
    ("limit_package_query", "packages"),
    ("has_limits", "limited"),
    ("eula_required", "eulaRequired"),
    ("downloads", "downloads"),
    ("clients", "clients"),
];

/// The tokens of a repository. One that is switched off or past its last day is kept, and reads nothing.
pub(super) fn reading(repository: &ResourceRef, list: &List, now: Timestamp) -> Reading {
    let mut doubt = list.doubt.clone();
    let mut facts = Vec::with_capacity(list.rows.len() * 8);
    for row in &list.rows {
        let Some(id) = row.text("slug_perm").filter(|id| is_slug(id)) else {
            doubt.get_or_insert(Reason::new("nameless", "an entitlement token is listed without an identifier"));
            continue;
        };
        let token = ResourceRef::new(TOKEN, id);
        if is_usable(row, now) {
            facts.push(Fact::grant(&token, repository, READ));
        }
        if let Some(user) = row.text("user").filter(|slug| is_slug(slug)) {
            facts.push(Fact::Link { from: token.clone(), class: ASSIGNED.into(), to: ResourceRef::new(USER, user) });
        }
        facts.extend(row.properties(&token, KEPT));
        facts.push(Fact::resource(token, Some(repository.clone())));
    }
    Reading::sighted(facts, doubt)
}

/// A token that does not say that it is switched off counts: unknown is not false.
fn is_usable(row: &Row, now: Timestamp) -> bool {
    let moment = |name: &str| row.text(name).and_then(|text| text.parse::<Timestamp>().ok());
    row.flag("is_active") != Some(false)
        && moment("limit_date_range_to").is_none_or(|end| end > now)
        && moment("limit_date_range_from").is_none_or(|start| start <= now)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value as Json, json};

    use super::*;

    fn read(mut row: Json) -> Reading {
        row["slug_perm"] = "tok1".into();
        row["token"] = "canary-token-1234".into();
        let list = List { rows: vec![serde_json::from_value(row).unwrap()], doubt: None };
        reading(&ResourceRef::new("repository", "acme/prod"), &list, "2026-11-26T00:00:00Z".parse().unwrap())
    }

    #[rstest]
    #[case(json!({ "is_active": true }), true)]
    #[case(json!({ "is_active": null }), true)]
    #[case(json!({ "is_active": false }), false)]
    #[case(json!({ "is_active": true, "limit_date_range_to": "2026-11-25T23:59:59Z" }), false)]
    #[case(json!({ "is_active": true, "limit_date_range_to": "2026-11-26T00:00:01+00:00" }), true)]
    #[case(json!({ "is_active": true, "limit_date_range_from": "2027-01-01T00:00:00Z" }), false)]
    fn only_a_token_that_can_be_used_reads(#[case] row: Json, #[case] reads: bool) {
        let reading = read(row);
        assert_eq!(reading.facts.iter().any(|fact| matches!(fact, Fact::Grant { .. })), reads);
        assert!(!serde_json::to_string(&reading).unwrap().contains("canary"));
    }

    #[test]
    fn a_personal_token_names_its_person() {
        let reading = read(json!({ "user": "gus", "is_active": true }));
        let (from, to) = (ResourceRef::new(TOKEN, "tok1"), ResourceRef::new(USER, "gus"));
        assert!(reading.facts.contains(&Fact::Link { from, class: ASSIGNED.into(), to }));
    }
}
