//! The hub, through the front door: `rolecall serve` on a free port, asked over HTTP.

#[cfg(test)]
mod api;
#[cfg(test)]
mod changes;
#[cfg(test)]
mod events;
#[cfg(test)]
mod explore;
#[cfg(test)]
mod explore_group;
#[cfg(test)]
mod explore_history;
#[cfg(test)]
mod findings;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod intruders;
#[cfg(test)]
mod metrics;
#[cfg(test)]
mod overview;
#[cfg(test)]
mod people;
#[cfg(test)]
mod pictures;
#[cfg(test)]
mod queries;
#[cfg(test)]
mod ready;
#[cfg(test)]
mod records;
#[cfg(test)]
mod remote;
#[cfg(test)]
mod reviews;
#[cfg(test)]
mod routes;
#[cfg(test)]
mod rubbish;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod runner;
#[cfg(test)]
mod scim;
#[cfg(test)]
mod secret;
#[cfg(test)]
mod several;
#[cfg(test)]
mod traces;
#[cfg(test)]
mod watched;
#[cfg(test)]
mod words;
