//! A question that cannot be answered: what is wrong is said where it can be asked otherwise.

use askama::Template;
use axum::http::StatusCode;

use super::{HERE, When};
use crate::error::WebError;
use crate::form::Form;
use crate::guard::Signed;
use crate::page::{Answer, Frame, query_of, shown_as, told};

#[derive(Template)]
#[template(path = "explore/unanswered.html")]
struct UnansweredPage {
    frame: Frame,
    path: &'static str,
    /// What the address says besides of when.
    said: Vec<(String, String)>,
    when: When,
    error: WebError,
}

impl UnansweredPage {
    /// What is asked about.
    fn name(&self) -> Option<&str> {
        self.said.iter().find(|(name, _)| name == "name").map(|(_, value)| value.as_str())
    }

    /// The same question about now, where it was about a past moment.
    fn present(&self) -> Option<String> {
        let said = self.said.iter().map(|(name, value)| (name, value));
        (!self.when.text.is_empty()).then(|| format!("{}?{}", self.path, query_of(said)))
    }
}

/// The answer; where the question is wrong, a page that says so and asks again. `here` is the page's place in the
/// navigation.
pub(in crate::page) fn or_unanswered(
    answer: Answer,
    (signed, query): (&Signed, &Form),
    (path, here): (&'static str, &'static str),
) -> Answer {
    let error = match answer {
        Err(error)
            if matches!(error.status, StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND | StatusCode::CONFLICT) =>
        {
            error
        }
        other => return other,
    };
    let said = query.beginning("").filter(|(name, _)| !matches!(*name, "as-of" | "open"));
    let said = said.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let frame = Frame::new(signed, "No answer", here);
    shown_as(error.status, &UnansweredPage { frame, path, said, when: When::of(query), error })
}
