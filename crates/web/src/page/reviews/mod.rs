//! *Reviews*: campaigns in which people say of grants whether they are still right, and the plans of what is not.
//!
//! Whoever may decide runs campaigns; whoever may review decides about what is theirs; everybody who may read sees all of it.
//!
//! | question | file |
//! |---|---|
//! | which are there, and what waits for whoever looks? | `list.rs` |
//! | how is one written? | `edit.rs`; the form's fields: `form.rs` |
//! | where does one stand? | `show.rs`; in words: `words.rs`; as a plot: `burn.rs` |
//! | what is done with one? | `act.rs`; decisions in files: `file.rs` |
//! | what is in it? | `grants.rs` |
//! | how does a reviewer decide? | `decide.rs`, `choose.rs`, `submit.rs` |
//! | who decides for whom? | `delegates.rs` |
//! | what follows? | `plan.rs` |

mod act;
mod burn;
mod choose;
mod decide;
mod delegates;
mod edit;
mod file;
mod form;
mod grants;
mod list;
mod plan;
mod show;
mod submit;
mod words;

use rolecall_engine::reviews::ReviewError;

use crate::guard::Signed;
use crate::page::Frame;
use crate::route::Route;

const HERE: &str = "/reviews";

pub(super) fn routes() -> Vec<Route> {
    [
        list::routes(),
        edit::routes(),
        show::routes(),
        act::routes(),
        file::routes(),
        grants::routes(),
        decide::routes(),
        choose::routes(),
        submit::routes(),
        delegates::routes(),
        plan::routes(),
    ]
    .concat()
}

fn path(id: impl std::fmt::Display) -> String {
    format!("{HERE}/{id}")
}

fn frame(signed: &Signed, title: impl Into<String>, said: Option<&str>) -> Frame {
    Frame::new(signed, title, HERE).said(said)
}

/// Why a form was not done, where that is something that whoever sent it can mend.
fn wrong_of(error: ReviewError) -> Result<(&'static str, String), crate::error::WebError> {
    match error {
        ReviewError::Wrong { field, message } => Ok((field, crate::text::sentence(message))),
        ReviewError::Nobody { field, .. } => {
            let hint = error.hint().map(|hint| format!(" {}", crate::text::sentence(hint))).unwrap_or_default();
            Ok((field, crate::text::sentence(error.to_string()) + &hint))
        }
        ReviewError::Refused { code: "review-undecided", message, .. } => {
            Ok(("reason", format!("{} Say why it ends all the same.", crate::text::sentence(message))))
        }
        error @ ReviewError::Refused {
            code: "review-empty" | "review-too-large" | "decided-twice" | "nothing-chosen",
            ..
        } => {
            let hint = error.hint().map(|hint| format!(" {}", crate::text::sentence(hint))).unwrap_or_default();
            Ok(("", crate::text::sentence(error.to_string()) + &hint))
        }
        other => Err(other.into()),
    }
}
