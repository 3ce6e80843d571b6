//! The bytes around the database.

use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::num::NonZeroU64;

use super::C1zError;

/// How a file of version 1 begins.
const MAGIC: &[u8; 5] = b"C1ZF\0";
/// How one of version 3 begins.
const MAGIC_3: &[u8; 5] = b"C1Z3\0";
/// Compression as quick as that of baton's own files.
const LEVEL: i32 = 1;
/// 128 MiB, as baton's own reader allows.
const WINDOW_LOG: u32 = 27;

/// How much of a file is taken in, so that a small one cannot fill a disk.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of the database.
    pub decoded: NonZeroU64,
}

/// 10 GiB, as baton's own reader has it.
impl Default for Limits {
    fn default() -> Self {
        Self { decoded: NonZeroU64::MIN.saturating_add(10 << 30) }
    }
}

/// Writes a database as a file.
pub(super) fn pack(mut database: &File, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(MAGIC)?;
    let size = database.metadata()?.len();
    let mut encoder = zstd::Encoder::new(out, LEVEL)?;
    encoder.set_pledged_src_size(Some(size))?;
    encoder.multithread(1)?;
    io::copy(&mut database, &mut encoder)?;
    encoder.finish()?.flush()
}

/// Writes the database of a file there.
pub(super) fn unpack(file: impl Read, limits: Limits, database: &mut File) -> Result<(), C1zError> {
    let mut file = BufReader::new(file);
    let mut magic = [0; MAGIC.len()];
    file.read_exact(&mut magic).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => C1zError::Foreign,
        _ => error.into(),
    })?;
    match &magic {
        MAGIC => {}
        MAGIC_3 => return Err(C1zError::Version3),
        _ => return Err(C1zError::Foreign),
    }
    let mut decoder = zstd::Decoder::with_buffer(file)?;
    decoder.window_log_max(WINDOW_LOG)?;
    let most = limits.decoded.get();
    let written = io::copy(&mut decoder.take(most.saturating_add(1)), database)?;
    if written > most { Err(C1zError::TooLarge(most)) } else { Ok(()) }
}
