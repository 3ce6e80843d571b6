//! The organisation as facts, listing by listing as the npm connector states them, made current in a database.
//!
//! One thing is added that npm does not tell: who has a second factor.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use rolecall_model::{Fact, FactSet, ListingKey, ResourceRef, Stage, Timestamp, Value, Verdict};
use rolecall_store::{
    DatabaseAddress, ListingChange, ListingDelta, ListingWrite, Mode, NewConnector, SnapshotWrite, Store, SyncEnd,
};
use serde_json::{Value as Json, json};

use crate::Failure;
use crate::organization::{self, Membership, NAME, Organization};

/// Microseconds of an hour.
const HOUR: i64 = 3600 * 1_000_000;

const READ_AT: Timestamp = Timestamp(1_735_700_000_000_000);

/// The database beside the CSV files.
pub(crate) fn address(directory: &Path) -> Result<DatabaseAddress, Failure> {
    Ok(directory.join("rolecall.db").display().to_string().parse()?)
}

/// Makes everything current in one sync, and tells how many facts there are.
pub(crate) async fn write(organization: &Organization, directory: &Path) -> Result<Json, Failure> {
    let address = address(directory)?;
    Store::migrate(&address).await?;
    let store = Store::open(&address, Mode::Write).await?;
    let declaration = rolecall_connect::declaration("npm").ok_or("there is no npm connector")?;
    let config = NewConnector {
        connector_type: declaration.name.to_owned(),
        name: NAME.to_owned(),
        root: NAME.to_owned(),
        base_url: "https://registry.invalid".to_owned(),
        ..NewConnector::default()
    };
    let connector = store.connector_put(&config, "bench", READ_AT).await?.id;
    let sync = store.sync_begin(connector, READ_AT).await?.id;
    let listings: Vec<ListingWrite> =
        readings(organization).into_iter().map(|(key, facts)| first(key, facts)).collect();
    let write = SnapshotWrite {
        connector,
        sync,
        stage: Stage::Membership,
        at: READ_AT,
        listings,
        requests_month: None,
        fingerprint: None,
        reused_ids: declaration.reused_ids(),
    };
    let counts = store.snapshot_make_current(&write).await?.counts;
    store.sync_finish(sync, &SyncEnd::Finished, READ_AT, 0).await?;
    store.close().await;
    Ok(json!({ "facts": counts.appeared }))
}

/// Makes a second sync current, an hour ago: in every team somebody gave way to somebody else.
pub(crate) async fn change(organization: &Organization, directory: &Path) -> Result<Json, Failure> {
    let store = Store::open(&address(directory)?, Mode::Write).await?;
    let connector = store.connector_list().await?.first().ok_or("there is no connector: load it first")?.id;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_micros();
    let at = Timestamp(i64::try_from(now)? - HOUR);
    let sync = store.sync_begin(connector, at).await?.id;
    let declaration = rolecall_connect::declaration("npm").ok_or("there is no npm connector")?;
    let write = SnapshotWrite {
        connector,
        sync,
        stage: Stage::Membership,
        at,
        listings: organization.memberships.chunk_by(|a, b| a.team == b.team).filter_map(|of| changed(of, at)).collect(),
        requests_month: None,
        fingerprint: None,
        reused_ids: declaration.reused_ids(),
    };
    let counts = store.snapshot_make_current(&write).await?.counts;
    store.sync_finish(sync, &SyncEnd::Finished, at, 0).await?;
    store.close().await;
    Ok(json!({ "facts": counts.appeared }))
}

/// A team from which the first member went, and to which a neighbour of the last one came.
fn changed(members: &[Membership], at: Timestamp) -> Option<ListingWrite> {
    let (first, last) = (members.first()?, members.last()?);
    let newcomer = last.user.checked_sub(1).filter(|user| members.iter().all(|member| member.user != *user))?;
    let team = team(first.team);
    let member = |of: u32| Fact::grant(&user(of), &team, "member");
    let before = members.iter().map(|of| member(of.user));
    let after: Vec<Fact> = before.skip(1).chain([member(newcomer)]).collect();
    let delta =
        ListingDelta { appear: vec![member(newcomer)], remove: vec![member(first.user)], ..ListingDelta::default() };
    Some(ListingWrite {
        key: key("team-members", &team),
        verdict: Verdict::Proven,
        read_at: at,
        validator: None,
        digest: Some(FactSet::new(after).digest()),
        diagnostics: Vec::new(),
        change: ListingChange::Changed(delta),
    })
}

/// A listing that was never read before.
fn first(key: ListingKey, facts: Vec<Fact>) -> ListingWrite {
    let digest = Some(FactSet::new(facts.clone()).digest());
    ListingWrite {
        key,
        verdict: Verdict::Proven,
        read_at: READ_AT,
        validator: None,
        digest,
        diagnostics: Vec::new(),
        change: ListingChange::Changed(ListingDelta { appear: facts, ..ListingDelta::default() }),
    }
}

fn readings(organization: &Organization) -> Vec<(ListingKey, Vec<Fact>)> {
    let root = ResourceRef::new("organization", NAME);
    let mut readings = vec![
        (key("roster", &root), roster(organization, &root)),
        (key("teams", &root), (0..organization.teams).map(|of| Fact::resource(team(of), Some(root.clone()))).collect()),
        (key("packages", &root), (0..organization.packages).flat_map(|of| about(&package(of), &root)).collect()),
    ];
    for members in organization.memberships.chunk_by(|a, b| a.team == b.team) {
        let Some(team) = members.first().map(|of| team(of.team)) else { continue };
        let facts = members.iter().map(|of| Fact::grant(&user(of.user), &team, "member"));
        readings.push((key("team-members", &team), facts.collect()));
    }
    for grants in organization.grants.chunk_by(|a, b| a.team == b.team) {
        let Some(team) = grants.first().map(|of| team(of.team)) else { continue };
        let facts = grants.iter().flat_map(|of| {
            let package = package(of.package);
            [Fact::grant(&team, &package, of.access()), Fact::resource(package, Some(root.clone()))]
        });
        readings.push((key("team-packages", &team), facts.collect()));
    }
    readings
}

fn roster(organization: &Organization, root: &ResourceRef) -> Vec<Fact> {
    let mut facts = vec![Fact::resource(root.clone(), None)];
    for (number, factor) in (0..).zip(&organization.users) {
        let user = user(number);
        facts.push(Fact::grant(&user, root, "developer"));
        facts.extend(factor.map(|there_is| Fact::property(&user, "mfaEnabled", Value::flag(there_is))));
        facts.push(Fact::resource(user, None));
    }
    facts
}

fn about(package: &ResourceRef, root: &ResourceRef) -> [Fact; 2] {
    [Fact::property(package, "access", Value::text("read-write")), Fact::resource(package.clone(), Some(root.clone()))]
}

fn key(kind: &'static str, subject: &ResourceRef) -> ListingKey {
    ListingKey { kind: kind.into(), subject: subject.clone() }
}

fn user(number: u32) -> ResourceRef {
    ResourceRef::new("user", organization::user(number))
}

fn team(number: u32) -> ResourceRef {
    ResourceRef::new("team", organization::team(number))
}

fn package(number: u32) -> ResourceRef {
    ResourceRef::new("package", organization::package(number))
}
