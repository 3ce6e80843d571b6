//! The one way in which a package lies in its ZIP file, byte by byte: no comments, no times, nothing between entries.
//!
//! Writing and verifying share it. A verifier works out what the headers of a package have to be and compares them, so that no
//! byte of them can be another.

/// How the bytes of an entry lie in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::evidence) enum Method {
    /// As they are.
    Stored,
    /// Deflated.
    Deflated,
}

impl Method {
    pub(in crate::evidence) const fn number(self) -> u16 {
        match self {
            Self::Stored => 0,
            Self::Deflated => 8,
        }
    }

    pub(in crate::evidence) const fn of(number: u16) -> Option<Self> {
        match number {
            0 => Some(Self::Stored),
            8 => Some(Self::Deflated),
            _ => None,
        }
    }
}

/// What the headers of an entry say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::evidence) struct Entry {
    pub(in crate::evidence) name: String,
    pub(in crate::evidence) method: Method,
    pub(in crate::evidence) crc: u32,
    /// How many bytes it has in the file.
    pub(in crate::evidence) packed: u64,
    /// How many bytes it has.
    pub(in crate::evidence) size: u64,
}

/// The first moment that a ZIP file can tell: 1980-01-01. When a package was made is in its manifest.
const DATE: u16 = 0x0021;
/// What does not fit into 32 bits is told apart.
const LARGE: u64 = 0xffff_ffff;
const LARGE_32: u32 = 0xffff_ffff;

/// What the end of the file is, at least.
pub(in crate::evidence) const END_BYTES: u64 = 22;
pub(in crate::evidence) const END_64_BYTES: u64 = 56 + 20;

/// Bytes that grow, number by number, the lowest byte first.
struct Bytes(Vec<u8>);

impl Bytes {
    fn u16(&mut self, number: u16) -> &mut Self {
        self.0.extend(number.to_le_bytes());
        self
    }

    fn u32(&mut self, number: u32) -> &mut Self {
        self.0.extend(number.to_le_bytes());
        self
    }

    fn u64(&mut self, number: u64) -> &mut Self {
        self.0.extend(number.to_le_bytes());
        self
    }

    fn length(&mut self, length: usize) -> &mut Self {
        self.u16(u16::try_from(length).unwrap_or(u16::MAX))
    }
}

/// A number as 32 bits, which all say *told apart* where it does not fit.
fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(LARGE_32)
}

impl Entry {
    /// Whether its sizes are told apart; both are, where one has to be.
    const fn is_large(&self) -> bool {
        self.packed >= LARGE || self.size >= LARGE
    }

    fn sizes(&self, bytes: &mut Bytes) {
        if self.is_large() {
            bytes.u32(LARGE_32).u32(LARGE_32);
        } else {
            bytes.u32(small(self.packed)).u32(small(self.size));
        }
    }

    fn needs(&self, offset: u64) -> u16 {
        if self.is_large() || offset >= LARGE { 45 } else { 20 }
    }

    /// What stands in front of its bytes.
    pub(in crate::evidence) fn local(&self) -> Vec<u8> {
        let mut extra = Bytes(Vec::new());
        if self.is_large() {
            extra.u16(1).u16(16).u64(self.size).u64(self.packed);
        }
        let mut bytes = Bytes(Vec::new());
        bytes.u32(0x0403_4b50).u16(self.needs(0)).u16(0).u16(self.method.number()).u16(0).u16(DATE).u32(self.crc);
        self.sizes(&mut bytes);
        bytes.length(self.name.len()).length(extra.0.len());
        [bytes.0.as_slice(), self.name.as_bytes(), &extra.0].concat()
    }

    /// What the directory says of it, whose header begins at `offset`.
    pub(in crate::evidence) fn central(&self, offset: u64) -> Vec<u8> {
        let mut apart = Bytes(Vec::new());
        if self.is_large() {
            apart.u64(self.size).u64(self.packed);
        }
        if offset >= LARGE {
            apart.u64(offset);
        }
        let mut extra = Bytes(Vec::new());
        if !apart.0.is_empty() {
            extra.u16(1).length(apart.0.len());
            extra.0.extend(apart.0);
        }
        let needs = self.needs(offset);
        let mut bytes = Bytes(Vec::new());
        bytes.u32(0x0201_4b50).u16(needs).u16(needs).u16(0).u16(self.method.number()).u16(0).u16(DATE).u32(self.crc);
        self.sizes(&mut bytes);
        bytes.length(self.name.len()).length(extra.0.len());
        bytes.u16(0).u16(0).u16(0).u32(0).u32(small(offset));
        [bytes.0.as_slice(), self.name.as_bytes(), &extra.0].concat()
    }

    /// How many bytes it takes, with its header.
    pub(in crate::evidence) fn extent(&self) -> Option<u64> {
        u64::try_from(self.local().len()).ok()?.checked_add(self.packed)
    }
}

/// What the file ends with, after the directory of `count` entries, which has `length` bytes and begins at `offset`.
pub(in crate::evidence) fn end(count: u16, length: u64, offset: u64) -> Vec<u8> {
    let mut bytes = Bytes(Vec::new());
    if offset >= LARGE || length >= LARGE {
        let entries = u64::from(count);
        bytes.u32(0x0606_4b50).u64(44).u16(45).u16(45).u32(0).u32(0).u64(entries).u64(entries).u64(length).u64(offset);
        bytes.u32(0x0706_4b50).u32(0).u64(offset.saturating_add(length)).u32(1);
    }
    bytes.u32(0x0605_4b50).u16(0).u16(0).u16(count).u16(count).u32(small(length)).u32(small(offset)).u16(0);
    bytes.0
}

/// Whether a name can be one of a package: small letters, digits, dashes and dots, none of which comes first. No folder, and
/// nothing that any system could take for one.
pub(in crate::evidence) fn is_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'.';
    let begins = name.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
    begins && name.len() <= 64 && !name.contains("..") && name.bytes().all(is_plain)
}
