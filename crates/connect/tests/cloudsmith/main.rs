//! The Cloudsmith connector against a simulated Cloudsmith.

#[cfg(test)]
mod reading;
