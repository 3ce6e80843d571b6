//! How an account comes to be.

use serde_json::json;
use uuid::Uuid;

use super::identity::identity_insert;
use super::link::{first_runs_void, invitation_use, link_use};
use super::session::session_insert;
use super::user::{has_administrator, user_by_id};
use super::{HubAct, HubRefusal, LinkKind, NewSession, Role, Session, TokenHash, User, name_key, turn_take};
use crate::db::{self, Connection};
use crate::error::Failure;
use crate::{HubUserId, Store, StoreError};

/// What lets somebody in.
#[derive(Clone, Copy, Debug)]
pub enum Entry<'a> {
    /// A link with this digest, which is used up.
    Link(&'a TokenHash),
    /// An invitation to this address, which is used up; the role where there is none.
    Invited(Option<&'a str>, Option<Role>),
}

/// An account to be made.
#[derive(Clone, Debug)]
pub struct NewUser<'a> {
    /// The sign-in name.
    pub name: &'a str,
    /// What people are called.
    pub display_name: &'a str,
    /// Where mail goes; that of the invitation where it is missing.
    pub email: Option<&'a str>,
    /// The hash of its password.
    pub password_hash: Option<&'a str>,
    /// Issuer and subject of what a provider calls its holder.
    pub identity: Option<(&'a str, &'a str)>,
}

impl Store {
    /// Makes an account, and begins a session of it. Nothing where nothing lets them in.
    ///
    /// # Errors
    /// [`StoreError::Hub`] when the link cannot be used, or the name or the identity is taken. Nothing is used up then.
    pub async fn hub_join(
        &self,
        entry: Entry<'_>,
        new: &NewUser<'_>,
        session: &NewSession,
        act: &HubAct<'_>,
    ) -> Result<Option<(User, Session)>, StoreError> {
        self.answer(async {
            let mut tx = self.writing_beside().await?;
            turn_take(&mut tx).await?;
            let Some(let_in) = let_in(&mut tx, entry, act).await? else { return Ok(None) };
            let id = user_insert(&mut tx, new, &let_in, act).await?;
            if let Some((issuer, subject)) = new.identity {
                identity_insert(&mut tx, id, issuer, subject, act.now).await?;
            }
            if let_in.role == Role::Administrator {
                first_runs_void(&mut tx, act.now).await?;
            }
            let session = session_insert(&mut tx, id, session, act.now).await?;
            let user = user_by_id(&mut tx, id).await?;
            let act = HubAct { actor: Some(&user.name), ..*act };
            act.record(&mut tx, "hub.user-added", user.uuid, json!({ "by": let_in.by, "role": user.role.word() }))
                .await?;
            tx.commit().await?;
            Ok(Some((user, session)))
        })
        .await
    }
}

struct LetIn {
    role: Role,
    email: Option<String>,
    by: &'static str,
}

async fn let_in(db: &mut Connection, entry: Entry<'_>, act: &HubAct<'_>) -> Result<Option<LetIn>, Failure> {
    match entry {
        Entry::Link(hash) => {
            let (link, _) = link_use(db, hash, act.now).await?;
            match link.kind {
                LinkKind::Reset => Err(HubRefusal::LinkInvalid.into()),
                LinkKind::FirstRun if has_administrator(db).await? => Err(HubRefusal::AdministratorExists.into()),
                kind => Ok(Some(LetIn { role: link.role, email: link.email, by: kind.word() })),
            }
        }
        Entry::Invited(email, role) => {
            let link = match email {
                Some(email) => invitation_use(db, email, act.now).await?,
                None => None,
            };
            Ok(match (link, role) {
                (Some(link), _) => Some(LetIn { role: link.role, email: link.email, by: "invitation" }),
                (None, Some(role)) => Some(LetIn { role, email: None, by: "identity" }),
                (None, None) => None,
            })
        }
    }
}

async fn user_insert(
    db: &mut Connection,
    new: &NewUser<'_>,
    let_in: &LetIn,
    act: &HubAct<'_>,
) -> Result<HubUserId, Failure> {
    let row = db::query(
        "insert into hub_user (uuid, name, name_key, display_name, email, role, password_hash, created_at, \
         signed_in_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $8) on conflict (name_key) do nothing returning id",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(new.name)
    .bind(name_key(new.name))
    .bind(new.display_name)
    .bind(new.email.or(let_in.email.as_deref()))
    .bind(let_in.role.word())
    .bind(new.password_hash)
    .bind(act.now.0)
    .fetch_optional(db)
    .await?;
    let row = row.ok_or(HubRefusal::NameTaken)?;
    Ok(HubUserId(row.try_get(0)?))
}
