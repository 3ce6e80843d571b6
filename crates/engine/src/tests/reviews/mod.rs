//! Reviews of organisations that nobody thought of, compared with what follows from the facts alone.

mod random;
mod upkeep;
