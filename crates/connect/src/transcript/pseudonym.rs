//! Stable names in place of real ones, so that answers can be shown to others.

use std::collections::BTreeMap;

use super::vocabulary::Vocabulary;

/// Real names with what stands in their place: `user-1`, `@org-1/package-2`. The same name gets the same pseudonym
/// wherever it appears.
#[derive(Debug)]
pub struct Pseudonyms {
    vocabulary: &'static Vocabulary,
    names: BTreeMap<String, String>,
    counts: BTreeMap<&'static str, usize>,
}

impl Pseudonyms {
    /// No name yet; those that the registry gives itself stay.
    pub(crate) fn new(vocabulary: &'static Vocabulary) -> Self {
        Self { vocabulary, names: BTreeMap::new(), counts: BTreeMap::new() }
    }

    /// What stands for `name`, which is the name of something of this kind: `user`, `org`.
    pub(crate) fn of(&mut self, kind: &'static str, name: &str) -> String {
        if name.is_empty() || self.vocabulary.names.contains(&name) {
            return name.to_owned();
        }
        if let Some(known) = self.known(name) {
            return known.to_owned();
        }
        let pseudonym = self.next(kind);
        self.learn(name, &pseudonym);
        pseudonym
    }

    /// What stands for `name`, if that is known.
    pub(crate) fn known(&self, name: &str) -> Option<&str> {
        self.names.get(name).map(String::as_str)
    }

    /// Has `pseudonym` stand for `name` from now on.
    pub(crate) fn learn(&mut self, name: &str, pseudonym: &str) {
        self.names.insert(name.to_owned(), pseudonym.to_owned());
    }

    /// The next pseudonym of this kind.
    pub(crate) fn next(&mut self, kind: &'static str) -> String {
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        format!("{kind}-{count}")
    }

    /// A sentence with every known name replaced, and addresses, tokens and ids taken out.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        let mut clean = text.to_owned();
        let mut names: Vec<(&String, &String)> = self.names.iter().collect();
        // The longest first: `acme-bot` before `acme`.
        names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        for (name, pseudonym) in names {
            clean = replaced(&clean, name, pseudonym);
        }
        self.without_addresses(&clean)
    }

    /// Takes out what has the form of a web address, a mail address, a token, an id or a package that nothing listed.
    fn without_addresses(&self, text: &str) -> String {
        let words =
            text.split_inclusive(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | ',' | '(' | ')'));
        words.map(|word| self.clean_word(word)).collect()
    }

    fn clean_word(&self, word: &str) -> String {
        let body = word.trim_end_matches(|c: char| c.is_whitespace() || "\"'<>,()".contains(c));
        let end = word.get(body.len()..).unwrap_or_default();
        let by = if body.contains("://") {
            "[address]"
        } else if !self.vocabulary.token.is_empty() && body.contains(self.vocabulary.token) {
            "[token]"
        } else if is_mail(body) {
            "[mail]"
        } else if is_id(body) {
            "[id]"
        } else if body.starts_with('@') && body.contains('/') && !self.names.values().any(|known| known == body) {
            "[package]"
        } else {
            return word.to_owned();
        };
        format!("{by}{end}")
    }
}

/// Replaces a name where it stands as a word of its own.
fn replaced(text: &str, name: &str, by: &str) -> String {
    let is_inside = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(name) {
        let (before, tail) = rest.split_at(at);
        let after = tail.get(name.len()..).unwrap_or_default();
        let previous = before.chars().next_back().or_else(|| clean.chars().next_back());
        let is_word = !previous.is_some_and(is_inside) && !after.chars().next().is_some_and(is_inside);
        clean.push_str(before);
        clean.push_str(if is_word { by } else { name });
        rest = after;
    }
    clean.push_str(rest);
    clean
}

fn is_mail(word: &str) -> bool {
    word.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.contains('/'))
}

/// Long words with digits in them are ids, digests and secrets, not language.
fn is_id(word: &str) -> bool {
    word.len() >= 20 && word.chars().any(|c| c.is_ascii_digit()) && !word.contains('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    static VOCABULARY: Vocabulary = Vocabulary {
        members: &[],
        worded: &[],
        words: &[],
        small_words: true,
        names: &["everyone"],
        token: "npm_",
        headers: &[],
    };

    #[test]
    fn the_same_name_is_the_same_everywhere_and_the_registrys_own_stay() {
        let mut names = Pseudonyms::new(&VOCABULARY);
        assert_eq!((names.of("user", "acme-bot"), names.of("user", "acme-bot")), ("user-1".into(), "user-1".into()));
        assert_eq!((names.of("team", "everyone"), names.of("team", "core")), ("everyone".into(), "team-1".into()));
        assert_eq!(names.of("user", "core"), "team-1");
    }

    #[test]
    fn sentences_lose_names_addresses_and_secrets() {
        let mut names = Pseudonyms::new(&VOCABULARY);
        names.of("org", "acme");
        names.of("user", "acme-bot");
        names.learn("@acme/lib", "@org-1/package-1");
        let text = "acme-bot (bot@acme.example) of acme may not read @acme/lib with npm_abc123, see https://x.test/a?b=c \
                    or 1de6f3db-2ed9-4d72-b3dd-8f0e2b474a2f; acmeish stays";
        let expected =
            "user-1 ([mail]) of org-1 may not read @org-1/package-1 with [token], see [address] or [id] acmeish stays";
        assert_eq!(names.text(text), expected);
    }
}
