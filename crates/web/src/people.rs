//! Who decides, and whether somebody else could.

use rolecall_engine::connectors::Decider;
use rolecall_engine::hub::{Caller, Role};
use uuid::Uuid;

use crate::error::WebError;
use crate::guard::Signed;
use crate::site::Site;

/// Whether there is an administrator beside this person who can sign in.
pub(crate) async fn has_other_administrator(site: &Site, person: Uuid) -> Result<bool, WebError> {
    let users = site.hub().users(&Caller::program()).await?;
    let is_other = |user: &rolecall_engine::hub::User| {
        user.uuid != person && user.role == Role::Administrator && user.is_enabled()
    };
    Ok(users.iter().any(is_other))
}

/// The person as somebody who decides about removals.
pub(crate) async fn decider(site: &Site, signed: &Signed) -> Result<Decider, WebError> {
    let has_other_administrator = has_other_administrator(site, signed.id()).await?;
    let user = signed.user();
    let accounts = [Some(user.name.clone()), user.email.clone()].into_iter().flatten().collect();
    Ok(Decider { name: user.name.clone(), accounts, has_other_administrator })
}
