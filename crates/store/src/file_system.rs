//! Whether a SQLite file may lie where it lies. Locks and shared memory do not work, or not reliably, over a network: two
//! machines would each believe that they are alone, and damage the file.

use std::fs;
use std::path::{Path, PathBuf};

use crate::StoreError;

/// What the kernel says is mounted where.
const MOUNTS: &str = "/proc/self/mounts";

/// File systems whose files other machines can change at the same time, as the kernel calls them.
const NETWORKED: &[&str] = &[
    "9p",
    "afs",
    "beegfs",
    "ceph",
    "cifs",
    "coda",
    "davfs",
    "gfs2",
    "glusterfs",
    "gpfs",
    "lustre",
    "ncpfs",
    "nfs",
    "nfs4",
    "ocfs2",
    "orangefs",
    "smb",
    "smb3",
    "smbfs",
    "fuse.ceph",
    "fuse.davfs",
    "fuse.gcsfuse",
    "fuse.glusterfs",
    "fuse.juicefs",
    "fuse.mfs",
    "fuse.rclone",
    "fuse.s3fs",
    "fuse.sshfs",
];

/// Refuses a database on a network file system. Where the kernel does not tell what is mounted, nothing is refused.
pub(crate) fn file_system_check(database: &Path) -> Result<(), StoreError> {
    let Ok(mounts) = fs::read_to_string(MOUNTS) else { return Ok(()) };
    match networked(&mounts, &resolved(database)) {
        Some(kind) => Err(StoreError::NetworkFileSystem { place: database.display().to_string(), kind }),
        None => Ok(()),
    }
}

/// The network file system that this file lies on, if it is one.
fn networked(mounts: &str, file: &Path) -> Option<String> {
    let lies_in = mounts.lines().filter_map(mount_of).filter(|(point, _)| file.starts_with(point));
    // The deepest one counts, and of two at the same place the later one, which covers the other.
    let (_, kind) = lies_in.max_by_key(|(point, _)| point.components().count())?;
    NETWORKED.contains(&kind).then(|| kind.to_owned())
}

/// Where something is mounted, and what it is.
fn mount_of(line: &str) -> Option<(PathBuf, &str)> {
    let mut fields = line.split(' ');
    let (_, point, kind) = (fields.next()?, fields.next()?, fields.next()?);
    Some((unescaped(point).into(), kind))
}

/// The kernel writes a space, a tab, a line break and a backslash as `\040` and so on.
fn unescaped(field: &str) -> String {
    let escapes = [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")];
    escapes.iter().fold(field.to_owned(), |text, (escape, character)| text.replace(escape, character))
}

/// The path without links, as far as it exists.
fn resolved(database: &Path) -> PathBuf {
    let absolute = std::path::absolute(database).unwrap_or_else(|_| database.to_owned());
    let known = absolute.ancestors().find_map(|known| Some((known, fs::canonicalize(known).ok()?)));
    known.map_or_else(
        || absolute.clone(),
        |(known, real)| match absolute.strip_prefix(known) {
            Ok(rest) if !rest.as_os_str().is_empty() => real.join(rest),
            _ => real,
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTED: &str = "\
/dev/sda1 / ext4 rw,relatime 0 0
overlay /var/lib/rolecall overlay rw,lowerdir=/a,upperdir=/b,workdir=/c 0 0
files:/export /srv nfs4 rw,vers=4.2 0 0
/dev/sdb1 /srv/local xfs rw 0 0
//files/share /mnt/our\\040share cifs rw 0 0
ada@host:/ /people/ada/remote fuse.sshfs rw 0 0
/dev/sdc1 /over ext4 rw 0 0
files:/over /over nfs rw 0 0
";

    fn found(path: &str) -> Option<String> {
        networked(MOUNTED, Path::new(path))
    }

    #[test]
    fn the_deepest_mount_decides() {
        assert_eq!(found("/srv/rolecall.db").as_deref(), Some("nfs4"));
        assert_eq!(found("/srv/local/rolecall.db"), None);
        assert_eq!(found("/srvlocal/rolecall.db"), None);
        assert_eq!(found("/mnt/our share/rolecall.db").as_deref(), Some("cifs"));
        assert_eq!(found("/people/ada/remote/deep/rolecall.db").as_deref(), Some("fuse.sshfs"));
        assert_eq!(found("/over/rolecall.db").as_deref(), Some("nfs"), "what is mounted last covers what was there");
    }

    #[test]
    fn local_disks_and_containers_are_fine() {
        for path in ["/rolecall.db", "/var/lib/rolecall/rolecall.db", "/people/ada/rolecall.db"] {
            assert_eq!(found(path), None, "{path}");
        }
        assert_eq!(networked("", Path::new("/rolecall.db")), None);
        assert_eq!(networked("rubbish\n\n/ /", Path::new("/rolecall.db")), None);
    }

    #[test]
    fn a_path_is_looked_at_without_its_links() {
        let directory = tempfile::tempdir().unwrap();
        let real = directory.path().canonicalize().unwrap();
        fs::create_dir(real.join("real")).unwrap();
        std::os::unix::fs::symlink(real.join("real"), real.join("link")).unwrap();
        assert_eq!(resolved(&real.join("link/new/rolecall.db")), real.join("real/new/rolecall.db"));
        assert_eq!(resolved(&real.join("real")), real.join("real"));
    }
}
