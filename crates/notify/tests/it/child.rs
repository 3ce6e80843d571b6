//! A test in a process of its own, whose environment it needs: that of a running one cannot be changed safely.

use std::process::Command;

const IN_CHILD: &str = "ROLECALL_TEST_CHILD";

/// Runs the test of that name again in an environment of its own; true in the child, whose turn it is to test.
pub(crate) async fn in_child(test: &str, environment: &[(&str, &str)]) -> bool {
    if std::env::var_os(IN_CHILD).is_some() {
        return true;
    }
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]).env(IN_CHILD, "1").env_remove("SSL_CERT_DIR");
    command.envs(environment.iter().copied());
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.contains("1 passed"), "{text}\n{errors}");
    false
}
