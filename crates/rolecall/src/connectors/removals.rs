//! How many removals pass without a person's word, as it is set on a connector.

use std::collections::BTreeSet;

use rolecall_model::ConnectorDeclaration;
use rolecall_model::removal::{Policies, Policy};
use serde_json::{Map, Value as Json, json};

use super::settings::{DEFAULT, REMOVAL_LIMIT, REMOVAL_SHARE, Setting, Settings, by_listing};
use crate::exit::{Exit, Failure};

/// The policies that these settings say.
pub(crate) fn policies(settings: &Settings) -> Policies {
    let table = |setting| settings.get(setting).map(by_listing).unwrap_or_default();
    let (limits, shares) = (table(&REMOVAL_LIMIT), table(&REMOVAL_SHARE));
    let policy = |kind: &str, usual: Policy| Policy {
        count: limits.get(kind).and_then(count).unwrap_or(usual.count),
        share: shares.get(kind).and_then(Json::as_f64).unwrap_or(usual.share),
    };
    let usual = policy(DEFAULT, Policy::default());
    let kinds: BTreeSet<&String> = limits.keys().chain(shares.keys()).filter(|kind| *kind != DEFAULT).collect();
    Policies { usual, by_kind: kinds.into_iter().map(|kind| (kind.clone(), policy(kind, usual))).collect() }
}

fn count(value: &Json) -> Option<usize> {
    usize::try_from(value.as_u64()?).ok()
}

/// A policy of a listing that there is not would never be asked.
pub(crate) fn check(declaration: &ConnectorDeclaration, settings: &Settings) -> Result<(), Failure> {
    let of = |setting: &'static Setting| settings.get(setting).map(by_listing).into_iter().flatten();
    let mut kinds = of(&REMOVAL_LIMIT).chain(of(&REMOVAL_SHARE)).map(|(kind, _)| kind);
    match kinds.find(|kind| kind != DEFAULT && declaration.listing(kind).is_none()) {
        None => Ok(()),
        Some(unknown) => {
            let known: Vec<&str> = declaration.listings.iter().map(|listing| listing.kind).collect();
            let why = format!("{} has no listing {unknown:?}; there is {}", declaration.title, known.join(", "));
            Err(Failure::new(Exit::Usage, why))
        }
    }
}

/// What was said with flags, each `5` or `team-members=10`, as a setting that is not checked yet.
pub(crate) fn said(texts: &[String]) -> Option<Json> {
    let entry = |text: &String| {
        let (kind, number) = text.split_once('=').unwrap_or((DEFAULT, text));
        (kind.trim().to_owned(), serde_json::from_str(number.trim()).unwrap_or_else(|_| Json::from(number)))
    };
    let table: Map<String, Json> = texts.iter().map(entry).collect();
    (!table.is_empty()).then_some(Json::Object(table))
}

/// The policies in words: `3, or 10 % of a listing; team-members: 10, or 25 %`.
pub(crate) fn sentence(policies: &Policies) -> String {
    let policy = |policy: &Policy| format!("{}, or {} %", policy.count, percent(policy.share));
    let own = policies.by_kind.iter().map(|(kind, own)| format!("; {kind}: {}", policy(own)));
    format!("{} of a listing{}", policy(&policies.usual), own.collect::<String>())
}

fn percent(share: f64) -> f64 {
    (share * 10_000.0).round() / 100.0
}

/// The policies for programs.
pub(crate) fn to_json(policies: &Policies) -> Json {
    let policy = |policy: &Policy| json!({ "limit": policy.count, "share": policy.share });
    let own = policies.by_kind.iter().map(|(kind, own)| (kind.clone(), policy(own)));
    Json::Object(std::iter::once((DEFAULT.to_owned(), policy(&policies.usual))).chain(own).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(settings: &Json) -> Policies {
        policies(&Settings::read(settings))
    }

    #[test]
    fn what_is_not_set_is_the_default_and_what_a_kind_lacks_is_the_connectors() {
        assert_eq!(read(&json!({})), Policies::default());
        assert_eq!(sentence(&Policies::default()), "3, or 10 % of a listing");
        let set =
            read(&json!({ "removalLimit": { "default": 5, "team-members": 10 }, "removalShare": { "roster": 0.05 } }));
        assert_eq!(set.usual, Policy { count: 5, share: 0.1 });
        assert_eq!(set.by_kind["team-members"], Policy { count: 10, share: 0.1 });
        assert_eq!(set.by_kind["roster"], Policy { count: 5, share: 0.05 });
        assert_eq!(sentence(&set), "5, or 10 % of a listing; roster: 5, or 5 %; team-members: 10, or 10 %");
    }

    #[test]
    fn flags_are_a_table() {
        let said = |texts: &[&str]| said(&texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
        assert_eq!(said(&["5", "team-members=10"]), Some(json!({ "default": 5, "team-members": 10 })));
        assert_eq!(said(&["many"]), Some(json!({ "default": "many" })));
        assert_eq!(said(&[]), None);
    }
}
