//! One call of a declared request: its values and how the answer is wanted.

use std::borrow::Cow;

use secrecy::{ExposeSecret, SecretString};

use crate::validator::Validator;

/// The values of one request, built up step by step.
///
/// ```
/// use rolecall_http::Call;
///
/// let call = Call::new().path("org", "acme").path("team", "release").query("format", "cli");
/// # let _ = call;
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Call<'a> {
    pub(crate) values: Vec<(&'static str, Cow<'a, str>)>,
    pub(crate) query: Vec<(&'static str, Cow<'a, str>)>,
    pub(crate) validator: Option<&'a Validator>,
    pub(crate) accept: &'a str,
    pub(crate) anonymous: bool,
    pub(crate) headers: Vec<(&'static str, Cow<'a, str>)>,
    pub(crate) secret_headers: Vec<(&'static str, &'a SecretString)>,
    pub(crate) hidden: Vec<&'a SecretString>,
    pub(crate) fields: Vec<(&'static str, &'a str)>,
}

impl<'a> Call<'a> {
    /// A call without values that accepts JSON and carries the client's credential, if it has one.
    pub const fn new() -> Self {
        Self {
            values: Vec::new(),
            query: Vec::new(),
            validator: None,
            accept: "application/json",
            anonymous: false,
            headers: Vec::new(),
            secret_headers: Vec::new(),
            hidden: Vec::new(),
            fields: Vec::new(),
        }
    }

    /// Fills the hole `{name}` of the path. The value is given raw; it is encoded when the request is made.
    pub fn path(mut self, name: &'static str, value: impl Into<Cow<'a, str>>) -> Self {
        self.values.push((name, value.into()));
        self
    }

    /// Adds `name=value` to the query. A name may be repeated, and an empty value is sent as `name=`.
    pub fn query(mut self, name: &'static str, value: impl Into<Cow<'a, str>>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    /// Asks for the answer only if it changed since the one the validator came with.
    pub fn validator(mut self, validator: impl Into<Option<&'a Validator>>) -> Self {
        self.validator = validator.into();
        self
    }

    /// Sets the `accept` header (`application/json` otherwise).
    pub const fn accept(mut self, accept: &'a str) -> Self {
        self.accept = accept;
        self
    }

    /// Sends a header that only this call needs. One that authenticates or routes a request is refused.
    pub fn header(mut self, name: &'static str, value: impl Into<Cow<'a, str>>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Sends a header that only this call needs and nobody may read, such as a one-time password: it is marked
    /// sensitive on its way and taken out of every text about the call.
    pub fn secret_header(mut self, name: &'static str, value: &'a SecretString) -> Self {
        self.secret_headers.push((name, value));
        self
    }

    /// Adds `name=value` to the query as [`Call::query`] does, and takes the value out of every text about the call.
    /// It must consist of characters that are sent as they are.
    pub fn secret_query(mut self, name: &'static str, value: &'a SecretString) -> Self {
        self.hidden.push(value);
        self.query(name, value.expose_secret())
    }

    /// Adds a member to the JSON object that [`crate::Client::exchange`] sends; a reading has no body.
    pub fn field(mut self, name: &'static str, value: &'a str) -> Self {
        self.fields.push((name, value));
        self
    }

    /// Adds a member as [`Call::field`] does, and takes its value out of every text about the call.
    pub fn secret_field(mut self, name: &'static str, value: &'a SecretString) -> Self {
        self.hidden.push(value);
        self.field(name, value.expose_secret())
    }

    /// Sends the request without the client's credential, to see what anyone sees.
    pub const fn anonymous(mut self) -> Self {
        self.anonymous = true;
        self
    }
}

impl Default for Call<'_> {
    fn default() -> Self {
        Self::new()
    }
}
