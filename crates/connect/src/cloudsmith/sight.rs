//! Whose key it is, and what that account is shown: the first thing to know, for Cloudsmith shortens its lists for some
//! without saying so (`cloudsmith-api.md` §6).

use rolecall_http::{Call, Client, ErrorKind, RequestError};
use rolecall_model::{Aspect, Fingerprint, Reason};

use super::declaration::{COLLABORATOR, MANAGER, MEMBER, OWNER};
use super::failure::is_invisible;
use super::page::row;
use super::requests;
use super::row::{Row, word};
use super::slug::is_slug;

/// Who a key belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holder {
    /// A person's account.
    User,
    /// A service account.
    Service,
    /// Neither the organisation's services nor its members show it.
    Stranger,
}

/// What is known about a key's account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sight {
    /// The account's slug.
    pub(super) slug: String,
    pub(super) holder: Holder,
    /// The role in the organisation, in our spelling; empty when it is not known.
    pub(super) role: String,
    /// What an Owner's or Manager's key shows and this one does not.
    pub(super) denied: Vec<&'static str>,
}

/// Why it is not known whose key it is.
#[derive(Debug)]
pub(super) enum Blind {
    /// Cloudsmith answers, but to nobody in particular: the key is not one (`cloudsmith-api.md` §1).
    Anonymous,
    /// It does not answer.
    Request(RequestError),
}

impl Sight {
    /// Asks who the key belongs to, which role that account has and whether it sees what such a role sees.
    pub(super) async fn find(client: &Client, organization: &str) -> Result<Self, Blind> {
        let own = row(client, &requests::SELF, Call::new()).await.map_err(Blind::Request)?;
        if own.flag("authenticated") != Some(true) {
            return Err(Blind::Anonymous);
        }
        let slug = own.text("slug").unwrap_or_default();
        let (holder, role) = membership(client, organization, &own).await.map_err(Blind::Request)?;
        let mut sight = Self { slug: slug.to_owned(), holder, role, denied: Vec::new() };
        if sight.sees_everyone() {
            sight.denied = denied(client, organization).await;
        }
        Ok(sight)
    }

    fn sees_everyone(&self) -> bool {
        matches!(self.role.as_str(), OWNER | MANAGER)
    }

    /// What decides how much Cloudsmith shows (`cloudsmith-api.md` §6): the role, and whether owners and managers are shown
    /// what they should be. An account that is not found in the organisation has no role.
    pub(super) fn fingerprint(&self) -> Fingerprint {
        let level = match self.role.as_str() {
            OWNER => 4,
            MANAGER => 3,
            MEMBER => 2,
            COLLABORATOR => 1,
            _ => 0,
        };
        let role = if self.role.is_empty() { "not told" } else { self.role.as_str() };
        let (shown, shown_level) = if !self.sees_everyone() {
            ("some", 0)
        } else if self.denied.is_empty() {
            ("everyone", 2)
        } else {
            ("not all", 1)
        };
        Fingerprint {
            account: Some(self.slug.clone()).filter(|slug| !slug.is_empty()),
            aspects: vec![Aspect::new("role", level, role), Aspect::new("shown", shown_level, shown)],
            ..Fingerprint::default()
        }
    }

    /// `service ci`, `account ada`.
    pub(super) fn name(&self) -> String {
        match self.holder {
            _ if self.slug.is_empty() => "account, which Cloudsmith does not name,".to_owned(),
            Holder::Service => format!("service {}", self.slug),
            Holder::User | Holder::Stranger => format!("account {}", self.slug),
        }
    }

    /// Why the lists of members, teams and services may be shorter than the truth; nothing when they are whole.
    pub(super) fn narrow(&self) -> Option<Reason> {
        let withheld = self.withheld()?;
        Some(Reason::new(NARROW_KEY, format!("the key's {} {withheld}; {WIDER_KEY}", self.name())))
    }

    /// What is kept from the account, in words that follow its name.
    pub(super) fn withheld(&self) -> Option<String> {
        if self.holder == Holder::Stranger {
            return Some("is neither among the members nor among the services".to_owned());
        }
        match self.role.as_str() {
            OWNER | MANAGER if self.denied.is_empty() => None,
            OWNER | MANAGER => {
                Some(format!("has the role {}, and yet is not shown: {}", self.role, self.denied.join(", ")))
            }
            COLLABORATOR => Some("is a collaborator and sees the members of its own teams only".to_owned()),
            "" => Some("has a role that Cloudsmith does not tell".to_owned()),
            role => Some(format!("has the role {role}: hidden teams, services and mail addresses are kept from it")),
        }
    }

    /// Why repositories may be missing: only an owner sees them all.
    pub(super) fn narrow_repositories(&self) -> Option<Reason> {
        if self.role == OWNER && self.holder == Holder::User {
            return None;
        }
        let text = format!(
            "the key's {} is {}, and only owners see every repository: those on which it has no right may be missing; \
             {WIDER_KEY_FOR_REPOSITORIES}",
            self.name(),
            if self.role.is_empty() { "of unknown role" } else { &self.role },
        );
        Some(Reason::new(NARROW_KEY, text))
    }
}

/// Why a list is partial of which the key's account is not shown all.
pub(super) const NARROW_KEY: &str = "narrow-key";

/// Which key sees everyone.
pub(super) const WIDER_KEY: &str = "use the key of an owner or manager, or of a service that is a manager";

/// Which key sees every repository.
pub(super) const WIDER_KEY_FOR_REPOSITORIES: &str =
    "use an owner's key, or give a team of the service admin on every repository";

/// A service is found among the services, everyone else among the members (Terraform's method). Refusals mean that it is
/// not visible, which says nothing more. A service may be called like an account of another kind: then it is not known
/// which of them the key belongs to.
async fn membership(client: &Client, organization: &str, own: &Row) -> Result<(Holder, String), RequestError> {
    let stranger = Ok((Holder::Stranger, String::new()));
    let Some(slug) = own.text("slug").filter(|slug| is_slug(slug)) else { return stranger };
    let of = |hole: &'static str| Call::new().path("org", organization.to_owned()).path(hole, slug.to_owned());
    let service = shown(row(client, &requests::SERVICE, of("service")).await)?;
    let service = service.filter(|row| row.text("slug") == Some(slug));
    let member = shown(row(client, &requests::MEMBER, of("member")).await)?;
    let member = member.filter(|row| row.text("user") == Some(slug));
    let role = |row: &Row| row.text("role").map(word).unwrap_or_default();
    match (service, member) {
        (Some(row), None) => Ok((Holder::Service, role(&row))),
        (None, Some(row)) => Ok((Holder::User, role(&row))),
        (Some(_), Some(row)) if row.has("user_id") && row.text("user_id") == own.text("slug_perm") => {
            Ok((Holder::User, role(&row)))
        }
        (Some(_), Some(_)) | (None, None) => stranger,
    }
}

/// What is shown; nothing where it is not.
fn shown(answer: Result<Row, RequestError>) -> Result<Option<Row>, RequestError> {
    match answer {
        Ok(row) => Ok(Some(row)),
        Err(error) if is_invisible(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What owners and managers are shown, tried with the smallest page. A plan without the feature (402) denies nothing.
async fn denied(client: &Client, organization: &str) -> Vec<&'static str> {
    let mut denied = Vec::new();
    for template in [&requests::SERVICES, &requests::INVITATIONS, &requests::SAML_MAPPINGS] {
        let call = Call::new().path("org", organization.to_owned()).query(requests::PAGE_SIZE, "1");
        // A failure of the moment leaves open whether it is shown, and what is open proves nothing.
        match client.get(template, call).await {
            Ok(_) => {}
            Err(error) if matches!(error.kind, ErrorKind::PaymentRequired { .. }) => {}
            Err(_) => denied.push(template.name),
        }
    }
    denied
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn seen(role: &str, denied: Vec<&'static str>) -> Fingerprint {
        Sight { slug: "ada".into(), holder: Holder::User, role: role.into(), denied }.fingerprint()
    }

    #[rstest]
    #[case("manager", vec![], &["role owner then, manager now"])]
    #[case("collaborator", vec![], &["role owner then, collaborator now", "shown everyone then, some now"])]
    #[case("", vec![], &["role owner then, not told now", "shown everyone then, some now"])]
    #[case("owner", vec!["services"], &["shown everyone then, not all now"])]
    #[case("owner", vec![], &[])]
    fn a_lower_role_and_what_is_denied_are_less_sight(
        #[case] role: &str,
        #[case] denied: Vec<&'static str>,
        #[case] losses: &[&str],
    ) {
        assert_eq!(seen(role, denied).losses(&seen("owner", vec![])), losses);
    }

    #[rstest]
    #[case(Holder::User, "owner", true, true)]
    #[case(Holder::User, "manager", true, false)]
    #[case(Holder::Service, "manager", true, false)]
    #[case(Holder::Service, "owner", true, false)]
    #[case(Holder::User, "member", false, false)]
    #[case(Holder::User, "collaborator", false, false)]
    #[case(Holder::User, "auditor", false, false)]
    #[case(Holder::User, "", false, false)]
    #[case(Holder::Stranger, "", false, false)]
    fn only_owners_and_managers_see_everyone_and_only_owners_every_repository(
        #[case] holder: Holder,
        #[case] role: &str,
        #[case] everyone: bool,
        #[case] repositories: bool,
    ) {
        let sight = Sight { slug: "ada".into(), holder, role: role.into(), denied: Vec::new() };
        assert_eq!((sight.narrow().is_none(), sight.narrow_repositories().is_none()), (everyone, repositories));
        let denied = Sight { denied: vec!["services"], ..sight };
        assert!(denied.narrow().is_some());
    }
}
