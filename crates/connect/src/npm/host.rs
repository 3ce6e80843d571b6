//! Where governance calls go.

use url::Url;

const SERVICE_DOMAIN: &str = "npmjs.org";
const SUBDOMAIN: &str = "registry";

/// npm's public endpoint, composed here and nowhere else (`npm-api.md` §2).
#[must_use]
pub fn public_registry() -> String {
    format!("https://{SUBDOMAIN}.{SERVICE_DOMAIN}/")
}

/// Whether `registry` is npm's own public host, towards which the pace is limited.
#[must_use]
pub fn is_public(registry: &Url) -> bool {
    registry.host_str().is_some_and(|host| host == format!("{SUBDOMAIN}.{SERVICE_DOMAIN}"))
}
