//! What an organisation uses and may use: figures that hold still.

/// The limits that can be changed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Limits {
    pub(crate) allow_open_source_overage: bool,
    pub(crate) bandwidth_overage: u64,
    pub(crate) storage_overage: u64,
}

/// Bytes that the plan includes.
pub(crate) const PLAN: u64 = 500 * 1_000_000_000;

/// A number of bytes as people read it.
pub(crate) fn bytes(number: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KB", "MB", "GB", "TB"];
    let mut scaled = number;
    let mut unit = 0;
    while scaled >= 1000 && unit + 1 < UNITS.len() {
        scaled /= 1000;
        unit += 1;
    }
    format!("{scaled} {}", UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_read_by_people() {
        assert_eq!(bytes(0), "0 B");
        assert_eq!(bytes(1_500), "1 KB");
        assert_eq!(bytes(PLAN), "500 GB");
        assert_eq!(bytes(u64::MAX), "18446744 TB");
    }
}
