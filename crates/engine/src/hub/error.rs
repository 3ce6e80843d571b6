//! What people are told when the hub refuses them.

use rolecall_model::Timestamp;
use rolecall_store::{HubRefusal, RunnerRefusal, ScimRefusal, StoreError};

use super::{PasswordFlaw, Permission, TOKEN_DAYS_MOST};

/// An error of the hub's use-cases. None repeats a secret, and none tells whether an account exists.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// Name, password or code was wrong, or the account is disabled: which one is not told.
    #[error("the name, the password or the code is not right")]
    Refused,
    /// Too many attempts failed.
    #[error("too many attempts failed")]
    Locked {
        /// When the next attempt is looked at.
        until: Timestamp,
    },
    /// There is no session or token, or it has ended.
    #[error("you are not signed in")]
    NotSignedIn,
    /// The role does not allow it.
    #[error("your role does not allow this: it needs the permission to {}", needs.word())]
    Forbidden {
        /// What would be needed.
        needs: Permission,
    },
    /// The use-case is for people with an account.
    #[error("this is for people who are signed in to an account")]
    NoAccount,
    /// The password or second factor has to be given again.
    #[error("this needs your password or second factor again")]
    NotRecent,
    /// The token of a form does not belong to the session.
    #[error("the form does not belong to this session")]
    FormStale,
    /// The sign-in name cannot be used.
    #[error("this sign-in name cannot be used: {why}")]
    NameInvalid {
        /// What is wrong with it.
        why: &'static str,
    },
    /// A display name or the name of a token cannot be used.
    #[error("this {what} cannot be used: {why}")]
    TextInvalid {
        /// Which text.
        what: &'static str,
        /// What is wrong with it.
        why: &'static str,
    },
    /// It is no e-mail address.
    #[error("this is no e-mail address")]
    EmailInvalid,
    /// The password cannot be used.
    #[error("this password cannot be used: {0}")]
    PasswordRefused(PasswordFlaw),
    /// The code of a second factor that is being set up does not fit.
    #[error("this code does not fit")]
    CodeWrong,
    /// The account has a second factor already.
    #[error("the account has a second factor already")]
    SecondFactorPresent,
    /// Nobody can give a role that may do more than their own.
    #[error("a token cannot do more than you may")]
    RoleTooHigh,
    /// A token is to last too long or no time at all.
    #[error("a token lasts from 1 to {TOKEN_DAYS_MOST} days")]
    ExpiryInvalid,
    /// The identity provider's word makes no account here.
    #[error("you cannot sign in here with this identity: {why}")]
    IdentityRefused {
        /// Why not.
        why: &'static str,
    },
    /// The log-in at the identity provider was not begun here, took too long, or was finished before.
    #[error("this log-in was not begun here, took too long, or was finished already")]
    LoginUnknown,
    /// So many log-ins of command lines wait that there is no room for another.
    #[error("too many log-ins wait to be allowed")]
    LoginsMany,
    /// What holds whoever asks.
    #[error(transparent)]
    Conflict(HubRefusal),
    /// What holds of directories, whoever asks.
    #[error(transparent)]
    Directory(ScimRefusal),
    /// What holds of runners, whoever asks.
    #[error(transparent)]
    Runner(RunnerRefusal),
    /// The database.
    #[error(transparent)]
    Store(StoreError),
    /// The system gives no random numbers, or passwords cannot be worked on.
    #[error("this machine cannot do it: {0}")]
    Machine(String),
}

impl HubError {
    /// A stable word for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Refused => "hub-refused",
            Self::Locked { .. } => "hub-locked",
            Self::NotSignedIn => "hub-not-signed-in",
            Self::Forbidden { .. } => "hub-forbidden",
            Self::NoAccount => "hub-no-account",
            Self::NotRecent => "hub-not-recent",
            Self::FormStale => "hub-form-stale",
            Self::NameInvalid { .. } => "hub-name-invalid",
            Self::TextInvalid { .. } => "hub-text-invalid",
            Self::EmailInvalid => "hub-email-invalid",
            Self::PasswordRefused(_) => "hub-password-refused",
            Self::CodeWrong => "hub-code-wrong",
            Self::SecondFactorPresent => "hub-second-factor-present",
            Self::RoleTooHigh => "hub-role-too-high",
            Self::ExpiryInvalid => "hub-expiry-invalid",
            Self::IdentityRefused { .. } => "hub-identity-refused",
            Self::LoginUnknown => "hub-login-unknown",
            Self::LoginsMany => "hub-logins-many",
            Self::Conflict(refusal) => refusal.code(),
            Self::Directory(refusal) => refusal.code(),
            Self::Runner(refusal) => refusal.code(),
            Self::Store(error) => error.code(),
            Self::Machine(_) => "hub-machine",
        }
    }

    /// What to do next, where that is known.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Refused => {
                "check all of them; an account with a second factor needs its code too, and each code works \
                              once"
                    .into()
            }
            Self::Locked { until } => format!("try again after {}", crate::moment_text(*until)),
            Self::NotSignedIn => "sign in again".into(),
            Self::Forbidden { .. } => "ask an administrator to do it, or for another role".into(),
            Self::NoAccount => "sign in on the web".into(),
            Self::NotRecent => "confirm that it is you, and try again".into(),
            Self::FormStale => "load the page again, and send it again".into(),
            Self::NameInvalid { .. } => "use letters, digits and . _ - @ +, at most 64 of them".into(),
            Self::EmailInvalid => "leave it out, or give one like ada@example.com".into(),
            Self::PasswordRefused(_) => "a few words that nobody else would put together make a good one".into(),
            Self::CodeWrong => "check the clock of the device that makes the codes, and give the newest code".into(),
            Self::SecondFactorPresent => "remove it first".into(),
            Self::RoleTooHigh => "choose a role that may do no more than yours".into(),
            Self::IdentityRefused { .. } => {
                "ask an administrator for an invitation to the address of this identity".into()
            }
            Self::LoginUnknown => "sign in again from the beginning".into(),
            Self::LoginsMany => "try again in ten minutes".into(),
            Self::Conflict(refusal) => return refusal.hint().map(str::to_owned),
            Self::Directory(refusal) => return refusal.hint().map(str::to_owned),
            Self::Runner(refusal) => return refusal.hint().map(str::to_owned),
            Self::Store(error) => return error.hint(),
            Self::TextInvalid { .. } | Self::ExpiryInvalid | Self::Machine(_) => return None,
        })
    }
}

impl From<StoreError> for HubError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Hub(HubRefusal::SecondFactorPresent) => Self::SecondFactorPresent,
            StoreError::Hub(refusal) => Self::Conflict(refusal),
            StoreError::Scim(refusal) => Self::Directory(refusal),
            StoreError::Runner(refusal) => Self::Runner(refusal),
            other => Self::Store(other),
        }
    }
}
