//! The command line, through the front door, against registries on this machine.

#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod doctor;
#[cfg(test)]
mod fidelity;
#[cfg(test)]
mod first_answer;
#[cfg(test)]
mod held;
#[cfg(test)]
mod interrupted;
#[cfg(test)]
mod recording;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod support;
#[cfg(test)]
mod trust;
