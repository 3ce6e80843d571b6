//! Deciding about findings as somebody who may be meant by them.

use rolecall_store::Decision;
use serde_json::Value as Json;

use super::decide::{FindingWish, FindingWishError, finding_act};
use super::finding_explain;
use super::list::FindingRow;
use crate::Context;
use crate::connectors::Decider;

/// Decides about a finding in somebody's name. What concerns their own account they may look at later, give to somebody or
/// open again; to take the risk of it, or to say that it is none, is for another administrator, where there is one.
///
/// # Errors
/// [`FindingWishError`]; nothing is decided then.
pub async fn finding_decide(
    context: &Context,
    decider: &Decider,
    code: &str,
    wish: &FindingWish,
    reason: &str,
) -> Result<FindingRow, FindingWishError> {
    let (store, now) = (&context.store, context.now());
    if matches!(wish, FindingWish::Accept { .. } | FindingWish::Suppress) && decider.has_other_administrator {
        let known = finding_explain(store, code, now).await?;
        if known.is_some_and(|known| is_own(decider, &known.finding)) {
            return Err(FindingWishError::Own);
        }
    }
    let decision = Decision { actor: decider.name.clone(), reason: reason.trim().to_owned() };
    finding_act(store, code, wish, &decision, now).await
}

/// Whether a finding is about an account of whoever decides, by its name or its mail address.
fn is_own(decider: &Decider, finding: &FindingRow) -> bool {
    let named = finding.detail.get("subjects").and_then(Json::as_array).into_iter().flatten();
    let row = finding.detail.get("row");
    let words = ["username", "email", "login"].into_iter().filter_map(|word| row?.get(word));
    let id = row.and_then(|row| row.get("_rolecall"));
    named
        .chain(id)
        .filter_map(|subject| subject.get("id"))
        .chain(words)
        .filter_map(Json::as_str)
        .any(|id| decider.concerns(id))
}

#[cfg(test)]
mod tests {
    use rolecall_model::Timestamp;
    use serde_json::json;

    use super::*;
    use crate::rules::Severity;

    fn finding(detail: Json) -> FindingRow {
        FindingRow {
            code: "owner-count-0".to_owned(),
            state: "open".to_owned(),
            severity: Severity::High,
            title: String::new(),
            rule: String::new(),
            connector: String::new(),
            first_at: crate::moment_text(Timestamp(0)),
            opened_at: String::new(),
            resolved_at: None,
            is_unsure: false,
            decision: None,
            owner: String::new(),
            remediation: String::new(),
            detail,
        }
    }

    #[test]
    fn a_finding_is_somebodys_own_by_name_or_address() {
        let accounts = vec!["ada".to_owned(), "ada@acme.test".to_owned()];
        let decider = Decider { accounts, ..Decider::default() };
        let of = |detail: Json| is_own(&decider, &finding(detail));
        assert!(of(json!({ "subjects": [{ "type": "user", "id": "Ada" }] })));
        assert!(of(json!({ "row": { "email": "ada@acme.test" } })));
        assert!(of(json!({ "row": { "_rolecall": { "id": "ada" } } })));
        assert!(!of(json!({ "subjects": [{ "type": "user", "id": "adam" }], "row": { "name": "ada lovelace" } })));
        assert!(!of(json!({})));
    }
}
