//! The command line, through the front door, against registries on this machine.

#[cfg(test)]
mod alerts;
#[cfg(test)]
mod attest;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod c1z;
#[cfg(test)]
mod canary;
#[cfg(test)]
mod changes;
#[cfg(test)]
mod cloudsmith;
#[cfg(test)]
mod connectors;
#[cfg(test)]
mod connectors_file;
#[cfg(test)]
mod connectors_sync;
#[cfg(test)]
mod db;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod demo_findings;
#[cfg(test)]
mod diff;
#[cfg(test)]
mod doctor;
#[cfg(test)]
mod doctor_configured;
#[cfg(test)]
mod drift;
#[cfg(test)]
mod entities;
#[cfg(test)]
mod evidence;
#[cfg(test)]
mod export;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod fidelity;
#[cfg(test)]
mod findings;
#[cfg(test)]
mod first_answer;
#[cfg(test)]
mod held;
#[cfg(test)]
mod inspected;
#[cfg(test)]
mod interrupted;
#[cfg(test)]
mod leaver;
#[cfg(test)]
mod manual;
#[cfg(test)]
mod owners;
#[cfg(test)]
mod past;
#[cfg(test)]
mod peer_failures;
#[cfg(test)]
mod people;
#[cfg(test)]
mod query;
#[cfg(test)]
mod query_examples;
#[cfg(test)]
mod questions;
#[cfg(test)]
mod reappearing;
#[cfg(test)]
mod recording;
#[cfg(test)]
mod removals;
#[cfg(test)]
mod report;
#[cfg(test)]
mod reviews;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod runner;
#[cfg(test)]
mod scheduled_ci;
#[cfg(test)]
mod sealed;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod sim;
#[cfg(test)]
mod source;
#[cfg(test)]
mod support;
#[cfg(test)]
mod taking;
#[cfg(test)]
mod trust;
#[cfg(test)]
mod users;
#[cfg(test)]
mod views;
#[cfg(test)]
mod watch;
#[cfg(test)]
mod work;
