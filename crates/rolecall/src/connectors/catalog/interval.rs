//! *Polling Interval*: words that people know from elsewhere for what the settings `every` and `cron` say.

use rolecall_engine::connectors::Choice;
use rolecall_engine::work::{cron_parse, every_parse};
use serde_json::Value as Json;

use crate::connectors::settings::{CRON, EVERY, Settings};

/// Not by itself.
const DISABLED: &str = "DISABLED";

/// The words, what people read, and the interval each stands for.
const WORDS: [(&str, &str, &str); 6] = [
    ("ONE_WEEK", "Every week", "1w"),
    ("ONE_DAY", "Every day", "1d"),
    ("TWELVE_HOURS", "Every 12 hours", "12h"),
    ("EIGHT_HOURS", "Every 8 hours", "8h"),
    ("FOUR_HOURS", "Every 4 hours", "4h"),
    ("ONE_HOUR", "Every hour", "1h"),
];

/// What there is to choose from.
pub(super) fn choices() -> Vec<Choice> {
    let disabled = std::iter::once(Choice::new(DISABLED, "Disabled: read it only when somebody asks"));
    disabled.chain(WORDS.iter().map(|(word, label, _)| Choice::new(*word, *label))).collect()
}

/// The interval as people read it: what the list calls it, or the cron expression.
pub(super) fn interval_label(settings: &Settings) -> String {
    let text = interval_text(settings);
    choices().into_iter().find(|choice| choice.value == text).map_or(text, |choice| choice.label)
}

/// Sets what a person chose or wrote.
pub(super) fn interval_set(settings: &mut Settings, text: &str) -> Result<(), String> {
    let text = text.trim();
    if interval_text(settings) == text {
        return Ok(());
    }
    let every = WORDS.iter().find(|(word, ..)| *word == text).map(|(_, _, every)| *every);
    let (every, cron) = match every {
        Some(every) => (Some(every), None),
        None if text.is_empty() || text == DISABLED => (None, None),
        None if every_parse(text).is_ok() => (Some(text), None),
        None => (None, Some(cron_parse(text).map(|_| text)?)),
    };
    settings.unset(&EVERY);
    settings.unset(&CRON);
    if let Some(every) = every {
        settings.set(&EVERY, Json::from(every));
    }
    if let Some(cron) = cron {
        settings.set(&CRON, Json::from(cron));
    }
    Ok(())
}

/// What is set, as a form says it.
pub(super) fn interval_text(settings: &Settings) -> String {
    if let Some(cron) = settings.text(&CRON) {
        return cron.to_owned();
    }
    let Some(every) = settings.text(&EVERY) else { return DISABLED.to_owned() };
    let seconds = every_parse(every).ok();
    let word = WORDS.iter().find(|(.., known)| every_parse(known).ok() == seconds);
    word.map_or_else(|| every.to_owned(), |(word, ..)| (*word).to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn words_intervals_and_cron_expressions_come_back_as_they_were_said() {
        let mut settings = Settings::read(&json!({}));
        for (said, kept) in [
            ("ONE_DAY", json!({ "every": "1d" })),
            ("30 4 * * 1-5", json!({ "cron": "30 4 * * 1-5" })),
            ("15m", json!({ "every": "15m" })),
            ("DISABLED", json!({})),
            ("ONE_WEEK", json!({ "every": "1w" })),
        ] {
            interval_set(&mut settings, said).unwrap();
            assert_eq!((settings.to_json(), interval_text(&settings).as_str()), (kept, said));
        }
        for bad in ["NOW", "* * * * *", "1s"] {
            assert!(interval_set(&mut settings, bad).is_err(), "{bad}");
        }
        assert_eq!(interval_text(&Settings::read(&json!({ "every": "24h" }))), "ONE_DAY");
        let mut same = Settings::read(&json!({ "every": "24h" }));
        interval_set(&mut same, "ONE_DAY").unwrap();
        assert_eq!(same.to_json(), json!({ "every": "24h" }), "what is as it was is not written anew");
    }
}
