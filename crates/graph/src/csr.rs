//! Compressed sparse rows: all rows of a table in one vector, and where each begins.

use crate::text::number_of;

/// Rows of `T`. A row that does not exist is empty.
#[derive(Debug, Default)]
pub(crate) struct Csr<T> {
    starts: Vec<u32>,
    items: Vec<T>,
}

impl<T: Copy + Default> Csr<T> {
    /// Distributes `source` over `rows` rows by counting; items keep their order within a row, and those of a row
    /// that does not exist are left out. `O(rows + items)`.
    pub(crate) fn build<S>(rows: usize, source: &[S], row: impl Fn(&S) -> u32, item: impl Fn(&S) -> T) -> Self {
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
            let index = row(entry) as usize;
            if index >= rows {
                continue;
            }
            if let Some(position) = next.get_mut(index) {
                if let Some(slot) = items.get_mut(*position as usize) {
                    *slot = item(entry);
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
    fn parts_that_do_not_fit_together_are_no_table() {
        assert!(Csr::of_parts(vec![0, 1, 1, 3], vec!['b', 'a', 'c']).is_some_and(|table| table.row(2) == ['a', 'c']));
        for starts in [vec![], vec![0], vec![1, 3], vec![0, 2, 1, 3], vec![0, 4]] {
            assert!(Csr::of_parts(starts, vec!['b', 'a', 'c']).is_none());
        }
    }
}
