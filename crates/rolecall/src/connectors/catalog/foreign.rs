//! Connectors of others, which speak baton's protocol and bring their files. What such a connector reads is known from what
//! it brings; here it has a name, owners and a rhythm.

use rolecall_engine::connectors::{FieldCard, FieldError, FieldKind, Form, ShownField, TypeCard, field};
use rolecall_store::NewConnector;

use super::card::plain;
use super::interval::{choices, interval_label, interval_set, interval_text};
use super::parse::owners;
use crate::connectors::{name_check, settings_of};

/// The name of the type.
pub(super) const NAME: &str = "baton";

/// What people call it.
const TITLE: &str = "Baton connector";

/// What a person is shown who adds one.
pub(super) fn card() -> TypeCard {
    TypeCard {
        name: NAME.to_owned(),
        title: TITLE.to_owned(),
        description:
            "Any connector that speaks Baton's protocol, run by you: it asks this hub what to do, and brings a \
                      file of what it read."
                .to_owned(),
        documentation: "guides/self-hosted-connectors".to_owned(),
        search_words: ["baton", "ConductorOne", "self-hosted", "c1z"].map(str::to_owned).to_vec(),
        fields: fields(),
        warnings: Vec::new(),
        guide: Vec::new(),
    }
}

fn fields() -> Vec<FieldCard> {
    vec![
        FieldCard {
            required: true,
            ..plain(field::NAME, "Account Name", "What this connector is called here.", FieldKind::Text)
        },
        plain(field::DESCRIPTION, "Description", "What it is for.", FieldKind::Text),
        FieldCard {
            preset: "ONE_DAY".to_owned(),
            placeholder: "30 4 * * *".to_owned(),
            ..plain(
                field::POLLING_INTERVAL,
                "Polling Interval",
                "How often it is to read everything: one of these, or a cron expression in UTC.",
                FieldKind::Interval { options: choices() },
            )
        },
        plain(
            field::OWNERS,
            "Owners",
            "Who answers for it: names or mail addresses, one in each line. They are told when something is wrong with it.",
            FieldKind::Lines,
        ),
    ]
}

/// The configuration that a form says.
pub(super) fn parse(form: &Form, known: Option<&NewConnector>) -> Result<NewConnector, Vec<FieldError>> {
    let mut errors = Vec::new();
    let before = known.cloned().unwrap_or_default();
    let text = |name: &str| form.get(name).map(|text| text.trim());
    let name = text(field::NAME).map_or_else(|| before.name.clone(), str::to_owned);
    if let Err(why) = name_check(&name) {
        errors.push(FieldError::new(field::NAME, if name.is_empty() { "is missing".to_owned() } else { why }));
    }
    let description = text(field::DESCRIPTION).map_or(before.description, str::to_owned);
    if description.chars().count() > 1000 {
        errors.push(FieldError::new(field::DESCRIPTION, "is longer than 1,000 characters"));
    }
    let mut settings = known.map(settings_of).unwrap_or_default();
    if let Some(text) = form.get(field::POLLING_INTERVAL)
        && let Err(why) = interval_set(&mut settings, text)
    {
        let error = FieldError::new(field::POLLING_INTERVAL, why);
        errors.push(error.hint("choose one of the list, or write a cron expression of five fields in UTC"));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    // What it reads is one thing, and known by the name that it had first.
    let root = known.map_or_else(|| name.clone(), |known| known.root.clone());
    Ok(NewConnector {
        connector_type: NAME.to_owned(),
        name,
        description,
        owners: form.get(field::OWNERS).map_or(before.owners, |text| owners(text)),
        root,
        base_url: before.base_url,
        settings: settings.to_json(),
        secret_source: before.secret_source,
    })
}

/// The form that says what one is configured to be.
pub(super) fn form(config: &NewConnector) -> Form {
    Form::from([
        (field::NAME.to_owned(), config.name.clone()),
        (field::DESCRIPTION.to_owned(), config.description.clone()),
        (field::OWNERS.to_owned(), config.owners.join("\n")),
        (field::POLLING_INTERVAL.to_owned(), interval_text(&settings_of(config))),
    ])
}

/// What is set, as people read it.
pub(super) fn shown(config: &NewConnector) -> Vec<ShownField> {
    let field = |name: &str, label: &str, value: String| ShownField {
        name: name.to_owned(),
        label: label.to_owned(),
        value,
        command_line_only: false,
    };
    let mut fields = vec![
        field(field::NAME, "Account Name", config.name.clone()),
        field(field::DESCRIPTION, "Description", config.description.clone()),
        field(field::OWNERS, "Owners", config.owners.join(", ")),
        field(field::POLLING_INTERVAL, "Polling Interval", interval_label(&settings_of(config))),
    ];
    fields.retain(|field| !field.value.is_empty());
    fields
}
