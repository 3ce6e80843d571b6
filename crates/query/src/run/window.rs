//! `SKIP` and `LIMIT`.

/// Which rows are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Window {
    /// Rows that are left out at the beginning.
    pub(super) skip: u64,
    /// The most there may be.
    pub(super) limit: Option<u64>,
}

impl Window {
    /// Those that are shown.
    pub(super) fn of<T>(self, rows: impl Iterator<Item = T>) -> impl Iterator<Item = T> {
        rows.skip(number(self.skip)).take(self.limit.map_or(usize::MAX, number))
    }

    /// How many rows are needed, where they come in order; `None` when all are.
    pub(super) fn enough(self) -> Option<usize> {
        self.limit.map(|limit| number(limit.saturating_add(self.skip)))
    }
}

fn number(rows: u64) -> usize {
    usize::try_from(rows).unwrap_or(usize::MAX)
}
