//! The folder of images: its owner's alone, and never in anybody's way.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::key::ImageKey;

/// Where images are.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    path: PathBuf,
    /// The database, or the folder of state that this one is in: images are read only where they are of the same owner.
    beside: PathBuf,
}

impl Folder {
    pub(super) fn beside(database: &Path) -> Self {
        let mut path = database.as_os_str().to_owned();
        path.push(".images");
        Self { path: path.into(), beside: database.to_owned() }
    }

    pub(super) fn within(state: &Path) -> Self {
        Self { path: state.join("graph-images"), beside: state.to_owned() }
    }

    /// The bytes of an image. `None` where there is none.
    pub(super) fn read(&self, key: &ImageKey) -> io::Result<Option<Vec<u8>>> {
        let mut file = match File::open(self.path.join(key.file())) {
            Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened?,
        };
        self.trusted(&fs::metadata(&self.path)?)?;
        let found = file.metadata()?;
        self.trusted(&found)?;
        let mut bytes = Vec::with_capacity(usize::try_from(found.len()).unwrap_or_default());
        file.read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }

    /// Makes an image, whole or not at all, and deletes what else there is of its connector.
    pub(super) fn write(&self, key: &ImageKey, parts: [&[u8]; 2]) -> io::Result<()> {
        self.make()?;
        self.trusted(&fs::metadata(&self.path)?)?;
        let name = key.file();
        let unfinished = self.path.join(format!("{name}.{}.part", std::process::id()));
        let made = file_write(&unfinished, parts).and_then(|()| fs::rename(&unfinished, self.path.join(&name)));
        if made.is_err() {
            // What could not be made need not be removed.
            let _ = fs::remove_file(&unfinished);
        }
        made.and_then(|()| self.delete(&format!("{}-", key.connector), &name))
    }

    /// Deletes every image whose name begins so, but the one of this name.
    pub(super) fn delete(&self, beginning: &str, kept: &str) -> io::Result<()> {
        let entries = match fs::read_dir(&self.path) {
            Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name();
            let is_old = name.to_str().is_some_and(|name| name.starts_with(beginning) && name != kept);
            match if is_old { fs::remove_file(entry.path()) } else { Ok(()) } {
                Err(why) if why.kind() != io::ErrorKind::NotFound => return Err(why),
                _ => {}
            }
        }
        Ok(())
    }

    fn make(&self) -> io::Result<()> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.path)
    }

    /// Refuses what others may have made or may write.
    #[cfg(unix)]
    fn trusted(&self, found: &fs::Metadata) -> io::Result<()> {
        use std::os::unix::fs::MetadataExt as _;
        let is_ours = found.uid() == fs::metadata(&self.beside)?.uid() && found.mode() & 0o022 == 0;
        is_ours.then_some(()).ok_or_else(|| io::Error::other("it belongs to somebody else, or others may write it"))
    }

    #[cfg(not(unix))]
    fn trusted(&self, _: &fs::Metadata) -> io::Result<()> {
        fs::metadata(&self.beside).map(|_| ())
    }
}

fn file_write(path: &Path, parts: [&[u8]; 2]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    // Not waited for until it is on the disk: a torn file is refused by its checksums.
    parts.into_iter().try_for_each(|part| file.write_all(part))
}
