//! All addresses.

use super::Route;
use crate::{api, asset, health, live, page, runner, scim, single_sign_on, telemetry};

/// Every address of the hub.
pub(crate) fn routes() -> Vec<Route> {
    [
        asset::routes(),
        health::routes(),
        telemetry::routes(),
        page::routes(),
        api::routes(),
        live::routes(),
        single_sign_on::routes(),
        scim::routes(),
        runner::routes(),
    ]
    .concat()
}
