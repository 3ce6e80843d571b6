//! What can be typed next: words of the language, and those of the graph.

use std::collections::BTreeSet;

use rolecall_graph::Vocabulary;

/// The words of the language, as they are mostly written.
const KEYWORDS: [&str; 37] = [
    "FIND",
    "UNIQUE",
    "WITH",
    "AS",
    "THAT",
    "CAN",
    "RELATES TO",
    "WHERE",
    "RETURN",
    "TREE",
    "PATH",
    "HAVING",
    "ORDER BY",
    "ASC",
    "DESC",
    "SKIP",
    "LIMIT",
    "AS OF",
    "CHANGED SINCE",
    "UNTIL",
    "AND",
    "OR",
    "undefined",
    "null",
    "true",
    "false",
    "date.now",
    "count(",
    "sum(",
    "avg(",
    "min(",
    "max(",
    "concat(",
    "days",
    "weeks",
    "months",
    "years",
];

/// Completes words.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    /// Keywords, types, classes, verbs and actions.
    words: BTreeSet<String>,
    properties: BTreeSet<String>,
    settings: Vec<&'static str>,
}

impl Words {
    pub(super) fn of(vocabulary: &Vocabulary) -> Self {
        let graph = [&vocabulary.types, &vocabulary.classes, &vocabulary.verbs, &vocabulary.actions];
        let graph = graph.into_iter().flatten().map(|word| word.to_string());
        Self {
            words: KEYWORDS.iter().map(|word| (*word).to_owned()).chain(graph).collect(),
            properties: vocabulary.properties.iter().map(|word| word.to_string()).collect(),
            settings: super::setting::SETTINGS.iter().filter_map(|(name, _)| name.split(' ').next()).collect(),
        }
    }

    /// Where the word begins that ends at `place`, and what it may become.
    pub(super) fn complete(&self, text: &str, place: usize) -> (usize, Vec<String>) {
        let before = text.get(..place).unwrap_or(text);
        if before.trim_start().starts_with(':') && !before.trim().contains(' ') {
            let start = before.len() - before.trim_start().len();
            let typed = before.get(start..).unwrap_or_default();
            return (
                start,
                self.settings.iter().filter(|one| one.starts_with(typed)).map(|one| (*one).to_owned()).collect(),
            );
        }
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '#');
        let start = before.rfind(|c| !is_word(c)).map_or(0, |at| at + before.get(at..).map_or(1, first_length));
        let typed = before.get(start..).unwrap_or_default();
        let is_property = before.get(..start).is_some_and(|before| before.ends_with('.'));
        let mut fits: Vec<String> = Vec::new();
        if !is_property {
            fits.extend(self.words.iter().filter(|word| begins(word, typed)).cloned());
        }
        fits.extend(self.properties.iter().filter(|word| begins(word, typed)).cloned());
        fits.dedup();
        (start, fits)
    }
}

fn first_length(text: &str) -> usize {
    text.chars().next().map_or(1, char::len_utf8)
}

/// In any case, for keywords are read so.
fn begins(word: &str, typed: &str) -> bool {
    word.get(..typed.len()).is_some_and(|start| start.eq_ignore_ascii_case(typed))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> Words {
        let set = |words: &[&str]| words.iter().map(|word| Box::from(*word)).collect();
        Words::of(&Vocabulary {
            types: set(&["npm_user", "npm_team"]),
            classes: set(&["User"]),
            properties: set(&["displayName", "username"]),
            verbs: set(&["HAS"]),
            actions: set(&["publish"]),
        })
    }

    #[test]
    fn words_of_the_language_and_the_graph_are_completed() {
        let complete = |text: &str| words().complete(text, text.len());
        assert_eq!(complete("FIND npm_"), (5, vec!["npm_team".to_owned(), "npm_user".to_owned()]));
        assert_eq!(complete("fi"), (0, vec!["FIND".to_owned()]));
        assert_eq!(complete("FIND User THAT CAN pub").1, ["publish"]);
        assert_eq!(complete("FIND User WITH us").1, ["User", "username"]);
        assert_eq!(complete("RETURN u.us"), (9, vec!["username".to_owned()]));
        assert_eq!(complete(":fo"), (0, vec![":format".to_owned()]));
        assert_eq!(complete("FIND ü"), (5, Vec::<String>::new()));
        assert!(complete("").1.len() > KEYWORDS.len());
    }
}
