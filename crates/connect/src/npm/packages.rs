//! Packages: the organisation's list, collaborators and visibility.

use rolecall_model::{Fact, Proof, Reading, Reason, ResourceRef, Value};

use super::answer::{Pairs, permission, permissions};
use super::declaration::{PACKAGE, USER};

/// The organisation's packages: `{"@acme/x": "write", …}`. The word says what the organisation may do, so it is kept
/// as the property `access` and is nobody's grant.
pub(super) fn organization_packages(organization: &ResourceRef, pairs: Pairs) -> Reading {
    let words = match pairs.into_words(|word| permission(word).is_some()) {
        Ok(words) => words,
        Err(reason) => return Reading::unavailable(reason),
    };
    let mut facts = Vec::with_capacity(words.entries.len() * 2);
    for (name, word) in words.entries {
        let package = ResourceRef::new(PACKAGE, name.as_str());
        facts.push(Fact::property(&package, "access", Value::text(permission(&word).unwrap_or(&word))));
        facts.push(Fact::resource(package, Some(organization.clone())));
    }
    Reading { diagnostics: words.diagnostics, ..Reading::sighted(facts, words.doubt) }
}

/// Who, according to npm, may read or write the package. Evidence to compare the computed rights with: npm says who,
/// but not by which path (`npm-api.md` §1.5).
pub(super) fn collaborators(package: &ResourceRef, pairs: Pairs) -> Reading {
    let user = |name: &str| ResourceRef::new(USER, name);
    permissions(pairs, |name, slug| Fact::evidence(&user(name), package, slug), |_| None)
}

/// Public or not: `{"public": true}`, or `{"<package>": "public"}` as npm's own description has it.
pub(super) fn visibility(package: &ResourceRef, pairs: &Pairs) -> Reading {
    let public = pairs.0.iter().find_map(|(key, value)| match (key.as_str(), value) {
        ("public", serde_json::Value::Bool(public)) => Some(*public),
        (name, serde_json::Value::String(word)) if name == &*package.id => match word.as_str() {
            "public" => Some(true),
            "private" | "restricted" => Some(false),
            _ => None,
        },
        _ => None,
    });
    match public {
        Some(public) => Reading::whole(Proof::Itself, vec![Fact::property(package, "public", Value::flag(public))]),
        None => Reading::unavailable(Reason::new("unexpected-shape", "npm's answer does not say whether it is public")),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(r#"{"public":true}"#, Some(true))]
    #[case(r#"{"public":false}"#, Some(false))]
    #[case(r#"{"@acme/x":"public"}"#, Some(true))]
    #[case(r#"{"@acme/x":"restricted"}"#, Some(false))]
    #[case(r#"{"@acme/y":"public"}"#, None)]
    #[case(r#"{"public":"yes"}"#, None)]
    fn both_shapes_of_visibility_are_read_and_others_are_unknown(#[case] body: &str, #[case] public: Option<bool>) {
        let package = ResourceRef::new(PACKAGE, "@acme/x");
        let reading = visibility(&package, &serde_json::from_str(body).unwrap());
        let expected: Vec<Fact> =
            public.into_iter().map(|public| Fact::property(&package, "public", Value::flag(public))).collect();
        assert_eq!(reading.facts, expected);
    }

    #[test]
    fn the_organisations_package_list_grants_nobody_anything() {
        let pairs = serde_json::from_str(r#"{"@acme/x":"write","plain":"read"}"#).unwrap();
        let reading = organization_packages(&ResourceRef::new("organization", "acme"), pairs);
        assert!(!reading.facts.iter().any(|fact| matches!(fact, Fact::Grant { .. } | Fact::Evidence { .. })));
        assert_eq!(reading.facts.len(), 4);
    }
}
