//! A hub with people who use it.
//!
//! | question | file |
//! |---|---|
//! | how does a test get a hub? | [`Hub::start`] |
//! | who uses it? | [`Hub::administrator`], [`Hub::person`], [`Hub::nobody`] |
//! | how is it asked? | [`Client::get`], [`Client::post_form`], [`Client::json`] |
//! | what did it say? | [`Answer`] |
//! | what does a picture show? | [`boxes`], [`counted`] |
//! | what does it read? | [`Source`] |
//! | how does a test wait? | [`until`] |
//! | what is measured of it, and traced? | [`Scrape`], [`Collector`] |

mod answer;
mod client;
mod collector;
mod hub;
mod people;
mod picture;
mod scrape;
mod source;
mod wait;

pub(crate) use answer::Answer;
pub(crate) use client::{Client, encoded};
pub(crate) use collector::{Collector, Span};
pub(crate) use hub::Hub;
pub(crate) use people::{PASSWORD, Person, ROLES, code_of};
pub(crate) use picture::{boxes, counted};
pub(crate) use scrape::Scrape;
pub(crate) use source::{Source, is_over, sync};
pub(crate) use wait::until;
