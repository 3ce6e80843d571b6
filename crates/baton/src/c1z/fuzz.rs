//! Whatever a file holds, it is read or refused: nothing panics, and no more is taken in than is allowed.
//!
//! `cargo test` tries for seconds; `ROLECALL_TEST_LEVEL=deep` goes on for minutes, and `cargo bolero test` is guided by
//! coverage.

use std::io::Cursor;
use std::num::NonZeroU64;
use std::time::Duration;

use bolero::check;
use rolecall_testkit::cases;

use super::tests::written;
use super::{C1zError, C1zReader, Limits, container};
use crate::message::decode;

/// Twice as much as the largest file here has.
const LIMITS: Limits = Limits { decoded: NonZeroU64::MIN.saturating_add(1 << 20) };

/// How long one target is tried.
fn how_long() -> Duration {
    Duration::from_secs(u64::try_from(cases(3, 220)).unwrap())
}

/// Reads everything that a file has to say.
fn read_whole(file: &[u8]) {
    let folder = std::env::temp_dir();
    let Ok(reader) = C1zReader::open(Cursor::new(file), &folder, LIMITS) else { return };
    let Ok(syncs) = reader.syncs() else { return };
    let _ = reader.newest();
    for sync in syncs {
        let _ = reader.resource_types::<C1zError>(&sync.id, |_| Ok(()));
        let _ = reader.resources::<C1zError>(&sync.id, |_| Ok(()));
        let _ = reader.entitlements::<C1zError>(&sync.id, |_| Ok(()));
        let _ = reader.grants::<C1zError>(&sync.id, |_| Ok(()));
        for line in [super::OwnLine::Header, super::OwnLine::Listing, super::OwnLine::Fact] {
            let _ = reader.own::<C1zError>(&sync.id, line, |_| Ok(()));
        }
    }
}

#[test]
fn any_bytes_are_a_message_or_none() {
    check!().with_test_time(how_long()).for_each(|bytes: &[u8]| {
        let _ = decode::resource_type(bytes);
        let _ = decode::resource(bytes);
        let _ = decode::entitlement(bytes);
        let (data, expansion) = bytes.split_at(bytes.len() / 2);
        let _ = decode::grant(data, Some(expansion));
        let _ = decode::grant(bytes, None);
    });
}

#[test]
fn any_bytes_are_a_file_or_none() {
    check!().with_test_time(how_long()).for_each(|bytes: &[u8]| {
        read_whole(bytes);
        read_whole(&[b"C1ZF\0", bytes].concat());
        // What is compressed well and is no database.
        let Ok(packed) = zstd::encode_all(Cursor::new(bytes), 1) else { return };
        read_whole(&[b"C1ZF\0".as_slice(), &packed].concat());
    });
}

#[test]
fn a_damaged_database_is_read_or_refused() {
    let whole = written(true);
    let database = zstd::decode_all(Cursor::new(&whole[b"C1ZF\0".len()..])).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("damaged");
    check!().with_test_time(how_long()).with_type::<Vec<(u32, u8)>>().for_each(|damage| {
        let mut damaged = database.clone();
        for (place, byte) in damage {
            let place = usize::try_from(*place).unwrap_or_default() % damaged.len();
            damaged[place] = *byte;
        }
        std::fs::write(&path, &damaged).unwrap();
        let mut file = Vec::new();
        container::pack(&std::fs::File::open(&path).unwrap(), &mut file).unwrap();
        read_whole(&file);
    });
}
