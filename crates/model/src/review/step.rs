//! Where a step of a plan stands.

/// Where a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StepState {
    /// Somebody has to do it.
    Requested,
    /// Somebody says that it is done.
    Done,
    /// A complete reading that began later shows it no more.
    Verified,
    /// It was said to be done, and a complete reading that began later still shows it.
    Failed,
    /// It was verified, and is there again.
    CameBack,
    /// It must not be done: the reason is kept with it.
    Refused,
}

/// What a reading says of what a step takes away. Only one that began after the step was asked for says anything, and after
/// it was done, where it was said to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StepSight {
    /// It is there.
    Held,
    /// It is not there, and everything was read in full that would show it.
    Gone,
    /// It is not known.
    Unknown,
}

impl StepState {
    /// All of them, in the order in which lists show them.
    pub const ALL: [Self; 6] =
        [Self::CameBack, Self::Failed, Self::Requested, Self::Done, Self::Verified, Self::Refused];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Done => "done",
            Self::Verified => "verified",
            Self::Failed => "failed",
            Self::CameBack => "came-back",
            Self::Refused => "refused",
        }
    }

    /// The state with this word.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Whether somebody still has to do something.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Requested | Self::Failed | Self::CameBack)
    }

    /// Whether what it takes away is expected to be gone with some later reading.
    #[must_use]
    pub const fn is_awaited(self) -> bool {
        matches!(self, Self::Requested | Self::Done | Self::Failed | Self::CameBack)
    }

    /// Whether a person may say now that it is done.
    #[must_use]
    pub const fn may_be_done(self) -> bool {
        self.is_open()
    }

    /// What becomes of it by what was read.
    ///
    /// **Architecture Invariant:** nothing but [`StepSight::Gone`] leads to [`StepState::Verified`].
    #[must_use]
    pub const fn seen(self, sight: StepSight) -> Self {
        match (self, sight) {
            (_, StepSight::Gone) => Self::Verified,
            (Self::Done, StepSight::Held) => Self::Failed,
            (Self::Verified, StepSight::Held) => Self::CameBack,
            (state, StepSight::Held | StepSight::Unknown) => state,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_absence_in_a_complete_reading_verifies() {
        for state in StepState::ALL {
            assert_eq!(state.seen(StepSight::Gone), StepState::Verified);
            assert_eq!(state.seen(StepSight::Unknown), state);
            assert_ne!(state.seen(StepSight::Held), StepState::Verified);
            assert_eq!(StepState::read(state.word()), Some(state));
        }
    }

    #[test]
    fn what_was_done_and_is_there_failed_and_what_was_verified_came_back() {
        assert_eq!(StepState::Done.seen(StepSight::Held), StepState::Failed);
        assert_eq!(StepState::Verified.seen(StepSight::Held), StepState::CameBack);
        assert_eq!(StepState::Requested.seen(StepSight::Held), StepState::Requested);
        assert_eq!(StepState::Failed.seen(StepSight::Held), StepState::Failed);
        assert_eq!(StepState::CameBack.seen(StepSight::Held), StepState::CameBack);
    }
}
