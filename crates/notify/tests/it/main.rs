//! Delivery through the crate's public interface.

#[cfg(test)]
mod child;
#[cfg(test)]
mod delivery;
#[cfg(test)]
mod email;
#[cfg(test)]
mod email_tls;
#[cfg(test)]
mod github;
#[cfg(test)]
mod guard;
#[cfg(test)]
mod jira;
#[cfg(test)]
mod places;
#[cfg(test)]
mod secrecy;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod slack;
#[cfg(test)]
mod support;
#[cfg(test)]
mod webhook;
