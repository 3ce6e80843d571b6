//! What people are told without asking.

use askama::Template;
use axum::extract::State;
use axum::routing::{get, post};
use rolecall_engine::hub::Notice;

use super::{Answer, Frame, led, moment, shown};
use crate::form::Query;
use crate::guard::Signed;
use crate::route::{Access, Route};
use crate::site::Site;

const HERE: &str = "/notices";

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get(HERE, Access::SignedIn, get(list)), Route::mark("/notices/read", Access::SignedIn, post(read))]
}

#[derive(Template)]
#[template(path = "notices.html")]
struct NoticesPage {
    frame: Frame,
    notices: Vec<Notice>,
}

impl NoticesPage {
    fn has_unread(&self) -> bool {
        self.notices.iter().any(|notice| notice.read_at.is_none())
    }
}

async fn list(State(site): State<Site>, signed: Signed, Query(query): Query) -> Answer {
    let notices = site.hub().notices(signed.caller()).await?;
    shown(&NoticesPage { frame: Frame::new(&signed, "Notices", HERE).said(query.given("said")), notices })
}

async fn read(State(site): State<Site>, signed: Signed) -> Answer {
    for notice in site.hub().notices(signed.caller()).await?.iter().filter(|notice| notice.read_at.is_none()) {
        site.hub().notice_read(signed.caller(), notice.uuid).await?;
    }
    led(HERE, "read")
}
