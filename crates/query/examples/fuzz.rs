//! Parses texts made by chance, for some seconds, and checks what has to hold of any text:
//! `cargo run --release -p rolecall-query --example fuzz -- SECONDS SEED`
#![allow(clippy::expect_used, clippy::print_stdout, reason = "a broken promise of the parser ends this program")]

#[path = "../tests/parser/invariants.rs"]
mod invariants;
#[path = "../tests/parser/soup.rs"]
mod soup;

use std::time::{Duration, Instant};

fn main() {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<u64>().expect("a whole number"));
    let duration = Duration::from_secs(arguments.next().unwrap_or(10));
    let mut chance = soup::Chance::new(arguments.next().unwrap_or(1));
    let start = Instant::now();
    let (mut tried, mut queries) = (0_u64, 0_u64);
    while start.elapsed() < duration {
        for text in [soup::mutated(&mut chance), soup::tokens(&mut chance)] {
            tried += 1;
            queries += u64::from(invariants::checked(&text).is_some());
        }
    }
    println!("{tried} texts, of which {queries} are queries");
}
