//! An identity provider's word, and which account it opens.

use rolecall_store::{Entry, HubAct, HubRefusal, NewSession, NewUser, StoreError};
use uuid::Uuid;

use super::account::LOOK;
use super::name::{email_read, is_of_name, text_read};
use super::{Caller, Hub, HubError, Identity, Peer, Permission, Role, Session, SignedIn, User};

/// How many sign-in names are tried for somebody new.
const NAMES_TRIED: usize = 100;

/// What a provider says of somebody, after its token was checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    /// What people are called.
    pub name: Option<String>,
    /// The address.
    pub email: Option<String>,
    /// Whether the provider has checked that the address is theirs.
    pub email_verified: bool,
    /// Their groups.
    pub groups: Vec<String>,
}

/// Somebody, as a provider knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalIdentity {
    /// The provider.
    pub issuer: String,
    /// The provider's own id of the person.
    pub subject: String,
    /// What it says of them.
    pub claims: Claims,
}

/// A group of the provider's, and the role that its members get when their account is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupRole {
    /// The group.
    pub group: String,
    /// The role.
    pub role: Role,
}

/// Who gets an account without being invited. The default is nobody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdentityPolicy {
    /// By group: the first that fits counts.
    pub groups: Vec<GroupRole>,
    /// Everybody else; nobody where there is none.
    pub everyone: Option<Role>,
}

impl Hub {
    /// Signs in with an identity. Opens the account that it is linked to; or makes one by an invitation to its verified
    /// address, which is used up, or where the policy says so. An account of the same address is never opened by that. The
    /// role of an account that there is does not follow its groups.
    ///
    /// # Errors
    /// [`HubError::IdentityRefused`] when there is no account and none is to be made, or it is disabled.
    pub async fn identity_sign_in(
        &self,
        identity: &ExternalIdentity,
        policy: &IdentityPolicy,
        peer: &Peer,
    ) -> Result<SignedIn, HubError> {
        let (issuer, subject) = identity_read(identity)?;
        let nobody = Caller::nobody(peer.clone());
        let (token, session) = self.session_new(&nobody)?;
        let act = HubAct { how: "session", ..nobody.act(self.now()) };
        if let Some(user) = self.store.hub_identity_user(issuer, subject).await? {
            if !user.is_enabled() {
                return Err(HubError::IdentityRefused { why: "the account is disabled" });
            }
            let (user, session) = self.store.hub_identity_sign_in((issuer, subject), &session, &act).await?;
            return Ok(SignedIn::of(token, user, session, peer));
        }
        let joined = self.identity_join(identity, policy, &session, &act).await?;
        let (user, session) = joined.ok_or(HubError::IdentityRefused { why: "there is no account for it" })?;
        Ok(SignedIn::of(token, user, session, peer))
    }

    /// Links an identity to one's own account. Needs to have confirmed lately that it is them.
    ///
    /// # Errors
    /// [`HubError::NoAccount`], [`HubError::NotRecent`]; [`HubError::Conflict`] when it is another's.
    pub async fn identity_link(&self, caller: &Caller, identity: &ExternalIdentity) -> Result<Identity, HubError> {
        let (user, _) = caller.signed_in()?;
        let now = self.now();
        caller.needs_recent(now)?;
        Ok(self.store.hub_identity_link(user.uuid, identity_read(identity)?, &caller.act(now)).await?)
    }

    /// The identities of an account: one's own, or another's for whoever may administer or audit.
    ///
    /// # Errors
    /// [`HubError::Forbidden`]; [`HubError::Conflict`] for an unknown account.
    pub async fn identities(&self, caller: &Caller, user: Uuid) -> Result<Vec<Identity>, HubError> {
        caller.needs_own_or(user, LOOK)?;
        let user = self.store.hub_user(user).await?;
        Ok(self.store.hub_identity_list(user.id).await?)
    }

    /// Unlinks an identity, and ends the account's other sessions: one's own, or another's for whoever may administer.
    /// Needs to have confirmed lately that it is them.
    ///
    /// # Errors
    /// [`HubError::Forbidden`], [`HubError::NotRecent`]; [`HubError::Conflict`] for an unknown one, and where the account
    /// would be left without a way to sign in.
    pub async fn identity_unlink(&self, caller: &Caller, user: Uuid, identity: Uuid) -> Result<(), HubError> {
        caller.needs_own_or(user, &[Permission::Administer])?;
        let now = self.now();
        caller.needs_recent(now)?;
        Ok(self.store.hub_identity_unlink(user, identity, &caller.act(now)).await?)
    }
}

impl Hub {
    /// Makes the account of an identity, where somebody invited its verified address or the policy says so.
    async fn identity_join(
        &self,
        identity: &ExternalIdentity,
        policy: &IdentityPolicy,
        session: &NewSession,
        act: &HubAct<'_>,
    ) -> Result<Option<(User, Session)>, HubError> {
        let claims = &identity.claims;
        // An address that the provider has not checked is only what somebody says.
        let email = email_read(claims.email.as_deref()).ok().flatten().filter(|_| claims.email_verified);
        let name = name_of(claims, &identity.subject);
        let display_name = claims.name.as_deref().and_then(|name| text_read("display name", name).ok());
        for number in 1..=NAMES_TRIED {
            let tried = if number == 1 { name.clone() } else { format!("{name}-{number}") };
            let new = NewUser {
                name: &tried,
                display_name: display_name.unwrap_or(&tried),
                email,
                password_hash: None,
                identity: Some((&identity.issuer, &identity.subject)),
            };
            match self.store.hub_join(Entry::Invited(email, policy.role_of(claims)), &new, session, act).await {
                Err(StoreError::Hub(HubRefusal::NameTaken)) => {}
                decided => return Ok(decided?),
            }
        }
        Err(HubError::Conflict(HubRefusal::NameTaken))
    }
}

impl IdentityPolicy {
    fn role_of(&self, claims: &Claims) -> Option<Role> {
        let by_group = self.groups.iter().find(|mapped| claims.groups.contains(&mapped.group));
        by_group.map(|mapped| mapped.role).or(self.everyone)
    }
}

/// Issuer and subject of an identity that can be one.
fn identity_read(identity: &ExternalIdentity) -> Result<(&str, &str), HubError> {
    let is_usable = |text: &str| !text.trim().is_empty() && text.len() <= 1000;
    if is_usable(&identity.issuer) && is_usable(&identity.subject) {
        return Ok((&identity.issuer, &identity.subject));
    }
    Err(HubError::IdentityRefused { why: "the provider does not say who it is" })
}

/// A sign-in name for somebody new: what is before the `@` of their address, or their id.
fn name_of(claims: &Claims, subject: &str) -> String {
    let mailbox = claims.email.as_deref().and_then(|email| email.split('@').next());
    let letters = |text: &str| -> String { text.chars().filter(|letter| is_of_name(*letter)).take(50).collect() };
    let name = letters(mailbox.unwrap_or_default());
    if name.is_empty() { format!("user-{}", letters(subject)) } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_group_that_fits_counts_and_then_everyone() {
        let mapped = |group: &str, role| GroupRole { group: group.to_owned(), role };
        let policy = IdentityPolicy {
            groups: vec![mapped("platform", Role::ConnectorAdmin), mapped("audit", Role::Auditor)],
            everyone: Some(Role::Reviewer),
        };
        let of = |groups: &[&str]| {
            let groups = groups.iter().map(|group| (*group).to_owned()).collect();
            policy.role_of(&Claims { groups, ..Claims::default() })
        };
        assert_eq!(of(&["audit", "platform"]), Some(Role::ConnectorAdmin));
        assert_eq!((of(&["audit"]), of(&["Audit"]), of(&[])), {
            let everyone = Some(Role::Reviewer);
            (Some(Role::Auditor), everyone, everyone)
        });
        assert_eq!(IdentityPolicy::default().role_of(&Claims::default()), None);
    }

    #[test]
    fn somebody_new_is_called_after_their_address_or_id() {
        let of = |email: Option<&str>| {
            let claims = Claims { email: email.map(str::to_owned), ..Claims::default() };
            name_of(&claims, "auth0|77 1")
        };
        assert_eq!(of(Some("ada.l+x@example.com")), "ada.l+x");
        assert_eq!((of(None), of(Some("ää@example.com"))), ("user-auth0771".to_owned(), "user-auth0771".to_owned()));
    }
}
