//! One-time links: the first administrator's, invitations, and resets.

use rolecall_model::Timestamp;
use rolecall_store::{Entry, HubRefusal, NewLink, NewUser, StoreError};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::name::{email_read, name_read, text_read};
use super::password::password_read;
use super::secret::{token_hash, token_new};
use super::{Caller, How, Hub, HubError, Link, LinkKind, Peer, Permission, Role, SignedIn};

/// How many days an invitation can be used.
pub const INVITATION_DAYS: i64 = 7;

/// Seconds of a day, for which the first administrator's link can be used.
pub(super) const DAY: i64 = 24 * 3600;

/// A link that was just made.
#[derive(Debug)]
pub struct LinkMade {
    /// The id for the outside world.
    pub uuid: Uuid,
    /// What opens it, shown once: it goes to the end of the link's address.
    pub token: SecretString,
    /// Until when it can be used.
    pub expires_at: Timestamp,
}

impl LinkMade {
    /// The path on the hub that the link leads to: what comes behind the hub's own address.
    #[must_use]
    pub fn path(&self) -> SecretString {
        SecretString::from(format!("/invitation/{}", self.token.expose_secret()))
    }
}

/// Who is invited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewInvitation {
    /// What they are to be.
    pub role: Role,
    /// Their address. An identity provider's verified word for it uses the invitation up as well as the link does.
    pub email: Option<String>,
}

/// What somebody gives who uses a link that makes an account.
#[derive(Debug)]
pub struct NewAccount {
    /// The sign-in name.
    pub name: String,
    /// What people are called; the sign-in name where it is empty.
    pub display_name: String,
    /// Where mail goes; that of the invitation where it is missing.
    pub email: Option<String>,
    /// The password.
    pub password: SecretString,
}

impl Hub {
    /// Whether nobody has ever been an enabled administrator, so that the first one is to be made.
    ///
    /// # Errors
    /// As of any reading.
    pub async fn is_first_run(&self) -> Result<bool, HubError> {
        Ok(!self.store.hub_has_administrator().await?)
    }

    /// Makes the link for the first administrator, valid for a day; earlier ones are void. Nothing once there is one.
    ///
    /// # Errors
    /// As of any writing; [`HubError::Forbidden`] unless the program or a terminal asks.
    pub async fn first_run(&self, caller: &Caller) -> Result<Option<LinkMade>, HubError> {
        if !matches!(caller.how, How::Terminal(_) | How::Program) {
            return Err(HubError::Forbidden { needs: Permission::Administer });
        }
        let made = self.link_make(LinkKind::FirstRun, Role::Administrator, None, DAY)?;
        match self.store.hub_link_make(&made.0, &caller.act(self.now())).await {
            Err(StoreError::Hub(HubRefusal::AdministratorExists)) => Ok(None),
            decided => Ok(decided.map(|()| Some(made.1))?),
        }
    }

    /// Invites somebody. Needs to administer, and to have confirmed it lately.
    ///
    /// # Errors
    /// [`HubError::Forbidden`], [`HubError::NotRecent`], [`HubError::EmailInvalid`].
    pub async fn invite(&self, caller: &Caller, invitation: &NewInvitation) -> Result<LinkMade, HubError> {
        caller.needs(Permission::Administer)?;
        let now = self.now();
        caller.needs_recent(now)?;
        let email = email_read(invitation.email.as_deref())?.map(str::to_owned);
        let (link, made) = self.link_make(LinkKind::Invitation, invitation.role, email, INVITATION_DAYS * DAY)?;
        self.store.hub_link_make(&link, &caller.act(now)).await?;
        Ok(made)
    }

    /// Invitations and resets that can be used still, newest first. Needs to administer.
    ///
    /// # Errors
    /// [`HubError::Forbidden`].
    pub async fn links(&self, caller: &Caller) -> Result<Vec<Link>, HubError> {
        caller.needs(Permission::Administer)?;
        Ok(self.store.hub_link_list(self.now()).await?)
    }

    /// Takes a link back. Needs to administer.
    ///
    /// # Errors
    /// [`HubError::Forbidden`]; [`HubError::Conflict`] when it cannot be used any more anyway.
    pub async fn link_revoke(&self, caller: &Caller, link: Uuid) -> Result<(), HubError> {
        caller.needs(Permission::Administer)?;
        Ok(self.store.hub_link_revoke(link, &caller.act(self.now())).await?)
    }

    /// What a link is for, for the page that it opens. Uses nothing up.
    ///
    /// # Errors
    /// [`HubError::Conflict`] (`hub-link-invalid`).
    pub async fn link_show(&self, token: &SecretString) -> Result<Link, HubError> {
        let link = self.store.hub_link_find(&token_hash(token), self.now()).await?;
        link.ok_or(HubError::Conflict(HubRefusal::LinkInvalid))
    }

    /// Makes the account of a first-run link or an invitation, and signs in to it.
    ///
    /// # Errors
    /// [`HubError::Conflict`] for a link that cannot be used or a taken name; [`HubError::NameInvalid`],
    /// [`HubError::PasswordRefused`], [`HubError::EmailInvalid`]. The link is not used up then.
    pub async fn link_join(
        &self,
        token: &SecretString,
        account: &NewAccount,
        peer: &Peer,
    ) -> Result<SignedIn, HubError> {
        let name = name_read(&account.name)?;
        let display_name = match account.display_name.trim() {
            "" => name,
            given => text_read("display name", given)?,
        };
        let email = email_read(account.email.as_deref())?;
        // Before the password is hashed, so that a link that opens nothing costs nothing.
        let link = self.link_show(token).await?;
        if link.kind == LinkKind::Reset {
            return Err(HubError::Conflict(HubRefusal::LinkInvalid));
        }
        // Whose address an account has is that person, so that whoever invites says it.
        let email = link.email.as_deref().or(email.filter(|_| link.role == Role::Administrator));
        let names = [Some(name), Some(display_name), email];
        password_read(&account.password, &names.into_iter().flatten().collect::<Vec<_>>())?;
        let hash = self.password_hash(&account.password).await?;
        let new = NewUser { name, display_name, email, password_hash: Some(&hash), identity: None };
        let caller = Caller::nobody(peer.clone());
        let (token_new, session) = self.session_new(&caller)?;
        let joined =
            self.store.hub_join(Entry::Link(&token_hash(token)), &new, &session, &caller.act(self.now())).await?;
        let (user, session) = joined.ok_or(HubError::Conflict(HubRefusal::LinkInvalid))?;
        Ok(SignedIn::of(token_new, user, session, peer))
    }

    /// Sets a new password by a reset link. Every session of the account has ended; nobody is signed in.
    ///
    /// # Errors
    /// [`HubError::Conflict`] for a link that cannot be used; [`HubError::PasswordRefused`].
    pub async fn link_reset(&self, token: &SecretString, password: &SecretString, peer: &Peer) -> Result<(), HubError> {
        let link = self.link_show(token).await?;
        if link.kind != LinkKind::Reset {
            return Err(HubError::Conflict(HubRefusal::LinkInvalid));
        }
        let names: Vec<&str> = [link.name.as_deref(), link.email.as_deref()].into_iter().flatten().collect();
        password_read(password, &names)?;
        let hash = self.password_hash(password).await?;
        let caller = Caller::nobody(peer.clone());
        Ok(self.store.hub_link_reset(&token_hash(token), &hash, &caller.act(self.now())).await?)
    }
}

impl Hub {
    /// A link that lasts so many seconds, and what opens it.
    pub(super) fn link_make(
        &self,
        kind: LinkKind,
        role: Role,
        email: Option<String>,
        seconds: i64,
    ) -> Result<(NewLink, LinkMade), HubError> {
        let (uuid, token, expires_at) = (Uuid::now_v7(), token_new()?, self.now().plus_seconds(seconds));
        let link = NewLink { uuid, kind, hash: token_hash(&token), role, email, expires_at };
        Ok((link, LinkMade { uuid, token, expires_at }))
    }
}
