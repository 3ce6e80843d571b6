//! What the tables of runners refuse, whoever asks.

/// Why something was refused to a runner, or about one. Nothing was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunnerRefusal {
    /// The connector is none that a runner reads, or has no key that could be revoked.
    #[error("no runner has a key for this connector")]
    ClientUnknown,
    /// The key was replaced or revoked since it was looked at, or what is shown was shown before.
    #[error("this proof is not valid, or not any more")]
    ProofUsed,
}

impl RunnerRefusal {
    /// A stable word for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::ClientUnknown => "runner-unknown",
            Self::ProofUsed => "runner-proof-used",
        }
    }

    /// What to do next, where that is known.
    #[must_use]
    pub const fn hint(self) -> Option<&'static str> {
        Some(match self {
            Self::ClientUnknown => "make a key on the connector's page",
            Self::ProofUsed => "make another, and try again",
        })
    }
}
