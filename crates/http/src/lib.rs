//! The outbound HTTP kit: every byte Rolecall sends to a registry goes through here.
//!
//! Rolecall holds tokens that can see, and sometimes change, who may publish a company's packages. So this crate is
//! built around what must *not* happen rather than around convenience:
//!
//! * **Reading cannot write.** A [`Client`] is made with the list of [`RequestTemplate`]s it may send. Anything else
//!   fails before the network, and values are encoded so that none of them can turn one path into another.
//! * **A token goes only to the host it is configured for.** Redirects are reported, never followed; plain http is
//!   refused with a token unless the host is this machine.
//! * **Secrets cannot print.** [`Credential`] has no `Display`, its `Debug` is blank, and texts that came from
//!   outside are searched for the token before they enter an error.
//! * **Half an answer is no answer.** A cut-off, oversized or endless body is an error, never a shorter list.
//!
//! Registries answer with HTML where JSON was promised, with `retry-after: 0` beside a 429, and with 404 where 403
//! was meant; [`ErrorKind`] keeps those apart, and [`RequestError::hint`] says what a person can do about them.
//!
//! ```no_run
//! use rolecall_http::{Answer, Call, Client, ClientOptions, Credential, Method, RequestTemplate};
//!
//! static ROSTER: RequestTemplate =
//!     RequestTemplate { name: "roster", method: Method::Get, path: "/-/org/{org}/user", query: &[] };
//! static DECLARED: [RequestTemplate; 1] = [ROSTER];
//!
//! # async fn run(token: String) -> Result<(), Box<dyn std::error::Error>> {
//! let mut options = ClientOptions::new("https://registry.example.com".parse()?, &DECLARED);
//! options.credential = Some(Credential::bearer(token));
//! let client = Client::new(options)?;
//! if let Answer::Fresh(body) = client.get(&ROSTER, Call::new().path("org", "acme")).await? {
//!     let roster: std::collections::BTreeMap<String, String> = body.json()?;
//!     assert!(roster.contains_key("ana"));
//! }
//! # Ok(())
//! # }
//! ```

mod allowance;
mod body;
mod call;
mod classify;
mod client;
mod client_error;
mod credential;
mod error;
mod hint;
mod options;
mod pace;
mod read;
mod retry;
mod template;
mod text;
mod transport;
mod validator;

pub use body::{Answer, Body};
pub use call::Call;
pub use client::Client;
pub use client_error::ClientError;
pub use credential::Credential;
pub use error::{Challenge, ErrorKind, JsonFault, RequestError, TlsIssue};
pub use options::{ClientOptions, Pace};
pub use retry::MAX_ATTEMPTS;
pub use template::{Method, RequestTemplate};
pub use validator::Validator;

/// Installs ring as the process's cryptography for TLS.
///
/// Call it first thing in `main`; calling it again, or after another provider was installed, changes nothing.
/// [`Client::new`] calls it too, so that a forgotten call cannot become a panic.
pub fn provider_install() {
    // The error only says that a provider is already there, which is what we want.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
