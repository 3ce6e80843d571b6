//! Real npm clients against the simulated registry: what they make of its answers, and what it
//! lets them do. The simulator is right when npm itself cannot tell the difference.
//!
//! Every governance command is run by the newest npm, by npm 10 and by npm 6, as far as they have
//! it. What they should send and print is written down in `npm-client-requests.md`.

mod access;
mod credentials;
mod failures;
mod hooks;
mod identity;
#[cfg(test)]
mod leaver;
mod org;
mod owner;
mod publish;
mod recorded;
mod second_factor;
mod stage;
mod team;
mod terminal;
mod token;
mod trust;

/// The options under which a retrying client does not wait.
const RETRIES: &str = "--fetch-retries=2 --fetch-retry-mintimeout=1 --fetch-retry-maxtimeout=1";
