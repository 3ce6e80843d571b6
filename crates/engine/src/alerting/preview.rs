//! What a rule would say, before it says it.

use std::collections::{BTreeMap, BTreeSet};

use rolecall_model::Timestamp;
use rolecall_store::{Endpoint, RuleId, Store, StoreError, StoredRule};
use serde_json::Value as Json;
use uuid::Uuid;

use super::action::{Told, told};
use super::evaluation::{Known, Surroundings, holding, never_evaluated, scope};
use super::news::News;
use super::notice::NoticeContent;
use super::row::{QueryFound, RuleRow};
use super::seen::Seen;
use super::{RuleDefinition, Subject};

/// What a rule would say of its last result, were all of it news.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RulePreview {
    /// How many rows that result has; nothing where the rule was never evaluated as it asks now.
    pub rows: Option<usize>,
    /// Whether a condition holds of it, so that something would be told.
    pub holds: bool,
    /// What is told where.
    pub notices: Vec<NoticePreview>,
    /// The review that it starts: what that is called, and of how many entities it is.
    pub review: Option<(String, usize)>,
    /// What cannot be done, and where in which text that is.
    pub wrong: Vec<String>,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticePreview {
    /// The endpoint's name.
    pub endpoint: String,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub text: String,
}

/// What a rule would say. Its last result is that of the rule that is kept under its name and asks the same.
///
/// # Errors
/// When the database cannot be read.
pub async fn rule_preview(
    store: &Store,
    definition: &RuleDefinition,
    hub: Option<&str>,
    now: Timestamp,
) -> Result<RulePreview, StoreError> {
    let kept = store.rule_list().await?.into_iter().find(|rule| rule.name == definition.name);
    let is_evaluated = |rule: &&StoredRule| {
        let before = serde_json::from_value::<RuleDefinition>(rule.definition.clone());
        let is_same = before.is_ok_and(|before| before.subject == definition.subject);
        is_same && rule.standing.as_ref().is_some_and(|standing| standing.evaluated_at.is_some())
    };
    let rows = match kept.as_ref().filter(is_evaluated) {
        None => None,
        Some(rule) => Some(store.rule_rows(rule.id).await?.into_iter().map(|(key, (row, _))| (key, row)).collect()),
    };
    let id = kept.map_or(Uuid::nil(), |rule| rule.uuid);
    let endpoints = store.endpoint_list().await?;
    Ok(rule_preview_of(definition, rows, (id, hub), &endpoints, now))
}

/// The same of a result: rows by their keys, as they are kept.
#[must_use]
pub fn rule_preview_of(
    definition: &RuleDefinition,
    rows: Option<BTreeMap<String, Json>>,
    (id, hub): (Uuid, Option<&str>),
    endpoints: &[Endpoint],
    now: Timestamp,
) -> RulePreview {
    let count = rows.as_ref().map(BTreeMap::len);
    let found = found(definition, rows.unwrap_or_default());
    let rows: BTreeMap<String, RuleRow> = found.iter().flat_map(|query| query.rows.clone()).collect();
    let of = Surroundings { now, hub, endpoints, seen: &Seen::default() };
    let rule = unkept(definition, id, now);
    let known = Known { rule: &rule, definition, rows: BTreeMap::new(), findings: Vec::new() };
    let news = News { told: rows.keys().cloned().collect::<BTreeSet<_>>(), is_news: true, ..News::default() };
    let scope = scope(&known, &found, &news, &rows, &of);
    let all: Vec<usize> = (0..definition.operations.len()).collect();
    let mut preview = RulePreview { rows: count, ..RulePreview::default() };
    match holding(definition, &scope, !rows.is_empty()) {
        Ok(holding) => preview.holds = !holding.is_empty(),
        Err(why) => preview.wrong.push(why),
    }
    // Texts are shown also where nothing would be told now: somebody is writing them.
    let Told { deliveries, review, undelivered, .. } =
        told(definition, &all, &scope, (&never_evaluated(&of), true), &of);
    preview.wrong.extend(undelivered);
    preview.review = review.map(|review| (review.name, review.entities.len()));
    preview.notices = deliveries.into_iter().filter_map(|one| notice(one.endpoint, one.notice, endpoints)).collect();
    preview
}

fn notice(endpoint: rolecall_store::EndpointId, content: Json, endpoints: &[Endpoint]) -> Option<NoticePreview> {
    let endpoint = endpoints.iter().find(|known| known.id == endpoint)?.name.clone();
    let NoticeContent { subject, text, .. } = serde_json::from_value(content).ok()?;
    Some(NoticePreview { endpoint, subject, text })
}

/// A rule as it would be kept.
fn unkept(definition: &RuleDefinition, uuid: Uuid, now: Timestamp) -> StoredRule {
    StoredRule {
        id: RuleId(0),
        uuid,
        name: definition.name.clone(),
        definition: Json::Null,
        version: 0,
        created_at: now,
        updated_at: now,
        updated_by: String::new(),
        source: String::new(),
        standing: None,
    }
}

/// Kept rows by the query that found them, by which their keys begin. Of a long key only a digest is kept, so that its row
/// counts for the first query.
fn found(definition: &RuleDefinition, rows: BTreeMap<String, Json>) -> Vec<QueryFound> {
    let names: Vec<String> = match &definition.subject {
        Subject::Queries(queries) => queries.iter().map(|query| query.name.clone()).collect(),
        Subject::Findings(_) => vec!["findings".to_owned()],
        Subject::Question(_) => {
            let names: BTreeSet<_> = rows.keys().filter_map(|key| key.split_once(' ')).map(|(name, _)| name).collect();
            names.into_iter().map(str::to_owned).collect()
        }
    };
    let query = |name: &String| QueryFound { name: name.clone(), is_complete: true, ..QueryFound::default() };
    let mut found: Vec<QueryFound> = names.iter().map(query).collect();
    for (key, content) in rows {
        let own = names.iter().position(|name| key.strip_prefix(name).is_some_and(|rest| rest.starts_with(' ')));
        if let Some(query) = found.get_mut(own.unwrap_or_default()) {
            query.rows.insert(key.clone(), row(key, &content));
        }
    }
    found
}

fn row(key: String, content: &Json) -> RuleRow {
    let part = |name: &str| content.get(name).cloned().unwrap_or_default();
    let title = part("title").as_str().unwrap_or_default().to_owned();
    let values = serde_json::from_value(part("values")).unwrap_or_default();
    RuleRow { key, title, data: part("data"), values }
}

#[cfg(test)]
mod tests {
    use rolecall_store::EndpointId;
    use serde_json::json;

    use super::super::{Action, Operation, PACK, RuleQuery};
    use super::*;

    fn endpoint() -> Endpoint {
        Endpoint {
            id: EndpointId(7),
            uuid: Uuid::nil(),
            name: "ops".to_owned(),
            kind: "webhook".to_owned(),
            settings: json!({}),
            version: 1,
            created_at: Timestamp(0),
            updated_at: Timestamp(0),
            failing_since: None,
            disabled: None,
            has_secret: true,
        }
    }

    fn rule(subject: &str, body: &str, condition: Json) -> RuleDefinition {
        let query =
            |name: &str| RuleQuery { name: name.to_owned(), query: "FIND npm_user".to_owned(), include_deleted: false };
        let send = Action::Send {
            endpoint: "ops".to_owned(),
            recipients: Vec::new(),
            subject: subject.to_owned(),
            body: body.to_owned(),
            settings: BTreeMap::new(),
        };
        let operations = vec![Operation { condition, actions: vec![send] }];
        let subject = Subject::Queries(vec![query("query0"), query("others")]);
        RuleDefinition { subject, operations, name: "Who".to_owned(), ..PACK[0].clone() }
    }

    fn preview(rule: &RuleDefinition, rows: Option<&[&str]>) -> RulePreview {
        let row = |key: &&str| ((*key).to_owned(), json!({ "title": key, "values": {}, "data": { "name": key } }));
        let rows = rows.map(|rows| rows.iter().map(row).collect());
        rule_preview_of(rule, rows, (Uuid::nil(), Some("https://hub.test")), &[endpoint()], Timestamp(0))
    }

    #[test]
    fn texts_are_rendered_with_the_rows_of_each_query() {
        let rule = rule("{{queries.query0.total}} and {{queries.others.total}}", "at {{alertWebLink}}", Json::Null);
        let seen = preview(&rule, Some(&["query0 a", "query0 b", "others c"]));
        assert_eq!((seen.rows, seen.holds, seen.wrong.len()), (Some(3), true, 0), "{seen:?}");
        let notice = &seen.notices[0];
        assert_eq!((notice.endpoint.as_str(), notice.subject.as_str()), ("ops", "2 and 1"));
        assert_eq!(notice.text, format!("at https://hub.test/rules/{}", Uuid::nil()));
    }

    #[test]
    fn a_review_that_would_start_is_shown_with_what_it_is_of() {
        let review = |entities: &str, name: &str| Action::StartReview {
            entities: json!(entities),
            name: name.to_owned(),
            reviewers: Vec::new(),
            days: 7,
        };
        let row = |number: i64| {
            let place = json!({ "connector": 1, "kind": "user", "id": format!("user-{number}") });
            let key = format!("query0 {number:04}");
            (key.clone(), json!({ "title": key, "values": {}, "data": { "_rolecall": place } }))
        };
        let seen = |actions: &[Action], rows: i64| {
            let mut rule = rule("", "", Json::Null);
            rule.operations = vec![Operation { condition: Json::Null, actions: actions.to_vec() }];
            let rows = Some((0..rows).map(row).collect());
            let preview = rule_preview_of(&rule, rows, (Uuid::nil(), None), &[], Timestamp(0));
            (preview.review, preview.wrong)
        };
        let all = review("{{queries.query0.data}}", "{{queries.query0.total}} new");
        assert_eq!(seen(std::slice::from_ref(&all), 2), (Some(("2 new".to_owned(), 2)), Vec::new()));
        let (review_of, wrong) = seen(&[review("{{queries.query0.data}}", ""), all.clone()], 2);
        assert_eq!(review_of, Some(("Who".to_owned(), 2)), "one, and each entity once");
        assert_eq!(wrong, ["an evaluation starts one review: \"2 new\" is part of \"Who\""]);
        let (review_of, wrong) = seen(std::slice::from_ref(&all), 1_007);
        assert_eq!(review_of.unwrap().1, 1_000);
        assert_eq!(wrong, ["a review is of 1000 entities at most: 7 of 1007 are left out"]);
        let (review_of, wrong) = seen(&[review("somebody", "")], 1);
        assert_eq!(review_of, None);
        assert_eq!(wrong[0], "no entity to review is named by \"somebody\"");
        assert_eq!(seen(&[all], 0).0, None, "one of nothing in particular would be of everything");
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place_and_the_rest_is_shown() {
        let seen = preview(&rule("{{ queries. }}", "fine", json!("{{ 1 > }}")), None);
        assert_eq!((seen.rows, seen.holds), (None, false));
        assert!(seen.wrong.iter().any(|why| why.contains("condition")), "{seen:?}");
        assert!(seen.wrong.iter().any(|why| why.contains("character")), "{seen:?}");
        assert_eq!(seen.notices[0].text, "fine");
    }

    #[test]
    fn texts_are_shown_though_nothing_would_be_told() {
        let seen = preview(&rule("", "", json!("{{queries.query0.total > 5}}")), Some(&["query0 a"]));
        assert!(!seen.holds && seen.notices[0].subject.contains("Who: query0 a"), "{seen:?}");
        let unknown = rule_preview_of(&rule("", "", Json::Null), None, (Uuid::nil(), None), &[], Timestamp(0));
        assert!(unknown.wrong[0].contains("no endpoint is called"), "{unknown:?}");
    }
}
