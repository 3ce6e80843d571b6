//! The store's behaviour through its public interface.

mod story;
#[cfg(test)]
mod world;
