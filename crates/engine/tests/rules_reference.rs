//! `docs/reference/rules.md` is written from the declarations, and says so when it no longer is.

use std::fmt::Write as _;
use std::path::Path;

use rolecall_engine::rules::{RULES, RuleDeclaration};

const REGENERATE: &str = "ROLECALL_REGENERATE";

#[test]
fn the_reference_of_the_rules_is_what_they_declare() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/rules.md");
    let expected = reference();
    if std::env::var_os(REGENERATE).is_some() {
        std::fs::write(&path, &expected).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == expected, "docs/reference/rules.md has drifted; run this test again with {REGENERATE}=1");
}

fn reference() -> String {
    let mut text = String::from(INTRODUCTION);
    // Writing to a string cannot fail.
    for rule in RULES {
        let _ = section(&mut text, rule);
    }
    text
}

const INTRODUCTION: &str = "# Rules

<!-- Written from the declarations in crates/engine/src/rules by the test `rules_reference`; change those. -->

`rolecall check` evaluates these rules for every connector. A rule has three answers: it *found* something, there is
*nothing*, or it is *unknown*, and then the answer names the listings that were not read in full, or says how much is
undecided because the source does not tell it. *Nothing* is said only when every listing that could show otherwise is
complete and nothing is undecided; what is certain although something else was not read is found all the same. A rule that
has nothing to look at is *not applicable*: rules about people need a directory of people. Rights whose removal waits for a person are still current: findings about them say *removal unconfirmed*.

A finding's key is made of rule, case, connector and subjects, and is the same the next time. Thresholds are changed with
`--set NAME=NUMBER`; `--fail-on SEVERITY` ends with 9 when there is a finding at least that severe, and
`--require-complete` with 5 when a listing behind an answer was not read in full.
";

fn section(text: &mut String, rule: &RuleDeclaration) -> std::fmt::Result {
    writeln!(text, "\n## {}\n\n`{}`. {}\n", rule.title, rule.id, rule.why)?;
    writeln!(text, "| case | severity | when | what to do |\n|---|---|---|---|")?;
    for case in rule.cases {
        writeln!(text, "| `{}` | {} | {} | {} |", case.id, case.severity.word(), case.when, case.remediation)?;
    }
    if !rule.settings.is_empty() {
        writeln!(text, "\n| setting | default | from | to | |\n|---|---|---|---|---|")?;
    }
    for setting in rule.settings {
        let (from, to) = (setting.range.start(), setting.range.end());
        writeln!(text, "| `{}` | {} | {from} | {to} | {} |", setting.name, setting.default, setting.what)?;
    }
    writeln!(text, "\nUnknown when {}.\n", rule.unknown_when)?;
    writeln!(text, "Controls: {}. Cost: {}.", rule.controls.join(", "), rule.cost)
}
