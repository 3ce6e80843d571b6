//! One step of what `cargo xtask bench query` measures, in a process of its own, so that its memory is its own.
//!
//! | step | what it does |
//! |---|---|
//! | `generate DIR [SCALE]` | writes the organisation as CSV files, and whom and what is asked about |
//! | `load DIR [SCALE]` | makes the same organisation current in a new database there, as the npm connector would |
//! | `later DIR [SCALE]` | makes a second sync current there, in which some memberships changed |
//! | `measure DIR` | loads the graph from that database and asks it everything |
//! | `image DIR` | loads the graph from that database and makes its image, or from the image once there is one |
//! | `segments DIR` | the same without what is derived for queries |
//!
//! SCALE is in percent of the full size, which is 100. What is printed is JSON; what a process used in all is counted by whoever started it.
//!
//! ```text
//! cargo run --release -p rolecall-engine --example query -- generate target/bench/query 1
//! ```
#![expect(clippy::print_stdout, reason = "what is printed is the result")]

mod ask;
mod facts;
mod files;
mod image;
mod measure;
mod organization;
#[path = "../shared/random.rs"]
mod random;

use std::path::Path;

use organization::Organization;

type Failure = Box<dyn std::error::Error + Send + Sync>;

const SEED: u64 = 1;
const FULL: u32 = 100;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let told = match words.as_slice() {
        ["generate", directory, scale @ ..] => files::write(&organization(scale)?, SEED, Path::new(directory))?,
        ["load", directory, scale @ ..] => facts::write(&organization(scale)?, Path::new(directory)).await?,
        ["later", directory, scale @ ..] => facts::change(&organization(scale)?, Path::new(directory)).await?,
        ["measure", directory] => measure::measure(Path::new(directory)).await?,
        ["image", directory] => image::load(Path::new(directory)).await?,
        ["segments", directory] => image::segments(Path::new(directory)).await?,
        _ => return Err("the step is missing: see the top of this example's source".into()),
    };
    println!("{told}");
    Ok(())
}

fn organization(scale: &[&str]) -> Result<Organization, Failure> {
    let percent = match scale {
        [] => FULL,
        [text] => text.parse()?,
        _ => return Err("there is one scale".into()),
    };
    if !(1..=FULL).contains(&percent) {
        return Err(format!("the scale is a percentage from 1 to {FULL}, and not {percent}").into());
    }
    Ok(Organization::new(percent, SEED))
}
