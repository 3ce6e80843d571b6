//! Little-endian bytes of images: what is written here is read here.

/// Adds a length and a text.
pub(crate) fn put_text(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend_from_slice(&(text.len() as u64).to_le_bytes());
    bytes.extend_from_slice(text.as_bytes());
}

/// Adds a length and so many rows of eight bytes.
pub(crate) fn put_rows(bytes: &mut Vec<u8>, rows: impl ExactSizeIterator<Item = [u8; 8]>) {
    bytes.extend_from_slice(&(rows.len() as u64).to_le_bytes());
    rows.for_each(|row| bytes.extend_from_slice(&row));
}

/// What is left of bytes that are read.
pub(crate) struct Source<'b>(&'b [u8]);

impl<'b> Source<'b> {
    pub(crate) const fn of(bytes: &'b [u8]) -> Self {
        Self(bytes)
    }

    /// What was not read yet.
    pub(crate) const fn left(&self) -> &'b [u8] {
        self.0
    }

    /// The next bytes. `None` where there are fewer.
    pub(crate) fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    pub(crate) fn number(&mut self) -> Option<u64> {
        self.take(size_of::<u64>())?.first_chunk().map(|bytes| u64::from_le_bytes(*bytes))
    }

    pub(crate) fn text(&mut self) -> Option<String> {
        let length = self.number()?.try_into().ok()?;
        std::str::from_utf8(self.take(length)?).ok().map(str::to_owned)
    }

    pub(crate) fn rows<T>(&mut self, read: impl Fn([u8; 8]) -> T) -> Option<Vec<T>> {
        let count = usize::try_from(self.number()?).ok()?;
        let (rows, _) = self.take(count.checked_mul(size_of::<u64>())?)?.as_chunks();
        Some(rows.iter().map(|row| read(*row)).collect())
    }
}
