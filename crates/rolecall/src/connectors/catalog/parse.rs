//! A form becomes a configuration, or everything that is wrong with it.

use rolecall_engine::connectors::{FieldError, Form, field};
use rolecall_store::NewConnector;
use serde_json::Value as Json;
use url::Url;

use super::card::settings_of as settings_on_page;
use super::interval::{interval_set, interval_text};
use crate::connectors::settings::{
    Kind as SettingKind, PROXY, PUBLIC_ADDRESS, PUBLIC_PROXY, Setting, Settings, TAG_ACCOUNT_NAME,
};
use crate::connectors::{Kind, name_check, removals, settings_of};
use crate::exit::Failure;

/// What only the command line may say, and why a page may not.
const COMMAND_LINE: [(&str, &str); 7] = [
    ("ca_file", "files of the machine that Rolecall runs on"),
    ("oidc_service", "places of tokens outside the database"),
    ("token", "places of tokens outside the database"),
    ("token_env", "places of tokens outside the database"),
    ("token_file", "places of tokens outside the database"),
    ("secret_source", "places of tokens outside the database"),
    ("token_npmrc", "places of tokens outside the database"),
];

/// What a form is read with.
struct Parser<'f> {
    kind: &'f dyn Kind,
    form: &'f Form,
    known: Option<&'f NewConnector>,
    allow_internal: bool,
    errors: Vec<FieldError>,
}

pub(super) fn parse(
    kind: &dyn Kind,
    form: &Form,
    known: Option<&NewConnector>,
    allow_internal: bool,
) -> Result<NewConnector, Vec<FieldError>> {
    let mut parser = Parser { kind, form, known, allow_internal, errors: Vec::new() };
    let config = parser.config();
    if parser.errors.is_empty()
        && let Err(failure) = kind.check(&config)
    {
        parser.errors.push(general(kind, &failure));
    }
    if parser.errors.is_empty() { Ok(config) } else { Err(parser.errors) }
}

/// What is wrong with several fields together is told at the one that it names.
fn general(kind: &dyn Kind, failure: &Failure) -> FieldError {
    let named = kind.settings().find(|setting| failure.message.contains(setting.name));
    let name = named.map_or(field::ADDRESS, |setting| setting.name);
    FieldError { field: name.to_owned(), message: failure.message.clone(), hint: failure.hint.clone() }
}

impl Parser<'_> {
    fn config(&mut self) -> NewConnector {
        self.names_check();
        let known = self.known.cloned().unwrap_or_default();
        let root = self.root(&known);
        let name = self.text(field::NAME).map_or_else(|| known.name.clone(), str::to_owned);
        if let Err(why) = name_check(&name) {
            let why = if name.is_empty() { "is missing".to_owned() } else { why };
            self.error(field::NAME, why);
        }
        let mut settings = settings_of(&known);
        let base_url = self.address(&known, &mut settings);
        self.settings(&mut settings);
        let description = self.form.get(field::DESCRIPTION).map_or(known.description, |text| text.trim().to_owned());
        if description.chars().count() > 1000 {
            self.error(field::DESCRIPTION, "is longer than 1,000 characters");
        }
        NewConnector {
            connector_type: self.kind.name().to_owned(),
            name,
            description,
            owners: self.form.get(field::OWNERS).map_or(known.owners, |text| owners(text)),
            root,
            base_url,
            settings: settings.to_json(),
            secret_source: known.secret_source,
        }
    }

    fn error(&mut self, name: &str, message: impl Into<String>) {
        self.errors.push(FieldError::new(name, message));
    }

    /// What was filled in, if anything was.
    fn text(&self, name: &str) -> Option<&str> {
        self.form.get(name).map(|text| text.trim()).filter(|text| !text.is_empty())
    }

    fn names_check(&mut self) {
        const ALWAYS: [&str; 7] = [
            field::NAME,
            field::ORGANIZATION,
            field::ADDRESS,
            field::DESCRIPTION,
            field::OWNERS,
            field::POLLING_INTERVAL,
            field::TAG_ACCOUNT_NAME,
        ];
        let settings: Vec<&str> = settings_on_page(self.kind).map(|(setting, _)| setting.name).collect();
        for (name, value) in self.form {
            if let Some((_, what)) = COMMAND_LINE.iter().find(|(known, _)| known == name) {
                if !value.trim().is_empty() {
                    let error = FieldError::new(name, format!("cannot be set here: a page may not name {what}"));
                    self.errors.push(
                        error.hint("set it with: rolecall connectors edit --help; it is kept when this form is saved"),
                    );
                }
            } else if name == field::SECRET {
                self.error(name, "the secret is not one of the form's texts");
            } else if !ALWAYS.contains(&name.as_str()) && !settings.contains(&name.as_str()) {
                self.error(name, format!("{} has no such setting", self.kind.title()));
            }
        }
    }

    fn root(&mut self, known: &NewConnector) -> String {
        let said = self.text(field::ORGANIZATION).map(|text| self.kind.root(text));
        match said {
            None if self.known.is_some() => known.root.clone(),
            None => {
                self.error(field::ORGANIZATION, "is missing");
                String::new()
            }
            Some(Err(failure)) => {
                self.error(field::ORGANIZATION, failure.message);
                String::new()
            }
            Some(Ok(root)) => {
                if self.known.is_some() && root != known.root {
                    let error = FieldError::new(field::ORGANIZATION, "cannot be changed: the history would mix two");
                    self.errors.push(error.hint("connect the other organisation on its own"));
                }
                root
            }
        }
    }

    fn address(&mut self, known: &NewConnector, settings: &mut Settings) -> String {
        let said = match self.text(field::ADDRESS) {
            // A field that is not sent is not changed; one that was emptied is the type's own address again.
            None if self.known.is_some() && !self.form.contains_key(field::ADDRESS) => return known.base_url.clone(),
            said => said.map(str::to_owned),
        };
        let base = match self.kind.base(said.as_deref()) {
            Ok(base) => base,
            Err(failure) => {
                self.error(field::ADDRESS, failure.message);
                return String::new();
            }
        };
        if self.known.is_some() && base == known.base_url {
            return base;
        }
        self.guard(field::ADDRESS, &base, &PUBLIC_ADDRESS, settings);
        base
    }

    /// Addresses that come from a page reach nothing but the internet, unless the operator allows it.
    fn guard(&mut self, name: &str, address: &str, mark: &'static Setting, settings: &mut Settings) {
        if self.allow_internal {
            settings.unset(mark);
            return;
        }
        settings.set(mark, Json::Bool(true));
        match Url::parse(address) {
            Ok(url) if name == field::ADDRESS && url.scheme() != "https" => self.error(name, "is not https"),
            Ok(url) if is_written_internal(&url) => {
                let error = FieldError::new(name, "is an internal address");
                self.errors
                    .push(error.hint("whoever operates Rolecall allows internal ones with ROLECALL_ALLOW_INTERNAL=1"));
            }
            _ => {}
        }
    }

    fn settings(&mut self, settings: &mut Settings) {
        let before = settings.clone();
        if let Some(text) = self.form.get(field::POLLING_INTERVAL)
            && *text != interval_text(settings)
            && let Err(why) = interval_set(settings, text)
        {
            let error = FieldError::new(field::POLLING_INTERVAL, why);
            self.errors.push(error.hint("choose one of the list, or write a cron expression of five fields in UTC"));
        }
        let tags = self.form.get(field::TAG_ACCOUNT_NAME).map(|text| flag(text));
        if let Some(tags) = tags.or(self.known.is_some().then_some(false)) {
            settings.set(&TAG_ACCOUNT_NAME, Json::Bool(tags));
        }
        for (setting, _) in settings_on_page(self.kind) {
            self.setting(setting, settings);
        }
        if settings.get(&PROXY) != before.get(&PROXY) {
            match settings.text(&PROXY).map(str::to_owned) {
                Some(proxy) => self.guard(PROXY.name, &proxy, &PUBLIC_PROXY, settings),
                None => settings.unset(&PUBLIC_PROXY),
            }
        }
    }

    fn setting(&mut self, setting: &'static Setting, settings: &mut Settings) {
        let text = self.form.get(setting.name).map(|text| text.trim());
        let raw = match (setting.kind, text) {
            (SettingKind::Flag | SettingKind::On, text) => Json::Bool(text.is_some_and(flag)),
            (_, None) => return,
            (_, Some("")) => return settings.unset(setting),
            (SettingKind::Rate | SettingKind::Count, Some(text)) => {
                serde_json::from_str(text).unwrap_or_else(|_| Json::from(text))
            }
            (SettingKind::ByListing(_), Some(text)) => {
                let parts: Vec<String> =
                    text.split([',', '\n']).map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect();
                removals::said(&parts).unwrap_or(Json::Null)
            }
            (_, Some(text)) => Json::from(text),
        };
        match setting.value(&raw) {
            Ok(value) => settings.set(setting, value),
            Err(why) => {
                let why = why.strip_prefix(setting.name).map_or(why.as_str(), str::trim_start).to_owned();
                self.error(setting.name, why);
            }
        }
    }
}

fn flag(text: &str) -> bool {
    matches!(text.trim(), "true" | "on" | "yes" | "1")
}

pub(super) fn owners(text: &str) -> Vec<String> {
    let mut owners: Vec<String> = Vec::new();
    for owner in text.split(['\n', ',', ';']).map(str::trim).filter(|owner| !owner.is_empty()) {
        if !owners.iter().any(|known| known.eq_ignore_ascii_case(owner)) {
            owners.push(owner.to_owned());
        }
    }
    owners
}

/// Whether an address says itself that it is internal. What its name stands for is looked at when it is tried, and each
/// time that a connection is made.
fn is_written_internal(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => {
            let name = name.trim_end_matches('.').to_ascii_lowercase();
            name == "localhost"
                || name.ends_with(".localhost")
                || name.ends_with(".internal")
                || name.ends_with(".local")
        }
        Some(url::Host::Ipv4(address)) => rolecall_http::is_internal(address.into()),
        Some(url::Host::Ipv6(address)) => rolecall_http::is_internal(address.into()),
        None => true,
    }
}
