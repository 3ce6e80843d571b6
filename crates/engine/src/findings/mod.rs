//! Findings and what becomes of them: what the built-in rules and those that people keep find is noted, with its history,
//! and people decide about it.
//!
//! | question | module |
//! |---|---|
//! | what do the built-in rules find now, and what of it is new? | `evaluate` |
//! | which findings are there, and what became of one? | `list` |
//! | what do people decide? | `decide`; about their own accounts: `own` |
//! | how do they leave for other programs? | `sarif`, `ocsf` |
//!
//! **Architecture Invariant:** a finding is resolved only when everything was read that could show it. Until then it stays
//! open, and says that the last evaluation could not tell.

mod decide;
mod evaluate;
mod list;
mod ocsf;
mod own;
mod sarif;

use sha2::{Digest as _, Sha256};

pub use decide::{FindingWish, FindingWishError, finding_act};
pub(crate) use evaluate::{findings_built_in, findings_evaluate};
pub(crate) use list::severity_of;
pub use list::{
    DecisionRow, EventRow, FINDING_COLUMNS, FindingAnswer, FindingListAnswer, FindingListQuestion, FindingRow,
    FindingsCounts, finding_explain, finding_list,
};
pub use ocsf::findings_ocsf;
pub use own::finding_decide;
pub use rolecall_store::{Decision, FindingDecision, FindingDecisionKind, FindingEvent, FindingState, FindingsReport};
pub use sarif::findings_sarif;

/// What people call a finding by: its rule, and a digest of what makes it the same one. Equal in every database.
#[must_use]
pub fn finding_code(rule: &str, key: &str) -> String {
    let digest = Sha256::digest(key.as_bytes());
    let digest = digest.iter().take(5).fold(String::new(), |mut text, byte| {
        use std::fmt::Write as _;
        let _ = write!(text, "{byte:02x}");
        text
    });
    format!("{}-{digest}", slug(rule))
}

/// Whether a text can be a code, so that no other is looked for.
fn is_code(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// A name as a word: small letters, digits and single dashes, at most forty.
fn slug(name: &str) -> String {
    const LONGEST: usize = 40;
    let mut word = String::new();
    for letter in name.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }) {
        if letter != '-' || !(word.is_empty() || word.ends_with('-')) {
            word.push(letter);
        }
    }
    let word: String = word.chars().take(LONGEST).collect();
    let word = word.trim_matches('-');
    if word.is_empty() { "rule".to_owned() } else { word.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_the_same_everywhere_and_can_be_typed() {
        let code = finding_code("owner-count", "owner-count/too-few npm:acme organization:acme");
        assert_eq!(code, finding_code("owner-count", "owner-count/too-few npm:acme organization:acme"));
        assert!(code.starts_with("owner-count-") && code.len() == "owner-count-".len() + 10, "{code}");
        assert_ne!(code, finding_code("owner-count", "owner-count/too-many npm:acme organization:acme"));
        assert!(is_code(&code) && !is_code("") && !is_code("a\0b") && !is_code("../a"));
        assert_eq!(slug("Who's new? (Ünder £5)"), "who-s-new-nder-5");
        assert_eq!((slug("…"), slug(&"ab-".repeat(40)).len()), ("rule".to_owned(), 40));
    }
}
