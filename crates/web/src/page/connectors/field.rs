//! The fields of a connector's form, as they are drawn.

use rolecall_engine::connectors::{ConnectorForm, ConnectorsError, FieldCard, FieldError, FieldKind, TypeCard, field};

use crate::form::Form;

/// A field with what is in it.
pub(super) struct Field<'c> {
    pub(super) card: &'c FieldCard,
    pub(super) value: String,
    pub(super) errors: Vec<&'c FieldError>,
}

/// A form as it is drawn: what most people need, and the rest.
pub(super) struct Drawn<'c> {
    pub(super) usual: Vec<Field<'c>>,
    pub(super) advanced: Vec<Field<'c>>,
    /// Whether something is wrong among the rest, so that it is not folded away.
    pub(super) is_open: bool,
}

impl<'c> Drawn<'c> {
    /// The fields of a type with these values.
    pub(super) fn new(card: &'c TypeCard, value: impl Fn(&FieldCard) -> String, errors: &'c [FieldError]) -> Self {
        let of = |is_advanced: bool| {
            let cards = card.fields.iter().filter(move |card| card.advanced == is_advanced);
            cards.map(|card| Field {
                card,
                value: value(card),
                errors: errors.iter().filter(|error| error.field == card.name).collect(),
            })
        };
        let advanced: Vec<_> = of(true).collect();
        let is_open = advanced.iter().any(|field| !field.errors.is_empty());
        Self { usual: of(false).collect(), advanced, is_open }
    }
}

impl Field<'_> {
    /// The id that its label and its messages refer to.
    pub(super) fn id(&self) -> String {
        format!("field-{}", self.card.name)
    }

    pub(super) fn is_secret(&self) -> bool {
        self.card.kind == FieldKind::Secret
    }

    pub(super) fn is_ticked(&self) -> bool {
        matches!(self.value.as_str(), "true" | "on")
    }

    /// What describes it, for those who do not see where it stands.
    pub(super) fn described_by(&self) -> String {
        let help = (!self.card.help.is_empty()).then(|| format!("{}-help", self.id()));
        let wrong = (!self.errors.is_empty()).then(|| format!("{}-wrong", self.id()));
        help.into_iter().chain(wrong).collect::<Vec<_>>().join(" ")
    }

    /// The value of an interval's choice: one of the usual ones, or that of an expression.
    pub(super) fn choice(&self) -> &str {
        match &self.card.kind {
            FieldKind::Interval { options }
                if options.iter().all(|option| option.value != self.value) && !self.value.is_empty() =>
            {
                CRON
            }
            _ => &self.value,
        }
    }

    /// The expression of an interval that is none of the usual ones.
    pub(super) fn cron(&self) -> &str {
        if self.choice() == CRON { &self.value } else { "" }
    }
}

/// What a form's choice says when the interval is an expression, which is in a field beside it.
pub(super) const CRON: &str = "cron";

/// The name of that field.
pub(super) fn cron_name(name: &str) -> String {
    format!("{name}-cron")
}

/// What a person filled in, as use-cases take it.
pub(super) fn read(card: &TypeCard, form: &Form) -> ConnectorForm {
    let value = |card: &FieldCard| match &card.kind {
        FieldKind::Interval { .. } if form.text(&card.name) == CRON => form.text(&cron_name(&card.name)).to_owned(),
        _ => form.text(&card.name).to_owned(),
    };
    let known = card.fields.iter().filter(|card| card.kind != FieldKind::Secret);
    let fields = known.map(|card| (card.name.clone(), value(card))).collect();
    // A credential never has space around it, and pasting often brings some.
    let secret = form.given(field::SECRET).map(|secret| secret.to_owned().into());
    ConnectorForm { fields, secret }
}

/// What is wrong with single fields, and what is wrong with the whole.
pub(super) fn problems(error: ConnectorsError) -> Result<(Vec<FieldError>, Option<Problem>), ConnectorsError> {
    match error {
        ConnectorsError::Fields(errors) => Ok((errors, None)),
        ConnectorsError::Check(failure) => {
            let problem = Problem { message: failure.message.clone(), hint: failure.hint.clone(), link: None };
            match failure.field {
                Some(name) => {
                    let error = FieldError { field: name, message: failure.message, hint: failure.hint };
                    Ok((vec![error], None))
                }
                None => Ok((Vec::new(), Some(problem))),
            }
        }
        ConnectorsError::Taken(taken) => {
            let link = Some((format!("/connectors/{}", taken.other), taken.other_title.clone()));
            Ok((Vec::new(), Some(Problem { message: taken.to_string(), hint: Some(taken.hint()), link })))
        }
        other => Err(other),
    }
}

/// What is wrong with a form as a whole.
pub(super) struct Problem {
    pub(super) message: String,
    pub(super) hint: Option<String>,
    /// Where to look: address and name.
    pub(super) link: Option<(String, String)>,
}
