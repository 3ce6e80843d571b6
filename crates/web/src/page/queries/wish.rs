//! What somebody wants to ask, as an address or a form says it.

use rolecall_engine::query::parameter_typed;
use rolecall_query::prepare;
use serde_json::Map;

use crate::api::query_scope;
use crate::error::WebError;
use crate::form::Form;
use crate::page::query_of;
use crate::query::{QueryAsked, USUAL};

/// What the names of fields begin with that give values to `${name}`.
const PARAMETER: &str = "p.";

/// From how many bytes on a query is too long for an address: what is between a browser and a hub may cut it.
pub(super) const LONG: usize = 6 * 1024;

/// A query with what it is asked with, as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wish {
    pub(super) text: String,
    pub(super) as_of: String,
    pub(super) connector: String,
    pub(super) includes_deleted: bool,
    /// The parameters of the query, each with its value; empty where nobody gave one.
    pub(super) parameters: Vec<(String, String)>,
    /// Which crowd of the answer's picture is shown one by one.
    pub(super) opened: Option<usize>,
}

impl Wish {
    pub(super) fn of(form: &Form) -> Self {
        // A form's lines end as those of no query do.
        let text = form.text("q").replace("\r\n", "\n");
        let given = |name: &str| form.text(&format!("{PARAMETER}{name}")).to_owned();
        let parameters = match prepare(&text) {
            Ok(prepared) => prepared.parameters().into_iter().map(|name| (name.clone(), given(&name))).collect(),
            // Which ones it has is not known; none that was given is lost.
            Err(_) => form.beginning(PARAMETER).map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        };
        Self {
            parameters,
            as_of: form.text("as-of").to_owned(),
            connector: form.text("connector").to_owned(),
            includes_deleted: form.text("deleted") == "true",
            opened: form.given("open").and_then(|open| open.parse().ok()),
            text,
        }
    }

    /// Only the text of a query.
    pub(super) fn new(text: &str) -> Self {
        Self { text: text.to_owned(), ..Self::default() }
    }

    /// The names of parameters that have no value yet.
    pub(super) fn missing(&self) -> impl Iterator<Item = &str> {
        self.parameters.iter().filter(|(_, value)| value.is_empty()).map(|(name, _)| name.as_str())
    }

    /// Whether it is too long for an address.
    pub(super) fn is_long(&self) -> bool {
        self.said().len() > LONG
    }

    /// What an address says behind its question mark.
    pub(super) fn said(&self) -> String {
        let deleted = if self.includes_deleted { "true" } else { "" };
        let fields =
            [("q", self.text.as_str()), ("as-of", &self.as_of), ("connector", &self.connector), ("deleted", deleted)];
        let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value));
        let parameters = self.parameters.iter().map(|(name, value)| (format!("{PARAMETER}{name}"), value.as_str()));
        query_of(fields.chain(parameters))
    }

    /// As it is asked, within the usual bounds of programs.
    ///
    /// # Errors
    /// When the moment is none, or is still to come.
    pub(super) fn asked(&self) -> Result<QueryAsked, WebError> {
        let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let given_parameters = self.parameters.iter().filter(|(_, value)| !value.is_empty());
        let parameters: Map<_, _> =
            given_parameters.map(|(name, value)| (name.clone(), parameter_typed(value))).collect();
        Ok(QueryAsked {
            text: self.text.clone(),
            parameters,
            scope: query_scope(given(&self.as_of).as_deref(), given(&self.connector))?,
            include_deleted: self.includes_deleted,
            budget: USUAL,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(said: &str) -> Wish {
        Wish::of(&Form::parse(said.as_bytes()).expect("a form"))
    }

    #[test]
    fn an_address_says_all_of_it_and_is_read_again() {
        let said =
            "q=FIND+User+WITH+a+%3D+%24%7Bx%7D%0D%0AAS+u&as-of=7d&connector=npm%3Aacme&deleted=true&p.x=%26%3D&p.y=1";
        let read = wish(said);
        assert_eq!((read.text.as_str(), read.as_of.as_str()), ("FIND User WITH a = ${x}\nAS u", "7d"));
        // What the query has no name for is of no use to it.
        assert_eq!(read.parameters, [("x".to_owned(), "&=".to_owned())]);
        assert_eq!(wish(&read.said()), read);
        assert_eq!(wish("p.x=1&q=FIND").parameters.len(), 1);
    }

    #[test]
    fn parameters_without_a_value_are_missing() {
        let read = wish("q=FIND+User+WITH+a+%3D+%24%7Bx%7D+AND+b+%3D+%24%7By%7D&p.x=null&p.y=");
        assert_eq!(read.missing().collect::<Vec<_>>(), ["y"]);
        assert!(read.asked().is_ok_and(|asked| asked.parameters["x"].is_null() && asked.parameters.len() == 1));
        assert!(wish("q=FIND+User&as-of=2999-01-01").asked().is_err());
    }

    #[test]
    fn what_is_too_long_for_an_address_is_told() {
        assert!(!Wish::new("FIND User").is_long());
        let names: Vec<String> = (0..900).map(|number| format!("'name-{number:04}'")).collect();
        let long = format!("FIND User WITH displayName = ({})", names.join(" OR "));
        assert!(prepare(&long).is_ok() && Wish::new(&long).is_long());
    }
}
