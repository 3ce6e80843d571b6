//! Accounts become humans: the rules one by one, what holds of any input, and a whole company.

mod change;
mod company;
mod properties;
mod rules;
mod whole_company;
mod world;
