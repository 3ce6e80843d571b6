//! Whatever bytes come, reading ends with a value or an error.

use proptest::prelude::*;

use super::line::{ConnectorLine, FORMAT, Line, Named};
use super::{ExportHeader, Exported, FactLine, ImportError, ListingLine, NdjsonSink, StatedFact, VERSION};
use crate::export::{ExportSink as _, export_read};

fn sample() -> Vec<u8> {
    let named = |kind: &str, id: &str| Named { kind: kind.to_owned(), id: id.to_owned() };
    let connector = ConnectorLine {
        shape: None,
        connector: "npm:acme".to_owned(),
        connector_type: "npm".to_owned(),
        root: named("organization", "acme"),
        source: "http://127.0.0.1:1/".to_owned(),
        current_since: None,
        listings: 1,
        facts: 2,
    };
    let header = ExportHeader {
        as_of: None,
        format: FORMAT.to_owned(),
        version: VERSION,
        tool: "0".to_owned(),
        exported_at: "2026-11-23T10:00:00Z".to_owned(),
        connectors: vec![connector],
    };
    let listing = ListingLine {
        connector: "npm:acme".to_owned(),
        listing: "roster of organization:acme".to_owned(),
        kind: "roster".to_owned(),
        subject: named("organization", "acme"),
        verdict: "proven".to_owned(),
        read_at: Some("2026-11-23T10:00:00Z".to_owned()),
        ..ListingLine::default()
    };
    let fact = |stated| FactLine {
        connector: "npm:acme".to_owned(),
        listing: listing.listing.clone(),
        stated,
        since: None,
        removal_unconfirmed: false,
        outdated: false,
    };
    let grant = StatedFact::Grant {
        principal: named("user", "zoë"),
        entitlement: "owner".to_owned(),
        resource: named("organization", "acme"),
    };
    let exists = StatedFact::Resource { resource: named("user", "zoë"), parent: None };
    let mut bytes = Vec::new();
    let mut sink = NdjsonSink::new(&mut bytes);
    sink.header(&header).unwrap();
    sink.listing(listing.clone()).unwrap();
    sink.fact(fact(grant)).unwrap();
    sink.fact(fact(exists)).unwrap();
    sink.end().unwrap();
    bytes
}

#[test]
fn what_was_written_is_read_and_written_again_as_it_was() {
    let bytes = sample();
    let mut again = Vec::new();
    export_read(bytes.as_slice(), &mut NdjsonSink::new(&mut again)).unwrap();
    assert_eq!(String::from_utf8(again).unwrap(), String::from_utf8(bytes.clone()).unwrap());
    let world = Exported::read(bytes.as_slice()).unwrap();
    assert_eq!(world.view.list_users("users").len(), 1);
    assert_eq!(world.view.list_users("users")[0].roles, ["owner"]);
}

#[test]
fn a_byte_order_mark_and_other_line_ends_do_no_harm() {
    let text = String::from_utf8(sample()).unwrap().replace('\n', "\r\n");
    let bytes = [b"\xef\xbb\xbf", text.as_bytes()].concat();
    assert!(Exported::read(bytes.as_slice()).is_ok());
}

#[test]
fn every_shorter_file_is_recognised() {
    let bytes = sample();
    // Without its last line's end nothing is missing.
    for length in 0..bytes.len() - 1 {
        let error = Exported::read(&bytes[..length]).unwrap_err();
        assert!(matches!(error, ImportError::Truncated { .. } | ImportError::NotAnExport(_)), "{length}: {error}");
    }
}

#[test]
fn a_line_without_end_is_not_read_into_memory() {
    let endless = std::io::BufReader::new(std::io::repeat(b'x'));
    assert!(matches!(Exported::read(endless), Err(ImportError::NotAnExport(_))));
}

proptest! {
    #[test]
    fn rubbish_is_an_error_and_never_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(Exported::read(bytes.as_slice()).is_err());
    }

    #[test]
    fn a_damaged_export_never_panics(at in 0_usize..4096, byte in any::<u8>(), cut in 0_usize..4096) {
        let mut bytes = sample();
        let length = bytes.len();
        bytes[at % length] = byte;
        bytes.drain(..cut % 7);
        let _ = Exported::read(bytes.as_slice());
    }

    #[test]
    fn any_name_survives(id in any::<String>(), kind in any::<String>(), word in any::<String>()) {
        let named = Named { kind, id };
        let stated = StatedFact::Grant { principal: named.clone(), entitlement: word, resource: named };
        let line = Line::Fact(FactLine {
            connector: "npm:acme".to_owned(),
            listing: String::new(),
            stated,
            since: None,
            removal_unconfirmed: true,
            outdated: false,
        });
        let text = serde_json::to_string(&line).unwrap();
        prop_assert!(!text.contains('\n'));
        prop_assert_eq!(serde_json::from_str::<Line>(&text).unwrap(), line);
    }
}
