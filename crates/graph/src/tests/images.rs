//! A segment is the same after it was bytes, and bytes that are no segment are refused.

use std::sync::Arc;

use proptest::prelude::*;
use rolecall_model::{Fact, ResourceRef, Term, Timestamp, Value};

use super::properties::{built, inputs};
use super::support::{DECLARATION, EVERY_RULE, facts, segment, segment_of};
use crate::{Besides, ConnectorLabel, EntityGraph, ImageError, Mark, Segment, SegmentBuilder, SegmentIdentity, World};

const CHECKSUM: usize = 32;

const EVERYTHING: &str = "
    alice holds member on team:core
    zoë holds? maintainer on team:core
    team:core holds read-write on package:a
    team:core in organization:acme
    package:a in? organization:acme
    package:a is default \"read-only\"
    alice is? active false
    package:a from repo:r
    collaborators said bob has read-write on package:a";

fn everything() -> Arc<Segment> {
    segment_of(&EVERY_RULE, "acme", "registry.example", &facts(EVERYTHING))
}

/// One that knows since when things are there.
fn dated() -> Segment {
    let root = ResourceRef::new("organization", "acme");
    let identity = SegmentIdentity { connector: -7, name: "acme".to_owned(), host: String::new(), root: root.clone() };
    let mut builder = SegmentBuilder::new(&DECLARATION, identity);
    let listing_kind = Term::from("roster");
    let known = [
        (Fact::resource(root.clone(), None), Some(Timestamp(1_700_000_000_000_000))),
        (Fact::property(&root, "title", Value::text("Acme")), Some(Timestamp(-1))),
        (Fact::grant(&ResourceRef::new("user", "alice"), &root, "owner"), None),
        (Fact::grant(&ResourceRef::new("user", "bob"), &root, "owner"), Some(Timestamp(1_700_000_000_000_000))),
        (Fact::evidence(&ResourceRef::new("user", "eve"), &root, "owner"), Some(Timestamp(1_700_000_100_000_000))),
    ];
    for (fact, since) in &known {
        builder.add(fact, Mark { listing_kind: &listing_kind, unconfirmed: false, outdated: false, since: *since });
    }
    builder.build()
}

fn debug(segment: &Segment) -> String {
    format!("{segment:?}")
}

/// The image with another byte and the checksum that belongs to it then.
fn resealed(image: &[u8], place: usize, byte: u8) -> Vec<u8> {
    let mut content = image[..image.len() - CHECKSUM].to_vec();
    content[place] = byte;
    let checksum = blake3::hash(&content);
    content.extend_from_slice(checksum.as_bytes());
    content
}

/// Asks a segment everything that there is to ask.
fn ask(segment: Segment) -> usize {
    let world = Arc::new(World::new(vec![Arc::new(segment)]));
    let answers = world.nodes(0).map(|node| {
        let (access, who) = (world.access(node), world.who_can(node, &["read-only", "read-write"]));
        access.items.len() + who.all().count() + world.properties(node).count() + world.id(node).len()
    });
    let answers: usize = answers.sum();
    let graph = EntityGraph::of_world(
        Arc::clone(&world),
        &Besides { labels: &[ConnectorLabel::default()], known: &[&EVERY_RULE], across: &[] },
    );
    answers + graph.entities().count() + world.counts().grants
}

#[test]
fn a_segment_is_the_same_after_it_was_bytes() {
    let empty = segment("", "", &[]);
    for (segment, declaration) in [(&*everything(), &EVERY_RULE), (&dated(), &DECLARATION), (&*empty, &DECLARATION)] {
        let image = segment.to_image();
        let read = Segment::from_image(&image, declaration).unwrap();
        assert_eq!(debug(&read), debug(segment));
        assert_eq!(read.to_image(), image);
    }
}

/// An image of another build is trusted when it is of the same format: then both have to make the same of the same facts.
/// Where this changes, the format's number has to.
#[test]
fn the_format_is_the_one_with_this_number() {
    let images = [everything().to_image(), dated().to_image()];
    let tables = images.map(|image| image[8 + 4 + 32..image.len() - CHECKSUM].to_vec()).concat();
    let digest = blake3::hash(&tables).to_hex();
    assert_eq!(
        (everything().to_image()[8], digest.as_str()),
        (1, "d693a1a910541afe0d40d32c6afd96d8449c457ea6d8555be4a1a6a4c720a36f")
    );
}

#[test]
fn what_is_cut_off_or_changed_is_refused() {
    let image = everything().to_image();
    for length in 0..image.len() {
        assert!(Segment::from_image(&image[..length], &EVERY_RULE).is_err(), "{length} bytes");
    }
    for place in 0..image.len() {
        let mut damaged = image.clone();
        damaged[place] ^= 1 << (place % 8);
        assert!(Segment::from_image(&damaged, &EVERY_RULE).is_err(), "byte {place}");
    }
    let longer = [&image[..], &[0]].concat();
    assert_eq!(Segment::from_image(&longer, &EVERY_RULE).unwrap_err(), ImageError::Damaged);
}

#[test]
fn what_others_wrote_is_told_apart() {
    let image = everything().to_image();
    let refused = |image: &[u8], declaration| Segment::from_image(image, declaration).unwrap_err();
    assert_eq!(refused(b"SQLite format 3\0", &EVERY_RULE), ImageError::Foreign);
    assert_eq!(refused(&[], &EVERY_RULE), ImageError::Foreign);
    assert_eq!(refused(&resealed(&image, 8, 9), &EVERY_RULE), ImageError::Format { found: 9 });
    assert_eq!(refused(&image, &DECLARATION), ImageError::Declaration);
    assert_ne!(crate::image_fingerprint(&DECLARATION), crate::image_fingerprint(&EVERY_RULE));
}

#[test]
fn a_wrong_byte_under_a_right_checksum_breaks_nothing() {
    let image = everything().to_image();
    let mut accepted = 0;
    for place in (8 + 4 + 32..image.len() - CHECKSUM).step_by(3) {
        for byte in [0, 1, 0xFF, image[place].wrapping_add(1)] {
            if let Ok(segment) = Segment::from_image(&resealed(&image, place, byte), &EVERY_RULE) {
                assert!(ask(segment) > 0);
                accepted += 1;
            }
        }
    }
    assert!(accepted > 0, "letters of names can be changed");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_segment_survives(inputs in inputs(), cut in any::<prop::sample::Index>(), bit in 0..8_u8) {
        for segment in built(&inputs).segments() {
            let image = segment.to_image();
            let read = Segment::from_image(&image, &EVERY_RULE).unwrap();
            prop_assert_eq!(debug(&read), debug(segment));
            let place = cut.index(image.len());
            prop_assert!(Segment::from_image(&image[..place], &EVERY_RULE).is_err());
            let mut damaged = image.clone();
            damaged[place] ^= 1 << bit;
            prop_assert!(Segment::from_image(&damaged, &EVERY_RULE).is_err());
            if place + CHECKSUM < image.len()
                && let Ok(segment) = Segment::from_image(&resealed(&image, place, damaged[place]), &EVERY_RULE) {
                prop_assert!(ask(segment) > 0);
            }
        }
    }

    #[test]
    fn any_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut sealed = [&everything().to_image()[..8 + 4 + 32], &bytes].concat();
        sealed.extend_from_slice(blake3::hash(&sealed.clone()).as_bytes());
        prop_assert_eq!(Segment::from_image(&sealed, &EVERY_RULE).unwrap_err(), ImageError::Damaged);
        prop_assert!(Segment::from_image(&bytes, &EVERY_RULE).is_err());
    }
}
