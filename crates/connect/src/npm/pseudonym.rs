//! What stands in the place of npm's names, spelled as npm spells them.

use crate::transcript::Pseudonyms;

/// Kinds of names.
pub(super) const USER: &str = "user";
pub(super) const ORGANIZATION: &str = "org";
const TEAM: &str = "team";
const PACKAGE: &str = "package";

/// A team, spelled as npm spelled it: `acme:core`, `@acme:core` or `core`.
pub(super) fn team(names: &mut Pseudonyms, spelled: &str) -> String {
    let (at, bare) = spelled.strip_prefix('@').map_or(("", spelled), |bare| ("@", bare));
    match bare.split_once(':') {
        Some((organization, team)) => {
            let organization = names.of(ORGANIZATION, organization);
            format!("{at}{organization}:{}", names.of(TEAM, team))
        }
        None => format!("{at}{}", names.of(TEAM, bare)),
    }
}

/// A package, with its scope if it has one.
pub(super) fn package(names: &mut Pseudonyms, name: &str) -> String {
    if let Some(known) = names.known(name) {
        return known.to_owned();
    }
    let Some((scope, _)) = name.strip_prefix('@').and_then(|rest| rest.split_once('/')) else {
        return names.of(PACKAGE, name);
    };
    let pseudonym = format!("@{}/{}", names.of(ORGANIZATION, scope), names.next(PACKAGE));
    // The bare name alone may be an ordinary word, so only the whole is known; also as the path of a request has it.
    names.learn(&name.replace('/', "%2F"), &pseudonym);
    names.learn(name, &pseudonym);
    pseudonym
}

#[cfg(test)]
mod tests {
    use super::super::redact::VOCABULARY;
    use super::*;

    #[test]
    fn spelling_stays_and_names_go() {
        let mut names = Pseudonyms::new(&VOCABULARY);
        assert_eq!(team(&mut names, "@acme:core"), "@org-1:team-1");
        assert_eq!((team(&mut names, "acme:core"), team(&mut names, "core")), ("org-1:team-1".into(), "team-1".into()));
        assert_eq!(team(&mut names, "acme:developers"), "org-1:developers");
        let packages = (package(&mut names, "@acme/lib"), package(&mut names, "lib"));
        assert_eq!(packages, ("@org-1/package-1".into(), "package-2".into()));
        assert_eq!(
            names.text("GET /-/package/@acme%2Flib/trust of @acme/other"),
            "GET /-/package/@org-1/package-1/trust of [package]"
        );
    }
}
