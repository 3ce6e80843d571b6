//! The shapes npm answers in, and the ones it should not.

use std::collections::HashSet;
use std::fmt;

use rolecall_model::{Diagnostic, Fact, Reading, Reason};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value as Json;

use super::declaration::{READ_ONLY, READ_WRITE};

/// A JSON object as its pairs in wire order. Unlike a map it shows a key that was sent twice.
#[derive(Debug, Default)]
pub(super) struct Pairs(pub(super) Vec<(String, Json)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PairsVisitor;
        impl<'de> Visitor<'de> for PairsVisitor {
            type Value = Pairs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::with_capacity(map.size_hint().unwrap_or(0));
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }

            // An organisation without packages is answered with `null` by some servers.
            fn visit_unit<E>(self) -> Result<Pairs, E> {
                Ok(Pairs::default())
            }
        }
        deserializer.deserialize_any(PairsVisitor)
    }
}

/// Names with a word each: a roster, or the packages of a team.
#[derive(Debug, Default)]
pub(super) struct Words {
    pub(super) entries: Vec<(String, String)>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Set when the answer contradicts itself or names nothing: then it is not the whole truth.
    pub(super) doubt: Option<Reason>,
}

impl Pairs {
    /// Reads the object as name → word. `is_known` tells the words that are expected, so that an error object sent
    /// with status 200 is not taken for a member called `error`.
    pub(super) fn into_words(self, is_known: impl Fn(&str) -> bool) -> Result<Words, Reason> {
        if let Some(message) = self.error_message(&is_known) {
            return Err(Reason::new("error-body", format!("npm answered with an error instead of data: {message}")));
        }
        let mut words = Words::default();
        let mut seen = HashSet::with_capacity(self.0.len());
        for (name, value) in self.0 {
            let Json::String(word) = value else {
                return Err(Reason::new(
                    "unexpected-shape",
                    format!("npm answered something else than text for {name:?}"),
                ));
            };
            if name.is_empty() {
                words.doubt = Some(Reason::new("empty-name", "the answer contains an empty name"));
                continue;
            }
            if !seen.insert(name.clone()) {
                words.note_repeated(&name, &word);
            }
            words.entries.push((name, word));
        }
        Ok(words)
    }

    /// The message, when this is `{"error": …}` or `{"message": …}` rather than data.
    fn error_message(&self, is_known: &impl Fn(&str) -> bool) -> Option<String> {
        self.0.iter().find(|(key, _)| matches!(key.as_str(), "error" | "message")).and_then(|(_, value)| match value {
            Json::String(word) if is_known(word) => None,
            Json::String(text) => Some(text.chars().filter(|c| !c.is_control()).take(200).collect()),
            other => Some(other.to_string().chars().take(200).collect()),
        })
    }
}

impl Words {
    fn note_repeated(&mut self, name: &str, word: &str) {
        let agrees = self.entries.iter().any(|(earlier, said)| earlier == name && said == word);
        self.diagnostics.push(Diagnostic::new("repeated", format!("{name} is listed twice")));
        if !agrees {
            self.doubt = Some(Reason::new("contradiction", format!("{name} is listed twice with different values")));
        }
    }
}

/// Reads an object of names with permissions: what a team may do, or who may do something to a package. `right` makes
/// the fact of one name's entitlement, `existence` the fact that what is named exists, where the right does not say so.
pub(super) fn permissions(
    pairs: Pairs,
    right: impl Fn(&str, &'static str) -> Fact,
    existence: impl Fn(&str) -> Option<Fact>,
) -> Reading {
    let words = match pairs.into_words(|word| permission(word).is_some()) {
        Ok(words) => words,
        Err(reason) => return Reading::unavailable(reason),
    };
    let (mut doubt, mut diagnostics) = (words.doubt, words.diagnostics);
    let mut facts = Vec::with_capacity(words.entries.len() * 2);
    for (name, word) in &words.entries {
        match permission(word) {
            Some(slug) => facts.push(right(name, slug)),
            // A word we do not know may be a right we do not know, so the listing cannot count as complete.
            None => {
                let text = format!("npm sent the permission {word:?} for {name}, which is not known");
                doubt = Some(Reason::new("unknown-permission", text.clone()));
                diagnostics.push(Diagnostic::new("unknown-permission", text));
            }
        }
        facts.extend(existence(name));
    }
    Reading { diagnostics, ..Reading::sighted(facts, doubt) }
}

/// The entitlement that a permission word means; npm uses two spellings (`npm-api.md` §2).
pub(super) fn permission(word: &str) -> Option<&'static str> {
    match word {
        "read" | "read-only" => Some(READ_ONLY),
        "write" | "read-write" => Some(READ_WRITE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Result<Words, Reason> {
        serde_json::from_str::<Pairs>(text)
            .map_err(|error| Reason::new("malformed", error.to_string()))?
            .into_words(|word| word == "developer")
    }

    #[test]
    fn an_error_sent_as_data_is_an_error_but_a_member_called_error_is_a_member() {
        assert_eq!(words(r#"{"error":"not found"}"#).unwrap_err().code, "error-body");
        assert_eq!(words(r#"{"error":"developer"}"#).unwrap().entries.len(), 1);
        assert_eq!(words(r#"["a"]"#).unwrap_err().code, "malformed");
        assert!(words("null").unwrap().entries.is_empty());
    }

    #[test]
    fn a_contradiction_is_doubted_and_a_repetition_is_noted() {
        let twice = words(r#"{"a":"developer","a":"developer"}"#).unwrap();
        assert!(twice.doubt.is_none() && !twice.diagnostics.is_empty());
        assert!(words(r#"{"a":"developer","a":"owner"}"#).unwrap().doubt.is_some());
    }
}
