//! Tests of the whole graph through its public interface. [`support`] builds small worlds from words; [`reference`]
//! computes the same answers from sets of tuples, and the properties compare the two.

mod agreements;
mod derived;
mod gone;
mod groups;
mod images;
mod inherited;
mod npm;
mod paths;
mod properties;
mod reach;
mod reference;
mod segments;
mod stated;
mod support;
mod swaps;
mod worlds;
