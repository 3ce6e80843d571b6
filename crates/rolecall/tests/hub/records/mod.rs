//! Whoever changes something leaves a record, and an address says truly which one: every address that changes something is
//! used here once.
//!
//! | which addresses | file |
//! |---|---|
//! | pages about people who use the hub | `people.rs` |
//! | pages about whose accounts are | `accounts.rs` |
//! | pages about connectors and jobs | `connectors.rs` |
//! | pages about findings, rules, endpoints and deliveries | `rules.rs` |
//! | pages about reviews and plans | `reviews.rs` |
//! | what programs use | `programs.rs` |
//! | what identity providers use | `directories.rs` |

mod accounts;
mod connectors;
mod directories;
mod people;
mod programs;
mod reviews;
mod rules;
mod story;

use story::{Area, audited};

use crate::harness::Hub;

#[tokio::test(flavor = "multi_thread")]
async fn every_address_that_changes_something_is_of_one_area() {
    let hub = Hub::start().await;
    for (address, action) in audited(&hub) {
        let of = Area::ALL.into_iter().filter(|area| area.holds(&address)).count();
        assert_eq!(of, 1, "{address}, which leaves {action}, is used by no test of this folder, or by two");
    }
}
