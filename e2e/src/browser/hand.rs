//! What a person does on a page, and waits for.

use std::cell::RefCell;

use serde_json::{Value, json};
use thirtyfour::WebElement;
use thirtyfour::error::WebDriverResult;

use super::session::wait;
use super::{Browser, PATIENCE};

const FIND: &str = include_str!("find.js");

impl Browser {
    /// Presses the button, or follows the link, with these words on it.
    ///
    /// # Panics
    /// When there is none within half a minute.
    pub fn press(&mut self, words: &str) {
        self.listen();
        self.act("button", words, |element| wait(element.click()));
    }

    /// Types a text into the field with this label, in place of what is in it.
    ///
    /// # Panics
    /// When there is none within half a minute.
    pub fn fill(&self, label: &str, text: &str) {
        self.act("field", label, |element| {
            wait(async {
                if element.attr("type").await?.as_deref() == Some("date") {
                    // What is typed into a date depends on where the machine thinks it is.
                    return element
                        .handle()
                        .execute("arguments[0].value = arguments[1]", vec![element.to_json()?, json!(text)])
                        .await
                        .map(drop);
                }
                element.clear().await?;
                element.send_keys(text).await
            })
        });
    }

    /// Ticks the box, or chooses the one of several, with this label.
    ///
    /// # Panics
    /// When there is none within half a minute.
    pub fn tick(&self, label: &str) {
        self.act("field", label, |element| wait(element.click()));
    }

    /// Chooses an option in the list with this label.
    ///
    /// # Panics
    /// When there is no such list or option within half a minute.
    pub fn choose(&self, label: &str, option: &str) {
        let script = "const [list, words] = arguments;
            const option = [...list.options].find((option) => option.text.trim() === words);
            if (!option) throw new Error(`no option ${words}`);
            list.value = option.value;
            list.dispatchEvent(new Event('change', { bubbles: true }));";
        self.act("field", label, |element| {
            let arguments = vec![element.to_json()?, json!(option)];
            wait(element.handle().execute(script, arguments)).map(drop)
        });
    }

    /// What is in the field with this label.
    ///
    /// # Panics
    /// When there is none within half a minute.
    #[must_use]
    pub fn value(&self, label: &str) -> String {
        let mut value = String::new();
        self.act("field", label, |element| {
            value = wait(element.prop("value"))?.unwrap_or_default();
            Ok(())
        });
        value
    }

    /// Waits until the page has this as its first heading.
    ///
    /// # Panics
    /// When it does not within half a minute.
    pub fn arrive(&self, heading: &str) {
        let script =
            "return document.readyState === 'complete' && (document.querySelector('h1')?.innerText ?? '').trim()";
        let is_there = |browser: &Self| (browser.attempt(script, vec![]).ok()? == json!(heading)).then_some(());
        self.eventually(&format!("the heading {heading:?}"), is_there);
    }

    /// Waits until the page shows this text.
    ///
    /// # Panics
    /// When it does not within half a minute.
    pub fn see(&self, text: &str) {
        self.eventually(&format!("{text:?}"), |browser| browser.shows(text).then_some(()));
    }

    /// Waits until a script says `true` of the page.
    ///
    /// # Panics
    /// When it does not within half a minute.
    pub fn see_that(&self, what: &str, script: &str) {
        let is_so = |browser: &Self| (browser.attempt(script, vec![]).ok()? == json!(true)).then_some(());
        self.eventually(what, is_so);
    }

    /// Waits until the page shows this text no more.
    ///
    /// # Panics
    /// When it still does after half a minute.
    pub fn see_gone(&self, text: &str) {
        let gone = |browser: &Self| {
            let text_now = browser.attempt(TEXT, vec![]).ok()?;
            (!text_now.as_str()?.contains(text)).then_some(())
        };
        self.eventually(&format!("a page without {text:?}"), gone);
    }

    /// Loads the page again and again until it shows this text: for pages that do not follow by themselves.
    ///
    /// # Panics
    /// When it does not within half a minute.
    pub fn see_after_reloads(&mut self, text: &str) {
        let deadline = std::time::Instant::now() + PATIENCE;
        while !self.shows(text) {
            assert!(
                std::time::Instant::now() < deadline,
                "{} never showed {text:?}, but\n{}",
                self.path(),
                self.text()
            );
            self.reload();
        }
    }

    /// Loads the page again.
    ///
    /// # Panics
    /// When it cannot be loaded.
    pub fn reload(&mut self) {
        self.listen();
        wait(self.driver().refresh()).expect("the page loads again");
    }

    /// Whether the page shows this text now.
    #[must_use]
    pub fn shows(&self, text: &str) -> bool {
        self.attempt(TEXT, vec![]).is_ok_and(|shown| shown.as_str().is_some_and(|shown| shown.contains(text)))
    }

    /// Whether there is a button or link with these words now.
    #[must_use]
    pub fn has_button(&self, words: &str) -> bool {
        self.script(FIND, vec![json!("button"), json!(words)]) != Value::Null
    }

    /// Whether there is a field with this label now.
    #[must_use]
    pub fn has_field(&self, label: &str) -> bool {
        self.script(FIND, vec![json!("field"), json!(label)]) != Value::Null
    }

    /// The text of the page, as a person reads it.
    #[must_use]
    pub fn text(&self) -> String {
        self.attempt(TEXT, vec![]).ok().and_then(|text| text.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// The page as it came, with everything that is hidden.
    ///
    /// # Panics
    /// When the browser is gone.
    #[must_use]
    pub fn source(&self) -> String {
        wait(self.driver().source()).expect("the page's source")
    }

    /// Does something with what has these words on it, as soon as that can be done. A page that is about to go, and what lies
    /// behind something else for a moment, is waited for.
    fn act(&self, kind: &str, words: &str, mut act: impl FnMut(&WebElement) -> WebDriverResult<()>) {
        let tried = |browser: &Self, act: &mut dyn FnMut(&WebElement) -> WebDriverResult<()>| {
            let found = wait(browser.driver().execute(FIND, vec![json!(kind), json!(words)]))?;
            act(&found.element()?)
        };
        let last = RefCell::new(String::new());
        let done = |browser: &Self| tried(browser, &mut act).map_err(|error| last.replace(error.to_string())).ok();
        let what = || format!("a {kind} {words:?} that can be used ({})", last.borrow());
        self.eventually_told(&what, done);
    }
}

const TEXT: &str = "return document.readyState !== 'loading' && document.body ? document.body.innerText : null";
