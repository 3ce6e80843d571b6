//! What people have to be told about connectors, as notices on their pages.

use async_trait::async_trait;
use rolecall_engine::connectors::{Notice, NoticeKind, NoticeSink, NoticeTo, StoreError};
use rolecall_engine::hub::{Audience, Caller, Hub, HubError, NewNotice, Role, User};
use rolecall_model::Timestamp;

/// Gives them to whoever answers for a connector and uses the hub, and otherwise to every administrator.
pub(super) struct HubNotices {
    pub(super) hub: Hub,
}

#[async_trait]
impl NoticeSink for HubNotices {
    async fn take(&self, notice: &Notice, _now: Timestamp) -> Result<(), StoreError> {
        let users = self.hub.users(&Caller::program()).await.map_err(of_the_database)?;
        for audience in audiences(&notice.to, &users) {
            let given = NewNotice {
                audience,
                kind: word(notice.kind).to_owned(),
                about: notice.title.clone(),
                text: notice.text.clone(),
            };
            self.hub.notice_add(&Caller::program(), &given).await.map_err(of_the_database)?;
        }
        Ok(())
    }
}

fn of_the_database(error: HubError) -> StoreError {
    match error {
        HubError::Store(error) => error,
        other => StoreError::Other(Box::new(other)),
    }
}

/// Owners are names or addresses, as people write them; those who have no account here cannot be told by a page.
fn audiences(to: &NoticeTo, users: &[User]) -> Vec<Audience> {
    let administrators = vec![Audience::Role(Role::Administrator)];
    let NoticeTo::Owners(owners) = to else { return administrators };
    let is_owner = |user: &&User| {
        let named = |name: &str| owners.iter().any(|owner| owner.eq_ignore_ascii_case(name));
        user.is_enabled()
            && (named(&user.name) || named(&user.display_name) || user.email.as_deref().is_some_and(named))
    };
    let found: Vec<Audience> = users.iter().filter(is_owner).map(|user| Audience::User(user.uuid)).collect();
    if found.is_empty() { administrators } else { found }
}

const fn word(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::TokenExpires => "token-expires",
        NoticeKind::SyncsFail => "syncs-fail",
        NoticeKind::Ownerless => "ownerless",
    }
}
