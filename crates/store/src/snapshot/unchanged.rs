//! Readings that changed nothing: who asks about a past moment wants to know of when each listing's reading was then.
//!
//! A row for each of ten thousand listings in every sync would cost more than what changes, so that all such readings
//! of a snapshot are one text of bytes: for each listing, by key, how much its key and its moment (in milliseconds)
//! differ from the one before. Most keys follow each other, so that a reading takes two to five bytes.

use rolecall_model::Timestamp;

use crate::SnapshotId;
use crate::db::{self, Connection};
use crate::error::Failure;

const MICROSECONDS: i64 = 1000;

/// A reading that found the listing as it was, with the verdict it had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UnchangedReading {
    pub(crate) listing: i64,
    /// As it is read back, to the millisecond.
    pub(crate) read_at: Timestamp,
}

/// Keeps the unchanged readings of a snapshot.
pub(super) async fn unchanged_insert(
    db: &mut Connection,
    snapshot: SnapshotId,
    readings: Vec<UnchangedReading>,
) -> Result<(), Failure> {
    if readings.is_empty() {
        return Ok(());
    }
    db::query("insert into reading_unchanged (snapshot_id, readings) values ($1, $2)")
        .bind(snapshot.0)
        .bind(encode(readings))
        .execute(db)
        .await?;
    Ok(())
}

fn encode(mut readings: Vec<UnchangedReading>) -> Vec<u8> {
    readings.sort_unstable_by_key(|reading| reading.listing);
    let mut bytes = Vec::with_capacity(readings.len() * 4);
    let (mut listing, mut moment) = (0, 0);
    for reading in readings {
        let read = reading.read_at.0.div_euclid(MICROSECONDS);
        number_put(&mut bytes, reading.listing.wrapping_sub(listing));
        number_put(&mut bytes, read.wrapping_sub(moment));
        (listing, moment) = (reading.listing, read);
    }
    bytes
}

/// Takes the unchanged readings of a snapshot apart.
pub(crate) fn unchanged_decode(mut bytes: &[u8]) -> Result<Vec<UnchangedReading>, Failure> {
    let mut readings = Vec::new();
    let (mut listing, mut moment) = (0_i64, 0_i64);
    while !bytes.is_empty() {
        let (Some(by_listing), Some(by_moment)) = (number_take(&mut bytes), number_take(&mut bytes)) else {
            return Err(Failure::Corrupt("the readings of a snapshot are cut off".to_owned()));
        };
        listing = listing.wrapping_add(by_listing);
        moment = moment.wrapping_add(by_moment);
        readings.push(UnchangedReading { listing, read_at: Timestamp(moment.wrapping_mul(MICROSECONDS)) });
    }
    Ok(readings)
}

/// Seven bits a byte, the lowest first, the sign in the lowest of all: small numbers take one byte.
fn number_put(bytes: &mut Vec<u8>, number: i64) {
    let mut rest = (number.wrapping_shl(1) ^ (number >> 63)).cast_unsigned();
    loop {
        let low = u8::try_from(rest & 0x7f).unwrap_or(0x7f);
        rest >>= 7;
        if rest == 0 {
            return bytes.push(low);
        }
        bytes.push(low | 0x80);
    }
}

/// `None` when the number does not end, or is none of 64 bits.
fn number_take(bytes: &mut &[u8]) -> Option<i64> {
    let mut number = 0_u64;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some((number >> 1).cast_signed() ^ -((number & 1).cast_signed()));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn reading(listing: i64, milliseconds: i64) -> UnchangedReading {
        UnchangedReading { listing, read_at: Timestamp(milliseconds * MICROSECONDS) }
    }

    #[test]
    fn listings_read_one_after_the_other_take_few_bytes() {
        let readings: Vec<_> = (1..=1000).map(|number| reading(number, 1_700_000_000_000 + number * 30)).collect();
        let bytes = encode(readings.clone());
        assert!(bytes.len() < 2 * 1000 + 10, "{}", bytes.len());
        assert_eq!(unchanged_decode(&bytes).unwrap(), readings);
        assert!(unchanged_decode(&bytes[..bytes.len() - 1]).is_err());
        assert!(unchanged_decode(&[0xff; 40]).is_err());
    }

    proptest! {
        #[test]
        fn whatever_was_read_comes_back_to_the_millisecond(
            listings in prop::collection::btree_map(1..i64::MAX, -4_000_000_000_000_000..4_000_000_000_000_000_i64, 0..40),
        ) {
            let microseconds = |(listing, at): (&i64, &i64)| UnchangedReading { listing: *listing, read_at: Timestamp(*at) };
            let written: Vec<_> = listings.iter().map(microseconds).collect();
            let expected: Vec<_> =
                listings.iter().map(|(listing, at)| reading(*listing, at.div_euclid(MICROSECONDS))).collect();
            prop_assert_eq!(unchanged_decode(&encode(written)).unwrap(), expected);
        }
    }
}
