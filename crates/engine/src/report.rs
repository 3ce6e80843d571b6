//! One connector's whole state for somebody who will read it without a terminal: an auditor, a manager.
//!
//! Members are listed once with their team, and packages name the teams that can publish them, so that the report
//! grows with what is recorded and not with every pair of account and package.

use std::collections::BTreeMap;

use rolecall_graph::NodeId;
use rolecall_model::{AccessRule, Given, Timestamp};
use rolecall_store::{Store, StoreError};
use serde::Serialize;

use crate::agreement::{AgreementAnswer, agreement};
use crate::changes::{ChangeAnswer, ChangesQuestion, PendingAnswer, changes};
use crate::list::TokenRow;
use crate::moment::moment_text;
use crate::status::{ConnectorStatus, status};
use crate::world::{ConnectorView, WorldView};

/// Everything a reader wants to know about one connector.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// When it was made.
    pub made_at: String,
    /// The past moment that it is of: what was known then. Absent for the present.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// Counts, verdicts, waiting removals.
    pub status: ConnectorStatus,
    /// What was read, kind by kind.
    pub listings: Vec<ListingSummary>,
    /// Accounts that govern the organisation.
    pub governors: Vec<Governor>,
    /// Teams and their members.
    pub teams: Vec<TeamMembers>,
    /// Packages and who can publish them.
    pub packages: Vec<PackagePublishers>,
    /// What accounts outside the organisation hold.
    pub outsiders: Vec<Outsider>,
    /// Access tokens of the account that reads.
    pub tokens: Vec<TokenRow>,
    /// Since when changes are listed.
    pub changes_since: String,
    /// Those changes, newest first.
    pub changes: Vec<ChangeAnswer>,
    /// Removals that wait for a person.
    pub pending: Vec<PendingAnswer>,
    /// Whether the computed rights agree with what the registry says.
    pub agreement: Vec<AgreementAnswer>,
    /// What no interface of the source shows.
    pub not_shown: Vec<String>,
}

/// The listings of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListingSummary {
    /// The kind.
    pub kind: String,
    /// How many there ought to be.
    pub expected: usize,
    /// How many were read in full.
    pub complete: usize,
    /// When the one that was read longest ago was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oldest: Option<String>,
}

/// An account that governs the organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Governor {
    /// The account.
    pub account: String,
    /// Its role.
    pub role: String,
    /// How many packages it can publish.
    pub publishes: usize,
    /// On how many more it could give itself the right.
    pub can_take: usize,
    /// When it last published any of them, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_published: Option<String>,
    /// Whether it is suspended; absent where the source does not say so of accounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suspended: Option<bool>,
    /// Whether its removal waits for a person.
    pub removal_unconfirmed: bool,
}

/// A team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TeamMembers {
    /// The team.
    pub team: String,
    /// Its members.
    pub members: Vec<String>,
    /// How many packages it can publish.
    pub writes: usize,
}

/// A package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PackagePublishers {
    /// The package.
    pub package: String,
    /// Whether it is public, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public: Option<bool>,
    /// How many accounts can publish it.
    pub count: usize,
    /// Accounts that could if they were not suspended.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub suspended: Vec<String>,
    /// Accounts that may have the right, for all the registry says.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub might: Vec<String>,
    /// Credentials that can without an account, in words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub credentials: Vec<String>,
    /// By which paths, and through each how many or who.
    pub paths: Vec<PublishPath>,
    /// Whether every listing behind it was read in full.
    pub complete: bool,
}

/// One way of publishing a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PublishPath {
    /// The path: `team acme/release`.
    pub text: String,
    /// Whether it leads through a team, whose members are listed with the team.
    pub through_team: bool,
    /// The accounts.
    pub accounts: Vec<String>,
}

/// What an outsider holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Outsider {
    /// The account.
    pub account: String,
    /// On what.
    pub resource: String,
    /// What.
    pub entitlement: String,
    /// By which paths.
    pub paths: Vec<String>,
    /// Since when it is known.
    pub since: String,
}

/// A report for each connector in the view, with the changes since a moment.
///
/// # Errors
/// When the database cannot be read.
pub async fn reports(
    store: &Store,
    view: &WorldView,
    since: Timestamp,
    now: Timestamp,
) -> Result<Vec<Report>, StoreError> {
    let question = ChangesQuestion { since: Some(since), ..ChangesQuestion::all() };
    let (changed, pending) = changes(store, view, &question).await?;
    let (statuses, compared, tokens) = (status(store, view, now).await?, agreement(view), view.list_tokens());
    let mut reports = Vec::new();
    for ((connector, status), segment) in view.connectors.iter().zip(statuses).zip(0_u32..) {
        let title = connector.title();
        let spots = connector.declaration.blind_spots.iter().map(|&spot| spot.to_owned());
        reports.push(Report {
            made_at: moment_text(now),
            as_of: view.as_of().map(|past| past.moment.clone()),
            listings: view.listing_summaries(connector, segment),
            governors: view.governors(connector, segment),
            teams: view.team_members(segment),
            packages: view.package_publishers(segment),
            outsiders: view.outsiders(segment),
            tokens: tokens.iter().filter(|row| row.connector == title).cloned().collect(),
            changes_since: moment_text(since),
            changes: changed.iter().filter(|change| change.connector == title).cloned().collect(),
            pending: pending.iter().filter(|removal| removal.connector == title).cloned().collect(),
            agreement: compared.iter().filter(|answer| answer.connector == title).cloned().collect(),
            not_shown: spots.chain(view.unread_anywhere(segment)).collect(),
            status,
        });
    }
    Ok(reports)
}

impl WorldView {
    fn listing_summaries(&self, connector: &ConnectorView, segment: u32) -> Vec<ListingSummary> {
        let summary = |declared: &rolecall_model::ListingDeclaration| {
            let states: Vec<_> =
                connector.states.iter().filter(|state| !state.retired && state.key.kind == declared.kind).collect();
            let subjects = self.world.nodes(segment).filter(|node| self.world.kind(*node) == declared.per).count();
            ListingSummary {
                kind: declared.kind.to_owned(),
                expected: subjects.max(states.len()),
                complete: states.iter().filter(|state| state.verdict.is_complete()).count(),
                oldest: states.iter().map(|state| state.read_at).min().map(moment_text),
            }
        };
        connector.declaration.listings.iter().map(summary).collect()
    }

    /// Who could give themselves rights, or has them by a rule.
    pub(crate) fn governors(&self, connector: &ConnectorView, segment: u32) -> Vec<Governor> {
        let governing: Vec<&str> = connector
            .declaration
            .rules
            .iter()
            .flat_map(|rule| match rule {
                AccessRule::CanTake { holder_slugs, .. }
                | AccessRule::CanJoin { holder_slugs, .. }
                | AccessRule::Inherited { holder_slugs, gives: Given::Slug(_), .. } => *holder_slugs,
                _ => &[],
            })
            .copied()
            .collect();
        let users = self.list_users("users").into_iter().filter(|row| row.connector == connector.title());
        let mut governors: Vec<Governor> = users
            .filter_map(|row| {
                let role = row.roles.iter().find(|role| governing.contains(&role.as_str()))?.clone();
                let node = self.world.resource(segment, connector.declaration.account_type, &row.account)?;
                let can_take = self.world.access(node).can_take.iter().map(|group| group.resources.len()).sum();
                Some(Governor {
                    account: row.account,
                    role,
                    publishes: row.publishes,
                    can_take,
                    last_published: row.last_published,
                    suspended: row.suspended,
                    removal_unconfirmed: row.removal_unconfirmed,
                })
            })
            .collect();
        // Owners before admins, in the order in which the rule names them.
        governors.sort_by_key(|one| governing.iter().position(|slug| *slug == one.role));
        governors
    }

    /// Groups other than the organisation itself.
    fn team_members(&self, segment: u32) -> Vec<TeamMembers> {
        let root = self.world.root(segment);
        let is_team = |node: &NodeId| self.world.is_group(*node) && Some(*node) != root && self.world.is_stated(*node);
        self.world
            .nodes(segment)
            .filter(is_team)
            .map(|team| {
                let granted = self.world.grants_by(team);
                let members =
                    self.members_of(team).into_iter().map(|member| self.world.id(member).to_owned()).collect();
                let action = self.write_action(team);
                TeamMembers {
                    team: self.world.id(team).to_owned(),
                    members,
                    writes: granted.filter(|step| self.allows(step.resource, step.slug, action)).count(),
                }
            })
            .collect()
    }

    pub(crate) fn package_publishers(&self, segment: u32) -> Vec<PackagePublishers> {
        let nodes = self.world.nodes(segment).filter(|node| self.world.is_stated(*node));
        nodes
            .filter_map(|node| {
                let action = self.write_action(node);
                let slugs = self.world.slugs_of_action(node, action)?;
                let found = self.world.holding(node, slugs);
                let names = |nodes: Vec<NodeId>| nodes.into_iter().map(|one| self.world.id(one).to_owned()).collect();
                let mut paths: BTreeMap<String, PublishPath> = BTreeMap::new();
                for holder in &found.holders {
                    for path in &holder.paths {
                        let text = self.path_text(path);
                        let by = paths.entry(text.clone()).or_insert_with(|| PublishPath {
                            text,
                            through_team: path.steps.len() > 1,
                            accounts: Vec::new(),
                        });
                        by.accounts.push(self.world.id(holder.account).to_owned());
                    }
                }
                Some(PackagePublishers {
                    package: self.world.id(node).to_owned(),
                    public: self.flag(node, "public"),
                    count: found.holders.len(),
                    suspended: names(found.suspended.iter().map(|holder| holder.account).collect()),
                    might: names(found.might.iter().map(|might| might.account).collect()),
                    credentials: self.credentials(&found).into_iter().map(|credential| credential.text).collect(),
                    paths: paths.into_values().collect(),
                    complete: self.completeness_of(node, action).complete,
                })
            })
            .collect()
    }

    fn outsiders(&self, segment: u32) -> Vec<Outsider> {
        let mut outsiders = Vec::new();
        for account in self.world.nodes(segment).filter(|node| self.world.is_account(*node)) {
            if self.is_insider(segment, &self.world.reference(account)) {
                continue;
            }
            let access = self.world.access(account);
            for item in access.items.iter().filter(|item| item.resource.segment() == segment) {
                let since = item.paths.iter().flat_map(|path| &path.steps).map(|step| self.since(step)).max();
                outsiders.push(Outsider {
                    account: self.world.id(account).to_owned(),
                    resource: self.world.id(item.resource).to_owned(),
                    entitlement: item.slug.to_owned(),
                    paths: item.paths.iter().map(|path| self.path_text(path)).collect(),
                    since: moment_text(since.unwrap_or_default()),
                });
            }
        }
        outsiders
    }
}
