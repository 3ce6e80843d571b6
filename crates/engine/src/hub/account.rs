//! Accounts, and who changes them.

use rolecall_store::{HubRefusal, UserChange};
use secrecy::SecretString;
use uuid::Uuid;

use super::link::DAY;
use super::name::{email_read, text_read};
use super::password::{Checked, password_read};
use super::{Caller, Hub, HubError, LinkKind, LinkMade, Permission, Role, User};

/// Who may look at everybody's account.
pub(super) const LOOK: &[Permission] = &[Permission::Administer, Permission::Audit];

/// What people change of their own account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserDetails {
    /// What people are called on pages.
    pub display_name: String,
    /// Where mail goes.
    pub email: Option<String>,
}

/// What of an account is reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResetScope {
    /// The password: the account has none until the link is used.
    Password,
    /// The second factor and its recovery codes: the account has none until it is set up again.
    SecondFactor,
    /// Both.
    Both,
}

impl Hub {
    /// Every account, by name. Needs to administer or to audit.
    ///
    /// # Errors
    /// [`HubError::Forbidden`].
    pub async fn users(&self, caller: &Caller) -> Result<Vec<User>, HubError> {
        self.needs_look(caller)?;
        Ok(self.store.hub_user_list().await?)
    }

    /// One account, by its id: one's own, or any for whoever may administer or audit.
    ///
    /// # Errors
    /// [`HubError::Forbidden`]; [`HubError::Conflict`] for an unknown account.
    pub async fn user(&self, caller: &Caller, user: Uuid) -> Result<User, HubError> {
        caller.needs_own_or(user, LOOK)?;
        Ok(self.store.hub_user(user).await?)
    }

    /// One account, by its sign-in name. Needs to administer or to audit.
    ///
    /// # Errors
    /// [`HubError::Forbidden`]; [`HubError::Conflict`] for an unknown account.
    pub async fn user_by_name(&self, caller: &Caller, name: &str) -> Result<User, HubError> {
        self.needs_look(caller)?;
        let found = self.store.hub_user_named(name).await?;
        found.ok_or(HubError::Conflict(HubRefusal::Unknown("account")))
    }

    /// Changes the display name, one's own, or any for whoever may administer; and the address, for whoever may administer:
    /// an account is the person of the directories who has its address, so that nobody may give themselves another's.
    ///
    /// # Errors
    /// [`HubError::Forbidden`], [`HubError::TextInvalid`], [`HubError::EmailInvalid`].
    pub async fn user_change(&self, caller: &Caller, user: Uuid, details: &UserDetails) -> Result<User, HubError> {
        caller.needs_own_or(user, &[Permission::Administer])?;
        let display_name = text_read("display name", &details.display_name)?.to_owned();
        let email = email_read(details.email.as_deref())?.map(str::to_owned);
        if email != self.store.hub_user(user).await?.email {
            caller.needs(Permission::Administer)?;
        }
        self.change(caller, user, &UserChange::Details { display_name, email }).await
    }

    /// Gives another role, which ends the account's sessions. Needs to administer, and to have confirmed it lately.
    ///
    /// # Errors
    /// [`HubError::Forbidden`], [`HubError::NotRecent`]; [`HubError::Conflict`] for the last administrator.
    pub async fn user_role(&self, caller: &Caller, user: Uuid, role: Role) -> Result<User, HubError> {
        self.administer(caller, user, &UserChange::Role(role)).await
    }

    /// Disables an account: its sessions end and its tokens open nothing from now on. Needs to administer, and to have
    /// confirmed it lately.
    ///
    /// # Errors
    /// [`HubError::Forbidden`], [`HubError::NotRecent`]; [`HubError::Conflict`] for the last administrator.
    pub async fn user_disable(&self, caller: &Caller, user: Uuid) -> Result<User, HubError> {
        self.administer(caller, user, &UserChange::Disable).await
    }

    /// Enables an account again, with its tokens. Needs to administer, and to have confirmed it lately.
    ///
    /// # Errors
    /// [`HubError::Forbidden`], [`HubError::NotRecent`].
    pub async fn user_enable(&self, caller: &Caller, user: Uuid) -> Result<User, HubError> {
        self.administer(caller, user, &UserChange::Enable).await
    }

    /// Resets what an account signs in with, and ends its sessions. Returns the one-time link for a new password where the
    /// password is reset. Needs to administer, and to have confirmed it lately.
    ///
    /// # Errors
    /// [`HubError::Forbidden`], [`HubError::NotRecent`]; [`HubError::Conflict`] for an unknown account.
    pub async fn user_reset(
        &self,
        caller: &Caller,
        user: Uuid,
        scope: ResetScope,
    ) -> Result<Option<LinkMade>, HubError> {
        let has_link = scope != ResetScope::SecondFactor;
        let second_factor = scope != ResetScope::Password;
        // The store gives it the role and the account.
        let made = has_link.then(|| self.link_make(LinkKind::Reset, Role::Auditor, None, DAY)).transpose()?;
        let (password, made) = made.map_or((None, None), |(link, made)| (Some(link), Some(made)));
        self.administer(caller, user, &UserChange::Reset { password, second_factor }).await?;
        Ok(made)
    }

    /// Changes one's own password, which ends one's other sessions. `current` is not needed, and not looked at, where the
    /// account has no password yet and the session is recent. Attempts are counted as those to sign in are.
    ///
    /// # Errors
    /// [`HubError::Refused`], [`HubError::Locked`], [`HubError::PasswordRefused`]; [`HubError::NoAccount`] without a
    /// session.
    pub async fn password_change(
        &self,
        caller: &Caller,
        current: &SecretString,
        new: &SecretString,
    ) -> Result<(), HubError> {
        let (user, _) = caller.signed_in()?;
        let hash = self.store.hub_credentials(&user.name).await?.and_then(|credentials| credentials.password_hash);
        match hash {
            Some(hash) => self.password_prove(caller, user, hash, current).await?,
            None => caller.needs_recent(self.now())?,
        }
        let names = [Some(user.name.as_str()), Some(user.display_name.as_str()), user.email.as_deref()];
        password_read(new, &names.into_iter().flatten().collect::<Vec<_>>())?;
        let hash = self.password_hash(new).await?;
        self.change(caller, user.uuid, &UserChange::Password(hash)).await?;
        Ok(())
    }
}

impl Hub {
    fn needs_look(&self, caller: &Caller) -> Result<(), HubError> {
        if LOOK.iter().any(|permission| caller.may(*permission)) {
            return Ok(());
        }
        caller.needs(Permission::Administer)
    }

    /// Changes an account as an administrator.
    async fn administer(&self, caller: &Caller, user: Uuid, change: &UserChange) -> Result<User, HubError> {
        caller.needs(Permission::Administer)?;
        caller.needs_recent(self.now())?;
        self.change(caller, user, change).await
    }

    pub(super) async fn change(&self, caller: &Caller, user: Uuid, change: &UserChange) -> Result<User, HubError> {
        // What an administrator does to their own account ends their own session only where it takes something from them.
        let act = caller.act(self.now());
        let is_own = caller.user().is_some_and(|own| own.uuid == user);
        let keeps = !matches!(change, UserChange::Role(_) | UserChange::Disable | UserChange::Reset { .. });
        let act = rolecall_store::HubAct { session: act.session.filter(|_| is_own && keeps), ..act };
        Ok(self.store.hub_user_change(user, change, &act).await?)
    }

    /// That the password is the caller's, counted as an attempt to sign in.
    async fn password_prove(
        &self,
        caller: &Caller,
        user: &User,
        hash: String,
        current: &SecretString,
    ) -> Result<(), HubError> {
        let attempt = self.attempt_begin(&user.name, caller).await?;
        match self.password_check(current, Some(hash)).await? {
            Checked::Right { .. } => Ok(self.store.hub_attempt_clear(&attempt.keys).await?),
            Checked::Wrong => Err(self.attempt_fail(&attempt, Some(user), caller).await),
        }
    }
}
