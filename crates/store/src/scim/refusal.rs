//! What the tables of directories refuse, whoever asks.

/// Why a change of a directory was refused. Nothing was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScimRefusal {
    /// There is a directory of this name, whose token is in use.
    #[error("there is a directory of this name already, and its token is in use")]
    ClientExists,
    /// There is no such directory, or its token is revoked.
    #[error("there is no directory of this name whose token is in use")]
    ClientUnknown,
    /// Another resource of the directory has this name.
    #[error("another resource of the directory has this name")]
    NameTaken,
    /// There is no such resource, or none any more.
    #[error("there is no such resource")]
    ResourceUnknown,
    /// Somebody else changed it meanwhile.
    #[error("it was changed meanwhile, and has version {now}")]
    VersionStale {
        /// The version that it has.
        now: i64,
    },
}

impl ScimRefusal {
    /// A stable word for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::ClientExists => "scim-client-exists",
            Self::ClientUnknown => "scim-client-unknown",
            Self::NameTaken => "scim-name-taken",
            Self::ResourceUnknown => "scim-resource-unknown",
            Self::VersionStale { .. } => "scim-version-stale",
        }
    }

    /// What to do next, where that is known.
    #[must_use]
    pub const fn hint(self) -> Option<&'static str> {
        Some(match self {
            Self::ClientExists => "revoke its token first; what the directory holds is kept",
            Self::ClientUnknown => "see them all with: rolecall people scim list",
            Self::NameTaken => "change the one that is there: find it by this name with a filter",
            Self::ResourceUnknown => "create it",
            Self::VersionStale { .. } => "get it again, and repeat the change",
        })
    }
}
