//! The people who use the hub.

pub(super) mod invitation;
pub(super) mod session;
pub(super) mod token;
pub(super) mod user;

use crate::route::Route;

pub(super) fn routes() -> Vec<Route> {
    [user::routes(), invitation::routes(), session::routes(), token::routes()].concat()
}
