//! `cargo xtask dist`: what is given to those who run Rolecall, in `dist/`.
//!
//! One archive with the binary, its manual, completions and licence; a list of what is linked into the binary; and the
//! digests of both. The same commit, compiler and machine make the same bytes: everything is sorted, and the time in the
//! archive is the commit's.

mod archive;
mod build;
mod sbom;

use std::fs;
use std::path::Path;
use std::process::Command;

use sha2::{Digest, Sha256};

use crate::process::{self, Failure};
use archive::Entry;
use build::{Built, Profile};

/// The shells that completions are made for.
const SHELLS: [(&str, &str); 5] = [
    ("bash", "rolecall.bash"),
    ("elvish", "rolecall.elv"),
    ("fish", "rolecall.fish"),
    ("powershell", "_rolecall.ps1"),
    ("zsh", "_rolecall"),
];

/// Files of the repository that go with the binary.
const BESIDE: [&str; 3] = ["CHANGELOG.md", "LICENSE", "README.md"];

/// Makes it. `--debug` takes a binary as it is built while one works on it, to try this out in minutes less; `--dynamic`
/// one that needs the system's shared libraries.
pub(crate) fn run(options: &[&str]) -> Result<(), Failure> {
    if let Some(unknown) = options.iter().find(|option| !matches!(**option, "--debug" | "--dynamic")) {
        return Err(Failure::new(format!("`{unknown}` is no option of dist; see `cargo xtask help`")));
    }
    let profile = if options.contains(&"--debug") { Profile::Dev } else { Profile::Release };
    let built = build::build(profile, !options.contains(&"--dynamic"))?;
    let packages = sbom::packages(&built.target)?;
    let title = format!("rolecall-{}-{}", packages.root.version, built.target);
    let list = sbom::document(&packages);

    let mut entries = files(&built)?;
    entries.push(Entry::file("sbom.cdx.json", list.clone().into_bytes()));
    let archive = archive::archive(&title, entries, time()?)?;

    let folder = process::root().join("dist");
    fs::create_dir_all(&folder).map_err(|error| Failure::io("create", &folder, &error))?;
    let made = [(format!("{title}.cdx.json"), list.into_bytes()), (format!("{title}.tar.gz"), archive)];
    for (name, bytes) in &made {
        write(&folder.join(name), bytes)?;
    }
    write(&folder.join("SHA256SUMS"), sums(&made).as_bytes())?;
    println!("{}, in dist/:\n{}", built.linkage, sums(&made).trim_end());
    Ok(())
}

/// Everything but the list of packages.
fn files(built: &Built) -> Result<Vec<Entry>, Failure> {
    let mut entries = vec![Entry::program("rolecall", read(&built.binary)?)];
    for name in BESIDE {
        entries.push(Entry::file(name, read(&process::root().join(name))?));
    }
    for (shell, name) in SHELLS {
        let script = process::output(Command::new(&built.binary).args(["completions", shell]))?;
        entries.push(Entry::file(format!("completions/{name}"), format!("{script}\n").into_bytes()));
    }
    entries.extend(manual(&built.binary)?);
    Ok(entries)
}

fn manual(binary: &Path) -> Result<Vec<Entry>, Failure> {
    let folder = process::target().join("manual");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| Failure::io("remove", &folder, &error))?;
    }
    process::run(Command::new(binary).args(["man", "--quiet", "--directory"]).arg(&folder))?;
    let pages = fs::read_dir(&folder).map_err(|error| Failure::io("read", &folder, &error))?;
    pages
        .map(|page| {
            let page = page.map_err(|error| Failure::io("read", &folder, &error))?;
            Ok(Entry::file(format!("man/{}", page.file_name().to_string_lossy()), read(&page.path())?))
        })
        .collect()
}

/// The time of everything in the archive: `SOURCE_DATE_EPOCH`, or the commit's.
fn time() -> Result<u64, Failure> {
    let text = match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(text) => text,
        Err(_) => {
            process::output(Command::new("git").current_dir(process::root()).args(["log", "-1", "--format=%ct"]))?
        }
    };
    text.trim().parse().map_err(|_| Failure::new(format!("{text:?} is no time in seconds; set SOURCE_DATE_EPOCH")))
}

/// A line for each file, as `sha256sum --check` reads it.
fn sums(files: &[(String, Vec<u8>)]) -> String {
    files.iter().map(|(name, bytes)| format!("{:x}  {name}\n", Sha256::digest(bytes))).collect()
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| Failure::io("read", path, &error))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    fs::write(path, bytes).map_err(|error| Failure::io("write", path, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_spelled_as_other_programs_read_them() {
        let files = [("a.tar.gz".to_owned(), b"abc".to_vec())];
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a.tar.gz\n";
        assert_eq!(sums(&files), expected);
    }
}
