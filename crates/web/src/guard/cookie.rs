//! The cookies of the hub: a session's token, and for a few minutes the state of a log-in at an identity provider.

use axum::http::{HeaderMap, HeaderValue, header};
use cookie::{Cookie, SameSite, time::Duration};
use rolecall_engine::hub::SESSION_DAYS;
use secrecy::{ExposeSecret as _, SecretString};

use crate::site::Site;

/// A cookie's name. Over TLS, browsers take one of the first name from no other host and for no part of this one.
type Name = (&'static str, &'static str);

const SESSION: Name = ("__Host-rolecall", "rolecall");
const LOGIN: Name = ("__Host-rolecall-login", "rolecall-login");

fn name(site: &Site, (secure, plain): Name) -> &'static str {
    if site.is_secure() { secure } else { plain }
}

/// The session's token that a request holds.
pub(super) fn session_token(site: &Site, headers: &HeaderMap) -> Option<SecretString> {
    held(site, headers, SESSION)
}

/// The state of the log-in that this browser began.
pub(crate) fn login_token(site: &Site, headers: &HeaderMap) -> Option<SecretString> {
    held(site, headers, LOGIN)
}

fn held(site: &Site, headers: &HeaderMap, wanted: Name) -> Option<SecretString> {
    let values = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut cookies = values.flat_map(Cookie::split_parse).flatten();
    cookies.find(|cookie| cookie.name() == name(site, wanted)).map(|cookie| cookie.value().to_owned().into())
}

/// Makes the browser hold a session's token.
pub(crate) fn session_set(site: &Site, token: &SecretString) -> HeaderValue {
    written(site, SESSION, token.expose_secret(), SESSION_DAYS * 24 * 3600)
}

/// Makes the browser forget it.
pub(crate) fn session_forget(site: &Site) -> HeaderValue {
    written(site, SESSION, "", 0)
}

/// Makes the browser hold the state of a log-in for so many seconds.
pub(crate) fn login_set(site: &Site, state: &SecretString, seconds: i64) -> HeaderValue {
    written(site, LOGIN, state.expose_secret(), seconds)
}

/// Makes the browser forget it.
pub(crate) fn login_forget(site: &Site) -> HeaderValue {
    written(site, LOGIN, "", 0)
}

/// Sent with links from elsewhere, so that whoever follows one is still signed in; never with forms from there.
fn written(site: &Site, of: Name, value: &str, seconds: i64) -> HeaderValue {
    let cookie = Cookie::build((name(site, of), value))
        .path("/")
        .http_only(true)
        .secure(site.is_secure())
        .same_site(SameSite::Lax)
        .max_age(Duration::seconds(seconds));
    let mut header = HeaderValue::from_str(&cookie.to_string()).unwrap_or(HeaderValue::from_static(""));
    header.set_sensitive(true);
    header
}
