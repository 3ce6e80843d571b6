//! From the command line, the environment and the user's `.npmrc` to a way to read one npm organisation.

use std::time::Duration;

use rolecall_connect::npm::{
    Attestation, FoundToken, NpmOptions, Npmrc, TOKEN_VARIABLE, TokenChoice, TokenError, organization_parse,
    public_registry, registry_parse, token_find,
};

use crate::cli::NpmSourceArgs;
use crate::connectors::npm::proxy;
use crate::environment;
use crate::exit::Failure;

/// Everything that was found, with where each part came from.
pub(crate) struct NpmSource {
    /// How to reach the organisation; without its token.
    pub(crate) options: NpmOptions,
    /// The token, or why there is none.
    pub(crate) token: Result<FoundToken, TokenError>,
    /// Where the proxy came from, if one is set.
    pub(crate) proxy_from: Option<&'static str>,
    /// Where the extra certificates came from, if there are any.
    pub(crate) certificates_from: Option<&'static str>,
}

/// Looks everything up. Nothing is sent.
pub(crate) fn npm_source(args: &NpmSourceArgs) -> Result<NpmSource, Failure> {
    let organization = organization_parse(&args.org)?;
    let registry = registry_parse(args.registry.as_deref().unwrap_or(&public_registry()))?;
    let npmrc = environment::npmrc();
    let choice = match (&args.token_file, args.token_stdin) {
        (Some(path), _) => TokenChoice::File(path.clone()),
        (None, true) => TokenChoice::StandardInput,
        (None, false) => TokenChoice::Usual,
    };
    let token = token_find(&choice, &registry, std::env::var(TOKEN_VARIABLE).ok(), &npmrc);
    let attestation =
        args.attest_user.clone().zip(args.attest_members).map(|(user, members)| Attestation { user, members });
    let options = NpmOptions {
        attestation,
        requests_per_second: args.rate,
        timeout: args.timeout.map(Duration::from_secs),
        ca_file: args.ca_file.clone().or_else(|| npmrc.ca_file.as_ref().map(Into::into)),
        proxy: proxy(args.proxy.as_deref().or(npmrc.proxy.as_deref()))?,
        ..NpmOptions::new(organization, registry, None)
    };
    let (proxy_from, certificates_from) = (proxy_from(args, &npmrc), certificates_from(args, &npmrc));
    Ok(NpmSource { options, token, proxy_from, certificates_from })
}

fn proxy_from(args: &NpmSourceArgs, npmrc: &Npmrc) -> Option<&'static str> {
    const VARIABLES: [&str; 6] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy"];
    let given = args.proxy.as_ref().map(|_| "--proxy").or_else(|| npmrc.proxy.as_ref().map(|_| "your .npmrc"));
    given.or_else(|| VARIABLES.into_iter().find(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty())))
}

fn certificates_from(args: &NpmSourceArgs, npmrc: &Npmrc) -> Option<&'static str> {
    let given = args.ca_file.as_ref().map(|_| "--ca-file").or_else(|| npmrc.ca_file.as_ref().map(|_| "your .npmrc"));
    given.or_else(|| std::env::var_os("SSL_CERT_FILE").map(|_| "SSL_CERT_FILE"))
}
