//! Headless Chromium behind its WebDriver: one driver for all tests of a binary, and browsers that are used again.

use std::future::Future;
use std::io::{BufRead, BufReader};
use std::process::Command;
use std::sync::{LazyLock, Mutex};
use std::thread;

use thirtyfour::{ChromiumLikeCapabilities as _, DesiredCapabilities, LoggingPrefsLogLevel, WebDriver};
use tokio::runtime::Runtime;

use super::guardian::Guarded;

/// Where Debian's packages and others put Chromium.
const BROWSERS: [&str; 4] = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", MACOS];
const MACOS: &str = "/Applications/Chromium.app/Contents/MacOS/Chromium";

/// What makes Chromium the same everywhere, and quiet.
const ARGUMENTS: [&str; 12] = [
    "--headless=new",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--lang=en-GB",
    "--force-color-profile=srgb",
    "--disable-lcd-text",
    "--hide-scrollbars",
    "--font-render-hinting=none",
];

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(1).enable_all().build().expect("a runtime for the browser's driver")
});

/// Statics are never dropped: what is behind this one ends with the process by its guardian.
static DRIVER: LazyLock<Driver> = LazyLock::new(Driver::start);

/// Browsers that nobody uses at the moment.
static IDLE: Mutex<Vec<WebDriver>> = Mutex::new(Vec::new());

/// Waits for what a browser was asked.
pub(super) fn wait<T>(future: impl Future<Output = T>) -> T {
    RUNTIME.block_on(future)
}

/// A browser of nobody: one that was given back, or a new one.
pub(super) fn take() -> WebDriver {
    let idle = IDLE.lock().expect("no test panics here").pop();
    idle.unwrap_or_else(|| wait(WebDriver::new(DRIVER.address.as_str(), capabilities())).expect("Chromium starts"))
}

/// Keeps a browser for the next test.
pub(super) fn give_back(browser: WebDriver) {
    IDLE.lock().expect("no test panics here").push(browser);
}

#[derive(Debug)]
struct Driver {
    address: String,
    _guarded: Guarded,
}

impl Driver {
    fn start() -> Self {
        let (guarded, output) = Guarded::start("chromedriver", &["--port=0"]);
        let mut lines = BufReader::new(output).lines().map_while(Result::ok);
        let port = lines.find_map(|line| port(&line));
        let port = port.expect("`chromedriver` says where it listens: `cargo xtask test` installs it");
        // Nobody reads on; the driver must not wait for a reader.
        thread::spawn(move || lines.for_each(drop));
        Self { address: format!("http://127.0.0.1:{port}"), _guarded: guarded }
    }
}

/// The port in *ChromeDriver was started successfully on port 45123.*
fn port(line: &str) -> Option<u16> {
    line.split_once("successfully on port ")?.1.trim_end_matches('.').parse().ok()
}

fn capabilities() -> thirtyfour::ChromeCapabilities {
    let mut capabilities = DesiredCapabilities::chrome();
    let mut add = |argument: &str| capabilities.add_arg(argument).expect("an argument");
    ARGUMENTS.iter().for_each(|argument| add(argument));
    if is_root() {
        add("--no-sandbox");
    }
    let browser = BROWSERS.iter().find(|place| std::path::Path::new(place).exists());
    let browser = browser.expect("Chromium is where `cargo xtask test` installs it");
    capabilities.set_binary(browser).expect("a place");
    capabilities.set_browser_log_level(LoggingPrefsLogLevel::All).expect("a level");
    capabilities
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output();
    output.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_port_is_read() {
        assert_eq!(super::port("ChromeDriver was started successfully on port 45123."), Some(45123));
        assert_eq!(super::port("Starting ChromeDriver 156.0 on port 0"), None);
    }
}
