//! Ids of syncs: 27 letters and digits that sort by time (`reference/baton.md` §1.3).

use std::fmt;

use rolecall_model::Timestamp;

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// What the seconds of an id count from: the year 2014.
const EPOCH_SECONDS: i64 = 1_400_000_000;
const MICROSECONDS: i64 = 1_000_000;
const LENGTH: usize = 27;

/// The id of a sync.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SyncId(String);

impl SyncId {
    /// The id of a sync of this moment. The same content leads to the same id, so that a file can be made again.
    #[must_use]
    pub fn new(at: Timestamp, content: &[u8; 16]) -> Self {
        let seconds = at.0.div_euclid(MICROSECONDS).saturating_sub(EPOCH_SECONDS);
        let seconds = u32::try_from(seconds.clamp(0, i64::from(u32::MAX))).unwrap_or_default();
        let mut bytes = [0; 20];
        bytes[..4].copy_from_slice(&seconds.to_be_bytes());
        bytes[4..].copy_from_slice(content);
        Self(digits(bytes))
    }

    /// The text of it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SyncId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A number of 20 bytes to the base of 62, with zeros in front.
fn digits(mut number: [u8; 20]) -> String {
    let mut text = [DIGITS[0]; LENGTH];
    for place in text.iter_mut().rev() {
        let mut rest = 0_u32;
        for byte in &mut number {
            let value = (rest << 8) | u32::from(*byte);
            // A quotient of what is less than 62 · 256 by 62 is less than 256.
            *byte = u8::try_from(value / 62).unwrap_or_default();
            rest = value % 62;
        }
        *place = DIGITS[usize::try_from(rest).unwrap_or_default()];
    }
    text.iter().map(|byte| char::from(*byte)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time_and_have_one_length() {
        assert_eq!(SyncId::new(Timestamp(0), &[0; 16]).as_str(), "0".repeat(27));
        // The largest number of 20 bytes, as everybody writes it.
        assert_eq!(digits([0xff; 20]), "aWgEPTl1tmebfsQzFP4bxwgy80V");
        let earlier = SyncId::new(Timestamp(1_764_000_000_000_000), &[0xff; 16]);
        let later = SyncId::new(Timestamp(1_764_000_001_000_000), &[0; 16]);
        assert!(earlier < later && earlier.as_str().len() == 27);
    }
}
