//! Service accounts. Their keys are dropped before anyone can store them (*Architecture Invariant* 7).

use rolecall_model::{Diagnostic, Fact, Reading, Reason, ResourceRef};

use super::declaration::{SERVICE, SERVICE_MANAGER, SERVICE_MEMBER};
use super::page::List;
use super::row::word;
use super::slug::is_slug;
use super::teams::stated_teams;

const KEPT: &[(&str, &str)] = &[
    ("name", "name"),
    ("description", "description"),
    ("created_at", "created"),
    ("created_by", "createdBy"),
    ("key_expires_at", "expires"),
];

/// The services with their roles, and the teams that their rows name.
pub(super) fn reading(organization: &ResourceRef, list: List, narrow: Option<Reason>) -> Reading {
    let mut doubt = narrow.or(list.doubt);
    let (mut facts, mut diagnostics) = (Vec::with_capacity(list.rows.len() * 6), Vec::new());
    for row in &list.rows {
        let Some(slug) = row.text("slug").filter(|slug| is_slug(slug)) else {
            doubt.get_or_insert(Reason::new("nameless", "a service is listed without a usable name"));
            continue;
        };
        let service = ResourceRef::new(SERVICE, slug);
        let role = match row.text("role").map(word).as_deref() {
            Some("member") => Some(SERVICE_MEMBER.to_owned()),
            Some("manager") => Some(SERVICE_MANAGER.to_owned()),
            Some(other) => {
                let text = format!("the service {slug} has the role {other:?}, whose rights are not known");
                diagnostics.push(Diagnostic::new("unknown-role", text));
                Some(format!("service-{other}"))
            }
            None => {
                doubt.get_or_insert(Reason::new("no-role", format!("Cloudsmith does not say which role {slug} has")));
                None
            }
        };
        facts.extend(role.map(|role| Fact::grant(&service, organization, role)));
        facts.extend(row.properties(&service, KEPT));
        match stated_teams(&service, organization, row) {
            Ok(stated) => facts.extend(stated),
            Err(reason) => doubt = doubt.or(Some(reason)),
        }
        facts.push(Fact::resource(service, Some(organization.clone())));
    }
    Reading { diagnostics, ..Reading::sighted(facts, doubt) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_services_key_is_dropped_and_its_role_is_not_a_persons() {
        let row = json!({ "slug": "ci", "name": "CI", "role": "Member", "key": "canary-key-1234", "teams": [] });
        let list = List { rows: vec![serde_json::from_value(row).unwrap()], doubt: None };
        let organization = ResourceRef::new("organization", "acme");
        let reading = reading(&organization, list, None);
        assert!(!serde_json::to_string(&reading).unwrap().contains("canary"));
        assert!(reading.facts.contains(&Fact::grant(&ResourceRef::new(SERVICE, "ci"), &organization, SERVICE_MEMBER)));
    }
}
