//! What no tracked file may contain: names of package registries' machines, paths of somebody's
//! own machine, and work that was put off.
#![expect(clippy::expect_used, reason = "a broken checkout ends the test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Text that is searched for, put together here so that this file does not contain it.
struct Forbidden {
    needle: String,
    /// What must not follow the text for it to count.
    unless_followed_by: fn(char) -> bool,
    reason: &'static str,
}

const REGISTRY: &str = "names a package registry's machine; use the clients as the machine has configured them";
const OWN_MACHINE: &str = "is a path on somebody's own machine";
const PUT_OFF: &str = "is work put off; finish it or leave it out";

fn forbidden() -> Vec<Forbidden> {
    let list = [
        (["registry.", "npmjs.org"], REGISTRY),
        (["registry.", "yarnpkg.com"], REGISTRY),
        (["pypi.", "org"], REGISTRY),
        (["pythonho", "sted.org"], REGISTRY),
        (["//crates.", "io"], REGISTRY),
        (["index.", "crates.io"], REGISTRY),
        (["static.", "crates.io"], REGISTRY),
        (["deb.", "debian.org"], REGISTRY),
        (["security.", "debian.org"], REGISTRY),
        (["/ro", "ot/"], OWN_MACHINE),
        (["tod", "o!("], PUT_OFF),
        (["unimple", "mented!("], PUT_OFF),
        (["#[ign", "ore"], PUT_OFF),
    ];
    let never: fn(char) -> bool = |_| false;
    let mut forbidden: Vec<Forbidden> = list
        .into_iter()
        .map(|(parts, reason)| Forbidden { needle: parts.concat(), unless_followed_by: never, reason })
        .collect();
    // A folder's name makes it somebody's: `/home/${USER}` and the like are nobody's.
    for parent in ["ho", "Use"] {
        let needle = format!("/{parent}{}/", if parent == "ho" { "me" } else { "rs" });
        forbidden.push(Forbidden {
            needle,
            unless_followed_by: |next| !next.is_ascii_alphanumeric(),
            reason: OWN_MACHINE,
        });
    }
    forbidden
}

#[test]
fn tracked_files_name_no_registry_no_own_path_and_put_nothing_off() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let forbidden = forbidden();
    let mut wrong = Vec::new();
    for path in tracked(&root) {
        // A tracked file may be deleted and not committed yet.
        let Ok(bytes) = fs::read(root.join(&path)) else { continue };
        let text = String::from_utf8_lossy(&bytes);
        for (number, line) in text.lines().enumerate() {
            for finding in forbidden.iter().filter(|entry| entry.is_in(line)) {
                let place = format!("{}:{}", path.display(), number + 1);
                wrong.push(format!("{place}: `{}` {}", finding.needle, finding.reason));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_search_finds_what_it_looks_for() {
    let found = |line: &str| forbidden().iter().filter(|entry| entry.is_in(line)).count();
    assert_eq!(found(&["https://registry.", "npmjs.org/left-pad"].concat()), 1);
    assert_eq!(found(&["let x = tod", "o!();"].concat()), 1);
    assert_eq!(found(&["/ho", "me/ada/rolecall"].concat()), 1);
    assert_eq!(found(&["/ho", "me/${USER}"].concat()), 0);
    assert_eq!(found("a perfectly innocent line"), 0);
}

impl Forbidden {
    fn is_in(&self, line: &str) -> bool {
        line.match_indices(&self.needle)
            .any(|(start, found)| !line[start + found.len()..].starts_with(self.unless_followed_by))
    }
}

fn tracked(root: &Path) -> Vec<PathBuf> {
    let listing = Command::new("git").arg("-C").arg(root).args(["ls-files", "-z"]).output().expect("git is installed");
    assert!(listing.status.success(), "this test needs a git checkout: {}", String::from_utf8_lossy(&listing.stderr));
    let text = String::from_utf8(listing.stdout).expect("file names in UTF-8");
    text.split_terminator('\0').map(PathBuf::from).collect()
}
