//! Packages that somebody made who has a key of their own and knows the format.

use std::io::{Cursor, Write as _};

use rolecall_store::AuditKey;
use serde_json::json;

use super::{EvidenceVerdict, evidence_verify};
use crate::evidence::manifest::{AUDIT_LOG, EvidenceFile, EvidenceManifest, MANIFEST, SIGNATURE, manifest_sign};
use crate::evidence::package::ZipWriter;
use crate::evidence::package::digest::passed;
use crate::evidence::package::layout::{Entry, Method, end};
use crate::evidence::package::spool::{Spool, Spooled};

/// Somebody with a key of their own.
struct Forger {
    key: AuditKey,
    _folder: tempfile::TempDir,
}

impl Forger {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { key: AuditKey::open_or_create(&folder.path().join("key")).unwrap(), _folder: folder }
    }

    /// A manifest of these files, whose head nobody signed.
    fn manifest(&self, files: &[&Spooled]) -> EvidenceManifest {
        let zeros = "0".repeat(64);
        let head = json!({
            "format": "rolecall-audit-head-1", "database": "d", "sequence": 1, "hash": zeros, "at": 0,
            "keyId": "0", "publicKey": zeros, "signature": "0",
        });
        EvidenceManifest {
            format: "rolecall-evidence-1".to_owned(),
            database: "d".to_owned(),
            as_of: String::new(),
            since: String::new(),
            made_at: String::new(),
            made_by: String::new(),
            program: String::new(),
            connectors: Vec::new(),
            left_out: Vec::new(),
            complete: true,
            audit_head: serde_json::from_value(head).unwrap(),
            files: files.iter().map(|spooled| listed(spooled)).collect(),
        }
    }

    /// A package with these files, and this manifest signed.
    fn package(&self, files: Vec<Spooled>, manifest: &EvidenceManifest) -> Vec<u8> {
        let mut zip = ZipWriter::new(Vec::new());
        for mut spooled in files {
            zip.add(&mut spooled).unwrap();
        }
        let bytes = manifest.to_bytes().unwrap();
        zip.add_stored(MANIFEST, &bytes).unwrap();
        zip.add_stored(SIGNATURE, &manifest_sign(&bytes, &self.key).unwrap()).unwrap();
        zip.finish().unwrap()
    }
}

fn spooled(name: &str, content: &[u8]) -> Spooled {
    let mut spool = Spool::new(name.to_owned()).unwrap();
    spool.write_all(content).unwrap();
    spool.finish().unwrap()
}

fn listed(spooled: &Spooled) -> EvidenceFile {
    EvidenceFile {
        name: spooled.entry.name.clone(),
        bytes: spooled.content.bytes,
        sha256: spooled.content.sha256.clone(),
        packed_bytes: spooled.packed.bytes,
        packed_sha256: spooled.packed.sha256.clone(),
        rows: None,
        complete: true,
        completeness: String::new(),
    }
}

fn verify(bytes: &[u8]) -> EvidenceVerdict {
    evidence_verify(&mut Cursor::new(bytes), &[]).unwrap()
}

fn faults(bytes: &[u8]) -> String {
    let verdict = verify(bytes);
    assert!(!verdict.is_sound());
    verdict.faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

#[test]
fn files_that_were_added_or_are_missing_are_named() {
    let forger = Forger::new();
    let (one, other) = (spooled("a.csv", b"a"), spooled("b.csv", b"b"));
    let manifest = forger.manifest(&[&one, &other]);
    let found = faults(&forger.package(vec![one], &manifest));
    assert!(found.contains("b.csv is missing"), "{found}");
    let (one, other) = (spooled("a.csv", b"a"), spooled("b.csv", b"b"));
    let manifest = forger.manifest(&[&one]);
    let found = faults(&forger.package(vec![one, other], &manifest));
    assert!(found.contains("b.csv was added"), "{found}");
}

#[test]
fn what_unpacks_to_more_than_was_signed_is_not_unpacked() {
    let forger = Forger::new();
    let bomb = spooled("a.csv", &vec![0; 4 * 1024 * 1024]);
    let mut manifest = forger.manifest(&[&bomb]);
    manifest.files[0].bytes = 10;
    let found = faults(&forger.package(vec![bomb], &manifest));
    assert!(found.contains("a.csv has 4194304 bytes by the package's directory and 10 by the manifest"), "{found}");
    // The directory says the same small number.
    let mut bomb = spooled("a.csv", &vec![0; 4 * 1024 * 1024]);
    bomb.entry.size = 10;
    let found = faults(&forger.package(vec![bomb], &manifest));
    assert!(found.contains("a.csv has 11 bytes, and was signed with 10"), "{found}");
    // And more than any package has is not begun.
    let bomb = spooled("a.csv", b"a");
    let mut manifest = forger.manifest(&[&bomb]);
    manifest.files[0].bytes = u64::MAX;
    let found = faults(&forger.package(vec![bomb], &manifest));
    assert!(found.contains("no package has more than"), "{found}");
}

#[test]
fn a_log_of_one_endless_line_is_not_held() {
    let forger = Forger::new();
    let log = spooled(AUDIT_LOG, &vec![b'a'; 17 * 1024 * 1024]);
    let manifest = forger.manifest(&[&log]);
    let found = faults(&forger.package(vec![log], &manifest));
    assert!(found.contains("a line of it has more than"), "{found}");
}

#[test]
fn a_log_that_is_none_or_has_a_foreign_head_is_refused() {
    let forger = Forger::new();
    let log = spooled(AUDIT_LOG, b"nothing\n");
    let manifest = forger.manifest(&[&log]);
    let found = faults(&forger.package(vec![log], &manifest));
    assert!(found.contains("audit-log.ndjson is no export of an audit log"), "{found}");
    let zeros = "0".repeat(64);
    let header = r#"{"header":{"format":"rolecall-audit-1","database":"d","personal":false}}"#;
    let text = format!("{header}\n{{\"end\":{{\"records\":0,\"hash\":\"{zeros}\"}}}}\n");
    let log = spooled(AUDIT_LOG, text.as_bytes());
    let manifest = forger.manifest(&[&log]);
    let found = faults(&forger.package(vec![log], &manifest));
    assert!(found.contains("has a head that proves nothing") && found.contains("signed by another"), "{found}");
}

#[test]
fn names_that_lead_elsewhere_or_are_there_twice_are_refused() {
    let forger = Forger::new();
    for name in ["../a.csv", "/etc/passwd", "a/b", "a\\b", "..", ".hidden", "A.csv", "a..b", "", "c:a", "a\0b", "-a"] {
        let file = spooled(name, b"a");
        let manifest = forger.manifest(&[&file]);
        let found = faults(&forger.package(vec![file], &manifest));
        assert!(found.contains("a name that no file of a package has"), "{name:?}: {found}");
    }
    let (one, other) = (spooled("a.csv", b"a"), spooled("a.csv", b"b"));
    let manifest = forger.manifest(&[&one]);
    let found = faults(&forger.package(vec![one, other], &manifest));
    assert!(found.contains("is there twice"), "{found}");
    let (one, other) = (spooled("b.csv", b"a"), spooled("a.csv", b"b"));
    let manifest = forger.manifest(&[&one, &other]);
    let found = faults(&forger.package(vec![one, other], &manifest));
    assert!(found.contains("is not in its place"), "{found}");
}

#[test]
fn what_is_around_between_or_behind_files_is_refused() {
    let forger = Forger::new();
    let file = spooled("a.csv", b"a");
    let manifest = forger.manifest(&[&file]);
    let whole = forger.package(vec![file], &manifest);
    for (what, bytes) in [
        ("in front", [b"x", whole.as_slice()].concat()),
        ("behind", [whole.as_slice(), b"x"].concat()),
        ("twice", [whole.as_slice(), whole.as_slice()].concat()),
        ("a comment", [&whole[..whole.len() - 2], b"\x01\x00x"].concat()),
    ] {
        let found = faults(&bytes);
        assert!(found.starts_with("the package"), "{what}: {found}");
    }
    // Something between the last file and the directory, with an end that says so.
    let directory = whole.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    let length = (whole.len() - 22 - directory) as u64;
    let mut between = [&whole[..directory], b"hidden"].concat();
    between.extend(&whole[directory..whole.len() - 22]);
    between.extend(end(3, length, directory as u64 + 6));
    let found = faults(&between);
    assert!(found.contains("bytes between its files and its directory"), "{found}");
}

#[test]
fn a_manifest_that_is_deflated_is_refused() {
    let forger = Forger::new();
    let (one, other) = (spooled(MANIFEST, b"{}"), spooled(SIGNATURE, b"{}"));
    let mut zip = ZipWriter::new(Vec::new());
    for mut file in [one, other] {
        zip.add(&mut file).unwrap();
    }
    let found = faults(&zip.finish().unwrap());
    assert!(found.contains("does not end with manifest.json and manifest.sig"), "{found}");
    // Signed, and not what this program knows.
    let mut manifest = forger.manifest(&[]);
    manifest.format = "rolecall-evidence-2".to_owned();
    let found = faults(&forger.package(Vec::new(), &manifest));
    assert!(found.contains("has the form \"rolecall-evidence-2\""), "{found}");
}

#[test]
fn rubbish_is_refused_and_nothing_fails() {
    bytes_of_all_kinds(|bytes| {
        assert!(!verify(bytes).is_sound());
    });
}

/// All kinds of bytes: none, random ones, and such as begin or end like a ZIP file.
fn bytes_of_all_kinds(mut see: impl FnMut(&[u8])) {
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as u8
    };
    for length in 0..600 {
        let bytes: Vec<u8> = (0..length).map(|_| next()).collect();
        see(&bytes);
        let numbers = [u64::from(next()), u64::from(next()), u64::MAX];
        for count in [0, 1, 64, 65, u16::MAX] {
            for number in numbers {
                see(&[bytes.as_slice(), &end(count, number, bytes.len() as u64)].concat());
                see(&[bytes.as_slice(), &end(count, bytes.len() as u64, number)].concat());
            }
        }
    }
}

#[test]
fn what_is_larger_than_32_bits_is_told_apart_and_read_back() {
    let sizes = [(1, 1), (u64::from(u32::MAX) - 1, 7), (u64::from(u32::MAX), 7), (1 << 40, 1 << 41)];
    for (packed, size) in sizes {
        for offset in [0, u64::from(u32::MAX) - 1, u64::from(u32::MAX), 1 << 42] {
            let entry = Entry { name: "a.csv".to_owned(), method: Method::Deflated, crc: 5, packed, size };
            let central = entry.central(offset);
            assert_eq!(super::archive::entry_of(&central), Some(entry), "{packed} {size} {offset}");
        }
    }
    assert_eq!(passed(b"abc").sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
