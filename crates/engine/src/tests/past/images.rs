//! Answers from graph images: the ones that the database gives, whatever happened since the image was made.

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use rolecall_model::Timestamp;
use rolecall_store::{Decision, RemovalFilter};
use rolecall_testkit::cases;
use serde_json::Value as Json;

use super::registry::{Event, Fault, World, now};
use super::{Step, first_difference, steps};
use crate::image::ImageKey;
use crate::{GraphImages, world_load};

fn images(state: &Path) -> GraphImages {
    GraphImages::within(state).of_all_sizes()
}

fn files(state: &Path) -> Vec<PathBuf> {
    let found = fs::read_dir(state.join("graph-images")).map(|entries| entries.map(|entry| entry.unwrap().path()));
    found.map(Iterator::collect).unwrap_or_default()
}

impl World {
    async fn answers_with(&mut self, images: &GraphImages, clock: Timestamp) -> Json {
        self.images = images.clone();
        let answers = self.answers(None, clock).await;
        self.images = GraphImages::off();
        answers
    }

    /// Whether there is an image of what is current.
    async fn has_image(&self, images: &GraphImages) -> bool {
        let view = world_load(&self.store, None, None).await.unwrap();
        let connector = view.connectors.first().unwrap();
        let version = self.store.graph_version(connector.record.id).await.unwrap().unwrap();
        let key = ImageKey::new(connector.record.uuid, &connector.identity(), connector.declaration, &version);
        let Some((segment, _)) = images.read(&key, connector.declaration).await else { return false };
        assert_eq!(format!("{segment:?}"), format!("{:?}", view.world.segments()[0]));
        true
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: u32::try_from(cases(16, 500)).unwrap(),
        failure_persistence: None,
        max_shrink_iters: 200,
        ..ProptestConfig::default()
    })]

    #[test]
    fn an_image_answers_what_the_database_answers(steps in steps()) {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
            let (mut world, state) = (World::new().await, tempfile::tempdir().unwrap());
            let images = images(state.path());
            world.sync().await;
            for step in &steps {
                // What is there may be of before, is made anew then, and is read.
                let at = now();
                let plain = world.answers_with(&GraphImages::off(), at).await;
                for _ in 0..2 {
                    let from_image = world.answers_with(&images, at).await;
                    assert_eq!(first_difference(&plain, &from_image, ""), None, "before {step:?}");
                    assert!(world.has_image(&images).await, "the second time it is read");
                }
                assert_eq!(files(state.path()).len(), 1, "old ones are deleted");
                world.step(step).await;
            }
        });
    }
}

/// Marks change without a snapshot.
#[tokio::test]
async fn a_decision_that_changes_no_fact_makes_the_image_old() {
    let (mut world, state) = (World::new().await, tempfile::tempdir().unwrap());
    let images = images(state.path());
    world.sync().await;
    *world.registry.faults.lock().unwrap() = [("roster", Fault::Short), ("team-members", Fault::Short)].into();
    world.sync().await;
    assert!(!world.store.removals_pending(world.record.id).await.unwrap().is_empty());
    world.answers_with(&images, now()).await;
    assert!(world.has_image(&images).await);

    let decision = Decision { actor: "mara".to_owned(), reason: "they are here".to_owned() };
    world.store.removals_discard(world.record.id, &decision, now(), RemovalFilter::default()).await.unwrap();
    assert!(!world.has_image(&images).await);
    world.answers_with(&images, now()).await;
    assert!(world.has_image(&images).await);
    world.step(&Step::Rename(1)).await;
    assert!(!world.has_image(&images).await, "its name is in the graph");
}

#[tokio::test]
async fn what_is_damaged_or_not_ours_is_ignored_and_made_anew() {
    let (mut world, state) = (World::new().await, tempfile::tempdir().unwrap());
    let images = images(state.path());
    world.step(&Step::Sync(vec![Event::Public(0)], [].into())).await;
    world.step(&Step::Sync(vec![Event::Member(0, 4)], [].into())).await;
    let at = now();
    let plain = world.answers_with(&GraphImages::off(), at).await;
    world.answers_with(&images, at).await;
    let file = files(state.path()).pop().unwrap();
    let whole = fs::read(&file).unwrap();
    for length in (0..whole.len()).step_by(97) {
        fs::write(&file, &whole[..length]).unwrap();
        assert!(!world.has_image(&images).await);
    }
    for place in (0..whole.len()).step_by(61) {
        let mut damaged = whole.clone();
        damaged[place] ^= 0x10;
        fs::write(&file, &damaged).unwrap();
        assert!(!world.has_image(&images).await);
    }
    assert_eq!(first_difference(&plain, &world.answers_with(&images, at).await, ""), None);
    assert!(fs::read(&file).unwrap() == whole, "it was made anew");

    images.delete(world.record.uuid).unwrap();
    assert!(files(state.path()).is_empty());
    fs::remove_dir_all(state.path().join("graph-images")).unwrap();
    images.delete(world.record.uuid).unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn an_image_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let (mut world, state) = (World::new().await, tempfile::tempdir().unwrap());
    let images = images(state.path());
    world.sync().await;
    world.answers_with(&images, now()).await;
    let file = files(state.path()).pop().unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o700));

    fs::set_permissions(&file, fs::Permissions::from_mode(0o622)).unwrap();
    assert!(!world.has_image(&images).await, "others may have written it");
    world.answers_with(&images, now()).await;
    assert_eq!(mode(&file), 0o600);
    assert!(world.has_image(&images).await);
    fs::set_permissions(file.parent().unwrap(), fs::Permissions::from_mode(0o777)).unwrap();
    assert!(!world.has_image(&images).await);
}

/// A small graph is loaded from the database as soon.
#[tokio::test]
async fn a_small_graph_has_no_image() {
    let (mut world, state) = (World::new().await, tempfile::tempdir().unwrap());
    world.sync().await;
    world.answers_with(&GraphImages::within(state.path()), now()).await;
    assert!(files(state.path()).is_empty());
}
