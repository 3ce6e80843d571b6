//! The ready rules, in the demo: enabled before the week in which things change, and asked after it.

use rolecall_engine::alerting::{Passing, Which, pack_enable, rule_list, rule_show, rules_evaluate};
use rolecall_engine::{Context, moment_text};
use rolecall_store::Decision;

use crate::exit::{Exit, Failure};
use crate::output::{Table, line, paint_dim};

/// Keeps the ready rules, and has them see what there is: that is no news.
pub(super) async fn enabled(context: &Context) -> Result<(), Failure> {
    let decision = Decision { actor: "the demo".to_owned(), reason: String::new() };
    let enabled = pack_enable(&context.store, &[], None, &decision, context.now()).await;
    enabled.map_err(|error| Failure::new(Exit::Failure, error.to_string()))?;
    evaluated(context).await
}

async fn evaluated(context: &Context) -> Result<(), Failure> {
    let passed = Box::pin(rules_evaluate(context, &Passing::default(), &Which::All)).await;
    passed.map(drop).map_err(|error| Failure::new(Exit::Failure, error.to_string()))
}

/// Evaluates them again, and prints what is new since.
pub(super) async fn told(context: &Context) -> Result<(), Failure> {
    let since = moment_text(context.now());
    evaluated(context).await?;
    let mut table = Table::new(&["severity", "rule", "what is new"]);
    for rule in rule_list(&context.store).await?.into_iter().filter(|rule| rule.alert == "active") {
        let name = &rule.definition.name;
        let shown = rule_show(&context.store, name).await;
        let (_, rows) = shown.map_err(|error| Failure::new(Exit::Failure, error.to_string()))?;
        for row in rows.iter().filter(|row| row.told && (row.since >= since || rule.is_of_changes())) {
            table.row(&[rule.definition.severity.word().to_owned(), name.clone(), row.title.clone()]);
        }
    }
    table.print()?;
    line("")?;
    line(&paint_dim(
        "Rules tell this by mail, in a chat, as a ticket or at a webhook: rolecall rules enable-pack --endpoint NAME",
    ))?;
    Ok(())
}
