//! What a connector type says of itself to whoever connects it on a page.

/// The words of one type.
#[derive(Debug)]
pub(crate) struct CardWords {
    /// What it reads, in a sentence.
    pub(crate) description: &'static str,
    /// Where it is documented, below the documentation's root.
    pub(crate) documentation: &'static str,
    /// Words by which it is found beside its name and title.
    pub(crate) search_words: &'static [&'static str],
    pub(crate) organization: FieldWords,
    pub(crate) secret: FieldWords,
    pub(crate) address: FieldWords,
    /// What to know before a credential is made.
    pub(crate) warnings: &'static [&'static str],
    /// How to make it, step by step.
    pub(crate) guide: &'static [&'static str],
    /// What its own settings are called.
    pub(crate) own: &'static [SettingWords],
}

/// The words of a field.
#[derive(Debug)]
pub(crate) struct FieldWords {
    pub(crate) label: &'static str,
    pub(crate) help: &'static str,
    pub(crate) placeholder: &'static str,
}

/// What a setting is called on a page.
#[derive(Debug)]
pub(crate) struct SettingWords {
    /// As the file spells it.
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) placeholder: &'static str,
    /// Whether only few need it.
    pub(crate) advanced: bool,
}

/// What every type's settings are called that are nothing else on a page. `every` and `cron` are one field there.
pub(super) static COMMON_WORDS: &[SettingWords] = &[
    SettingWords { name: "token_expires", label: "Token expires on", placeholder: "2027-01-31", advanced: false },
    SettingWords { name: "rate", label: "Requests per second", placeholder: "2", advanced: true },
    SettingWords { name: "timeout", label: "Timeout in seconds", placeholder: "60", advanced: true },
    SettingWords { name: "monthly_requests", label: "Requests per month", placeholder: "1000000", advanced: true },
    SettingWords { name: "membership_only", label: "Membership only", placeholder: "", advanced: true },
    SettingWords { name: "removal_limit", label: "Removal limit", placeholder: "3, team-members=10", advanced: true },
    SettingWords {
        name: "removal_share",
        label: "Removal share",
        placeholder: "0.1, team-members=0.25",
        advanced: true,
    },
    SettingWords { name: "proxy", label: "Proxy", placeholder: "http://proxy.example.com:3128", advanced: true },
];
