//! What holds of PostgreSQL and SQLite together; `cargo xtask test` starts a server and says where it is.

#[cfg(test)]
mod command_line;
#[cfg(test)]
mod outage;
#[cfg(test)]
mod schemas;
#[cfg(test)]
mod source;
#[cfg(test)]
mod statements;
#[cfg(test)]
mod support;
