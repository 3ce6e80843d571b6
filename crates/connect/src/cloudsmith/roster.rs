//! The roster: who is in the organisation with which role, and whether that is everyone (`cloudsmith-api.md` §4, §6).

use std::collections::HashMap;

use rolecall_model::{Diagnostic, Fact, Outcome, Proof, Reading, Reason, ResourceRef, Value};

use super::declaration::{ACTIVE, COLLABORATOR, MANAGER, MEMBER, OWNER, USER, USER_ID};
use super::page::List;
use super::row::{Row, word};
use super::sight::{Holder, Sight};
use super::slug::is_slug;
use super::teams::stated_teams;

/// Properties that are kept of a member.
const KEPT: &[(&str, &str)] = &[
    ("user_name", "name"),
    ("user_id", USER_ID),
    ("is_active", ACTIVE),
    ("has_two_factor", "twoFactor"),
    ("joined_at", "joined"),
    ("last_login_at", "lastLogin"),
    ("last_login_method", "lastLoginMethod"),
    ("visibility", "visibility"),
];

/// Members as they were listed twice, as active and as inactive ones: what is sent without the filter, or for `false`,
/// is not certain, but both together are everyone under every reading of the specification.
pub(super) struct Members {
    pub(super) active: List,
    pub(super) inactive: List,
}

/// Reads both lists together.
pub(super) fn reading(organization: &ResourceRef, members: Members, sight: &Sight) -> Reading {
    let mut roster = Roster::new(organization);
    for list in [members.active, members.inactive] {
        roster.doubt = roster.doubt.or(list.doubt);
        for row in list.rows {
            roster.add(row);
        }
    }
    roster.finish(sight)
}

struct Roster<'a> {
    organization: &'a ResourceRef,
    /// The rows by slug.
    rows: HashMap<String, Row>,
    /// The slug of each `user_id`.
    ids: HashMap<String, String>,
    order: Vec<String>,
    facts: Vec<Fact>,
    diagnostics: Vec<Diagnostic>,
    doubt: Option<Reason>,
}

impl<'a> Roster<'a> {
    fn new(organization: &'a ResourceRef) -> Self {
        Self {
            organization,
            rows: HashMap::new(),
            ids: HashMap::new(),
            order: Vec::new(),
            facts: vec![Fact::resource(organization.clone(), None)],
            diagnostics: Vec::new(),
            doubt: None,
        }
    }

    fn doubt(&mut self, code: &'static str, text: String) {
        self.doubt.get_or_insert(Reason::new(code, text));
    }

    /// A member once, by `user_id`; a row that contradicts an earlier one is doubted.
    fn add(&mut self, row: Row) {
        let Some(slug) = row.text("user").filter(|slug| is_slug(slug)).map(str::to_owned) else {
            return self.doubt("nameless", "a member is listed without a usable name".to_owned());
        };
        if let Some(id) = row.text("user_id") {
            let known = self.ids.entry(id.to_owned()).or_insert_with(|| slug.clone()).clone();
            if known != slug {
                self.doubt("contradiction", format!("{known} and {slug} are listed with the same user_id"));
            }
        }
        match self.rows.get(&slug) {
            None => {
                self.order.push(slug.clone());
                self.rows.insert(slug, row);
            }
            Some(known) if *known == row => {}
            Some(known) if known.text("user_id") == row.text("user_id") && known.text("role") == row.text("role") => {
                self.rows.insert(slug, row);
            }
            Some(_) => self.doubt("contradiction", format!("{slug} is listed twice with different values")),
        }
    }

    fn finish(mut self, sight: &Sight) -> Reading {
        for slug in std::mem::take(&mut self.order) {
            if let Some(row) = self.rows.remove(&slug) {
                self.member(&slug, &row);
            }
        }
        let owners = self.holders(OWNER);
        if owners == 0 {
            self.doubt("no-owner", "no owner is listed, and every organisation has one".to_owned());
        }
        let own = ResourceRef::new(USER, sight.slug.as_str());
        let is_listed =
            self.facts.iter().any(|fact| matches!(fact, Fact::Resource { resource, .. } if *resource == own));
        if sight.holder == Holder::User && !is_listed {
            self.doubt("own-account-missing", format!("the key's own account {} is not listed", sight.slug));
        }
        let outcome = match sight.narrow().or(self.doubt) {
            Some(reason) => Outcome::Partial(reason),
            None => Outcome::Whole(Proof::Itself),
        };
        Reading { outcome, facts: self.facts, diagnostics: self.diagnostics, validator: None }
    }

    fn holders(&self, role: &str) -> usize {
        let holds = |fact: &&Fact| {
            matches!(fact, Fact::Grant { entitlement, .. }
                if entitlement.resource == *self.organization && entitlement.slug == role)
        };
        self.facts.iter().filter(holds).count()
    }

    fn member(&mut self, slug: &str, row: &Row) {
        let user = ResourceRef::new(USER, slug);
        match row.text("role").map(word) {
            Some(role) => {
                if !matches!(role.as_str(), OWNER | MANAGER | MEMBER | COLLABORATOR) {
                    let text = format!("{slug} has the role {role:?}, whose rights are not known");
                    self.diagnostics.push(Diagnostic::new("unknown-role", text));
                }
                self.facts.push(Fact::grant(&user, self.organization, role));
            }
            None => self.doubt("no-role", format!("Cloudsmith does not say which role {slug} has")),
        }
        self.facts.extend(row.properties(&user, KEPT));
        self.email(&user, row);
        match stated_teams(&user, self.organization, row) {
            Ok(stated) => self.facts.extend(stated),
            Err(reason) => self.doubt = self.doubt.take().or(Some(reason)),
        }
        self.facts.push(Fact::resource(user, None));
    }

    /// Redacted addresses are not kept, and show that the key is a narrow one (`cloudsmith-api.md` §6.4).
    fn email(&mut self, user: &ResourceRef, row: &Row) {
        match row.text("email") {
            Some(email) if is_email(email) => self.facts.push(Fact::property(user, "email", Value::text(email))),
            Some(_) => self.doubt("redacted", "mail addresses are hidden from the key's account".to_owned()),
            None => {}
        }
    }
}

/// Whether this is an address rather than what is shown instead of one.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let is_plain =
        |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '*' | '•' | '…' | '<' | '>' | '[' | ']');
    !local.is_empty()
        && domain.contains('.')
        && !domain.starts_with('.')
        && !domain.ends_with('.')
        && !text.contains("..")
        && text.chars().all(is_plain)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value as Json, json};

    use super::*;

    fn owner(slug: &str) -> Json {
        json!({ "user": slug, "user_id": format!("id-{slug}"), "role": "Owner", "is_active": true, "teams": [] })
    }

    fn list(rows: Vec<Json>) -> List {
        List { rows: rows.into_iter().map(|row| serde_json::from_value(row).unwrap()).collect(), doubt: None }
    }

    fn read(active: Vec<Json>, inactive: Vec<Json>) -> Reading {
        let sight = Sight { slug: "olivia".into(), holder: Holder::User, role: "owner".into(), denied: Vec::new() };
        let members = Members { active: list(active), inactive: list(inactive) };
        reading(&ResourceRef::new("organization", "acme"), members, &sight)
    }

    fn doubt(reading: &Reading) -> Option<&str> {
        match &reading.outcome {
            Outcome::Whole(Proof::Itself) => None,
            Outcome::Partial(reason) => Some(reason.code.as_str()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn both_lists_are_one_and_each_row_says_itself_whether_it_is_active() {
        let gone = json!({ "user": "gus", "user_id": "id-gus", "role": "Member", "is_active": false });
        let reading = read(vec![owner("olivia"), gone.clone()], vec![owner("olivia"), gone]);
        assert_eq!(doubt(&reading), None);
        let users = reading
            .facts
            .iter()
            .filter(|fact| matches!(fact, Fact::Resource { resource, .. } if resource.kind == USER));
        assert_eq!(users.count(), 2);
        let gus = ResourceRef::new(USER, "gus");
        assert!(reading.facts.contains(&Fact::property(&gus, ACTIVE, Value::flag(false))));
    }

    #[rstest]
    #[case(json!({ "user": "x", "user_id": "id-olivia", "role": "Member" }), "contradiction")]
    #[case(json!({ "user": "olivia", "user_id": "id-2", "role": "Member" }), "contradiction")]
    #[case(json!({ "user": null, "role": "Member" }), "nameless")]
    #[case(json!({ "user": "x/remove", "role": "Member" }), "nameless")]
    #[case(json!({ "user": "x", "role": null }), "no-role")]
    #[case(json!({ "user": "x", "role": "Member", "email": "x***@example.com" }), "redacted")]
    #[case(json!({ "user": "x", "role": "Member", "teams": [{ "slug": null, "role": "Member" }] }), "nameless-team")]
    fn what_cannot_be_the_whole_truth_is_not_taken_for_it(#[case] row: Json, #[case] code: &str) {
        assert_eq!(doubt(&read(vec![owner("olivia"), row], vec![])), Some(code));
    }

    #[test]
    fn a_roster_without_owner_or_without_the_reader_is_not_whole() {
        let mia = json!({ "user": "mia", "user_id": "id-mia", "role": "Member" });
        assert_eq!(doubt(&read(vec![mia], vec![])), Some("no-owner"));
        assert_eq!(doubt(&read(vec![owner("other")], vec![])), Some("own-account-missing"));
    }

    #[test]
    fn an_unknown_role_is_kept_and_is_neither_nothing_nor_an_owner() {
        let row = json!({ "user": "bill", "user_id": "id-bill", "role": "Billing Admin" });
        let reading = read(vec![owner("olivia"), row], vec![]);
        let bill = ResourceRef::new(USER, "bill");
        let organization = ResourceRef::new("organization", "acme");
        assert!(reading.facts.contains(&Fact::grant(&bill, &organization, "billing-admin")));
        assert_eq!((doubt(&reading), reading.diagnostics.len()), (None, 1));
    }
}
