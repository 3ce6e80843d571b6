//! `rolecall runner`, with programs that share nothing with it.

#[cfg(test)]
mod runner;
