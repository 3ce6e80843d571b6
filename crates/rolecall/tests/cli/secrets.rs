//! *Architecture Invariant* 7: secrets cannot print, and none is stored.

use std::path::Path;

use rolecall_sim::{Fault, Pattern, Times};

use crate::support::{run, served};

#[tokio::test(flavor = "multi_thread")]
async fn the_token_is_in_no_output_and_no_file() {
    let served = served(7, 8, 3, 5).await;
    let binary = served.binary();
    let mut printed = String::new();
    let mut keep = |ran: &rolecall_testkit::Ran| {
        printed.push_str(&ran.stdout);
        printed.push_str(&ran.stderr);
    };
    keep(&served.sync(&binary, &["-vv"]).await);
    for arguments in [
        &["status", "--format", "json"][..],
        &["list", "tokens"],
        &["list", "grants", "--format", "csv"],
        &["changes"],
        &["who-can", "publish", "nothing"],
    ] {
        keep(&run(&binary, arguments));
    }
    served.server.faults().add(Pattern::all(), Fault::html(403), Times::Always);
    keep(&served.sync(&binary, &["-vv"]).await);
    let secret = served.token.trim_start_matches("npm_");
    assert!(printed.contains("GET"), "the log shows requests: {printed}");
    assert!(!printed.contains(&secret[..12]), "{printed}");
    for file in files(binary.home()) {
        let bytes = std::fs::read(&file).unwrap();
        let found = bytes.windows(12).any(|window| window == secret.as_bytes()[..12].iter().as_slice());
        assert!(!found, "{} holds the token", file.display());
    }
}

fn files(directory: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    assert!(!found.is_empty());
    found
}
