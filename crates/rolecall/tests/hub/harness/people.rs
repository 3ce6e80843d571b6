//! Who uses a hub.

use std::time::{SystemTime, UNIX_EPOCH};

use totp_rs::{Builder, Secret};

use super::{Client, Hub};

/// Every role.
pub(crate) const ROLES: [&str; 4] = ["administrator", "connector-admin", "reviewer", "auditor"];

/// The password of everybody.
pub(crate) const PASSWORD: &str = "four plain words together";

/// Somebody with an account.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) name: String,
    /// Signed in by a password just now.
    pub(crate) browser: Client,
    /// With a token of their own that may do all that they may.
    pub(crate) program: Client,
    /// That token.
    pub(crate) token: String,
}

impl Person {
    /// Uses a link that makes an account.
    pub(super) async fn join(hub: &Hub, link: &str, name: &str, role: &str) -> Self {
        let path = link.strip_prefix(hub.url.trim_end_matches('/')).unwrap_or_else(|| panic!("{link} is of no hub"));
        let nobody = hub.nobody();
        nobody.get(path).await.expect(200);
        let joined = nobody.post_form(path, &[("name", name), ("password", PASSWORD)]).await.expect(303);
        let browser = nobody.with_session_of(&joined).await;
        let token = token(&browser, role).await;
        Self { name: name.to_owned(), program: nobody.with_token(&token), token, browser }
    }
}

/// The code that a device with this secret shows now.
pub(crate) fn code_of(secret: &str) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let secret = Secret::try_from_base32(secret).unwrap();
    Builder::new().with_secret(secret).build().unwrap().generate(now).to_string()
}

/// Makes a token that has this role.
async fn token(browser: &Client, role: &str) -> String {
    let made = browser.post_form("/account/tokens", &[("name", "tests"), ("role", role)]).await.expect(200);
    made.between("<pre>", "</pre>")
}
