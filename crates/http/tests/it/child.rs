//! Tests in a process of their own.
//!
//! The environment of a running process cannot be changed safely, and its log filter is shared by all its threads. So
//! tests that need their own run themselves again as a child process.

use std::process::Command;

const IN_CHILD: &str = "ROLECALL_TEST_CHILD";

const NAMES: [&str; 10] = [
    "ALL_PROXY",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_PROXY",
    "all_proxy",
    "https_proxy",
    "http_proxy",
    "no_proxy",
    "REQUEST_METHOD",
    "SSL_CERT_DIR",
];

/// Runs the test of that name again in an environment of its own; true in the child, whose turn it is to test.
pub(crate) async fn in_child(test: &str, environment: &[(&str, &str)]) -> bool {
    if std::env::var_os(IN_CHILD).is_some() {
        return true;
    }
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]).env(IN_CHILD, "1");
    NAMES.iter().for_each(|name| {
        command.env_remove(name);
    });
    command.envs(environment.iter().copied());
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{text}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    false
}
