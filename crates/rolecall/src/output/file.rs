//! Where an answer goes: standard output, or a file that is written whole or not at all.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use rolecall_web::CommandPiece;
use tempfile::NamedTempFile;

use crate::console::{self, Client, PieceWriter, Stdout};
use crate::exit::{Exit, Failure};

/// An open destination. A file appears under its name only with [`Destination::finish`].
pub(crate) enum Destination {
    Stdout(BufWriter<Stdout>),
    /// The file of a client, which writes it.
    Client(Client, PieceWriter),
    File {
        path: PathBuf,
        file: BufWriter<NamedTempFile>,
    },
}

impl Destination {
    /// Opens it. The file is made beside its final place, so that it can be moved there in one step.
    pub(crate) fn open(path: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = path else { return Ok(Self::Stdout(BufWriter::new(Stdout::open()))) };
        if let Some(client) = console::client() {
            let out = PieceWriter::new(client.pieces.clone(), CommandPiece::File);
            return Ok(Self::Client(client, out));
        }
        let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if path.is_dir() {
            return Err(Failure::new(Exit::Usage, format!("{} is a folder", path.display())));
        }
        let file = NamedTempFile::new_in(folder).map_err(|error| unwritable(path, &error))?;
        Ok(Self::File { path: path.to_owned(), file: BufWriter::new(file) })
    }

    /// Makes what was written last.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        match self {
            Self::Stdout(mut out) => Ok(out.flush()?),
            Self::Client(client, mut out) => {
                out.flush()?;
                client.say(CommandPiece::FileEnd);
                Ok(())
            }
            Self::File { path, file } => {
                let file = file.into_inner().map_err(|error| unwritable(&path, error.error()))?;
                file.as_file().sync_all().map_err(|error| unwritable(&path, &error))?;
                file.persist(&path).map_err(|error| unwritable(&path, &error.error))?;
                Ok(())
            }
        }
    }
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(Exit::Failure, format!("{} cannot be written: {error}", path.display()))
        .hint("check that its folder exists and can be written; a file that was there before is as it was")
}

impl Write for Destination {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stdout(out) => out.write(bytes),
            Self::Client(_, out) => out.write(bytes),
            Self::File { file, .. } => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout(out) => out.flush(),
            Self::Client(_, out) => out.flush(),
            Self::File { file, .. } => file.flush(),
        }
    }
}
