//! Repositories: what everyone may do in them, and who was given more.

use rolecall_model::{Diagnostic, Fact, Outcome, Proof, Reading, Reason, ResourceRef, Value};

use super::declaration::{
    ADMIN, BROADCAST_PRIVILEGE, DEFAULT_PRIVILEGE, PUBLIC, READ, REPOSITORY, SERVICE, USER, WRITE,
};
use super::page::List;
use super::row::{Row, word};
use super::slug::is_slug;
use super::teams::team;

const KEPT: &[(&str, &str)] = &[
    ("name", "name"),
    ("slug_perm", "slugPerm"),
    ("description", "description"),
    ("created_at", "created"),
    ("deleted_at", "deleted"),
    ("repository_type_str", "kind"),
    ("broadcast_state", "broadcast"),
    ("copy_packages", "copyNeeds"),
    ("move_packages", "moveNeeds"),
    ("delete_packages", "deleteNeeds"),
    ("replace_packages", "replaceNeeds"),
    ("use_entitlements_privilege", "useEntitlementsNeeds"),
    ("manage_entitlements_privilege", "manageEntitlementsNeeds"),
    ("user_entitlements_enabled", "userEntitlements"),
];

/// The repositories.
pub(super) fn reading(organization: &ResourceRef, list: List, narrow: Option<Reason>) -> Reading {
    let mut doubt = narrow.or(list.doubt);
    let mut facts = Vec::with_capacity(list.rows.len() * 12);
    for row in &list.rows {
        let Some(slug) = row.text("slug").filter(|slug| is_slug(slug)) else {
            doubt.get_or_insert(Reason::new("nameless", "a repository is listed without a usable name"));
            continue;
        };
        let repository = ResourceRef::new(REPOSITORY, format!("{}/{slug}", organization.id));
        facts.extend(row.properties(&repository, KEPT));
        match default_privilege(row) {
            Ok(slug) => facts.push(Fact::property(&repository, DEFAULT_PRIVILEGE, Value::text(&slug))),
            Err(said) => {
                let text =
                    format!("the default privilege of {repository} is {said}: who has rights by it is not known");
                doubt.get_or_insert(Reason::new("unknown-privilege", text));
            }
        }
        facts.extend(openness(&repository, row));
        facts.push(Fact::resource(repository, Some(organization.clone())));
    }
    // What an owner's key lists is all there is; the roster proves that it is an owner's.
    Reading::sighted(facts, doubt)
}

/// What everyone in the organisation may do, in our words.
fn default_privilege(row: &Row) -> Result<String, String> {
    match row.text("default_privilege").map(word) {
        Some(known) if matches!(known.as_str(), "none" | READ | WRITE | ADMIN) => Ok(known),
        Some(other) => Err(format!("{other:?}")),
        None => Err("not told".to_owned()),
    }
}

/// Who reads it without a right of their own: everyone, or those it is broadcast to (`cloudsmith-api.md` §5.6).
fn openness(repository: &ResourceRef, row: &Row) -> Vec<Fact> {
    let kind = row.text("repository_type_str").map(word);
    let broadcast = row.text("broadcast_state").map(word);
    let is_open = |word: &Option<String>| word.as_deref().map(|word| matches!(word, "public" | "open-source"));
    let said = [is_open(&kind), is_open(&broadcast), row.flag("is_public"), row.flag("is_open_source")];
    let mut facts = Vec::new();
    if said.iter().any(Option::is_some) {
        let is_public = said.contains(&Some(true));
        facts.push(Fact::property(repository, PUBLIC, Value::flag(is_public)));
    }
    if let Some(broadcast) = broadcast.as_deref() {
        let given = if matches!(broadcast, "private" | "internal") { READ } else { "none" };
        facts.push(Fact::property(repository, BROADCAST_PRIVILEGE, Value::text(given)));
    }
    facts
}

/// Who was given which right. What `None` of them means no right beyond the default.
pub(super) fn privileges(repository: &ResourceRef, organization: &ResourceRef, answer: &Row) -> Reading {
    let Some(rows) = answer.rows("privileges") else {
        return Reading::unavailable(Reason::new("unexpected-shape", "Cloudsmith's answer has no list of privileges"));
    };
    let mut reading = Reading::whole(Proof::Sight, Vec::with_capacity(rows.len()));
    for row in &rows {
        match privilege(repository, organization, row) {
            Ok(fact) => reading.facts.extend(fact),
            Err(reason) => {
                reading.diagnostics.push(Diagnostic::new(reason.code.clone(), reason.text.clone()));
                reading.outcome = Outcome::Partial(reason);
            }
        }
    }
    reading.facts.sort_unstable();
    reading.facts.dedup();
    reading
}

fn privilege(repository: &ResourceRef, organization: &ResourceRef, row: &Row) -> Result<Option<Fact>, Reason> {
    let holder = |name: &str| row.text(name).filter(|slug| is_slug(slug));
    let principals: Vec<ResourceRef> = [
        holder("user").map(|slug| ResourceRef::new(USER, slug)),
        holder("service").map(|slug| ResourceRef::new(SERVICE, slug)),
        holder("team").map(|slug| team(organization, slug)),
    ]
    .into_iter()
    .flatten()
    .collect();
    let [principal] = principals.as_slice() else {
        let text = format!("a privilege on {repository} names no holder, or more than one");
        return Err(Reason::new("no-holder", text));
    };
    match row.text("privilege").map(word).as_deref() {
        Some("none") => Ok(None),
        Some(slug @ (READ | WRITE | ADMIN)) => Ok(Some(Fact::grant(principal, repository, slug.to_owned()))),
        other => {
            let said = other.unwrap_or("nothing");
            let text = format!("{principal} has {said:?} on {repository}, which is no privilege that is known");
            Err(Reason::new("unknown-privilege", text))
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value as Json, json};

    use super::*;

    fn row(value: Json) -> Row {
        serde_json::from_value(value).unwrap()
    }

    fn prod() -> ResourceRef {
        ResourceRef::new(REPOSITORY, "acme/prod")
    }

    #[rstest]
    #[case(json!({ "repository_type_str": "Private", "broadcast_state": "Off" }), Some(false), false)]
    #[case(json!({ "repository_type_str": "Open-Source" }), Some(true), false)]
    #[case(json!({ "repository_type_str": "Private", "broadcast_state": "Public" }), Some(true), false)]
    #[case(json!({ "repository_type_str": "Private", "broadcast_state": "Internal" }), Some(false), true)]
    #[case(json!({ "repository_type_str": null, "is_public": true }), Some(true), false)]
    #[case(json!({ "repository_type_str": null }), None, false)]
    fn who_reads_without_a_right_is_told_where_it_is_known(
        #[case] told: Json,
        #[case] public: Option<bool>,
        #[case] broadcast: bool,
    ) {
        let facts = openness(&prod(), &row(told));
        assert_eq!(facts.contains(&Fact::property(&prod(), PUBLIC, Value::flag(true))), public == Some(true));
        assert_eq!(facts.contains(&Fact::property(&prod(), PUBLIC, Value::flag(false))), public == Some(false));
        assert_eq!(facts.contains(&Fact::property(&prod(), BROADCAST_PRIVILEGE, Value::text(READ))), broadcast);
    }

    #[rstest]
    #[case(json!({ "privilege": "Write", "team": "release", "user": null, "service": null }), Some(1))]
    #[case(json!({ "privilege": "None", "team": "release" }), Some(0))]
    #[case(json!({ "privilege": "Maintain", "team": "release" }), None)]
    #[case(json!({ "privilege": null, "team": "release" }), None)]
    #[case(json!({ "privilege": "Read", "team": null, "user": null, "service": null }), None)]
    #[case(json!({ "privilege": "Read", "team": "release", "user": "ada" }), None)]
    fn a_privilege_that_cannot_be_read_makes_the_listing_partial(#[case] entry: Json, #[case] granted: Option<usize>) {
        let answer = row(json!({ "privileges": [entry] }));
        let reading = privileges(&prod(), &ResourceRef::new("organization", "acme"), &answer);
        assert_eq!(matches!(reading.outcome, Outcome::Whole(_)).then_some(reading.facts.len()), granted);
    }

    #[test]
    fn a_default_that_is_not_told_is_not_none() {
        let list = List { rows: vec![row(json!({ "slug": "prod", "default_privilege": null }))], doubt: None };
        let reading = reading(&ResourceRef::new("organization", "acme"), list, None);
        assert!(matches!(reading.outcome, Outcome::Partial(_)));
        assert!(reading.facts.contains(&Fact::resource(prod(), Some(ResourceRef::new("organization", "acme")))));
    }
}
