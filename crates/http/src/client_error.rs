//! Why a client cannot be made: mistakes in configuration, found before anything is sent.

use std::path::PathBuf;

use thiserror::Error;

/// Options that cannot work. No variant carries a secret or a whole URL, which may hold a password.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ClientError {
    /// The base address cannot be used.
    #[error("the registry address cannot be used: {reason}")]
    Address {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A token would travel unencrypted.
    #[error("the token would be sent unencrypted to {host}")]
    PlainHttp {
        /// The host.
        host: String,
    },
    /// The address is internal, and whoever gave it may reach nothing but the internet.
    #[error("{host} is an internal address")]
    Internal {
        /// The host.
        host: String,
    },
    /// The credential cannot be sent.
    #[error("the token cannot be used: {reason}")]
    Credential {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A declared template is malformed. This is a mistake in the code that declares it.
    #[error("the declared request `{name}` is malformed: {reason}")]
    Template {
        /// The template's name.
        name: &'static str,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// An extra header is malformed, or is one that only the client itself may set.
    #[error("the header `{name}` cannot be set")]
    Header {
        /// The header's name.
        name: String,
    },
    /// The rate is not a positive number.
    #[error("the request rate must be a positive number")]
    Pace,
    /// The file with certificate authorities is unusable.
    #[error("the certificate file {} cannot be used: {reason}", path.display())]
    CaFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The proxy address cannot be used.
    #[error("the proxy address cannot be used: {reason}")]
    Proxy {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// TLS could not be set up, most often because no certificate authorities were found.
    #[error("secure connections cannot be set up: {reason}")]
    Tls {
        /// What the TLS library said.
        reason: String,
    },
}
