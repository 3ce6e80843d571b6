//! The outbound HTTP kit: every byte Rolecall sends to a registry goes through here.
//!
//! Rolecall holds tokens that can see, and sometimes change, who may publish a company's packages. So this crate is
//! built around what must *not* happen rather than around convenience:
//!
//! * **Architecture Invariant:** reading cannot write. A [`Client`] is made with the list of [`RequestTemplate`]s it
//!   may send. Anything else fails before the network, and no value can turn one path into another.
//! * **Architecture Invariant:** a token goes only to the scheme, host and port it is configured for. Redirects are
//!   reported, never followed; plain http is refused with a token unless the host is this machine.
//! * **Architecture Invariant:** secrets cannot print. [`Credential`] has no `Display`, its `Debug` is blank, and texts
//!   that came from outside are searched for the token before they enter an error or a log.
//! * **Architecture Invariant:** half an answer is no answer. A cut-off, oversized or endless body, a 206 or an
//!   unasked-for 304 is an error, never a shorter list.
//! * **Architecture Invariant:** every call ends. The total timeout covers all attempts, waits and bodies.
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
mod breaker;
mod call;
mod channel;
mod check;
mod classify;
mod client;
mod client_error;
mod credential;
mod error;
mod guard;
mod hint;
mod hook;
mod measure;
mod observer;
mod options;
mod outward;
mod outward_answer;
mod outward_error;
mod pace;
mod read;
mod retry;
mod service;
mod service_stream;
mod template;
mod text;
mod transport;
mod validator;

pub use body::{Answer, Body};
pub use call::Call;
pub use channel::{Channel, ChannelBody};
pub use client::Client;
pub use client_error::ClientError;
pub use credential::Credential;
pub use error::{Challenge, ErrorBody, ErrorKind, JsonFault, RequestError, TlsIssue};
pub use guard::{is_internal, leads_inside};
pub use hook::{Hook, HookError};
pub use observer::{Answered, Observer};
pub use options::{ClientOptions, Pace};
pub use outward::{Outward, OutwardMethod, OutwardRequest, Reach};
pub use outward_answer::OutwardAnswer;
pub use outward_error::OutwardError;
pub use retry::MAX_ATTEMPTS;
pub use service::{Service, ServiceAnswer, ServiceError};
pub use service_stream::ServiceStream;
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
