//! A person's browser: Chromium, driven by WebDriver.
//!
//! | question | file |
//! |---|---|
//! | where do browsers come from, and how do they end? | `session.rs`, `guardian.rs` |
//! | what can be done on a page, and waited for? | `hand.rs` |
//! | how are fields and buttons found? | `find.js` |
//! | how do pictures become small? | `picture.rs` |
//! | what is wrong with a page, whatever it says? | `check.rs` |
//!
//! Waiting is for a condition, never for a time. Whatever was found wrong in the console fails the test at the latest when the
//! browser is dropped.

mod check;
mod guardian;
mod hand;
mod picture;
mod session;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use thirtyfour::WebDriver;
use thirtyfour::error::WebDriverResult;

use session::wait;

/// Longer than anything here takes, so that what never happens fails its test.
const PATIENCE: Duration = Duration::from_secs(30);

/// Between two looks at what is waited for.
const GLANCE: Duration = Duration::from_millis(20);

/// How a browser shows pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// The window's width in pixels.
    pub width: u32,
    /// The window's height in pixels.
    pub height: u32,
    /// Whether the person likes it dark.
    pub is_dark: bool,
}

impl Look {
    /// A desktop's window.
    pub const DESKTOP: Self = Self { width: 1280, height: 800, is_dark: false };
    /// A small telephone.
    pub const TELEPHONE: Self = Self { width: 360, height: 740, is_dark: false };

    /// The same in the dark.
    #[must_use]
    pub const fn dark(self) -> Self {
        Self { is_dark: true, ..self }
    }
}

/// One person's browser, without cookies at first.
pub struct Browser {
    driver: Option<WebDriver>,
    home: String,
    /// What the console said of pages that were left.
    wrongs: Vec<String>,
}

impl fmt::Debug for Browser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Browser").field("home", &self.home).finish_non_exhaustive()
    }
}

impl Browser {
    /// A browser whose paths are those of the hub at this address, with a desktop's window.
    ///
    /// # Panics
    /// When Chromium or its driver is missing.
    #[must_use]
    pub fn at(home: &str) -> Self {
        let home = home.trim_end_matches('/').to_owned();
        let browser = Self { driver: Some(session::take()), home, wrongs: Vec::new() };
        browser.tool("Network.clearBrowserCookies", json!({}));
        browser.tool("Emulation.setScriptExecutionDisabled", json!({ "value": false }));
        browser.look(Look::DESKTOP);
        browser
    }

    /// The same without JavaScript: scripts of pages do not run, and what stands in for them is shown.
    ///
    /// # Panics
    /// When Chromium or its driver is missing.
    #[must_use]
    pub fn without_javascript(home: &str) -> Self {
        let browser = Self::at(home);
        browser.tool("Emulation.setScriptExecutionDisabled", json!({ "value": true }));
        browser
    }

    /// Shows pages like this from now on.
    ///
    /// # Panics
    /// When the browser is gone.
    pub fn look(&self, look: Look) {
        let Look { width, height, is_dark } = look;
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.tool("Emulation.setDeviceMetricsOverride", size);
        let scheme = json!({ "name": "prefers-color-scheme", "value": if is_dark { "dark" } else { "light" } });
        let still = json!({ "name": "prefers-reduced-motion", "value": "reduce" });
        self.tool("Emulation.setEmulatedMedia", json!({ "features": [scheme, still] }));
    }

    /// Opens a path, or an address of the same hub.
    ///
    /// # Panics
    /// When it cannot be opened.
    pub fn open(&mut self, path: &str) {
        self.listen();
        let address = if path.starts_with('/') { format!("{}{path}", self.home) } else { path.to_owned() };
        wait(self.driver().goto(address.as_str()))
            .unwrap_or_else(|error| panic!("{address} cannot be opened: {error}"));
    }

    /// The path and query that is shown.
    ///
    /// # Panics
    /// When the browser is gone.
    #[must_use]
    pub fn path(&self) -> String {
        let url = wait(self.driver().current_url()).expect("the browser is at an address");
        url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
    }

    /// The value of a cookie, where there is one.
    ///
    /// # Panics
    /// When the browser is gone.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<String> {
        let cookies = wait(self.driver().get_all_cookies()).expect("cookies");
        cookies.into_iter().find(|cookie| cookie.name == name).map(|cookie| cookie.value)
    }

    /// A picture of what the window shows.
    ///
    /// # Panics
    /// When the browser is gone, or the file cannot be written.
    pub fn picture(&self, file: &Path) {
        let bytes = wait(self.driver().screenshot_as_png()).expect("a picture");
        fs::write(file, picture::small(&bytes))
            .unwrap_or_else(|error| panic!("{} cannot be written: {error}", file.display()));
    }

    /// What a script says that runs in the page. Rules of the page about scripts do not hold for it.
    ///
    /// # Panics
    /// When it fails.
    #[must_use]
    pub fn script(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.attempt(script, arguments).unwrap_or_else(|error| panic!("at {}: {error}", self.path()))
    }

    /// The same where the page may be about to go.
    fn attempt(&self, script: &str, arguments: Vec<Value>) -> WebDriverResult<Value> {
        Ok(wait(self.driver().execute(script, arguments))?.json().clone())
    }

    /// A command of the browser's own tools.
    fn tool(&self, command: &str, parameters: Value) {
        let answer = wait(self.driver().cdp().send_raw(command, parameters));
        answer.unwrap_or_else(|error| panic!("{command} failed: {error}"));
    }

    /// Waits until there is an answer.
    fn eventually<T>(&self, what: &str, look: impl FnMut(&Self) -> Option<T>) -> T {
        self.eventually_told(&|| what.to_owned(), look)
    }

    /// The same where what is missing can be told at the end only.
    fn eventually_told<T>(&self, what: &dyn Fn() -> String, mut look: impl FnMut(&Self) -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = look(self) {
                return found;
            }
            if Instant::now() > deadline {
                panic!("there never was {} at {}, but\n{}\n{}", what(), self.path(), self.kept(), self.text());
            }
            thread::sleep(GLANCE);
        }
    }

    /// Where a picture of a failure is kept, said in a sentence.
    fn kept(&self) -> String {
        let name = thread::current().name().unwrap_or("test").replace("::", "-");
        let file: PathBuf = std::env::temp_dir().join(format!("rolecall-e2e-{name}.png"));
        self.picture(&file);
        format!("(a picture of it is {})", file.display())
    }

    fn driver(&self) -> &WebDriver {
        self.driver.as_ref().expect("a browser is there until it is dropped")
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if thread::panicking() {
            // What a broken test leaves behind is nothing for the next one.
            let driver = self.driver.take().expect("it is dropped once");
            drop(wait(driver.quit()));
            return;
        }
        self.listen();
        let wrongs = std::mem::take(&mut self.wrongs);
        // Whatever was open goes on asking its hub otherwise.
        drop(wait(self.driver().goto("about:blank")));
        // What it tells of leaving is nothing for the next test.
        self.listen();
        session::give_back(self.driver.take().expect("it is dropped once"));
        assert!(wrongs.is_empty(), "the console of the browser complained:\n{}", wrongs.join("\n"));
    }
}
