//! Policies about packages. Nobody has made any in this world.

use super::table::Route;
use crate::cloudsmith::caller::Call;
use crate::cloudsmith::organization::Role;
use crate::cloudsmith::page::paged;
use crate::cloudsmith::refuse::{Reply, not_found};
use crate::cloudsmith::schema::organization::POLICY;

pub(super) static ROUTES: &[Route] = &[
    Route::get("/orgs/{org}/deny-policy/", "orgs_deny_policy_list", list).pages(&POLICY),
    Route::get("/orgs/{org}/license-policy/", "orgs_license_policy_list", list).pages(&POLICY),
    Route::get("/orgs/{org}/vulnerability-policy/", "orgs_vulnerability_policy_list", list).pages(&POLICY),
];

fn list(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let [org] = arguments else { return Err(not_found()) };
    call.enter_as(org, Role::Manager)?;
    paged::<()>(call, &[], |()| None)
}
