//! Who am I, who is this, and signing in on the web (`npm-api.md` §3.1, §3.6).

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::no_such_call;
use crate::npm::account::TwoFactor;
use crate::npm::caller::{Call, Reply, not_found};
use crate::npm::token::Kind;
use crate::npm::world::{AccountId, iso};
use crate::wire::Answer;

pub(super) fn route(call: &mut Call<'_>, path: &[&str]) -> Reply {
    let request = call.request;
    match (&request.method, path) {
        (&Method::GET, ["-", "whoami"]) => whoami(call),
        (&Method::GET, ["-", "npm", "v1", "user"]) => profile(call),
        (&Method::GET, ["-", "user", name, "package"]) => super::access::of_user(call, name),
        (&Method::GET, ["-", "user", name]) => user(call, name),
        (&Method::POST, ["-", "v1", "login"]) => Ok(call.world.start_sign_in(&request.base)),
        (&Method::GET, ["-", "v1", "done"]) => Ok(call.world.poll(request.parameter("authId").unwrap_or(""))),
        (&Method::GET, ["auth", "cli", id] | ["login", id]) => page(call, id),
        _ => Err(no_such_call()),
    }
}

fn whoami(call: &Call<'_>) -> Reply {
    let account = own_account(call)?;
    Ok(Answer::ok(&json!({ "username": call.world.name_of(account) })))
}

fn profile(call: &Call<'_>) -> Reply {
    let account = call.world.at(own_account(call)?);
    Ok(Answer::ok(&json!({
        "tfa": second_factor(account.two_factor),
        "name": account.name.as_ref(),
        "email": account.email(),
        "email_verified": true,
        "created": iso(account.created),
        "updated": iso(account.created),
        "cidr_whitelist": null,
        "fullname": account.fullname.as_deref().unwrap_or(""),
        "homepage": "",
        "github": "",
    })))
}

fn second_factor(mode: TwoFactor) -> Value {
    match mode {
        TwoFactor::Off => Value::Null,
        TwoFactor::AuthOnly => json!({ "pending": false, "mode": "auth-only" }),
        TwoFactor::AuthAndWrites => json!({ "pending": false, "mode": "auth-and-writes" }),
    }
}

/// The caller's account, for the calls that some granular tokens are refused.
fn own_account(call: &Call<'_>) -> Result<AccountId, Answer> {
    let (account, token) = call.signed_in()?;
    if token.spec.kind == Kind::Granular && call.world.quirks.granular_whoami_refused {
        return Err(Answer::error(StatusCode::UNAUTHORIZED, "Unauthorized"));
    }
    Ok(account)
}

fn user(call: &Call<'_>, id: &str) -> Reply {
    let name = id.strip_prefix("org.couchdb.user:").unwrap_or(id);
    let account = call.world.account_id(name);
    let account = call.world.at(account.ok_or_else(|| not_found("User not found"))?);
    Ok(Answer::ok(&json!({
        "_id": format!("org.couchdb.user:{name}"),
        "name": account.name.as_ref(),
        "email": account.email(),
    })))
}

/// The page a person would open: opening it is the approval. To whom the terminal asks for a
/// password as text, it shows the one that the authenticator shows.
fn page(call: &mut Call<'_>, id: &str) -> Reply {
    let account = call.request.parameter("as");
    match call.world.approve(id, account) {
        true => {
            let code = call.world.otp_code();
            let text = format!("Approved. You can close this page. The one-time password is {code}.");
            Ok(Answer::html(StatusCode::OK, &text))
        }
        false => Ok(Answer::html(StatusCode::NOT_FOUND, "No such request")),
    }
}
