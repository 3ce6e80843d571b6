//! Connector types as cards: what a person who connects one is asked.

use rolecall_engine::connectors::{Choice, FieldCard, FieldKind, TypeCard, field};

use super::interval::choices;
use super::words::{COMMON_WORDS, FieldWords, SettingWords};
use crate::connectors::Kind;
use crate::connectors::settings::{Kind as SettingKind, Setting};

pub(super) fn type_card(kind: &dyn Kind) -> TypeCard {
    let words = kind.words();
    let title = kind.title();
    let mut search_words = vec![kind.name().to_owned(), title.to_owned()];
    search_words.extend(words.search_words.iter().map(|word| (*word).to_owned()));
    TypeCard {
        name: kind.name().to_owned(),
        title: title.to_owned(),
        description: words.description.to_owned(),
        documentation: words.documentation.to_owned(),
        search_words,
        fields: fields(kind),
        warnings: words.warnings.iter().map(|text| (*text).to_owned()).collect(),
        guide: words.guide.iter().map(|text| (*text).to_owned()).collect(),
    }
}

fn fields(kind: &dyn Kind) -> Vec<FieldCard> {
    let words = kind.words();
    let mut fields = vec![
        FieldCard {
            required: true,
            ..plain(field::NAME, "Account Name", "What this connector is called here.", FieldKind::Text)
        },
        plain(field::DESCRIPTION, "Description", "What it is for.", FieldKind::Text),
        FieldCard {
            required: true,
            fixed: true,
            ..of_words(field::ORGANIZATION, FieldKind::Text, &words.organization)
        },
        FieldCard { required: true, ..of_words(field::SECRET, FieldKind::Secret, &words.secret) },
        FieldCard {
            preset: "ONE_DAY".to_owned(),
            placeholder: "30 4 * * *".to_owned(),
            ..plain(
                field::POLLING_INTERVAL,
                "Polling Interval",
                "How often it is read: one of these, or a cron expression in UTC.",
                FieldKind::Interval { options: choices() },
            )
        },
        FieldCard {
            preset: "true".to_owned(),
            ..plain(
                field::TAG_ACCOUNT_NAME,
                "Tag with Account Name",
                "Give every entity of this connector the property tag.AccountName.",
                FieldKind::Flag,
            )
        },
        plain(
            field::OWNERS,
            "Owners",
            "Who answers for it: names or mail addresses, one in each line. They are told when something is wrong with it.",
            FieldKind::Lines,
        ),
    ];
    fields.extend(settings_of(kind).map(|(setting, words)| setting_card(setting, words)));
    fields.push(FieldCard { advanced: true, ..of_words(field::ADDRESS, FieldKind::Url, &words.address) });
    fields.sort_by_key(|field| field.advanced);
    fields
}

/// The settings that a page can change, with what they are called there.
pub(super) fn settings_of(kind: &dyn Kind) -> impl Iterator<Item = (&'static Setting, &'static SettingWords)> {
    let words = kind.words().own.iter().chain(COMMON_WORDS);
    let settings: Vec<&'static Setting> = kind.settings().collect();
    words.filter_map(move |words| {
        settings.iter().find(|setting| setting.name == words.name).map(|setting| (*setting, words))
    })
}

fn setting_card(setting: &'static Setting, words: &'static SettingWords) -> FieldCard {
    let mut help = setting.what.to_owned();
    if let Some(first) = help.get(..1).map(str::to_uppercase) {
        help.replace_range(..1, &first);
    }
    FieldCard {
        placeholder: words.placeholder.to_owned(),
        advanced: words.advanced,
        ..plain(setting.name, words.label, &format!("{help}."), field_kind(setting.kind))
    }
}

fn field_kind(kind: SettingKind) -> FieldKind {
    match kind {
        SettingKind::Date => FieldKind::Date,
        SettingKind::Rate | SettingKind::Count => FieldKind::Number,
        SettingKind::Flag | SettingKind::On => FieldKind::Flag,
        SettingKind::Address => FieldKind::Url,
        SettingKind::Choice(words) => {
            let unknown = std::iter::once(Choice::new("", "Not known"));
            FieldKind::Choice { options: unknown.chain(words.iter().map(|word| Choice::new(*word, *word))).collect() }
        }
        SettingKind::Interval
        | SettingKind::Cron
        | SettingKind::Path
        | SettingKind::Text
        | SettingKind::ByListing(_) => FieldKind::Text,
    }
}

fn of_words(name: &str, kind: FieldKind, words: &FieldWords) -> FieldCard {
    FieldCard { placeholder: words.placeholder.to_owned(), ..plain(name, words.label, words.help, kind) }
}

pub(super) fn plain(name: &str, label: &str, help: &str, kind: FieldKind) -> FieldCard {
    FieldCard {
        name: name.to_owned(),
        label: label.to_owned(),
        help: help.to_owned(),
        kind,
        required: false,
        advanced: false,
        placeholder: String::new(),
        preset: String::new(),
        fixed: false,
    }
}
