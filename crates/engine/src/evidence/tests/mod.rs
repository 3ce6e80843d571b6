//! Packages of made-up worlds.
