//! Files that people write, in JSON or in YAML.

use serde_json::Value as Json;

/// How large a file may be: 8 MiB.
pub(crate) const MOST_BYTES: usize = 8 << 20;

/// How deep values stand in each other at most in YAML, whose reader takes much of the stack for each: three times what a
/// rule needs whose ticket has a page for a text.
const MOST_DEPTH: usize = 32;

/// How many values a file in YAML has at most, those included that come of its aliases.
const MOST_VALUES: usize = 500_000;

/// Why a file cannot be read at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DocumentError {
    #[error("this is larger than {} MiB", MOST_BYTES >> 20)]
    TooLarge,
    #[error("this is no JSON: {0}")]
    NoJson(String),
    #[error("this is neither JSON nor YAML: {0}")]
    Neither(String),
}

/// Reads a file. Of several documents in YAML, it is a list.
///
/// # Errors
/// When it is larger than [`MOST_BYTES`], or neither JSON nor YAML: what is wrong, and where.
pub(crate) fn document_read(text: &str) -> Result<Json, DocumentError> {
    if text.len() > MOST_BYTES {
        return Err(DocumentError::TooLarge);
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let json = match serde_json::from_str(text) {
        Ok(json) => return Ok(json),
        Err(error) => error,
    };
    yaml_read(text).map_err(|error| {
        // YAML has brackets too, but whoever begins with one mostly meant JSON.
        if text.trim_start().starts_with(['{', '[']) {
            DocumentError::NoJson(json.to_string())
        } else {
            DocumentError::Neither(error)
        }
    })
}

/// Within which bounds YAML is read.
pub(crate) fn yaml_options() -> serde_saphyr::Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: MOST_DEPTH,
            max_events: 2 * MOST_VALUES,
            max_nodes: MOST_VALUES,
            max_aliases: 10_000,
            max_total_scalar_bytes: 2 * MOST_BYTES,
        },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: MOST_VALUES },
        duplicate_keys: serde_saphyr::DuplicateKeyPolicy::LastWins,
        strict_booleans: true,
        with_snippet: false,
    }
}

fn yaml_read(text: &str) -> Result<Json, String> {
    let mut documents: Vec<Json> =
        serde_saphyr::from_multiple_with_options(text, yaml_options()).map_err(|error| error.to_string())?;
    Ok(match documents.len() {
        0 => Json::Null,
        1 => documents.remove(0),
        _ => Json::Array(documents),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn json_and_yaml_are_read() {
        let expected = json!({ "a": [1, "yes", null, true, 2.5, "x\ny\n"], "b": {} });
        assert_eq!(document_read(&format!("\u{feff}{expected}")).unwrap(), expected);
        let yaml = "# a comment\na:\n  - 1\n  - yes\n  - ~\n  - true\n  - 2.5\n  - |\n    x\n    y\nb: {}\n";
        assert_eq!(document_read(yaml).unwrap(), expected);
        assert_eq!(document_read("{\"a\": [1, 2,],}").unwrap(), json!({ "a": [1, 2] }), "a comma too many");
        assert_eq!(document_read("a: 1\n---\na: 2\n").unwrap(), json!([{ "a": 1 }, { "a": 2 }]));
        assert_eq!(document_read("a: &x [1]\nb: *x\na: 2").unwrap(), json!({ "a": 2, "b": [1] }));
    }

    #[test]
    fn what_is_neither_is_told_with_its_place() {
        let said = |text: &str| document_read(text).unwrap_err().to_string();
        assert_eq!(said("{\"a\": 1 \"b\": 2}"), "this is no JSON: expected `,` or `}` at line 1 column 9");
        let said = said("a: 1\n b: 2\n");
        assert!(said.starts_with("this is neither JSON nor YAML: ") && said.contains("line 2"), "{said}");
    }

    #[test]
    fn size_depth_and_aliases_are_bounded() {
        assert_eq!(document_read(&" ".repeat(MOST_BYTES + 1)), Err(DocumentError::TooLarge));
        for deep in ["[", "{a: ", "- "] {
            assert!(document_read(&deep.repeat(100_000)).is_err(), "{deep}");
        }
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..10 {
            let before = format!("*a{}", level - 1);
            bomb += &format!("a{level}: &a{level} [{}]\n", vec![before; 10].join(", "));
        }
        assert!(document_read(&bomb).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in prop_oneof![any::<String>(), "[\\[\\]{}:,\\-&*!|>'\"#%@ \na-c0-2.~?<]{0,60}"]) {
            let _ = document_read(&text);
        }
    }
}
