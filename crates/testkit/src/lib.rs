//! What several crates' tests share: a server that replays recorded answers, a proxy that inspects TLS, receivers of what is
//! told to the outside (requests, mail, tickets), a way to run the binary, a place for a database, and how many cases to try.

mod authority;
mod binary;
mod database;
mod faults;
mod github;
mod inspecting_proxy;
mod jira;
mod level;
mod mailbox;
mod port;
mod receiver;
mod recording;
mod replay;

pub use authority::{Authority, acceptor};
pub use binary::{Binary, Ran};
pub use database::TestDatabase;
pub use github::{GitHub, GitHubIssue};
pub use inspecting_proxy::InspectingProxy;
pub use jira::{Jira, JiraIssue};
pub use level::cases;
pub use mailbox::{Mail, MailStep, Mailbox, MailboxOptions};
pub use port::port_aside;
pub use receiver::{Received, Receiver, Reply};
pub use recording::{Exchange, Recording};
pub use replay::Replay;
