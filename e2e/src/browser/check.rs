//! What is wrong with a page, whatever it says: complaints of the console, what keeps people out, and what does not fit.

use std::fs;
use std::sync::LazyLock;

use serde_json::{Value, json};

use super::Browser;
use super::session::wait;
use crate::{TOOLS, provided};

static AXE: LazyLock<String> = LazyLock::new(|| {
    let file = provided(TOOLS.0, TOOLS.1, "axe-core/node_modules/axe-core/axe.min.js");
    fs::read_to_string(file).expect("axe-core can be read")
});

/// Runs the rules that were asked for, or all of them, and says what is broken: rule, weight and places.
const RUN: &str = "const done = arguments[arguments.length - 1];
    const rules = arguments[0];
    const options = { resultTypes: ['violations'], ...(rules ? { runOnly: { type: 'rule', values: rules } } : {}) };
    const told = (found) => ({
      rule: found.id, impact: found.impact, help: found.help,
      places: found.nodes.map((node) => `${node.target.join(' ')}: ${node.failureSummary}`),
    });
    axe.run(document, options).then((all) => done(all.violations.map(told)), (error) => done([{ rule: String(error), impact: 'critical', places: [] }]));";

/// What reaches beyond the page's right edge, unless it scrolls inside its own frame.
const OVERFLOW: &str = "const page = document.scrollingElement;
    if (page.scrollWidth <= page.clientWidth) return [];
    const isOut = (element) => element.getBoundingClientRect().right > page.clientWidth + 1;
    const out = [...document.querySelectorAll('body *')].filter(isOut);
    return out.slice(0, 5).map((element) => element.outerHTML.slice(0, 120)).concat(`${page.scrollWidth} > ${page.clientWidth}`);";

/// What can be reached with the keyboard and does not show that it was.
const UNMARKED: &str = "const reached = 'a[href], button, input, select, textarea, summary, [tabindex]';
    const isUsable = (element) => element.checkVisibility() && !element.disabled && element.type !== 'hidden' && element.tabIndex >= 0;
    const all = [...document.querySelectorAll(reached)].filter(isUsable);
    const isMarked = (element) => {
      element.focus({ focusVisible: true });
      const style = getComputedStyle(element);
      return document.activeElement === element && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    };
    const unmarked = all.filter((element) => !isMarked(element)).map((element) => element.outerHTML.slice(0, 120));
    document.activeElement?.blur();
    return unmarked;";

impl Browser {
    /// Everything that is wrong with the page as it is shown, each with its page: how it is headed, what does not fit, what the
    /// keyboard reaches unseen, and what axe finds serious or critical, by all of its rules or only these.
    ///
    /// # Panics
    /// When the browser is gone.
    #[must_use]
    pub fn wrongs(&self, rules: Option<&[&str]>) -> Vec<String> {
        let found = [self.unheaded(), self.too_wide(), self.unmarked(), self.barriers(rules)].concat();
        found.into_iter().map(|found| format!("{}: {found}", self.path())).collect()
    }

    /// What shuts people out.
    fn barriers(&self, rules: Option<&[&str]>) -> Vec<String> {
        let is_loaded = self.script("return typeof axe !== 'undefined'", vec![]) == json!(true);
        if !is_loaded {
            wait(self.driver().execute(AXE.as_str(), vec![])).expect("axe loads");
        }
        let answer = wait(self.driver().execute_async(RUN, vec![json!(rules)])).expect("axe runs");
        let found = answer.json().as_array().cloned().unwrap_or_default();
        let is_grave = |found: &&Value| matches!(found["impact"].as_str(), Some("serious" | "critical"));
        found.iter().filter(is_grave).map(|found| format!("{found:#}")).collect()
    }

    /// What has to be scrolled sideways to.
    fn too_wide(&self) -> Vec<String> {
        texts(&self.script(OVERFLOW, vec![])).into_iter().map(|text| format!("too wide: {text}")).collect()
    }

    /// What the keyboard reaches and does not show that it did.
    fn unmarked(&self) -> Vec<String> {
        texts(&self.script(UNMARKED, vec![])).into_iter().map(|text| format!("without focus: {text}")).collect()
    }

    /// One first heading has to say something, and so has the title.
    fn unheaded(&self) -> Vec<String> {
        let headings = "return [...document.querySelectorAll('h1')].map((heading) => heading.innerText.trim())";
        let headings = texts(&self.script(headings, vec![]));
        let title = wait(self.driver().title()).expect("a title");
        let is_said = headings.len() == 1 && headings.iter().all(|heading| heading.len() > 2);
        let is_titled = title.strip_suffix(" · Rolecall").is_some_and(|title| title.trim().len() > 2);
        let wrong =
            [(is_said, format!("the headings are {headings:?}")), (is_titled, format!("the title is {title:?}"))];
        wrong.into_iter().filter(|(is_right, _)| !is_right).map(|(_, wrong)| wrong).collect()
    }

    /// Keeps what the console complained about so far.
    pub(super) fn listen(&mut self) {
        let entries = wait(self.driver().browser_log()).expect("the console's messages");
        let wrong = entries
            .into_iter()
            .filter(|entry| entry.level == "SEVERE" && !is_refusal(&entry.message) && !is_asked_again(&entry.message));
        self.wrongs.extend(wrong.map(|entry| entry.message));
    }
}

/// Whether the console tells nothing but that a page was answered with a status that says no, which the page says itself.
fn is_refusal(message: &str) -> bool {
    let is_page = !message.contains("/asset/") && !message.contains(".png");
    is_page && message.contains("Failed to load resource: the server responded with a status of 4")
}

/// Whether it tells of a connection for live news that was cut as the page was left or an idle one was closed: a browser opens
/// another by itself.
fn is_asked_again(message: &str) -> bool {
    const CUT: [&str; 4] = ["CONNECTION_RESET", "CONNECTION_CLOSED", "EMPTY_RESPONSE", "INCOMPLETE_CHUNKED_ENCODING"];
    CUT.iter().any(|cut| message.contains(&format!("/live - Failed to load resource: net::ERR_{cut}")))
}

fn texts(list: &Value) -> Vec<String> {
    let texts = list.as_array().into_iter().flatten().filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}
