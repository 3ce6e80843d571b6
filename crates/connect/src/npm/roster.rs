//! The roster: who is in the organisation with which role, and whether that is everyone.

use std::collections::HashSet;

use rolecall_model::{Aspect, Diagnostic, Fact, Fingerprint, Outcome, Proof, Reading, Reason, ResourceRef};

use super::answer::{Pairs, Words};
use super::declaration::USER;

/// What a person stated about the organisation, for credentials whose own account npm does not tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attestation {
    /// The account the token belongs to.
    pub user: String,
    /// How many members the organisation has.
    pub members: usize,
}

/// What is known about the credential's own account.
#[derive(Clone, Debug)]
pub(super) enum Identity {
    /// `whoami` named it.
    Known(String),
    /// `whoami` did not answer, for this reason.
    Unknown(String),
}

/// The entitlement for a role word. npm's older words are still understood (`npm-api.md` §3.2); a word we do not know
/// is kept as it is, because an unknown role is neither nothing nor an owner.
fn role(word: &str) -> &str {
    match word {
        "team-admin" => "admin",
        "super-admin" => "owner",
        other => other,
    }
}

fn is_known(word: &str) -> bool {
    matches!(role(word), "developer" | "admin" | "owner")
}

/// Reads the roster's body.
pub(super) fn reading(
    organization: &ResourceRef,
    pairs: Pairs,
    identity: &Identity,
    attestation: Option<&Attestation>,
) -> Reading {
    let words = match pairs.into_words(is_known) {
        Ok(words) => words,
        Err(reason) => return Reading::unavailable(reason),
    };
    let outcome = match &words.doubt {
        Some(reason) => Outcome::Partial(reason.clone()),
        None => Outcome::Whole(proof(&words, identity, attestation)),
    };
    let unknown = words.entries.iter().map(|(_, word)| word).filter(|word| !is_known(word)).collect::<HashSet<_>>();
    let mut diagnostics = words.diagnostics;
    diagnostics.extend(unknown.into_iter().map(|word| {
        Diagnostic::new("unknown-role", format!("npm sent the role {word:?}, whose rights are not known"))
    }));
    let mut facts = vec![Fact::resource(organization.clone(), None)];
    for (name, word) in &words.entries {
        let user = ResourceRef::new(USER, name.as_str());
        facts.push(Fact::grant(&user, organization, role(word).to_owned()));
        facts.push(Fact::resource(user, None));
    }
    Reading { outcome, facts, diagnostics, validator: None }
}

/// What decides how much npm shows: the role of the account that the token belongs to, or is stated to belong to. Owners
/// and admins are shown the same.
pub(super) fn fingerprint(
    organization: &ResourceRef,
    facts: &[Fact],
    identity: &Identity,
    attestation: Option<&Attestation>,
) -> Option<Fingerprint> {
    let account = match (identity, attestation) {
        (Identity::Known(user), _) => user,
        (Identity::Unknown(_), Some(attested)) => &attested.user,
        (Identity::Unknown(_), None) => return None,
    };
    let role = facts.iter().find_map(|fact| match fact {
        Fact::Grant { principal, entitlement }
            if *principal.id == **account && entitlement.resource == *organization =>
        {
            Some(entitlement.slug.as_str())
        }
        _ => None,
    });
    let aspect = match role {
        Some(role @ ("owner" | "admin")) => Aspect::new(ROLE, 2, role),
        Some(role) => Aspect::new(ROLE, 1, role),
        None => Aspect::new(ROLE, 0, "none"),
    };
    Some(Fingerprint { account: Some(account.clone()), aspects: vec![aspect], ..Fingerprint::default() })
}

const ROLE: &str = "role";

/// A roster is proven when the credential's own account is in it as owner or admin (`npm-api.md` §1.3): npm shows
/// others only part of it, without saying so.
fn proof(words: &Words, identity: &Identity, attestation: Option<&Attestation>) -> Proof {
    match identity {
        Identity::Known(user) => match role_of(words, user) {
            Some("owner" | "admin") => Proof::Itself,
            Some(role) => Proof::None(Reason::new(
                "not-admin",
                format!(
                    "the token's account {user} is {role} here, and npm may hide members from it; use a token of an owner or admin"
                ),
            )),
            None => Proof::None(Reason::new(
                "own-account-missing",
                format!(
                    "the token's own account {user} is not in the roster, so others may be missing too; use a token of an owner or admin"
                ),
            )),
        },
        Identity::Unknown(why) => match attestation {
            Some(attested) => attested_proof(words, attested),
            None => Proof::None(Reason::new(
                "account-unknown",
                format!(
                    "npm did not say whose token this is ({why}); state it with --attest-user and --attest-members"
                ),
            )),
        },
    }
}

fn attested_proof(words: &Words, attested: &Attestation) -> Proof {
    if !matches!(role_of(words, &attested.user), Some("owner" | "admin")) {
        return Proof::None(Reason::new(
            "attestation-failed",
            format!("{} was stated to own the token but is no owner or admin in the roster", attested.user),
        ));
    }
    if words.entries.len() != attested.members {
        return Proof::None(Reason::new(
            "attestation-failed",
            format!("{} members were stated and {} were listed", attested.members, words.entries.len()),
        ));
    }
    Proof::Attested
}

fn role_of<'w>(words: &'w Words, user: &str) -> Option<&'w str> {
    words.entries.iter().find(|(name, _)| name == user).map(|(_, word)| role(word))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn outcome(body: &str, identity: &Identity, attestation: Option<&Attestation>) -> Outcome {
        let organization = ResourceRef::new("organization", "acme");
        reading(&organization, serde_json::from_str(body).unwrap(), identity, attestation).outcome
    }

    #[rstest]
    #[case("adam", None)]
    #[case("olivia", None)]
    #[case("dev", Some("not-admin"))]
    #[case("stranger", Some("own-account-missing"))]
    fn a_roster_is_proven_by_its_reader(#[case] user: &str, #[case] unproven: Option<&str>) {
        let body = r#"{"olivia":"owner","adam":"admin","dev":"developer"}"#;
        match outcome(body, &Identity::Known(user.into()), None) {
            Outcome::Whole(Proof::Itself) => assert!(unproven.is_none()),
            Outcome::Whole(Proof::None(reason)) => assert_eq!(Some(reason.code.as_str()), unproven),
            other => panic!("{other:?}"),
        }
    }

    #[rstest]
    #[case(Some("olivia"), None, Some("olivia, role owner"))]
    #[case(Some("dev"), None, Some("dev, role developer"))]
    #[case(Some("stranger"), Some("olivia"), Some("stranger, role none"))]
    #[case(None, Some("olivia"), Some("olivia, role owner"))]
    #[case(None, None, None)]
    fn what_is_shown_depends_on_the_readers_role(
        #[case] known: Option<&str>,
        #[case] attested: Option<&str>,
        #[case] seen: Option<&str>,
    ) {
        let organization = ResourceRef::new("organization", "acme");
        let body = serde_json::from_str(r#"{"olivia":"owner","adam":"admin","dev":"developer"}"#).unwrap();
        let identity = known.map_or(Identity::Unknown("401".into()), |user| Identity::Known(user.into()));
        let attested = attested.map(|user| Attestation { user: user.into(), members: 3 });
        let facts = reading(&organization, body, &identity, attested.as_ref()).facts;
        let fingerprint = fingerprint(&organization, &facts, &identity, attested.as_ref());
        assert_eq!(fingerprint.as_ref().map(Fingerprint::sentence).as_deref(), seen);
        let admin = super::fingerprint(&organization, &facts, &Identity::Known("adam".into()), None).unwrap();
        let losses = fingerprint.map(|seen| seen.losses(&admin).len());
        assert!(losses.is_none_or(|losses| losses == usize::from(seen != Some("olivia, role owner"))));
    }

    #[test]
    fn an_attestation_must_fit_the_roster() {
        let unknown = Identity::Unknown("404".into());
        let stated = |members| Attestation { user: "olivia".into(), members };
        let body = r#"{"olivia":"owner","dev":"developer"}"#;
        assert_eq!(outcome(body, &unknown, Some(&stated(2))), Outcome::Whole(Proof::Attested));
        assert!(matches!(outcome(body, &unknown, Some(&stated(3))), Outcome::Whole(Proof::None(_))));
        assert!(matches!(outcome(body, &unknown, None), Outcome::Whole(Proof::None(_))));
    }

    #[test]
    fn an_unknown_role_is_neither_nothing_nor_an_owner() {
        let organization = ResourceRef::new("organization", "acme");
        let body = serde_json::from_str(r#"{"bill":"billing","adam":"team-admin"}"#).unwrap();
        let reading = reading(&organization, body, &Identity::Known("adam".into()), None);
        let granted = |user: &str, slug: &str| {
            let user = ResourceRef::new(USER, user);
            reading.facts.contains(&Fact::grant(&user, &organization, slug.to_owned()))
        };
        assert!(granted("bill", "billing") && granted("adam", "admin"));
        assert_eq!(reading.diagnostics.len(), 1);
    }
}
