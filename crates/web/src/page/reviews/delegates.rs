//! Who decides for whom, and for how long. Whoever reviews gives away what is theirs; whoever runs campaigns sees to the others.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use rolecall_engine::hub::Permission;
use rolecall_engine::moment_parse;
use rolecall_engine::reviews::{
    DelegateRow, DelegateWish, ReviewError, review_delegate, review_delegate_end, review_delegates,
};
use rolecall_model::Timestamp;
use rolecall_model::review::ReviewerKey;

use super::{HERE, frame, wrong_of};
use crate::address::Id;
use crate::form::{Form, Query};
use crate::guard::Signed;
use crate::page::{Answer, Frame, led, shown_as, told};
use crate::review::{own_delegation, people};
use crate::route::{Access, Route};
use crate::site::Site;
use crate::text::sentence;

const PATH: &str = "/reviews/delegates";
/// How many that are over are shown.
const OVER: usize = 50;

pub(super) fn routes() -> Vec<Route> {
    let (review, decide) = (Access::May(Permission::Review), Access::May(Permission::Decide));
    vec![
        Route::get(PATH, Access::May(Permission::Read), get(page)),
        Route::post(PATH, review, "review.delegated", post(set_own)),
        Route::post("/reviews/delegates/others", decide, "review.delegated", post(set_others)),
        Route::post("/reviews/delegates/{id}/end", review, "review.delegate-ended", post(end_own)),
        Route::post("/reviews/delegates/others/{id}/end", decide, "review.delegate-ended", post(end_others)),
    ]
}

/// What was typed.
#[derive(Default)]
struct Typed {
    reviewer: String,
    delegate: String,
    from: String,
    until: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "reviews/delegates.html")]
struct DelegatesPage {
    frame: Frame,
    me: ReviewerKey,
    my_name: String,
    my_login: String,
    present: Vec<DelegateRow>,
    over: Vec<DelegateRow>,
    may_decide: bool,
    may_review: bool,
    typed: Typed,
    /// Which field is wrong, and why.
    wrong: Option<(&'static str, String)>,
}

impl DelegatesPage {
    fn wrong(&self, field: &str) -> Option<&str> {
        self.wrong.as_ref().filter(|(of, _)| *of == field).map(|(_, why)| why.as_str())
    }

    /// Where ending one is sent, where whoever looks may.
    fn end(&self, row: &DelegateRow) -> Option<String> {
        if self.may_decide {
            return Some(format!("{PATH}/others/{}/end", row.id));
        }
        (self.may_review && row.reviewer_key == self.me).then(|| format!("{PATH}/{}/end", row.id))
    }
}

async fn page(State(site): State<Site>, signed: Signed, Query(query): Query) -> Answer {
    shown_of(&site, &signed, Typed::default(), None, query.given("said")).await
}

async fn shown_of(
    site: &Site,
    signed: &Signed,
    typed: Typed,
    wrong: Option<(&'static str, String)>,
    said: Option<&str>,
) -> Answer {
    let (me, my_name) = people(site).await?.actor(signed.actor());
    let all = review_delegates(&site.context().store, site.context().now()).await?;
    let (mut over, present): (Vec<_>, Vec<_>) = all.into_iter().partition(|row| row.is_over);
    over.truncate(OVER);
    let my_login = signed.actor().to_owned();
    let frame = frame(signed, "Delegates", said);
    let (may_decide, may_review) = (frame.may(Permission::Decide), frame.may(Permission::Review));
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    shown_as(
        status,
        &DelegatesPage { frame, me, my_name, my_login, present, over, may_decide, may_review, typed, wrong },
    )
}

async fn set_own(State(site): State<Site>, signed: Signed, form: Form) -> Answer {
    let own = people(&site).await?.actor(signed.actor()).0;
    set(&site, &signed, &form, own.as_str()).await
}

async fn set_others(State(site): State<Site>, signed: Signed, form: Form) -> Answer {
    set(&site, &signed, &form, form.text("reviewer")).await
}

async fn set(site: &Site, signed: &Signed, form: &Form, reviewer: &str) -> Answer {
    let wrong = match wish(form, reviewer, site.context().now()) {
        Err(wrong) => wrong,
        Ok(wish) => {
            let everybody = people(site).await?;
            match review_delegate(site.context(), &everybody, &wish, signed.actor()).await {
                Ok(_) => return led(PATH, "delegated"),
                Err(error) => wrong_of(error)?,
            }
        }
    };
    let text = |name| form.text(name).to_owned();
    let typed = Typed {
        reviewer: text("reviewer"),
        delegate: text("delegate"),
        from: text("from"),
        until: text("until"),
        reason: text("reason"),
    };
    shown_of(site, signed, typed, Some(wrong), None).await
}

/// What a form wishes, or which field of it is wrong.
fn wish(form: &Form, reviewer: &str, now: Timestamp) -> Result<DelegateWish, (&'static str, String)> {
    let at = |field: &'static str| {
        form.given(field).map(|text| moment_parse(text, now).map_err(|why| (field, sentence(why)))).transpose()
    };
    let until = at("until")?.ok_or_else(|| ("until", "Say until when.".to_owned()))?;
    Ok(DelegateWish {
        reviewer: reviewer.to_owned(),
        delegate: form.text("delegate").to_owned(),
        // A day that has begun is from now on.
        from: at("from")?.filter(|from| *from > now),
        until,
        reason: form.text("reason").to_owned(),
    })
}

async fn end_own(State(site): State<Site>, signed: Signed, Id(id): Id) -> Answer {
    own_delegation(&site, &signed, id).await?;
    ended(review_delegate_end(site.context(), id, signed.actor()).await)
}

async fn end_others(State(site): State<Site>, signed: Signed, Id(id): Id) -> Answer {
    ended(review_delegate_end(site.context(), id, signed.actor()).await)
}

fn ended(done: Result<(), ReviewError>) -> Answer {
    done?;
    led(PATH, "delegate-ended")
}
