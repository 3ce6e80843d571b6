//! Custom domains. There are none in this world; what is told is whether the plan has them.

use serde_json::json;

use super::table::Route;
use crate::cloudsmith::caller::Call;
use crate::cloudsmith::organization::Role;
use crate::cloudsmith::page::paged;
use crate::cloudsmith::refuse::{Reply, not_found, unpaid};
use crate::cloudsmith::schema::organization::{CUSTOM_DOMAIN, DOMAINS};
use crate::wire::Answer;

pub(super) static ROUTES: &[Route] = &[
    Route::get("/orgs/{org}/custom-domains/", "orgs_custom_domains_list", list).pages(&CUSTOM_DOMAIN),
    Route::get("/v2/workspaces/{workspace}/domains/", "workspaces_domains_list", list_newer).gives(&DOMAINS),
];

fn enter(call: &Call<'_>, arguments: &[&str]) -> Result<(), Answer> {
    let [org] = arguments else { return Err(not_found()) };
    call.enter_as(org, Role::Manager)?;
    match call.world.quirks.custom_domains_unpaid {
        true => Err(unpaid("Custom domains")),
        false => Ok(()),
    }
}

fn list(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    enter(call, arguments)?;
    paged::<()>(call, &[], |()| None)
}

/// The same in the envelope of the newer API.
fn list_newer(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    enter(call, arguments)?;
    Ok(Answer::ok(&json!({ "results": [] })))
}
