//! Writing YAML and JSON so that they are read back as they were meant.

use std::fmt::Write as _;

use serde_json::{Map, Value as Json};

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessFormat {
    /// For people.
    Yaml,
    /// For programs.
    Json,
}

/// What is written: entries in their order, lists of names, and flags.
#[derive(Clone, Debug)]
pub(super) enum Written {
    Flag(bool),
    Names(Vec<String>),
    Entries(Vec<(String, Written)>),
}

impl Written {
    /// As JSON.
    pub(super) fn json(&self) -> Json {
        match self {
            Self::Flag(flag) => Json::Bool(*flag),
            Self::Names(names) => names.iter().map(String::as_str).collect(),
            Self::Entries(entries) => {
                let entries = entries.iter().map(|(key, value)| (key.clone(), value.json()));
                Json::Object(entries.collect::<Map<_, _>>())
            }
        }
    }

    /// As YAML, with a line for each name, so that a change of one is a change of one line.
    pub(super) fn yaml(&self, text: &mut String, depth: usize) {
        let indent = "  ".repeat(depth);
        match self {
            Self::Flag(flag) => {
                // Writing to a string cannot fail.
                let _ = writeln!(text, " {flag}");
            }
            Self::Names(names) if names.is_empty() => text.push_str(" []\n"),
            Self::Entries(entries) if entries.is_empty() => text.push_str(" {}\n"),
            Self::Names(names) => {
                text.push('\n');
                for name in names {
                    let _ = writeln!(text, "{indent}- {}", scalar(name));
                }
            }
            Self::Entries(entries) => {
                if depth > 0 {
                    text.push('\n');
                }
                for (key, value) in entries {
                    let _ = write!(text, "{indent}{}:", scalar(key));
                    value.yaml(text, depth + 1);
                }
            }
        }
    }
}

/// Words that mean something else to some reader of YAML.
const WORDS: [&str; 10] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan"];

/// A text, in quotes unless every reader takes it for itself.
fn scalar(text: &str) -> String {
    let is_first = text.starts_with(|first: char| first.is_ascii_alphabetic());
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "_-./:@+".contains(letter);
    let is_word = WORDS.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is_first && !is_word && text.chars().all(is_plain) && !text.ends_with(':') {
        return text.to_owned();
    }
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            ' '..='~' => quoted.push(letter),
            _ if letter.is_alphanumeric() => quoted.push(letter),
            _ => {
                let _ = write!(quoted, "\\U{:08X}", u32::from(letter));
            }
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::document::document_read;

    proptest! {
        #[test]
        fn any_text_is_read_back(texts in prop::collection::vec(any::<String>(), 1..4)) {
            let keys = texts.iter().enumerate().map(|(at, text)| (format!("{text}{at}"), Written::Names(texts.clone())));
            let written = Written::Entries(keys.collect());
            let mut yaml = String::new();
            written.yaml(&mut yaml, 0);
            prop_assert_eq!(document_read(&yaml).unwrap(), written.json(), "{}", yaml);
        }
    }

    #[test]
    fn what_could_be_something_else_is_quoted() {
        let written: Vec<String> =
            ["no", "007", "@acme/core", "a: b", "team:acme/x", "x#y", "\u{2028}", "Null", "ü"].map(scalar).into();
        let expected = [
            "\"no\"",
            "\"007\"",
            "\"@acme/core\"",
            "\"a: b\"",
            "team:acme/x",
            "\"x#y\"",
            "\"\\U00002028\"",
            "\"Null\"",
            "\"ü\"",
        ];
        assert_eq!(written, expected);
    }
}
