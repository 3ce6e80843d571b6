//! What people are told without asking.

use uuid::Uuid;

use super::{Caller, Hub, HubError, NewNotice, Notice, Permission};

/// How many notices are shown.
const NOTICES_MOST: usize = 200;

impl Hub {
    /// Gives a notice. It is for the program's own use, and no page should offer it.
    ///
    /// # Errors
    /// [`HubError::Forbidden`] unless the program or whoever may administer asks; [`HubError::Conflict`] for an unknown
    /// account.
    pub async fn notice_add(&self, caller: &Caller, notice: &NewNotice) -> Result<Uuid, HubError> {
        caller.needs(Permission::Administer)?;
        Ok(self.store.hub_notice_add(notice, self.now()).await?)
    }

    /// The caller's notices, newest first: those to the account, and those to its role. At most 200.
    ///
    /// # Errors
    /// [`HubError::NoAccount`].
    pub async fn notices(&self, caller: &Caller) -> Result<Vec<Notice>, HubError> {
        let user = caller.account()?;
        Ok(self.store.hub_notice_list(user, NOTICES_MOST).await?)
    }

    /// Notes that the caller has read a notice.
    ///
    /// # Errors
    /// [`HubError::NoAccount`]; [`HubError::Conflict`] for a notice that is none of theirs.
    pub async fn notice_read(&self, caller: &Caller, notice: Uuid) -> Result<(), HubError> {
        let user = caller.account()?;
        Ok(self.store.hub_notice_read(user, notice, self.now()).await?)
    }
}
