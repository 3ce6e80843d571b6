//! Baton's protocol and files, with programs that share nothing with ours.

#[cfg(test)]
mod runner;
