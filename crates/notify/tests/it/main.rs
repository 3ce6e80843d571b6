//! Delivery through the crate's public interface.

#[cfg(test)]
mod delivery;
