//! What the hub's tables refuse, whoever asks.

/// Why a change of the hub's people was refused. Nothing was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HubRefusal {
    /// Nobody would be left who may administer the hub.
    #[error("this is the last enabled administrator, who can be neither disabled nor given another role")]
    LastAdministrator,
    /// There is an administrator already, so that the first one need not be made.
    #[error("there is an administrator already")]
    AdministratorExists,
    /// Somebody else has this sign-in name.
    #[error("the sign-in name is taken")]
    NameTaken,
    /// Somebody else signs in with this identity.
    #[error("this identity belongs to another account")]
    IdentityTaken,
    /// The link is unknown, was used, has expired, or another took its place.
    #[error("this link cannot be used: it was used already, has expired, or another took its place")]
    LinkInvalid,
    /// There is no such thing any more.
    #[error("there is no such {0}")]
    Unknown(&'static str),
    /// A one-time code was used already.
    #[error("this one-time code was used already")]
    CodeUsed,
    /// The second factor is not there, or not begun.
    #[error("there is no second factor, or none was begun")]
    NoSecondFactor,
    /// The account has one already.
    #[error("the account has a second factor already")]
    SecondFactorPresent,
    /// Without it nobody could sign in to the account.
    #[error("the account would be left without a way to sign in")]
    LastSignIn,
}

impl HubRefusal {
    /// A stable word for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::LastAdministrator => "hub-last-administrator",
            Self::AdministratorExists => "hub-administrator-exists",
            Self::NameTaken => "hub-name-taken",
            Self::IdentityTaken => "hub-identity-taken",
            Self::LinkInvalid => "hub-link-invalid",
            Self::Unknown(_) => "hub-unknown",
            Self::CodeUsed => "hub-code-used",
            Self::NoSecondFactor => "hub-no-second-factor",
            Self::SecondFactorPresent => "hub-second-factor-present",
            Self::LastSignIn => "hub-last-sign-in",
        }
    }

    /// What to do next, where that is known.
    #[must_use]
    pub const fn hint(self) -> Option<&'static str> {
        Some(match self {
            Self::LastAdministrator => "make somebody else an administrator first",
            Self::AdministratorExists => "ask an administrator for an invitation",
            Self::NameTaken => "choose another name",
            Self::IdentityTaken => "sign in with it, or have an administrator unlink it there",
            Self::LinkInvalid => "ask an administrator for a new one",
            Self::CodeUsed => "wait for the next code, which comes within 30 seconds",
            Self::NoSecondFactor => "begin to set one up",
            Self::SecondFactorPresent => "remove it first",
            Self::LastSignIn => "set a password or link another identity first",
            Self::Unknown(_) => return None,
        })
    }
}
