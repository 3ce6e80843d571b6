//! `rolecall check --list`: what the rules mean, and what can be set.

use std::io;

use rolecall_engine::rules::{RuleDeclaration, RuleSettings};
use serde_json::{Value as Json, json};

use crate::output::{Format, Table, line, paint_bold, paint_dim, print_csv, print_json};

/// Prints the rules with the settings as they would be used.
pub(crate) fn print(format: Format, rules: &[&RuleDeclaration], settings: &RuleSettings) -> io::Result<()> {
    match format {
        Format::Json => print_json(&rules.iter().map(|rule| rule_json(rule, settings)).collect::<Vec<_>>()),
        Format::Csv => {
            print_csv(&["rule", "severity", "title", "settings"], rules.iter().map(|rule| cells(rule, settings)))
        }
        _ => rules.iter().try_for_each(|rule| rule_print(rule, settings)),
    }
}

fn cells(rule: &RuleDeclaration, settings: &RuleSettings) -> Vec<String> {
    let set: Vec<String> = rule.settings.iter().map(|one| format!("{}={}", one.name, settings.get(one))).collect();
    vec![rule.id.to_owned(), rule.severity().word().to_owned(), rule.title.to_owned(), set.join(" ")]
}

fn rule_json(rule: &RuleDeclaration, settings: &RuleSettings) -> Json {
    let case = |case: &rolecall_engine::rules::CaseDeclaration| json!({ "case": case.id, "severity": case.severity, "when": case.when, "remediation": case.remediation });
    let setting = |one: &rolecall_engine::rules::SettingDeclaration| {
        json!({
            "name": one.name,
            "value": settings.get(one),
            "default": one.default,
            "from": one.range.start(),
            "to": one.range.end(),
            "what": one.what,
        })
    };
    json!({
        "rule": rule.id,
        "title": rule.title,
        "severity": rule.severity(),
        "why": rule.why,
        "unknownWhen": rule.unknown_when,
        "cases": rule.cases.iter().map(case).collect::<Vec<_>>(),
        "settings": rule.settings.iter().copied().map(setting).collect::<Vec<_>>(),
        "controls": rule.controls,
    })
}

fn rule_print(rule: &RuleDeclaration, settings: &RuleSettings) -> io::Result<()> {
    line(&paint_bold(&format!("{}: {}", rule.id, rule.title)))?;
    for case in rule.cases {
        line(&format!("  {:8} {}: {}", case.severity.word(), case.id, case.when))?;
    }
    if !rule.settings.is_empty() {
        let mut table = Table::new(&["  setting", "value", "default", "what"]);
        for setting in rule.settings {
            let (value, default) = (settings.get(setting).to_string(), setting.default.to_string());
            table.row(&[format!("  {}", setting.name), value, default, setting.what.to_owned()]);
        }
        table.print()?;
    }
    line(&paint_dim(&format!("  {}", rule.why)))?;
    line(&paint_dim(&format!("  Unknown when {}.", rule.unknown_when)))?;
    line("")
}
