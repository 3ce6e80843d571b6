//! What is asked, in its parts. Whatever is not understood is refused, and never taken for something else: a word that was
//! misspelt would otherwise change what is done, in silence.

mod body;
mod if_match;
mod parameters;
mod secret;

pub(super) use crate::address::{Id, Ids, Word};
pub(super) use body::Body;
pub(super) use if_match::version_of;
pub(crate) use parameters::moment_of;
pub(super) use parameters::{Nothing, Parameters, past_of};
pub(super) use secret::Secret;
