//! Faults as they are written on the command line: when, what and for which requests.

use std::fmt::Debug;
use std::marker::PhantomData;
use std::str::FromStr;
use std::time::Duration;

use rolecall_sim::{Fault, Faults, Pattern, Times};
use serde_json::json;

/// The help for `--fault`, with the words that only one registry knows.
macro_rules! fault_help {
    ($own:literal) => {
        concat!(
            "Let something go wrong: [WHEN] FAULT [METHOD] PATH; may be repeated

WHEN is `always` (the default), `once`, `first-N` or `after-N`. In PATH `*` stands for one piece and \
`**` for the rest. FAULT is one of

  html-STATUS    a page of a proxy with this status
",
            $own,
            "
  empty          status 200 and an empty object
  not-modified   status 304, whether asked for or not
  truncated      the JSON ends half-way
  cut            the connection closes half-way
  stalled        half of the answer arrives, then nothing more
  dropped        no answer, and no effect
  lost           no answer, but the effect
  bad-gzip       the answer says it is compressed, and is not
  late-MS        the right answer, so many milliseconds late"
        )
    };
}

pub(super) use fault_help;

/// What one kind of registry does wrong in its own way.
pub(super) trait Words: Debug + Clone + Send + Sync + 'static {
    /// A path of this registry, for messages.
    const EXAMPLE: &'static str;

    /// The fault that a word of its own stands for.
    fn fault(word: &str) -> Option<Fault>;
}

/// One fault as it is written on the command line.
#[derive(Debug, Clone)]
pub(super) struct FaultRule<W> {
    times: Times,
    fault: Fault,
    pattern: Pattern,
    words: PhantomData<fn() -> W>,
}

impl<W> FaultRule<W> {
    pub(super) fn set(&self, faults: &Faults) {
        faults.add(self.pattern.clone(), self.fault.clone(), self.times);
    }
}

impl<W: Words> FromStr for FaultRule<W> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let example = W::EXAMPLE;
        let pathless = |example: String| format!("a fault needs a path: try `{example}`");
        let (first, rest) = text.split_once(' ').ok_or_else(|| pathless(format!("html-503 GET {example}")))?;
        let (times, rest) = match times(first) {
            Some(times) => (times, rest),
            None => (Times::Always, text),
        };
        let (word, pattern) = rest.split_once(' ').ok_or_else(|| pathless(format!("once html-503 {example}")))?;
        let fault = W::fault(word).or_else(|| common(word));
        let fault = fault.ok_or_else(|| format!("`{word}` is no fault; `--help` lists them"))?;
        if !pattern.rsplit(' ').next().is_some_and(|path| path.starts_with('/')) {
            return Err(format!("`{pattern}` is no path: it has to start with `/`"));
        }
        Ok(Self { times, fault, pattern: Pattern::new(pattern), words: PhantomData })
    }
}

fn times(word: &str) -> Option<Times> {
    let number = |prefix: &str| word.strip_prefix(prefix)?.parse().ok();
    match word {
        "always" => Some(Times::Always),
        "once" => Some(Times::First(1)),
        _ => number("first-").map(Times::First).or(number("after-").map(Times::After)),
    }
}

/// What every registry, and whatever stands before it, does wrong.
fn common(word: &str) -> Option<Fault> {
    Some(match word {
        "empty" => Fault::json(200, &json!({})),
        "not-modified" => Fault::NotModified,
        "truncated" => Fault::Truncated,
        "cut" => Fault::Cut,
        "stalled" => Fault::Stalled,
        "dropped" => Fault::Dropped,
        "lost" => Fault::Lost,
        "bad-gzip" => Fault::BadGzip,
        late if late.starts_with("late-") => {
            Fault::Delay(Duration::from_millis(late.strip_prefix("late-")?.parse().ok()?))
        }
        _ => Fault::html(status(word, "html-")?),
    })
}

/// The status behind a word such as `html-503`.
pub(super) fn status(word: &str, prefix: &str) -> Option<u16> {
    word.strip_prefix(prefix)?.parse().ok().filter(|status| *status >= 200)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone)]
    enum Shop {}

    impl Words for Shop {
        const EXAMPLE: &'static str = "/-/org/*/user";

        fn fault(word: &str) -> Option<Fault> {
            (word == "too-many").then(|| Fault::too_many(1))
        }
    }

    #[test]
    fn a_fault_is_read_with_and_without_a_time() {
        let rule: FaultRule<Shop> = "html-503 GET /-/org/*/user".parse().expect("a fault");
        assert_eq!((rule.times, rule.pattern), (Times::Always, Pattern::new("GET /-/org/*/user")));
        let rule: FaultRule<Shop> = "first-2 too-many /-/team/**".parse().expect("a fault");
        assert_eq!((rule.times, rule.pattern), (Times::First(2), Pattern::new("/-/team/**")));
        assert!(matches!(rule.fault, Fault::Instead(_)));
    }

    #[test]
    fn a_fault_that_cannot_be_read_says_why() {
        for (text, reason) in [
            ("html-503", "needs a path"),
            ("once html-503", "needs a path"),
            ("once fire /-/org/**", "`fire` is no fault"),
            ("html-7 /-/org/**", "`html-7` is no fault"),
            ("cut GET", "has to start with `/`"),
        ] {
            let refusal = text.parse::<FaultRule<Shop>>().expect_err(text);
            assert!(refusal.contains(reason), "{text}: {refusal}");
        }
    }
}
