//! The store's behaviour through its public interface.

#[cfg(test)]
mod about;
#[cfg(test)]
mod alerting;
#[cfg(test)]
mod attestation;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod audit_tampering;
#[cfg(test)]
mod audit_writers;
#[cfg(test)]
mod baseline;
#[cfg(test)]
mod cascade;
#[cfg(test)]
mod connectors;
#[cfg(test)]
mod fingerprint;
#[cfg(test)]
mod guarded;
#[cfg(test)]
mod holds;
#[cfg(test)]
mod identity;
#[cfg(test)]
mod incarnation;
#[cfg(test)]
mod jobs;
#[cfg(test)]
mod jobs_model;
#[cfg(test)]
mod killed;
#[cfg(test)]
mod migrating;
#[cfg(test)]
mod moment;
#[cfg(test)]
mod opening;
#[cfg(test)]
mod owner;
#[cfg(test)]
mod past;
#[cfg(test)]
mod people;
#[cfg(test)]
mod plan;
#[cfg(test)]
mod portable;
#[cfg(test)]
mod records;
#[cfg(test)]
mod reference;
#[cfg(test)]
mod review;
#[cfg(test)]
mod review_model;
#[cfg(test)]
mod runner;
#[cfg(test)]
mod scim;
#[cfg(test)]
mod sealed;
#[cfg(test)]
mod source_event;
#[cfg(test)]
mod story;
#[cfg(test)]
mod tables;
#[cfg(test)]
mod trouble;
#[cfg(test)]
mod valid;
#[cfg(test)]
mod watched;
#[cfg(test)]
mod withdrawn;
#[cfg(test)]
mod workers;
#[cfg(test)]
mod world;
