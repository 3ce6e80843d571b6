//! Texts nobody would write, made from what queries are made of.

use crate::invariants::examples;

/// What queries are made of, and what only resembles it.
const TOKENS: &[&str] = &[
    "FIND",
    "unique",
    "THAT",
    "WITH",
    "AS",
    "OF",
    "AS OF",
    "where",
    "RETURN",
    "TREE",
    "path",
    "HAVING",
    "ORDER BY",
    "SKIP",
    "LIMIT",
    "AND",
    "OR",
    "not",
    "RELATES TO",
    "HAS",
    "CAN",
    "publish",
    "CHANGED SINCE",
    "UNTIL",
    "ASC",
    "DESC",
    "true",
    "undefined",
    "null",
    "date.now",
    "date(2019-10-30)",
    "date(",
    "date('2020')",
    "7",
    "0.5",
    "90days",
    "months",
    "User",
    "(User|Person)",
    "u",
    "u.name",
    "[tag.cost-center]",
    "tag.AccountName",
    "'text'",
    "\"text\"",
    "'",
    "\"",
    "/re/i",
    "/",
    "${name}",
    "${ param.name }",
    "{{name}}",
    "{{",
    "${",
    "=",
    "!=",
    "~=",
    "!~=",
    "^=",
    "$=",
    "!$=",
    "<",
    ">",
    ">=",
    ">>",
    "<<",
    "(",
    ")",
    ")?",
    "(THAT HAS User)?",
    ",",
    ".",
    ";",
    "|",
    "#",
    "#Critical",
    "*",
    "+",
    "-",
    "!",
    "?",
    "count(",
    "count",
    "concat(u.a, 'b')",
    "u.*",
    "// comment\n",
    "/* comment */",
    "/*",
    "\r\n",
    "é",
    "名",
    "😀",
    "\u{301}",
    "[",
    "]",
    "\\",
    "`",
    "%",
];

/// Numbers that look random and are the same for the same seed.
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// One of as many numbers, from 0.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or_default() % count.max(1)
    }

    fn one_of<'a>(&mut self, items: &[&'a str]) -> &'a str {
        items.get(self.below(items.len())).copied().unwrap_or_default()
    }
}

/// Up to forty tokens in no order, with or without space between them.
pub(crate) fn tokens(chance: &mut Chance) -> String {
    let mut text = String::from(chance.one_of(&["FIND User ", "FIND ", ""]));
    for _ in 0..chance.below(40) {
        text.push_str(chance.one_of(TOKENS));
        text.push_str(chance.one_of(&[" ", " ", " ", ""]));
    }
    text
}

/// A real query with a few parts removed, added or exchanged.
pub(crate) fn mutated(chance: &mut Chance) -> String {
    let examples: Vec<&str> = examples().collect();
    let mut text = chance.one_of(&examples).to_owned();
    for _ in 0..=chance.below(4) {
        text = match chance.below(5) {
            0 => spliced(chance, &text, chance_of_other),
            1 => spliced(chance, &text, |_, _| String::new()),
            2 => spliced(chance, &text, |_, cut| format!("{cut}{cut}")),
            3 => spliced(chance, &text, |_, cut| format!("({cut})")),
            _ => spliced(chance, &text, |chance, _| format!(" {} ", chance.one_of(TOKENS))),
        };
    }
    text
}

fn chance_of_other(chance: &mut Chance, _: &str) -> String {
    let examples: Vec<&str> = examples().collect();
    let other = chance.one_of(&examples);
    let (from, to) = two_places(chance, other);
    other.get(from..to).unwrap_or_default().to_owned()
}

/// The text with a piece of it exchanged.
fn spliced(chance: &mut Chance, text: &str, exchange: impl Fn(&mut Chance, &str) -> String) -> String {
    let (from, to) = two_places(chance, text);
    let piece = exchange(chance, text.get(from..to).unwrap_or_default());
    format!("{}{piece}{}", text.get(..from).unwrap_or_default(), text.get(to..).unwrap_or_default())
}

/// Two places in a text on character boundaries, mostly at the edges of words and seldom far from each other.
fn two_places(chance: &mut Chance, text: &str) -> (usize, usize) {
    let at_words = chance.below(3) > 0;
    let edges: Vec<usize> = text
        .char_indices()
        .filter(|(_, character)| !at_words || !character.is_alphanumeric())
        .map(|(at, _)| at)
        .chain([0, text.len()])
        .collect();
    let first = chance.below(edges.len());
    let second = (first + chance.below(6)).min(edges.len() - 1);
    let place = |index: usize| edges.get(index).copied().unwrap_or_default();
    (place(first).min(place(second)), place(first).max(place(second)))
}
