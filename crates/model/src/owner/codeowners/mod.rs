//! CODEOWNERS files, by the rules of GitHub: of the patterns that match, the last counts; a line without owners takes back
//! what lines before it said; a line that is wrong is passed over, as it is there.
//!
//! | question | module |
//! |---|---|
//! | what does a line say? | `line` |
//! | what does a pattern match? | `pattern` |
//! | which rule counts for a directory, among very many? | `tree` |

mod line;
mod pattern;
#[cfg(test)]
mod tests;
mod tree;

use super::Owner;

pub use line::{CodeownersOddity, Oddity};

use line::Line;
use pattern::directory_names;
use tree::Tree;

/// A CODEOWNERS file that was read.
#[derive(Debug, Default)]
pub struct Codeowners {
    rules: Vec<CodeownersRule>,
    tree: Tree,
    odd: Vec<CodeownersOddity>,
}

/// Who owns what a pattern matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeownersRule {
    /// The line of the file, from 1.
    pub line: u64,
    /// The pattern, as it stands there.
    pub pattern: String,
    /// Who: nobody, where the line takes back what was said before.
    pub owners: Vec<Owner>,
}

impl Codeowners {
    /// Reads a file. `O(length)`.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut file = Self::default();
        for (line, number) in text.lines().zip(1..) {
            match line::read(line) {
                Ok(Line::Nothing) => {}
                Ok(Line::Rule { text, pattern, owners }) => {
                    file.tree.add(pattern, file.rules.len());
                    file.rules.push(CodeownersRule { line: number, pattern: text, owners });
                }
                Err(oddity) => file.odd.push(CodeownersOddity { line: number, oddity }),
            }
        }
        file
    }

    /// The rules, in the order of the file.
    #[must_use]
    pub fn rules(&self) -> &[CodeownersRule] {
        &self.rules
    }

    /// Lines that were passed over, in the order of the file.
    #[must_use]
    pub fn odd(&self) -> &[CodeownersOddity] {
        &self.odd
    }

    /// The rule that counts for everything in a directory, such as `packages/core`; nothing at all is the root. A pattern
    /// that matches some of the files in it, such as `*.md`, says nothing of it. `None` too for what is no directory of the
    /// repository. `O(depth)` for each different
    /// beginning of patterns that fits.
    #[must_use]
    pub fn owning(&self, directory: &str) -> Option<&CodeownersRule> {
        let names = directory_names(directory)?;
        self.rules.get(self.tree.last(&names)?)
    }
}
