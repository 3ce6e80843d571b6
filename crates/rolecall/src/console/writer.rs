//! Standard output, wherever that is.

use std::io::{self, Write};

use rolecall_web::CommandPiece;
use tokio::sync::mpsc;

use super::wait;

/// How much is gathered before it leaves for a client, in bytes.
const GATHERED: usize = 32 * 1024;

/// Standard output of this process, or that of a client.
pub(crate) enum Stdout {
    Process(io::Stdout),
    Client(PieceWriter),
}

impl Stdout {
    /// As it is for whoever the command is run for.
    pub(crate) fn open() -> Self {
        match super::client() {
            None => Self::Process(io::stdout()),
            Some(client) => Self::Client(PieceWriter::new(client.pieces, CommandPiece::Output)),
        }
    }
}

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Process(out) => out.write(bytes),
            Self::Client(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Process(out) => out.flush(),
            Self::Client(out) => out.flush(),
        }
    }
}

/// Gathers text and sends it to a client, at the latest when it is dropped.
pub(crate) struct PieceWriter {
    pieces: mpsc::Sender<CommandPiece>,
    piece: fn(String) -> CommandPiece,
    gathered: Vec<u8>,
}

impl PieceWriter {
    pub(crate) const fn new(pieces: mpsc::Sender<CommandPiece>, piece: fn(String) -> CommandPiece) -> Self {
        Self { pieces, piece, gathered: Vec::new() }
    }

    /// Sends what is whole; the beginning of a character waits for its end.
    fn send(&mut self) -> io::Result<()> {
        let whole = match std::str::from_utf8(&self.gathered) {
            Ok(text) => text.len(),
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(error) => return Err(io::Error::new(io::ErrorKind::InvalidData, error)),
        };
        let rest = self.gathered.split_off(whole);
        let text = String::from_utf8(std::mem::replace(&mut self.gathered, rest)).map_err(io::Error::other)?;
        if text.is_empty() {
            return Ok(());
        }
        // Whoever asked is gone, which is as if they had closed a pipe.
        wait(self.pieces.send((self.piece)(text))).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

impl Write for PieceWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.gathered.extend_from_slice(bytes);
        if self.gathered.len() >= GATHERED {
            self.send()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.send()
    }
}

impl Drop for PieceWriter {
    fn drop(&mut self) {
        // What could fail was said where it was flushed.
        let _ = self.send();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_never_cut() {
        let (sender, mut receiver) = mpsc::channel(16);
        let mut writer = PieceWriter::new(sender, CommandPiece::Output);
        for byte in "aé→".bytes() {
            writer.write_all(&[byte]).unwrap();
            writer.flush().unwrap();
        }
        drop(writer);
        let mut text = String::new();
        while let Some(CommandPiece::Output(piece)) = receiver.blocking_recv() {
            text.push_str(&piece);
        }
        assert_eq!(text, "aé→");
    }

    #[test]
    fn a_client_that_is_gone_is_a_closed_pipe() {
        let (sender, receiver) = mpsc::channel(1);
        drop(receiver);
        let mut writer = PieceWriter::new(sender, CommandPiece::Output);
        writer.write_all(b"a").unwrap();
        assert_eq!(writer.flush().unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    }
}
