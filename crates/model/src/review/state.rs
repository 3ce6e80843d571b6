//! Where a campaign stands.

/// Where a review stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReviewState {
    /// It is being written: scope and reviewers may change.
    Draft,
    /// Its population is fixed, and nobody has been asked yet.
    Staged,
    /// Reviewers decide.
    Running,
    /// It ended, and its decisions stand.
    Completed,
    /// It was given up; what was decided stays on record and nothing follows from it.
    Cancelled,
}

impl ReviewState {
    /// All of them, in the order in which a campaign goes through them.
    pub const ALL: [Self; 5] = [Self::Draft, Self::Staged, Self::Running, Self::Completed, Self::Cancelled];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Staged => "staged",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state with this word.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Whether nothing of it changes any more.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Completed | Self::Cancelled)
    }

    /// Whether a campaign that stands here may come to stand there. A staged one may be staged anew, or go back to its draft.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Draft | Self::Staged, Self::Draft | Self::Staged | Self::Cancelled)
                | (Self::Staged, Self::Running)
                | (Self::Running, Self::Completed | Self::Cancelled)
        )
    }
}

/// What becomes of grants that nobody decided about when a campaign ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RemainingItems {
    /// They stay undecided, and the report says so.
    #[default]
    Skip,
    /// They are denied, in the name of whoever completes the campaign.
    Deny,
}

impl RemainingItems {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Skip, Self::Deny];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Skip => "skip",
            Self::Deny => "deny",
        }
    }

    /// The one with this word.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|remaining| remaining.word() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_campaign_goes_forward_and_an_end_is_an_end() {
        let may = |from: ReviewState| ReviewState::ALL.map(|to| if from.may_become(to) { 'x' } else { '.' });
        let rows: Vec<String> = ReviewState::ALL.iter().map(|from| may(*from).iter().collect()).collect();
        // Draft, staged, running, completed, cancelled.
        assert_eq!(rows, ["xx..x", "xxx.x", "...xx", ".....", "....."]);
        assert!(ReviewState::ALL.into_iter().all(|state| ReviewState::read(state.word()) == Some(state)));
        assert!(RemainingItems::ALL.into_iter().all(|one| RemainingItems::read(one.word()) == Some(one)));
    }
}
