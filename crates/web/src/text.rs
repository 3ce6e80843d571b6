//! Words that several pages use.

use std::borrow::Borrow;

use rolecall_engine::hub::{Permission, Role};

/// What people call a role.
pub(crate) fn role(role: impl Borrow<Role>) -> &'static str {
    match role.borrow() {
        Role::Administrator => "Administrator",
        Role::ConnectorAdmin => "Connector admin",
        Role::Reviewer => "Reviewer",
        Role::Auditor => "Auditor",
    }
}

/// What a role is for.
pub(crate) fn role_purpose(role: impl Borrow<Role>) -> &'static str {
    match role.borrow() {
        Role::Administrator => "may do everything",
        Role::ConnectorAdmin => "looks after connectors and rules, and decides about removals and findings",
        Role::Reviewer => "reads everything but the audit log, and reviews access",
        Role::Auditor => "reads everything, the audit log too, and changes nothing",
    }
}

/// Which roles a permission needs.
pub(crate) const fn permission(permission: Permission) -> &'static str {
    match permission {
        Permission::Read => "an account of this hub",
        Permission::Connect | Permission::Decide => "the role Connector admin or Administrator",
        Permission::Review => "the role Reviewer or Administrator",
        Permission::Administer => "the role Administrator",
        Permission::Audit => "the role Auditor or Administrator",
    }
}

/// A sentence, from an error as libraries write it: with a capital letter and a full stop.
pub(crate) fn sentence(text: impl AsRef<str>) -> String {
    let text = text.as_ref();
    let mut characters = text.trim().chars();
    let Some(first) = characters.next() else { return String::new() };
    // A name such as `npm:acme` keeps its spelling.
    let is_name = text.split_whitespace().next().is_some_and(|word| word.contains(':') || word.contains('_'));
    let first = if is_name { first.to_string() } else { first.to_uppercase().collect() };
    let end = if text.trim_end().ends_with(['.', '!', '?', '…']) { "" } else { "." };
    format!("{first}{}{end}", characters.as_str())
}

/// With a capital letter, as the only word of a label has it.
pub(crate) fn capital(text: impl AsRef<str>) -> String {
    let mut characters = text.as_ref().chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    first + characters.as_str()
}

/// What people call so many things of a type: `oidc-providers` are *OIDC providers*, and one `organizations` is an
/// *organisation*.
pub(crate) fn things(plural: impl AsRef<str>, number: impl Borrow<u64>) -> String {
    let plural = plural.as_ref().replace('-', " ").replace("organizations", "organisations");
    let words = if *number.borrow() == 1 { singular(&plural) } else { plural };
    let words: Vec<&str> = words
        .split(' ')
        .map(|word| ABBREVIATED.iter().find(|(known, _)| *known == word).map_or(word, |(_, short)| short))
        .collect();
    words.join(" ")
}

/// Words of types that are no words, but the first letters of some.
const ABBREVIATED: &[(&str, &str)] = &[("api", "API"), ("oidc", "OIDC"), ("saml", "SAML")];

/// One of what a type calls several.
fn singular(plural: &str) -> String {
    match plural.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None if plural == "people" => "person".to_owned(),
        None => plural.strip_suffix('s').unwrap_or(plural).to_owned(),
    }
}

/// `1 row`, `2 rows`.
pub(crate) fn count(number: impl Borrow<u64>, one: &str, several: &str) -> String {
    let number = *number.borrow();
    format!("{} {}", grouped(number), if number == 1 { one } else { several })
}

/// With a thin mark at every thousand: `20,000`.
pub(crate) fn grouped(number: impl Borrow<u64>) -> String {
    let digits = number.borrow().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A text with quotation marks in the place of the backticks that a terminal shows.
pub(crate) fn quoted(text: impl AsRef<str>) -> String {
    let mut quoted = String::with_capacity(text.as_ref().len());
    for (number, part) in text.as_ref().split('`').enumerate() {
        if number > 0 {
            quoted.push(if number % 2 == 1 { '“' } else { '”' });
        }
        quoted.push_str(part);
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_become_sentences() {
        assert_eq!(sentence("the token is refused"), "The token is refused.");
        assert_eq!(sentence("npm:acme is gone"), "npm:acme is gone.");
        assert_eq!((sentence("Why?").as_str(), sentence("").as_str()), ("Why?", ""));
    }

    #[test]
    fn one_and_several_things_are_called_by_their_words() {
        let told = [
            ("oidc-providers", 2_u64, "OIDC providers"),
            ("saml-mappings", 1, "SAML mapping"),
            ("api-key-rules", 1, "API key rule"),
            ("organizations", 1, "organisation"),
            ("code-repositories", 1, "code repository"),
            ("people", 1, "person"),
            ("teams", 0, "teams"),
        ];
        for (plural, number, words) in told {
            assert_eq!(things(plural, number), words);
        }
        assert_eq!((capital("queued").as_str(), capital("").as_str()), ("Queued", ""));
    }

    #[test]
    fn thousands_are_marked() {
        assert_eq!((grouped(7).as_str(), grouped(1_234_567).as_str()), ("7", "1,234,567"));
        assert_eq!((count(1, "row", "rows").as_str(), count(2000, "row", "rows").as_str()), ("1 row", "2,000 rows"));
    }

    #[test]
    fn backticks_become_quotation_marks_in_turn() {
        assert_eq!(quoted("the person's `npm` is `ada`"), "the person's “npm” is “ada”");
        assert_eq!(quoted("no end of `it"), "no end of “it");
        assert_eq!(quoted(""), "");
    }
}
