//! What a hub is told of this machine.

use rolecall_baton::runner::RunnerHost;

use crate::environment::host_name;

/// This machine, called so, or by its own name.
pub(super) fn host(id: Option<&str>) -> RunnerHost {
    let name = host_name().unwrap_or_else(|| "unnamed".to_owned());
    let release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    RunnerHost {
        id: id.map_or_else(|| name.clone(), str::to_owned),
        name,
        system: std::env::consts::OS.to_owned(),
        platform: of_release(&release, "ID"),
        platform_version: of_release(&release, "VERSION_ID"),
        kernel: kernel.trim().to_owned(),
        processor: std::env::consts::ARCH.to_owned(),
        program: "rolecall".to_owned(),
        version: format!("v{}", env!("CARGO_PKG_VERSION")),
        language: format!("rust{}", env!("CARGO_PKG_RUST_VERSION")),
    }
}

/// What a system says of its own name and version.
fn of_release(release: &str, key: &str) -> String {
    let value = release.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
    value.unwrap_or_default().trim().trim_matches('"').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_says_its_name_and_version() {
        let release = "PRETTY_NAME=\"Debian 13\"\nID=debian\nVERSION_ID=\"13\"\n";
        assert_eq!((of_release(release, "ID"), of_release(release, "VERSION_ID")), ("debian".into(), "13".into()));
        assert_eq!(of_release("", "ID"), "");
        assert_eq!(host(Some("here")).id, "here");
    }
}
