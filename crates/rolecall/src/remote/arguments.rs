//! What is sent of the command line: everything but what chooses the hub, which is for this machine.

use std::ffi::OsString;

use crate::exit::{Exit, Failure};

/// Options that are for this machine, each with a value.
const OWN: [&str; 2] = ["--hub", "--hub-token-file"];

/// The arguments for a hub. No option's value begins with a hyphen, so that a word that looks like an option is one,
/// up to a lone `--`.
pub(super) fn arguments(given: impl Iterator<Item = OsString>) -> Result<Vec<String>, Failure> {
    let mut kept = Vec::new();
    let mut words = given.map(|word| {
        word.into_string().map_err(|_| Failure::new(Exit::Usage, "an argument is no text, and cannot be sent to a hub"))
    });
    while let Some(word) = words.next() {
        let word = word?;
        if word == "--" {
            kept.push(word);
            kept.extend(words.collect::<Result<Vec<_>, _>>()?);
            break;
        }
        match word.split_once('=') {
            Some((name, _)) if OWN.contains(&name) => {}
            None if OWN.contains(&word.as_str()) => drop(words.next().transpose()?),
            _ => kept.push(word),
        }
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_chooses_the_hub_stays_here() {
        let sent = |words: &[&str]| arguments(words.iter().map(OsString::from)).unwrap();
        let asked = ["who-can", "publish", "@acme/core", "--format", "csv"];
        assert_eq!(sent(&["--hub", "https://a.test", "who-can", "publish", "@acme/core", "--format", "csv"]), asked);
        assert_eq!(sent(&["who-can", "publish", "@acme/core", "--hub=https://a.test", "--format", "csv"]), asked);
        assert_eq!(sent(&["--hub-token-file", "t", "query", "--", "--hub", "x"]), ["query", "--", "--hub", "x"]);
        assert_eq!(sent(&["query", "FIND a WITH b = '--hub'"]), ["query", "FIND a WITH b = '--hub'"]);
    }
}
