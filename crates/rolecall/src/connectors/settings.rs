//! What can be set on a connector, declared once: the command line, the file, the database and the documentation all
//! spell it from here.

use jiff::civil::Date;
use rolecall_engine::work::{cron_parse, every_parse};
use serde_json::{Map, Value as Json};

/// One thing that can be set.
#[derive(Debug)]
pub(crate) struct Setting {
    /// As the file spells it: `monthly_requests`.
    pub(crate) name: &'static str,
    /// What it takes.
    pub(crate) kind: Kind,
    /// What it does, in words.
    pub(crate) what: &'static str,
}

/// What a setting takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A day, `2027-01-31`.
    Date,
    /// Requests per second.
    Rate,
    /// A whole number.
    Count,
    /// How long until it is done again, `6h`.
    Interval,
    /// Fixed times, as a cron expression in UTC.
    Cron,
    /// Yes or no; no unless set.
    Flag,
    /// Yes or no; yes unless set.
    On,
    /// A file.
    Path,
    /// A proxy's address, without a password.
    Address,
    /// A word.
    Text,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A measure, for all listings or for each kind of them.
    ByListing(Measure),
}

/// What is said of listings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Measure {
    /// A whole number, 0 among them.
    Count,
    /// A part of the whole, from 0 to 1.
    Share,
}

impl Measure {
    fn is(self, raw: &Json) -> bool {
        match self {
            Self::Count => raw.is_u64(),
            Self::Share => raw.as_f64().is_some_and(|share| (0.0..=1.0).contains(&share)),
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Count => "a whole number",
            Self::Share => "a number from 0 to 1",
        }
    }

    const fn example(self) -> &'static str {
        match self {
            Self::Count => "{ default = 3, team-members = 10 }",
            Self::Share => "{ default = 0.1, team-members = 0.25 }",
        }
    }

    /// A table of what is said, by kind of listing; one that only says what holds for all is that value alone.
    fn kept(self, raw: &Json) -> Option<Json> {
        let mut table = by_listing(raw);
        let is_right = !table.is_empty() && table.iter().all(|(kind, value)| !kind.is_empty() && self.is(value));
        match table.len() {
            _ if !is_right => None,
            1 if table.contains_key(DEFAULT) => table.remove(DEFAULT),
            _ => Some(Json::Object(table)),
        }
    }
}

/// What a table of measures calls the one of all other listings.
pub(crate) const DEFAULT: &str = "default";

/// A measure as a table: alone, it holds for all listings.
pub(crate) fn by_listing(value: &Json) -> Map<String, Json> {
    match value {
        Json::Object(table) => table.clone(),
        alone => Map::from_iter([(DEFAULT.to_owned(), alone.clone())]),
    }
}

impl Kind {
    /// What it takes, in words.
    pub(crate) fn words(self) -> String {
        match self {
            Self::Date => "date".to_owned(),
            Self::Rate => "number".to_owned(),
            Self::Count => "whole number".to_owned(),
            Self::Interval => "interval".to_owned(),
            Self::Cron => "cron expression".to_owned(),
            Self::Flag | Self::On => "true or false".to_owned(),
            Self::Path => "file".to_owned(),
            Self::Address => "address".to_owned(),
            Self::Text => "text".to_owned(),
            Self::Choice(words) => words.join(", "),
            Self::ByListing(measure) => format!("{}, or one for each kind of listing", measure.words()),
        }
    }
}

pub(crate) static TOKEN_EXPIRES: Setting = Setting {
    name: "token_expires",
    kind: Kind::Date,
    what: "the day on which the token expires; it is warned about, because registries tell no one",
};
pub(crate) static EVERY: Setting = Setting {
    name: "every",
    kind: Kind::Interval,
    what: "how often `rolecall work` reads it: 15m, 6h, 1d, 2w; by itself never unless set",
};
pub(crate) static CRON: Setting = Setting {
    name: "cron",
    kind: Kind::Cron,
    what: "when `rolecall work` reads it, as a cron expression in UTC, such as `30 4 * * 1-5`; instead of an interval",
};
pub(crate) static TAG_ACCOUNT_NAME: Setting = Setting {
    name: "tag_account_name",
    kind: Kind::On,
    what: "give every entity of it the property `tag.AccountName`, which queries know it by (true unless set)",
};
/// Set by the hub alone: the address came from a page, so that it may not be an internal one.
pub(crate) static PUBLIC_ADDRESS: Setting =
    Setting { name: "public_address", kind: Kind::Flag, what: "the address is on the internet" };
/// Set by the hub alone: the proxy came from a page, so that it may not be an internal one.
pub(crate) static PUBLIC_PROXY: Setting =
    Setting { name: "public_proxy", kind: Kind::Flag, what: "the proxy is on the internet" };
pub(crate) static RATE: Setting =
    Setting { name: "rate", kind: Kind::Rate, what: "requests per second, where the type's own pace is not wanted" };
pub(crate) static TIMEOUT: Setting =
    Setting { name: "timeout", kind: Kind::Count, what: "seconds after which an attempt is given up (60 unless set)" };
pub(crate) static MONTHLY_REQUESTS: Setting = Setting {
    name: "monthly_requests",
    kind: Kind::Count,
    what: "requests it may send in a calendar month (1,000,000 unless set)",
};
pub(crate) static MEMBERSHIP_ONLY: Setting = Setting {
    name: "membership_only",
    kind: Kind::Flag,
    what: "read who is in what and what groups may do, not the detail of every resource",
};
pub(crate) static REMOVAL_LIMIT: Setting = Setting {
    name: "removal_limit",
    kind: Kind::ByListing(Measure::Count),
    what: "how many removals from a listing pass without a person's word (3 unless set)",
};
pub(crate) static REMOVAL_SHARE: Setting = Setting {
    name: "removal_share",
    kind: Kind::ByListing(Measure::Share),
    what: "which share of a listing may pass where that is more (0.1 unless set)",
};
pub(crate) static CA_FILE: Setting =
    Setting { name: "ca_file", kind: Kind::Path, what: "a file of certificates to trust besides the system's" };
pub(crate) static PROXY: Setting =
    Setting { name: "proxy", kind: Kind::Address, what: "a proxy to use instead of the environment's" };

/// What can be set on a connector of any type.
pub(crate) static COMMON: &[&Setting] = &[
    &TOKEN_EXPIRES,
    &EVERY,
    &CRON,
    &TAG_ACCOUNT_NAME,
    &RATE,
    &TIMEOUT,
    &MONTHLY_REQUESTS,
    &MEMBERSHIP_ONLY,
    &REMOVAL_LIMIT,
    &REMOVAL_SHARE,
    &CA_FILE,
    &PROXY,
];

impl Setting {
    /// As the command line spells it, without the dashes in front: `monthly-requests`.
    pub(crate) fn flag(&self) -> String {
        self.name.replace('_', "-")
    }

    /// As the database and JSON spell it: `monthlyRequests`.
    pub(crate) fn key(&self) -> String {
        let mut words = self.name.split('_');
        let first = words.next().unwrap_or_default().to_owned();
        words.fold(first, |mut key, word| {
            let (initial, rest) = word.split_at(word.len().min(1));
            key.push_str(&initial.to_uppercase());
            key.push_str(rest);
            key
        })
    }

    /// Checks a value and brings it into the form in which it is kept.
    pub(crate) fn value(&self, raw: &Json) -> Result<Json, String> {
        let kept = match self.kind {
            Kind::Date => raw.as_str().and_then(|text| text.parse::<Date>().ok()).map(|date| date.to_string().into()),
            Kind::Rate => raw.as_f64().filter(|rate| (0.001..=10_000.0).contains(rate)).map(Json::from),
            Kind::Count => raw.as_u64().filter(|count| *count > 0).map(Json::from),
            Kind::Interval => raw.as_str().map(str::trim).filter(|text| every_parse(text).is_ok()).map(Json::from),
            Kind::Cron => raw.as_str().map(str::trim).filter(|text| cron_parse(text).is_ok()).map(Json::from),
            Kind::Flag | Kind::On => raw.as_bool().map(Json::from),
            Kind::Path => raw.as_str().filter(|path| !path.is_empty()).and_then(absolute),
            Kind::Address => return address(raw),
            Kind::Text => raw.as_str().map(str::trim).filter(|text| !text.is_empty()).map(Json::from),
            Kind::Choice(words) => raw.as_str().filter(|text| words.contains(text)).map(Json::from),
            Kind::ByListing(measure) => measure.kept(raw),
        };
        kept.ok_or_else(|| self.expected())
    }

    fn expected(&self) -> String {
        let example = match self.kind {
            Kind::Date => "a date, such as 2027-01-31",
            Kind::Rate => "a number of requests per second, such as 2 or 0.5",
            Kind::Count => "a whole number above 0",
            Kind::Interval => "an interval from 5m to a year, such as 15m, 6h, 1d or 2w",
            Kind::Cron => {
                "a cron expression of five fields that comes round every 5 minutes at most, such as 30 4 * * 1-5"
            }
            Kind::Flag | Kind::On => "true or false",
            Kind::Path => "the path of a file",
            Kind::Address => "an address, such as http://proxy.example.com:3128",
            Kind::Text => "a text",
            Kind::Choice(words) => return format!("{} must be one of {}", self.name, words.join(", ")),
            Kind::ByListing(measure) => {
                let (words, example) = (measure.words(), measure.example());
                return format!("{} must be {words}, or one for each kind of listing: {example}", self.name);
            }
        };
        format!("{} must be {example}", self.name)
    }
}

/// A connector is read from other folders than the one it was configured in.
fn absolute(path: &str) -> Option<Json> {
    Some(std::path::absolute(path).ok()?.to_string_lossy().into_owned().into())
}

/// What is kept is shown, so a password has no place in it. The address is not repeated: it may hold one.
fn address(raw: &Json) -> Result<Json, String> {
    let url = raw.as_str().and_then(|text| url::Url::parse(text).ok()).filter(url::Url::has_host);
    let url = url.ok_or_else(|| PROXY.expected())?;
    if url.password().is_some() || !url.username().is_empty() {
        return Err("the proxy's address holds a user name or password, and a connector keeps no secret: set \
                    HTTPS_PROXY where Rolecall runs instead"
            .to_owned());
    }
    Ok(url.to_string().into())
}

/// The settings of one connector, by the name the database uses. Names that this version does not know are kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Settings(Map<String, Json>);

impl Settings {
    /// The settings as the database keeps them; what is not set may be absent or null.
    pub(crate) fn read(stored: &Json) -> Self {
        let set = stored.as_object().cloned().unwrap_or_default();
        Self(set.into_iter().filter(|(_, value)| !value.is_null()).collect())
    }

    /// As the database is to keep them.
    pub(crate) fn to_json(&self) -> Json {
        Json::Object(self.0.clone())
    }

    pub(crate) fn get(&self, setting: &Setting) -> Option<&Json> {
        self.0.get(&setting.key())
    }

    pub(crate) fn text(&self, setting: &Setting) -> Option<&str> {
        self.get(setting)?.as_str()
    }

    pub(crate) fn count(&self, setting: &Setting) -> Option<u64> {
        self.get(setting)?.as_u64()
    }

    pub(crate) fn number(&self, setting: &Setting) -> Option<f64> {
        self.get(setting)?.as_f64()
    }

    pub(crate) fn is_set(&self, setting: &Setting) -> bool {
        self.get(setting).and_then(Json::as_bool).unwrap_or(setting.kind == Kind::On)
    }

    pub(crate) fn date(&self, setting: &Setting) -> Option<Date> {
        self.text(setting)?.parse().ok()
    }

    /// What is set once this is said too: a measure of one kind of listing leaves those of the others.
    pub(crate) fn with(&self, setting: &Setting, said: &Json) -> Json {
        match (setting.kind, said, self.get(setting)) {
            (Kind::ByListing(_), Json::Object(said), Some(known)) => {
                let mut table = by_listing(known);
                table.extend(said.clone());
                Json::Object(table)
            }
            _ => said.clone(),
        }
    }

    /// Sets a value that [`Setting::value`] has checked. What an absent flag means is not kept.
    pub(crate) fn set(&mut self, setting: &Setting, value: Json) {
        if value == Json::Bool(setting.kind == Kind::On) {
            self.unset(setting)
        } else {
            self.0.insert(setting.key(), value).map_or((), drop)
        }
    }

    pub(crate) fn unset(&mut self, setting: &Setting) {
        self.0.remove(&setting.key());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_name_is_spelled_for_three_places() {
        assert_eq!(
            (MONTHLY_REQUESTS.flag().as_str(), MONTHLY_REQUESTS.key().as_str()),
            ("monthly-requests", "monthlyRequests")
        );
        assert_eq!((RATE.flag().as_str(), RATE.key().as_str()), ("rate", "rate"));
    }

    #[test]
    fn values_are_checked_by_kind() {
        assert_eq!(TOKEN_EXPIRES.value(&json!("2027-01-31")), Ok(json!("2027-01-31")));
        for bad in [json!("soon"), json!(20270131), json!("2027-02-31")] {
            assert!(TOKEN_EXPIRES.value(&bad).is_err_and(|why| why.contains("2027-01-31")), "{bad}");
        }
        for bad in [json!(0), json!(-1), json!("2"), json!(1e9)] {
            assert!(RATE.value(&bad).is_err(), "{bad}");
        }
        assert_eq!(EVERY.value(&json!(" 6h")), Ok(json!("6h")));
        assert!(EVERY.value(&json!("1s")).is_err_and(|why| why.contains("15m")));
        assert!(MONTHLY_REQUESTS.value(&json!(1.5)).is_err() && MONTHLY_REQUESTS.value(&json!(0)).is_err());
    }

    #[test]
    fn a_measure_is_one_number_or_one_for_each_kind_of_listing() {
        assert_eq!(REMOVAL_LIMIT.value(&json!(0)), Ok(json!(0)));
        assert_eq!(REMOVAL_LIMIT.value(&json!({ "default": 5 })), Ok(json!(5)));
        let both = json!({ "default": 5, "team-members": 10 });
        assert_eq!(REMOVAL_LIMIT.value(&both), Ok(both));
        assert_eq!(REMOVAL_SHARE.value(&json!(1)), Ok(json!(1)));
        for bad in
            [json!(-1), json!(0.5), json!("3"), json!({}), json!({ "": 3 }), json!({ "roster": "x" }), json!([3])]
        {
            assert!(REMOVAL_LIMIT.value(&bad).is_err_and(|why| why.contains("team-members = 10")), "{bad}");
        }
        assert!(REMOVAL_SHARE.value(&json!(1.01)).is_err() && REMOVAL_SHARE.value(&json!(-0.1)).is_err());

        let settings = Settings::read(&json!({ "removalLimit": 5 }));
        assert_eq!(settings.with(&REMOVAL_LIMIT, &json!({ "roster": 1 })), json!({ "default": 5, "roster": 1 }));
        assert_eq!(settings.with(&REMOVAL_SHARE, &json!({ "roster": 1 })), json!({ "roster": 1 }));
    }

    #[test]
    fn a_proxy_with_a_password_is_refused_without_repeating_it() {
        assert!(PROXY.value(&json!("http://proxy.example.test:3128")).is_ok());
        for bad in ["http://ada:hunter2@proxy.example.test", "hunter2", "http://ada@proxy.example.test"] {
            assert!(PROXY.value(&json!(bad)).is_err_and(|why| !why.contains("hunter2")), "{bad}");
        }
    }

    #[test]
    fn what_is_not_set_is_not_kept() {
        let mut settings = Settings::read(&json!({ "tokenExpires": null, "rate": 2.0, "of another version": 1 }));
        settings.set(&MEMBERSHIP_ONLY, json!(false));
        settings.unset(&RATE);
        assert_eq!(settings.to_json(), json!({ "of another version": 1 }));
    }
}
