//! From a grant to what its reviewer is shown.

use std::collections::{BTreeSet, HashMap};

use rolecall_graph::{NodeId, Origin, Step, TargetSet};
use rolecall_model::person::{AccountKey, Employment, LinkState, PersonKey};
use rolecall_model::{AccessRule, Timestamp};
use sha2::{Digest as _, Sha256};

use super::{ItemGives, ItemShown, ReviewPeople};
use crate::blast_radius::{BlastRadius, blast_radius};
use crate::gives::{Gives, digest_text};
use crate::moment::moment_text;
use crate::once::Support;
use crate::rules::RuleKnown;
use crate::text::counted;
use crate::world::WorldView;

/// How many things are named.
const EXAMPLES: usize = 5;

/// Everything that is asked of grants one by one, worked out once.
pub(super) struct Items<'v> {
    view: &'v WorldView,
    people: &'v ReviewPeople,
    gives: Gives<'v>,
    radii: HashMap<NodeId, BlastRadius>,
    complete: Vec<bool>,
    meanings: HashMap<(u32, String, String), String>,
}

impl<'v> Items<'v> {
    /// `O(accounts · their grants · resources / 64)`, as of the blast radius.
    pub(super) fn of(view: &'v WorldView, people: &'v ReviewPeople, known: &'v RuleKnown, now: Timestamp) -> Self {
        let gives = Gives::of(view, known, now);
        let radii = blast_radius(view).accounts.into_iter();
        let radii = radii.filter_map(|radius| Some((view.node_of(&radius.account)?, radius))).collect();
        let complete = (0..view.connectors.len()).map(|segment| {
            let segment = u32::try_from(segment).unwrap_or(u32::MAX);
            view.support(segment, Support::Whole).is_complete()
        });
        let complete = complete.collect();
        Self { view, people, gives, radii, complete, meanings: HashMap::new() }
    }

    /// What a reviewer is shown of a grant.
    pub(super) fn shown(&mut self, step: &Step<'v>) -> ItemShown {
        let (view, principal) = (self.view, step.principal);
        let (since, or_earlier) = view.since_known(step);
        let is_account = view.world.is_account(principal);
        let meaning = self.meaning(step);
        let gives = self.gives(step);
        let mut shown = ItemShown {
            holder: format!("{} {}", view.world.kind(principal), view.world.id(principal)),
            is_group: !is_account,
            may: self.may(step, &gives),
            entitlement: view.world.reference(step.resource).entitlement(step.slug.to_owned()).to_string(),
            meaning,
            path: path_text(step),
            gives,
            since: moment_text(since),
            or_earlier,
            removal_unconfirmed: step.unconfirmed,
            is_complete: self.complete.get(step.resource.segment() as usize).copied().unwrap_or_default(),
            ..ItemShown::default()
        };
        if is_account {
            self.account_add(&mut shown, principal);
        } else if view.world.is_group(principal) {
            shown.members = Some(self.accounts_in(principal).len());
        }
        shown
    }

    fn account_add(&self, shown: &mut ItemShown, account: NodeId) {
        let (view, identities) = (self.view, &self.people.identities);
        let key = AccountKey::new(&*view.title(account), view.world.reference(account));
        let state = identities.correlation.states.get(&key);
        shown.account_state = state.map(|state| state.word().to_owned());
        if let Some(LinkState::Person(link)) = state {
            shown.person = Some(identities.name_of(&link.person));
            shown.person_key = Some(link.person.to_string());
            shown.employment = Some(self.employment(&link.person));
        }
        shown.account_owner = state.and_then(LinkState::owner).map(|owner| identities.name_of(owner));
        shown.suspended = view.suspension(account);
        shown.blast_radius = self.radii.get(&account).map(|radius| ItemGives {
            action: view.write_action(account).to_owned(),
            writes: radius.writes,
            of: radius.of,
            examples: Vec::new(),
            kept: 0,
            alone: radius.alone,
            fetched: radius.fetched,
        });
        let Some(world) = self.gives.world(account.segment()) else { return };
        let stated = view.attested_two_factor(account).into_iter().next().map(|stated| stated.words());
        let flag = |on: bool| if on { "on".to_owned() } else { "off".to_owned() };
        let observed = world.write.governance.accounts.second_factor;
        let observed = observed.and_then(|property| world.flag(account, property)).map(flag);
        shown.two_factor = observed.or(stated);
        let signed_in = world.write.governance.accounts.last_sign_in;
        let signed_in = signed_in.and_then(|property| world.moment(account, property)).map(moment_text);
        let wrote = world.last_written_by(account);
        let what = [(wrote, "published"), (signed_in, "signed in")];
        if let Some((at, what)) = what.into_iter().filter_map(|(at, what)| Some((at?, what))).max() {
            (shown.last_activity, shown.last_activity_what) = (Some(at), Some(what.to_owned()));
        }
    }

    fn employment(&self, person: &PersonKey) -> String {
        let employment = self.people.identities.people.get(person).map(|person| person.employment);
        match employment.unwrap_or(Employment::Unknown) {
            Employment::Active => "active",
            Employment::OnLeave => "on-leave",
            Employment::Departed => "departed",
            Employment::Unknown => "unknown",
        }
        .to_owned()
    }

    fn meaning(&mut self, step: &Step<'v>) -> String {
        let view = self.view;
        let kind = view.world.kind(step.resource).to_owned();
        let key = (step.resource.segment(), kind, step.slug.to_owned());
        let meaning = self.meanings.entry(key);
        meaning.or_insert_with(|| view.entitlement_text(step.resource, step.slug)).clone()
    }

    /// A sentence: `may publish left-pad`, `is member of team acme/core, and may publish 12 packages by that`.
    fn may(&self, step: &Step<'v>, gives: &ItemGives) -> String {
        let view = self.view;
        let thing = format!("{} {}", view.world.kind(step.resource), view.world.id(step.resource));
        if view.world.is_group(step.resource) {
            let takes = self.takes(step, &gives.action);
            let by = match (gives.writes, gives.of) {
                (_, 0) => takes.map(|takes| format!(", and {takes}")).unwrap_or_default(),
                (0, _) => takes.map_or_else(
                    || format!(", and may {} nothing by that", gives.action),
                    |takes| format!(", and may {} nothing by that, but {takes}", gives.action),
                ),
                (1, _) => format!(", and may {} {} by that", gives.action, gives.examples.join("")),
                (writes, of) => format!(", and may {} {writes} of {of} by that", gives.action),
            };
            return format!("is {} of {thing}{by}", step.slug);
        }
        let actions = view.declared(step.resource).map_or(&[][..], |declared| declared.actions);
        let allowed = actions.iter().filter(|action| view.world.includes_any(step.resource, step.slug, action.slugs));
        let words: Vec<&str> = allowed.map(|action| action.word).collect();
        match words.is_empty() {
            true => format!("is {} of {thing}", step.slug),
            false => format!("may {} {thing}", words.join(" and ")),
        }
    }

    /// That a role lets its holder give themself the right to write, where it does.
    fn takes(&self, step: &Step<'v>, action: &str) -> Option<String> {
        let declaration = self.view.connector(step.resource)?.declaration;
        let is_taking = |rule: &AccessRule| match rule {
            AccessRule::CanTake { holder_slugs, .. } | AccessRule::CanJoin { holder_slugs, .. } => {
                holder_slugs.contains(&step.slug)
            }
            _ => false,
        };
        let is_root = Some(step.resource) == self.view.world.root(step.resource.segment());
        let may = is_root && declaration.rules.iter().any(is_taking);
        may.then(|| format!("could let themself {action} everything"))
    }

    /// What a grant gives, and what of it would stay without.
    fn gives(&mut self, step: &Step<'v>) -> ItemGives {
        let (view, segment) = (self.view, step.resource.segment());
        let places = self.gives.places(step);
        let Some(world) = self.gives.world(segment) else { return ItemGives::default() };
        let (action, of) = (world.write.action.to_owned(), world.reach.targets().len());
        let examples = places.iter().take(EXAMPLES).filter_map(|place| world.reach.target(place));
        let examples = examples.map(|node| view.world.id(node).to_owned()).collect();
        let kept = if view.world.is_account(step.principal) { self.kept(step, &places) } else { 0 };
        ItemGives { action, writes: places.len(), of, examples, kept, alone: 0, fetched: None }
    }

    /// How much of what a grant gives its holder can write by another grant of theirs too.
    fn kept(&mut self, step: &Step<'v>, places: &TargetSet) -> usize {
        let segment = step.resource.segment();
        let ways = self.gives.ways(step.principal);
        places.iter().filter(|place| ways.get(&(segment, *place)).is_some_and(|ways| *ways > 1)).count()
    }

    /// Every account that is in a group, through groups too.
    pub(super) fn accounts_in(&self, group: NodeId) -> BTreeSet<NodeId> {
        let (mut accounts, mut seen, mut fresh) = (BTreeSet::new(), BTreeSet::from([group]), vec![group]);
        while let Some(node) = fresh.pop() {
            for member in self.view.members_of(node) {
                if self.view.world.is_account(member) {
                    accounts.insert(self.view.world.representative(member));
                } else if seen.insert(member) {
                    fresh.push(member);
                }
            }
        }
        accounts
    }

    /// A digest of what decides whether a grant is as it was: what it gives, whose it is, and how that is protected.
    pub(super) fn content(&mut self, step: &Step<'v>, shown: &ItemShown) -> String {
        let passed = self.gives.digest(step);
        let mut digest = Sha256::new();
        let texts = [
            Some(&passed),
            shown.person_key.as_ref(),
            shown.employment.as_ref(),
            shown.account_state.as_ref(),
            shown.account_owner.as_ref(),
            shown.two_factor.as_ref(),
            Some(&shown.path),
        ];
        for text in texts {
            digest.update(text.map_or("", String::as_str).as_bytes());
            digest.update([0, u8::from(text.is_some())]);
        }
        digest.update([u8::from(shown.suspended.unwrap_or_default())]);
        digest_text(&digest.finalize())
    }
}

fn path_text(step: &Step<'_>) -> String {
    match step.origin {
        Origin::PathUnknown { listing } => format!("not known: only the listing {listing} shows it"),
        _ => "held directly".to_owned(),
    }
}

/// What makes a grant the same in another review. An id that stands for somebody else since then makes another grant.
pub(super) fn grant_key(view: &WorldView, step: &Step<'_>) -> String {
    let Some(connector) = view.connector(step.resource) else { return String::new() };
    let (principal, resource) = (view.world.reference(step.principal), view.world.reference(step.resource));
    let returned = connector.returned(&principal).filter(|returned| returned.confirmed.is_none());
    let returned = returned.map(|returned| returned.snapshot.0.to_string()).unwrap_or_default();
    let mut digest = Sha256::new();
    let uuid = connector.record.uuid.to_string();
    for text in
        [&*uuid, principal.kind.as_str(), &*principal.id, &*returned, resource.kind.as_str(), &*resource.id, step.slug]
    {
        digest.update(text.as_bytes());
        digest.update([0]);
    }
    digest_text(&digest.finalize())
}

/// `3 grants`.
pub(super) fn grants_text(count: usize) -> String {
    counted(count, "grant", "grants")
}
