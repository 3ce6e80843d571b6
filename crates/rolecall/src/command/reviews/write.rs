//! `rolecall reviews create` and `change`.

use clap::{Args, ValueEnum};
use rolecall_engine::clock_system;
use rolecall_engine::reviews::{
    ReviewDefinition, ReviewRepeat, review_create, review_list, review_revise, review_validate,
};
use rolecall_store::{Decision, StoredReview};
use serde_json::json;

use super::Open;
use super::begin::unknown;
use crate::cli::Global;
use crate::environment;
use crate::exit::{Exit, Failure};
use crate::output::text::printable;
use crate::output::{ANSWER, Format, line, print_csv, print_json};

#[derive(Debug, Args)]
pub(super) struct CreateArgs {
    /// How it is to be called; no two are called alike
    name: String,
    #[command(flatten)]
    definition: DefinitionArgs,
}

#[derive(Debug, Args)]
pub(super) struct ChangeArgs {
    /// The campaign: its name or id
    review: String,
    /// Another name
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Why, for the record
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    reason: String,
    #[command(flatten)]
    definition: DefinitionArgs,
}

/// What a campaign is to be. What is not said stays as it is, and '' takes back what was said.
#[derive(Debug, Args)]
struct DefinitionArgs {
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// Grants of this connector; repeat it for several
    #[arg(long, value_name = "CONNECTOR")]
    connector: Vec<String>,
    /// Grants of this entitlement: owner, or package:read-write; repeat it for several
    #[arg(long, value_name = "ENTITLEMENT")]
    entitlement: Vec<String>,
    /// Grants on this resource, and those by which somebody comes to hold something on it; repeat it for several
    #[arg(long, value_name = "RESOURCE")]
    resource: Vec<String>,
    /// Grants of what this question finds: a query, or the id of a saved question
    #[arg(long, value_name = "QUERY")]
    question: Option<String>,
    /// Only what accounts hold, and nothing that groups do
    #[arg(long, value_name = "WHETHER", num_args = 0..=1, default_missing_value = "true", require_equals = true)]
    accounts_only: Option<bool>,
    /// Who reviews, in order: resource-owner, manager, account-owner, or a name or mail address
    #[arg(long, value_name = "WHO")]
    reviewer: Vec<String>,
    /// Who reviews what nobody else can
    #[arg(long, value_name = "WHO")]
    fallback: Option<String>,
    /// Who runs it; whoever writes it, where nothing is said
    #[arg(long, value_name = "WHO")]
    owner: Option<String>,
    /// How many days reviewers have
    #[arg(long, value_name = "NUMBER")]
    days: Option<u32>,
    /// How many days there are to carry out what was denied
    #[arg(long, value_name = "NUMBER")]
    plan_days: Option<u32>,
    /// What becomes of what nobody decided about
    #[arg(long, value_name = "WHAT", value_parser = ["skip", "deny"])]
    remaining: Option<String>,
    /// How often it is done again
    #[arg(long, value_name = "HOW OFTEN")]
    repeat: Option<Repeat>,
    /// How many days before the end reviewers are reminded; repeat it for several
    #[arg(long, value_name = "DAYS")]
    remind: Vec<u32>,
    /// Where reviewers are told: the name of an endpoint
    #[arg(long, value_name = "ENDPOINT")]
    endpoint: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Repeat {
    Never,
    Weekly,
    Monthly,
    Quarterly,
    Yearly,
}

impl DefinitionArgs {
    fn apply(&self, definition: &mut ReviewDefinition) {
        let text = |wish: &Option<String>, known: &mut String| {
            if let Some(wish) = wish {
                wish.clone_into(known);
            }
        };
        // One that is empty stands for none, so that what was said can be taken back.
        let list = |wish: &[String], known: &mut Vec<String>| {
            if !wish.is_empty() {
                *known = wish.iter().filter(|word| !word.is_empty()).cloned().collect();
            }
        };
        text(&self.description, &mut definition.description);
        list(&self.connector, &mut definition.scope.connectors);
        list(&self.entitlement, &mut definition.scope.entitlements);
        list(&self.resource, &mut definition.scope.resources);
        text(&self.question, &mut definition.scope.question);
        definition.scope.accounts_only = self.accounts_only.unwrap_or(definition.scope.accounts_only);
        list(&self.reviewer, &mut definition.reviewers);
        text(&self.fallback, &mut definition.fallback);
        text(&self.owner, &mut definition.owner);
        definition.days = self.days.unwrap_or(definition.days);
        definition.plan_days = self.plan_days.unwrap_or(definition.plan_days);
        text(&self.remaining, &mut definition.remaining);
        if let Some(repeat) = self.repeat {
            definition.repeat = match repeat {
                Repeat::Never => ReviewRepeat::Never,
                Repeat::Weekly => ReviewRepeat::Weekly,
                Repeat::Monthly => ReviewRepeat::Monthly,
                Repeat::Quarterly => ReviewRepeat::Quarterly,
                Repeat::Yearly => ReviewRepeat::Yearly,
            };
        }
        if self.remind.is_empty() {
            // Of a short campaign nobody is reminded before it begins.
            definition.remind.retain(|days| *days <= definition.days);
        } else {
            self.remind.clone_into(&mut definition.remind);
        }
        text(&self.endpoint, &mut definition.endpoint);
    }
}

pub(super) async fn create(global: &Global, args: &CreateArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, ANSWER)?;
    let open = Open::for_changes(global).await?;
    let mut definition = ReviewDefinition::default();
    args.definition.apply(&mut definition);
    review_validate(&open.context, &open.view, &open.people, &definition).await?;
    let review = review_create(&open.context, &args.name, &definition, &environment::actor()).await?;
    say(format, &review, "is a draft; see how much it is about: rolecall reviews scope")?;
    open.close().await;
    Ok(Exit::Done)
}

pub(super) async fn change(global: &Global, args: &ChangeArgs) -> Result<Exit, Failure> {
    let format = Format::among(global.format, ANSWER)?;
    let open = Open::for_changes(global).await?;
    let context = &open.context;
    let known = review_list(&context.store, None, clock_system()).await?;
    let known = known.into_iter().find(|row| row.name == args.review || row.id == args.review);
    let known = known.ok_or_else(|| unknown(&args.review))?;
    let stored = context.store.review_named(&known.id).await?;
    let mut definition = match &stored {
        Some(stored) => ReviewDefinition::of(stored)?,
        None => ReviewDefinition::default(),
    };
    args.definition.apply(&mut definition);
    review_validate(context, &open.view, &open.people, &definition).await?;
    let name = args.name.as_deref().unwrap_or(&known.name);
    let decision = Decision { actor: environment::actor(), reason: args.reason.clone() };
    let review = review_revise(context, &known.id, Some(known.version), (name, &definition), &decision).await?;
    say(format, &review, "is changed, and a draft")?;
    open.close().await;
    Ok(Exit::Done)
}

/// Says what became of a campaign.
pub(super) fn say(format: Format, review: &StoredReview, what: &str) -> std::io::Result<()> {
    let (name, state) = (&review.name, review.state.word());
    match format {
        Format::Json => print_json(&json!({
            "id": review.uuid,
            "name": name,
            "state": state,
            "version": review.version,
            "grants": review.items,
            "population": review.population,
        })),
        Format::Csv => {
            let row = vec![review.uuid.to_string(), name.clone(), state.to_owned(), review.items.to_string()];
            print_csv(&["id", "name", "state", "grants"], std::iter::once(row))
        }
        _ => line(&printable(&format!("{name} {what}"))),
    }
}
