//! Compressed sparse rows: all rows of a table in one vector, and where each begins.

use crate::text::{NONE, number_of};

/// Rows of `T`. A row that does not exist is empty.
#[derive(Debug, Default)]
pub(crate) struct Csr<T> {
    starts: Vec<u32>,
    items: Vec<T>,
}

impl<T: Copy + Default> Csr<T> {
    /// Distributes `source` over `rows` rows by counting; items keep their order within a row, and those of a row
    /// that does not exist are left out. `O(rows + items)`.
    pub(crate) fn build<S>(rows: usize, source: &[S], row: impl Fn(&S) -> u32, mut item: impl FnMut(&S) -> T) -> Self {
        let mut next = vec![0_u32; rows + 1];
        for entry in source {
            if let Some(count) = next.get_mut((row(entry) as usize).saturating_add(1)) {
                *count += 1;
            }
        }
        let mut total = 0;
        for start in &mut next {
            total += *start;
            *start = total;
        }
        let starts = next.clone();
        let mut items = vec![T::default(); total as usize];
        for entry in source {
            let (index, item) = (row(entry) as usize, item(entry));
            if index >= rows {
                continue;
            }
            if let Some(position) = next.get_mut(index) {
                if let Some(slot) = items.get_mut(*position as usize) {
                    *slot = item;
                }
                *position += 1;
            }
        }
        Self { starts, items }
    }

    /// One row. `O(1)`.
    pub(crate) fn row(&self, row: u32) -> &[T] {
        let index = row as usize;
        match (self.starts.get(index), self.starts.get(index.saturating_add(1))) {
            (Some(start), Some(end)) => self.items.get(*start as usize..*end as usize).unwrap_or_default(),
            _ => &[],
        }
    }

    /// Where each row begins, with one more at the end, and all items.
    pub(crate) fn parts(&self) -> (&[u32], &[T]) {
        (&self.starts, &self.items)
    }

    /// A table of such parts. `None` where they do not fit together. `O(rows)`.
    pub(crate) fn of_parts(starts: Vec<u32>, items: Vec<T>) -> Option<Self> {
        let fits = starts.first() == Some(&0) && starts.is_sorted() && starts.last() == Some(&number_of(items.len()));
        fits.then_some(Self { starts, items })
    }

    /// How many items there are in all rows.
    pub(crate) const fn len(&self) -> usize {
        self.items.len()
    }

    /// How many rows there are.
    pub(crate) fn rows(&self) -> u32 {
        number_of(self.starts.len().saturating_sub(1))
    }

    /// Heap bytes in use.
    pub(crate) fn bytes(&self) -> usize {
        self.starts.capacity() * size_of::<u32>() + self.items.capacity() * size_of::<T>()
    }
}

impl Csr<u32> {
    /// The places of each row in `row_of`, in order. `O(rows + places)`.
    pub(crate) fn places(rows: usize, row_of: &[u32]) -> Self {
        let mut place = 0;
        let next = |_: &u32| {
            place += 1;
            place - 1
        };
        Self::build(rows, row_of, |row| *row, next)
    }

    /// Rows of pairs of a row and an item, sorted and each item once; a pair with [`NONE`] is left out.
    /// `O(rows + pairs · log longest row)`.
    pub(crate) fn distinct(pairs: &[(u32, u32)]) -> Self {
        let last = pairs.iter().map(|pair| pair.0).filter(|row| *row != NONE).max();
        let mut all = Self::build(last.map_or(0, |last| last as usize + 1), pairs, |pair| pair.0, |pair| pair.1);
        let (mut start, mut kept) = (0, 0);
        // What is left of a row is moved to the end of those before it.
        for bound in all.starts.iter_mut().skip(1) {
            let end = *bound as usize;
            let count = all.items.get_mut(start..end).map_or(0, make_distinct);
            all.items.copy_within(start..start + count, kept);
            (start, kept) = (end, kept + count);
            *bound = number_of(kept);
        }
        all.items.truncate(kept);
        all
    }

    /// The same rows of what these numbers are numbers of. Nothing is moved where both take as much room.
    pub(crate) fn of<T>(self, item: impl FnMut(u32) -> T) -> Csr<T> {
        Csr { starts: self.starts, items: self.items.into_iter().map(item).collect() }
    }

    /// The same from the other end: items become rows, and rows items in order. `O(rows + items)`.
    pub(crate) fn reversed(&self) -> Self {
        let last = self.items.iter().max();
        let mut pairs = Vec::with_capacity(self.items.len());
        for row in 0..self.rows() {
            pairs.extend(self.row(row).iter().map(|item| (*item, row)));
        }
        Self::build(last.map_or(0, |last| *last as usize + 1), &pairs, |pair| pair.0, |pair| pair.1)
    }
}

/// Sorts a row, moves each item of it to its beginning once, and says how many those are.
fn make_distinct(row: &mut [u32]) -> usize {
    row.sort_unstable();
    let (mut kept, mut before) = (0, NONE);
    for at in 0..row.len() {
        let item = row.get(at).copied().unwrap_or(NONE);
        if item != before && item != NONE {
            if let Some(slot) = row.get_mut(kept) {
                *slot = item;
            }
            kept += 1;
        }
        before = item;
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_the_order_of_their_items() {
        let source = [(2, 'a'), (0, 'b'), (2, 'c'), (9, 'd')];
        let table = Csr::build(3, &source, |entry| entry.0, |entry| entry.1);
        assert_eq!(table.row(0), ['b']);
        assert!(table.row(1).is_empty());
        assert_eq!(table.row(2), ['a', 'c']);
        assert!(table.row(3).is_empty() && table.row(u32::MAX).is_empty());
        assert_eq!((table.len(), table.rows()), (3, 3));
    }

    #[test]
    fn places_are_those_of_all_rows() {
        let table = Csr::places(2, &[1, 7, 0, 1]);
        assert_eq!((table.row(0), table.row(1), table.len()), (&[2][..], &[0, 3][..], 3));
    }

    #[test]
    fn distinct_rows_are_sorted_and_have_each_item_once_from_either_end() {
        let table = Csr::distinct(&[(2, 5), (0, 9), (2, 1), (NONE, 1), (2, 5), (0, NONE), (2, NONE)]);
        assert_eq!((table.row(0), table.row(1), table.row(2)), (&[9][..], &[][..], &[1, 5][..]));
        assert_eq!((table.len(), table.rows()), (3, 3));
        let reversed = table.reversed();
        assert_eq!((reversed.row(1), reversed.row(5), reversed.row(9)), (&[2][..], &[2][..], &[0][..]));
        assert_eq!((Csr::distinct(&[]).rows(), Csr::distinct(&[(NONE, 0)]).reversed().rows()), (0, 0));
    }

    #[test]
    fn parts_that_do_not_fit_together_are_no_table() {
        assert!(Csr::of_parts(vec![0, 1, 1, 3], vec!['b', 'a', 'c']).is_some_and(|table| table.row(2) == ['a', 'c']));
        for starts in [vec![], vec![0], vec![1, 3], vec![0, 2, 1, 3], vec![0, 4]] {
            assert!(Csr::of_parts(starts, vec!['b', 'a', 'c']).is_none());
        }
    }
}
