//! Stable names in place of real ones, so that answers can be shown to others.

use std::collections::BTreeMap;

/// Real names with what stands in their place: `user-1`, `@org-1/package-2`. The same name gets the same pseudonym
/// wherever it appears.
#[derive(Debug, Default)]
pub struct Pseudonyms {
    names: BTreeMap<String, String>,
    counts: BTreeMap<&'static str, usize>,
}

/// Names that are npm's own and no secret: the team that every organisation has.
const COMMON: &[&str] = &["developers"];

impl Pseudonyms {
    /// An account.
    pub(super) fn user(&mut self, name: &str) -> String {
        self.of("user", name)
    }

    /// An organisation.
    pub fn organization(&mut self, name: &str) -> String {
        self.of("org", name)
    }

    /// A team, spelled as npm spelled it: `acme:core`, `@acme:core` or `core`.
    pub(super) fn team(&mut self, spelled: &str) -> String {
        let (at, bare) = spelled.strip_prefix('@').map_or(("", spelled), |bare| ("@", bare));
        match bare.split_once(':') {
            Some((organization, team)) => {
                let organization = self.organization(organization);
                format!("{at}{organization}:{}", self.of("team", team))
            }
            None => format!("{at}{}", self.of("team", bare)),
        }
    }

    /// A package, with its scope if it has one.
    pub(super) fn package(&mut self, name: &str) -> String {
        if let Some(known) = self.names.get(name) {
            return known.clone();
        }
        let Some((scope, _)) = name.strip_prefix('@').and_then(|rest| rest.split_once('/')) else {
            return self.of("package", name);
        };
        let pseudonym = format!("@{}/{}", self.organization(scope), self.next("package"));
        // The bare name alone may be an ordinary word, so only the whole is known; also as the path of a request has it.
        self.names.insert(name.replace('/', "%2F"), pseudonym.clone());
        self.names.insert(name.to_owned(), pseudonym.clone());
        pseudonym
    }

    /// Anything else that is somebody's, such as a token's key or a company's host.
    pub fn other(&mut self, kind: &'static str, name: &str) -> String {
        self.of(kind, name)
    }

    fn of(&mut self, kind: &'static str, name: &str) -> String {
        if name.is_empty() || COMMON.contains(&name) {
            return name.to_owned();
        }
        if let Some(known) = self.names.get(name) {
            return known.clone();
        }
        let pseudonym = self.next(kind);
        self.names.insert(name.to_owned(), pseudonym.clone());
        pseudonym
    }

    fn next(&mut self, kind: &'static str) -> String {
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
        } else if body.contains("npm_") {
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

    #[test]
    fn the_same_name_is_the_same_everywhere_and_spelling_stays() {
        let mut names = Pseudonyms::default();
        assert_eq!(names.team("@acme:core"), "@org-1:team-1");
        assert_eq!((names.team("acme:core"), names.team("core")), ("org-1:team-1".into(), "team-1".into()));
        assert_eq!(names.team("acme:developers"), "org-1:developers");
        assert_eq!((names.package("@acme/lib"), names.package("lib")), ("@org-1/package-1".into(), "package-2".into()));
        assert_eq!(
            names.text("GET /-/package/@acme%2Flib/trust of @acme/other"),
            "GET /-/package/@org-1/package-1/trust of [package]"
        );
        assert_eq!((names.user("acme-bot"), names.user("acme-bot")), ("user-1".into(), "user-1".into()));
    }

    #[test]
    fn sentences_lose_names_addresses_and_secrets() {
        let mut names = Pseudonyms::default();
        names.organization("acme");
        names.user("acme-bot");
        names.package("@acme/lib");
        let text = "acme-bot (bot@acme.example) of acme may not read @acme/lib with npm_abc123, see https://x.test/a?b=c \
                    or 1de6f3db-2ed9-4d72-b3dd-8f0e2b474a2f; acmeish stays";
        let expected =
            "user-1 ([mail]) of org-1 may not read @org-1/package-1 with [token], see [address] or [id] acmeish stays";
        assert_eq!(names.text(text), expected);
    }
}
