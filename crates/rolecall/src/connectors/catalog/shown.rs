//! A configuration as a form and a page show it.

use rolecall_engine::connectors::{Form, ShownField, field};
use rolecall_store::NewConnector;
use serde_json::Value as Json;

use super::card::settings_of as settings_on_page;
use super::interval::{interval_label, interval_text};
use crate::connectors::settings::{
    CA_FILE, CRON, DEFAULT, EVERY, Kind as SettingKind, Setting, Settings, TAG_ACCOUNT_NAME, by_listing,
};
use crate::connectors::{Kind, settings_of};

/// The form that says what a connector is configured to be.
pub(super) fn form(kind: &dyn Kind, config: &NewConnector) -> Form {
    let settings = settings_of(config);
    let mut form = Form::from([
        (field::NAME.to_owned(), config.name.clone()),
        (field::ORGANIZATION.to_owned(), config.root.clone()),
        (field::ADDRESS.to_owned(), config.base_url.clone()),
        (field::DESCRIPTION.to_owned(), config.description.clone()),
        (field::OWNERS.to_owned(), config.owners.join("\n")),
        (field::POLLING_INTERVAL.to_owned(), interval_text(&settings)),
        (field::TAG_ACCOUNT_NAME.to_owned(), settings.is_set(&TAG_ACCOUNT_NAME).to_string()),
    ]);
    for (setting, _) in settings_on_page(kind) {
        form.insert(setting.name.to_owned(), text(setting, &settings));
    }
    form
}

/// What is set, as people read it.
pub(super) fn shown(kind: &dyn Kind, config: &NewConnector) -> Vec<ShownField> {
    let settings = settings_of(config);
    let words = kind.words();
    let mut fields = vec![
        plain(field::NAME, "Account Name", &config.name),
        plain(field::ORGANIZATION, words.organization.label, &config.root),
        plain(field::ADDRESS, words.address.label, &config.base_url),
        plain(field::DESCRIPTION, "Description", &config.description),
        plain(field::OWNERS, "Owners", &config.owners.join(", ")),
        plain(field::POLLING_INTERVAL, "Polling Interval", &interval_label(&settings)),
        plain(field::TAG_ACCOUNT_NAME, "Tag with Account Name", yes_or_no(settings.is_set(&TAG_ACCOUNT_NAME))),
    ];
    for (setting, words) in settings_on_page(kind) {
        let value = match setting.kind {
            SettingKind::Flag | SettingKind::On => {
                if settings.is_set(setting) {
                    "yes".to_owned()
                } else {
                    String::new()
                }
            }
            _ => text(setting, &settings),
        };
        fields.push(plain(setting.name, words.label, &value));
    }
    let elsewhere = |setting: &&'static Setting| {
        let on_page = [EVERY.name, CRON.name, TAG_ACCOUNT_NAME.name].contains(&setting.name);
        !on_page && settings_on_page(kind).all(|(other, _)| other.name != setting.name)
    };
    for setting in kind.settings().filter(elsewhere) {
        let label = if setting.name == CA_FILE.name { "Certificates" } else { setting.name };
        fields.push(ShownField { command_line_only: true, ..plain(setting.name, label, &text(setting, &settings)) });
    }
    let place = config.secret_source.as_deref().filter(|place| *place != rolecall_store::SEALED);
    let place = plain("secret_source", "Place of the token", place.unwrap_or_default());
    fields.push(ShownField { command_line_only: true, ..place });
    fields.retain(|field| !field.value.is_empty());
    fields
}

fn plain(name: &str, label: &str, value: &str) -> ShownField {
    ShownField { name: name.to_owned(), label: label.to_owned(), value: value.to_owned(), command_line_only: false }
}

const fn yes_or_no(flag: bool) -> &'static str {
    if flag { "yes" } else { "no" }
}

/// A setting as a form spells it.
fn text(setting: &Setting, settings: &Settings) -> String {
    match (setting.kind, settings.get(setting)) {
        (SettingKind::Flag | SettingKind::On, _) => settings.is_set(setting).to_string(),
        (_, None) => String::new(),
        (SettingKind::ByListing(_), Some(value)) => measures(value),
        (_, Some(Json::String(text))) => text.clone(),
        // As a person writes it: 2, and not 2.0.
        (SettingKind::Rate, Some(value)) => value.as_f64().map_or_else(|| value.to_string(), |rate| rate.to_string()),
        (_, Some(value)) => value.to_string(),
    }
}

/// `3, team-members=10`.
fn measures(value: &Json) -> String {
    let part = |(kind, value): (&String, &Json)| {
        if kind == DEFAULT { value.to_string() } else { format!("{kind}={value}") }
    };
    by_listing(value).iter().map(part).collect::<Vec<_>>().join(", ")
}
