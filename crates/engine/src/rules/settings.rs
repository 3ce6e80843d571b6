//! Thresholds of rules: declared with their defaults, changed by name.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// A threshold. All of them are whole numbers.
#[derive(Debug)]
pub struct SettingDeclaration {
    /// Stable name in kebab-case, unique among all rules.
    pub name: &'static str,
    /// What it does.
    pub what: &'static str,
    /// Its value unless somebody says otherwise.
    pub default: u32,
    /// What it can be.
    pub range: RangeInclusive<u32>,
}

/// Thresholds that differ from their defaults.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleSettings(BTreeMap<&'static str, u32>);

/// Why a setting cannot be set.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// It is not of the form `name=value`.
    #[error("{text:?} sets nothing; write NAME=NUMBER, such as dormant-days=180")]
    Form {
        /// What was typed.
        text: String,
    },
    /// No rule has such a setting.
    #[error("no rule has a setting {name:?}; there is {}", .known.join(", "))]
    Unknown {
        /// What was typed.
        name: String,
        /// The settings there are.
        known: Vec<&'static str>,
    },
    /// It cannot have this value.
    #[error("{name} cannot be {value:?}; it is a whole number from {from} to {to}")]
    Value {
        /// The setting.
        name: &'static str,
        /// What was typed.
        value: String,
        /// The least.
        from: u32,
        /// The most.
        to: u32,
    },
}

impl RuleSettings {
    /// The value of a setting.
    #[must_use]
    pub fn get(&self, setting: &SettingDeclaration) -> u32 {
        self.0.get(setting.name).copied().unwrap_or(setting.default)
    }

    /// Sets one from `name=value`.
    ///
    /// # Errors
    /// When there is no such setting or it cannot have that value.
    pub fn set(&mut self, text: &str) -> Result<(), SettingError> {
        let Some((name, value)) = text.split_once('=') else {
            return Err(SettingError::Form { text: text.to_owned() });
        };
        let (name, value) = (name.trim(), value.trim());
        let mut all = super::RULES.iter().flat_map(|rule| rule.settings.iter().copied());
        let setting = all.clone().find(|setting| setting.name == name).ok_or_else(|| SettingError::Unknown {
            name: name.to_owned(),
            known: all.by_ref().map(|setting| setting.name).collect(),
        })?;
        let number = value.parse().ok().filter(|number| setting.range.contains(number));
        let number = number.ok_or_else(|| SettingError::Value {
            name: setting.name,
            value: value.to_owned(),
            from: *setting.range.start(),
            to: *setting.range.end(),
        })?;
        self.0.insert(setting.name, number);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::RULES;
    use super::*;

    #[test]
    fn a_setting_is_its_default_until_it_is_set_to_something_it_can_be() {
        let days = RULES.iter().flat_map(|rule| rule.settings).find(|setting| setting.name == "dormant-days").unwrap();
        let mut settings = RuleSettings::default();
        assert_eq!(settings.get(days), 365);
        settings.set("dormant-days = 90").unwrap();
        assert_eq!(settings.get(days), 90);
        for wrong in ["dormant-days=0", "dormant-days=-1", "dormant-days=soon", "dormant-days=99999999999"] {
            assert!(matches!(settings.set(wrong), Err(SettingError::Value { .. })), "{wrong}");
        }
        assert!(matches!(settings.set("dormant=9"), Err(SettingError::Unknown { known, .. }) if known.len() > 3));
        assert!(matches!(settings.set("dormant-days"), Err(SettingError::Form { .. })));
        assert_eq!(settings.get(days), 90, "what is refused changes nothing");
    }

    #[test]
    fn names_are_stable_words_and_each_is_there_once() {
        let mut names: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
        names.extend(RULES.iter().flat_map(|rule| rule.settings).map(|setting| setting.name));
        for rule in RULES {
            let mut cases: Vec<&str> = rule.cases.iter().map(|case| case.id).collect();
            cases.dedup();
            assert_eq!(cases.len(), rule.cases.len(), "{}", rule.id);
            names.extend(cases);
        }
        assert!(names.iter().all(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '-')), "{names:?}");
        let settings = RULES.iter().flat_map(|rule| rule.settings);
        assert!(settings.clone().all(|setting| setting.range.contains(&setting.default)));
        let unique: std::collections::BTreeSet<_> = settings.clone().map(|setting| setting.name).collect();
        assert_eq!(unique.len(), settings.count());
    }
}
