//! All addresses.

use super::Route;
use crate::{api, asset, health, live, page, single_sign_on};

/// Every address of the hub.
pub(crate) fn routes() -> Vec<Route> {
    [asset::routes(), health::routes(), page::routes(), api::routes(), live::routes(), single_sign_on::routes()]
        .concat()
}
