//! The system's clock, for what is about this process (locks, migrations). What is recorded about a registry carries
//! the time that the caller gives.

use std::time::SystemTime;

use rolecall_model::Timestamp;

pub(crate) fn now() -> Timestamp {
    let elapsed = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(elapsed.as_micros()).unwrap_or(i64::MAX))
}
