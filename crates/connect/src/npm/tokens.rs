//! The access tokens of the credential's own account: the only ones npm shows (`npm-api.md` §3.6).

use rolecall_model::{Fact, Outcome, Proof, Reading, Reason, ResourceRef, Value};
use serde::Deserialize;
use serde_json::Value as Json;

use super::declaration::{TOKEN, USER};
use super::roster::Identity;

/// One page of tokens.
#[derive(Debug, Deserialize)]
pub(super) struct TokenPage {
    pub(super) objects: Vec<Token>,
    #[serde(default)]
    pub(super) total: Option<u64>,
    #[serde(default)]
    pub(super) urls: Urls,
}

/// Where the next page is; only its presence is used, the address itself is never followed.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Urls {
    #[serde(default)]
    pub(super) next: Option<Json>,
}

/// A token as listed. The value, masked or not, is not even read (*Architecture Invariant* 7).
#[derive(Debug, Deserialize)]
pub(super) struct Token {
    key: String,
    #[serde(flatten)]
    fields: std::collections::BTreeMap<String, Json>,
}

/// Properties that are kept, and nothing else.
const KEPT: &[(&str, &str)] = &[
    ("name", "name"),
    ("readonly", "readonly"),
    ("bypass_2fa", "bypass2fa"),
    ("created", "created"),
    ("updated", "updated"),
    ("accessed", "lastUsed"),
    ("expiry", "expires"),
    ("revoked", "revoked"),
];

/// Reads all pages together.
pub(super) fn reading(identity: &Identity, tokens: &[Token], total: Option<u64>) -> Reading {
    let mut facts = Vec::new();
    for token in tokens {
        let resource = ResourceRef::new(TOKEN, token.key.as_str());
        facts.push(Fact::resource(resource.clone(), None));
        for (wire, name) in KEPT {
            if let Some(value) = token.fields.get(*wire).filter(|value| value.is_string() || value.is_boolean()) {
                facts.push(Fact::property(&resource, *name, Value::from(value.clone())));
            }
        }
        if let Some(cidr) = cidr_list(token) {
            facts.push(Fact::property(&resource, "cidr", cidr));
        }
        if let Identity::Known(user) = identity {
            facts.push(Fact::Link {
                from: resource,
                class: "ASSIGNED".into(),
                to: ResourceRef::new(USER, user.as_str()),
            });
        }
    }
    let listed = u64::try_from(tokens.len()).unwrap_or(u64::MAX);
    let outcome = match total {
        Some(total) if total != listed => {
            Outcome::Partial(Reason::new("short-page", format!("npm announced {total} tokens and listed {listed}")))
        }
        _ => Outcome::Whole(Proof::Itself),
    };
    Reading { outcome, facts, diagnostics: Vec::new(), validator: None }
}

/// Both spellings are in use (`npm-api.md` §9.3).
fn cidr_list(token: &Token) -> Option<Value> {
    let list = ["cidr", "cidr_whitelist"].iter().find_map(|name| token.fields.get(*name)?.as_array())?;
    Some(Value::list(list.iter().filter_map(Json::as_str)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tokens_value_is_dropped_before_anyone_can_store_it() {
        let page: TokenPage = serde_json::from_value(serde_json::json!({
            "objects": [{"key": "k-1", "token": "npm_canary7890", "name": "ci", "readonly": true, "cidr": ["10.0.0.0/8"]}],
            "total": 1, "urls": {},
        }))
        .unwrap();
        let reading = reading(&Identity::Known("ann".into()), &page.objects, page.total);
        let text = serde_json::to_string(&reading).unwrap();
        assert!(!text.contains("canary") && text.contains("10.0.0.0/8"), "{text}");
        assert_eq!(reading.outcome, Outcome::Whole(Proof::Itself));
    }

    #[test]
    fn fewer_tokens_than_announced_is_partial() {
        assert!(matches!(reading(&Identity::Unknown("?".into()), &[], Some(2)).outcome, Outcome::Partial(_)));
    }
}
