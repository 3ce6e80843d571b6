//! The store's behaviour through its public interface.

#[cfg(test)]
mod baseline;
#[cfg(test)]
mod cascade;
#[cfg(test)]
mod connectors;
#[cfg(test)]
mod holds;
#[cfg(test)]
mod migrating;
#[cfg(test)]
mod moment;
#[cfg(test)]
mod opening;
#[cfg(test)]
mod past;
#[cfg(test)]
mod records;
#[cfg(test)]
mod reference;
#[cfg(test)]
mod story;
#[cfg(test)]
mod trouble;
#[cfg(test)]
mod valid;
#[cfg(test)]
mod world;
