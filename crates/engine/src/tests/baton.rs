//! Files of baton's world: what leaves says who holds what as the graph says it, and comes back as it left.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::sync::Arc;

use proptest::prelude::*;
use rolecall_baton::c1z::{C1zError, C1zReader, C1zWriter, Limits, SyncId, WriteOptions};
use rolecall_baton::record::{Grant, Resource};
use rolecall_connect::baton::{ROOT, declared};
use rolecall_graph::{Mark, SegmentBuilder, SegmentIdentity, World};
use rolecall_model::{AccessRule, ResourceRef, Term};
use rolecall_testkit::cases;

use super::support::{FIRST, HOSTED, view};
use crate::baton::stranger::{Stated, stated};
use crate::export::C1zExport;
use crate::world::WorldView;

/// Groups in groups, rights by rules, by settings and of unknown path, and somebody who holds the same twice.
const LINES: [&str; 26] = [
    "repository:r in workspace:acme",
    "repository:s in workspace:acme",
    "team:t in workspace:acme",
    "team:u in workspace:acme",
    "ada owner workspace:acme",
    "mia member workspace:acme",
    "dora manager workspace:acme",
    "zoe member workspace:acme",
    "mia member team:t",
    "dora manager team:t",
    "zoe member team:u",
    "mia member team:u",
    "team:t write repository:r",
    "team:u write repository:r",
    "team:u admin repository:r",
    "team:t read repository:s",
    "mia write repository:r",
    "zoe read repository:r",
    "roster: dora member team:u",
    "zoe active = false",
    "repository:r default = \"write\"",
    "repository:s default = \"read\"",
    "workspace:acme default = \"write\"",
    "team:t write vault:v",
    "collaborators: zoe write vault:v",
    "service:ci service-member workspace:acme",
];

fn lines() -> impl Strategy<Value = String> {
    proptest::sample::subsequence(LINES.to_vec(), 0..=LINES.len()).prop_map(|lines| lines.join("\n"))
}

fn written(view: &WorldView, expanded: bool) -> C1zReader {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = C1zWriter::create(folder.path(), WriteOptions::default()).unwrap();
    writer.sync_begin(&SyncId::new(FIRST, &[0; 16]), FIRST, FIRST).unwrap();
    let export = C1zExport { expanded, ..C1zExport::current("hosted:acme") };
    view.sync_write(&view.connectors[0], &export, &mut writer).unwrap();
    let mut file = Vec::new();
    writer.finish(&mut file).unwrap();
    C1zReader::open(Cursor::new(file), folder.path(), Limits::default()).unwrap()
}

fn grants(reader: &C1zReader) -> Vec<Grant> {
    let (sync, mut all) = (reader.newest().unwrap().id, Vec::new());
    let told = reader.grants::<C1zError>(&sync, |grant| {
        all.push(grant);
        Ok(())
    });
    told.unwrap();
    all
}

fn resources(reader: &C1zReader) -> Vec<Resource> {
    let (sync, mut all) = (reader.newest().unwrap().id, Vec::new());
    let told = reader.resources::<C1zError>(&sync, |resource| {
        all.push(resource);
        Ok(())
    });
    told.unwrap();
    all
}

/// What each account holds on what: the entitlements that no other includes.
type Held = BTreeMap<(String, String), BTreeSet<String>>;

fn by_graph(world: &World) -> Held {
    let mut held = Held::new();
    for account in world.nodes(0).filter(|node| world.is_account(*node)) {
        for item in world.access(account).items {
            let place = (world.reference(account).to_string(), world.reference(item.resource).to_string());
            held.entry(place).or_default().insert(item.slug.to_owned());
        }
    }
    held
}

fn by_file(grants: &[Grant]) -> Held {
    let mut held = Held::new();
    for grant in grants.iter().filter(|grant| ["user", "service"].contains(&grant.principal.kind.as_str())) {
        let slug = grant.entitlement.rsplit(':').next().unwrap_or_default().to_owned();
        held.entry((grant.principal.to_string(), grant.resource.to_string())).or_default().insert(slug);
    }
    held
}

/// Without what another entitlement includes, which files cannot say.
fn strongest(held: Held) -> Held {
    let includes = |kind: &str, strong: &str, weak: &str| {
        let mut reached = BTreeSet::from([strong]);
        for _ in HOSTED.rules {
            reached.extend(HOSTED.rules.iter().filter_map(|rule| match *rule {
                AccessRule::Implies { resource_type, slug, implied } if resource_type == kind && slug == strong => {
                    Some(implied)
                }
                _ => None,
            }));
        }
        // `admin` includes `write`, which includes `read`.
        reached.contains(weak) || (kind == "repository" && strong == "admin")
    };
    held.into_iter()
        .map(|(place, slugs)| {
            let kind = place.1.split(':').next().unwrap_or_default().to_owned();
            let is_outdone = |slug: &String| slugs.iter().any(|other| other != slug && includes(&kind, other, slug));
            let strongest = slugs.iter().filter(|slug| !is_outdone(slug)).cloned().collect();
            (place, strongest)
        })
        .collect()
}

/// A world of what a file states.
fn world_of(stated: &Stated) -> World {
    let root = ResourceRef::new(ROOT, "file");
    let identity = SegmentIdentity { connector: 1, name: "baton:file".to_owned(), host: String::new(), root };
    let mut builder = SegmentBuilder::new(declared("file", &stated.shape), identity);
    let listing_kind = Term::from("sync");
    let mark = Mark { listing_kind: &listing_kind, unconfirmed: false, outdated: false, since: None };
    for fact in &stated.facts {
        builder.add(fact, mark);
    }
    World::new(vec![Arc::new(builder.build())])
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: u32::try_from(cases(100, 3000)).unwrap(),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_file_says_who_holds_what_as_the_graph_does(lines in lines()) {
        let view = view(&lines);
        let grants = grants(&written(&view, true));
        prop_assert_eq!(strongest(by_file(&grants)), strongest(by_graph(&view.world)), "{}", lines);
        let ids: BTreeSet<&String> = grants.iter().map(|grant| &grant.id).collect();
        prop_assert_eq!(ids.len(), grants.len(), "{}", lines);
    }

    #[test]
    fn what_a_stranger_reads_is_what_was_written(lines in lines()) {
        let view = view(&lines);
        for expanded in [true, false] {
            let reader = written(&view, expanded);
            let sync = reader.newest().unwrap().id;
            let read = stated(&reader, &sync, &ResourceRef::new(ROOT, "file")).unwrap();
            prop_assert_eq!(read.counts.nameless, 0);
            prop_assert_eq!(read.counts.expanded > 0 && !expanded, false);
            let world = world_of(&read);
            // Every entitlement stands for itself there: the ones that others include are held apart.
            let held = strongest(by_graph(&world).into_iter().filter(|((_, on), _)| !on.starts_with(ROOT)).collect());
            prop_assert_eq!(held, strongest(by_graph(&view.world)), "{} expanded: {}", lines, expanded);
            let there: BTreeSet<String> = resources(&reader).iter().map(|resource| resource.id.to_string()).collect();
            let parent = |world: &World, id: &str| {
                let node = world.nodes(0).find(|node| world.reference(*node).to_string() == id)?;
                world.parent(node).map(|parent| world.reference(parent).to_string())
            };
            for id in there {
                let (left, came) = (parent(&view.world, &id), parent(&world, &id));
                let root = format!("{ROOT}:file");
                prop_assert_eq!(left.or(Some(root)), came, "{} of {}", id, lines);
            }
        }
    }

    #[test]
    fn the_same_world_makes_the_same_file(lines in lines()) {
        let bytes = || {
            let folder = tempfile::tempdir().unwrap();
            let mut writer = C1zWriter::create(folder.path(), WriteOptions::default()).unwrap();
            writer.sync_begin(&SyncId::new(FIRST, &[0; 16]), FIRST, FIRST).unwrap();
            let view = view(&lines);
            view.sync_write(&view.connectors[0], &C1zExport::current("hosted:acme"), &mut writer).unwrap();
            let mut file = Vec::new();
            writer.finish(&mut file).unwrap();
            file
        };
        prop_assert_eq!(bytes(), bytes());
    }
}

#[test]
fn what_comes_through_groups_names_them() {
    let view = view(
        "team:t in workspace:acme
        repository:r in workspace:acme
        mia member team:t
        dora member team:t
        team:t write repository:r
        mia write repository:r",
    );
    let grants = grants(&written(&view, true));
    let of = |id: &str| grants.iter().find(|grant| grant.id == id).unwrap_or_else(|| panic!("no {id}"));
    let through = ("team:t:member".to_owned(), true);
    let both = of("repository:r:write:user:mia");
    assert_eq!(both.sources, [("repository:r:write".to_owned(), true), through.clone()], "by herself and through it");
    assert!(!both.is_immutable);
    let only = of("repository:r:write:user:dora");
    assert_eq!(only.sources, [through]);
    assert!(only.is_immutable, "it cannot be taken away but by leaving the team");
    let team = of("repository:r:write:team:t").expandable.clone().unwrap();
    assert_eq!(team.entitlements, ["team:t:manager", "team:t:member"]);
    assert_eq!(team.resource_types, ["user"]);
}
