use std::fs::File;
use std::io::Cursor;
use std::num::NonZeroU64;

use jiff::tz::TimeZone;
use rolecall_model::{Purpose, ResourceRef, Timestamp};
use serde_json::{Map, json};

use super::*;
use crate::record::{
    Detail, Entitlement, Exclusion, Expandable, Grant, Resource, ResourceType, SecretDetail, TraitKind, UserDetail,
};

const AT: Timestamp = Timestamp(1_764_000_000_000_000);

fn user(id: &str) -> ResourceRef {
    ResourceRef::new("user", id)
}

fn team() -> ResourceRef {
    ResourceRef::new("team", "acme/core")
}

fn resource_types() -> Vec<ResourceType> {
    let of = |id: &str, kind| ResourceType {
        id: id.to_owned(),
        display_name: id.to_uppercase(),
        traits: vec![kind],
        ..ResourceType::default()
    };
    vec![
        ResourceType { holds_nothing: true, ..of("user", TraitKind::USER) },
        of("team", TraitKind::GROUP),
        of("thing", TraitKind(42)),
    ]
}

fn resources() -> Vec<Resource> {
    let profile = json!({ "title": "Dr", "level": 3, "tags": ["a", null], "at": { "x": 0.5 } });
    let user_detail = UserDetail {
        login: "ada".to_owned(),
        emails: vec!["ada@acme.test".to_owned(), "a@acme.test".to_owned()],
        is_enabled: Some(false),
        is_service: Some(true),
        has_second_factor: Some(false),
        last_login: Some(AT),
        employee_ids: vec!["E1".to_owned()],
        profile: profile.as_object().cloned().unwrap_or_default(),
    };
    let secret = SecretDetail { identity: Some(user("ada")), expires_at: Some(AT), ..SecretDetail::default() };
    let named = |id: ResourceRef| Resource::named(id.clone(), id.id.to_string());
    vec![
        Resource {
            details: vec![Detail::User(user_detail)],
            raw_id: Some("ada".to_owned()),
            created_at: Some(AT),
            ..named(user("ada"))
        },
        Resource {
            parent: Some(ResourceRef::new("organization", "acme")),
            details: vec![Detail::Group(Map::new())],
            children: vec!["package".to_owned(), "team".to_owned()],
            link: Some("https://acme.test/core".to_owned()),
            description: "the core".to_owned(),
            ..named(team())
        },
        Resource { details: vec![Detail::Secret(secret)], ..named(ResourceRef::new("token", "t1")) },
    ]
}

fn entitlement() -> Entitlement {
    Entitlement {
        resource: team(),
        resource_name: "acme/core".to_owned(),
        id: team().entitlement("member").to_string(),
        slug: "member".to_owned(),
        display_name: "core member".to_owned(),
        description: "member of core".to_owned(),
        grantable_to: vec!["user".to_owned()],
        purpose: Some(Purpose::Assignment),
        exclusion: Some(Exclusion { group: "g".to_owned(), order: 2 }),
    }
}

fn grants() -> Vec<Grant> {
    let of = |principal: ResourceRef| Grant {
        id: format!("team:acme/core:member:{principal}"),
        entitlement: "team:acme/core:member".to_owned(),
        resource: team(),
        principal,
        expandable: None,
        is_immutable: false,
        metadata: Map::new(),
        sources: Vec::new(),
    };
    let expandable = Expandable {
        entitlements: vec!["team:acme/all:member".to_owned()],
        is_shallow: true,
        resource_types: vec!["user".to_owned()],
    };
    vec![
        Grant { expandable: Some(expandable), ..of(ResourceRef::new("team", "acme/all")) },
        Grant {
            is_immutable: true,
            metadata: json!({ "pathUnknown": true }).as_object().cloned().unwrap_or_default(),
            sources: vec![("team:acme/all:member".to_owned(), true)],
            ..of(user("ada"))
        },
    ]
}

fn grant_write(writer: &mut C1zWriter, held: &EntitlementHeld, grant: &Grant) -> Result<(), C1zError> {
    let sources: Vec<(&str, bool)> = grant.sources.iter().map(|(id, direct)| (id.as_str(), *direct)).collect();
    let row = GrantRow {
        principal: &grant.principal,
        principal_name: &grant.principal.id,
        expandable: grant.expandable.as_ref(),
        is_immutable: grant.is_immutable,
        metadata: &grant.metadata,
        sources: &sources,
    };
    writer.grant(held, &row)
}

pub(super) fn written(indexes: bool) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let options = WriteOptions { indexes, time_zone: TimeZone::UTC };
    let mut writer = C1zWriter::create(folder.path(), options).unwrap();
    writer.sync_begin(&SyncId::new(AT, &[1; 16]), AT, AT).unwrap();
    resource_types().iter().for_each(|record| writer.resource_type(record).unwrap());
    resources().iter().for_each(|record| writer.resource(record).unwrap());
    writer.entitlement(&entitlement()).unwrap();
    let held = EntitlementHeld::new(&entitlement());
    grants().iter().for_each(|grant| grant_write(&mut writer, &held, grant).unwrap());
    writer.own(OwnLine::Listing, "{\"kind\":\"roster\"}").unwrap();
    let mut out = Vec::new();
    writer.finish(&mut out).unwrap();
    out
}

fn opened(bytes: &[u8], limits: Limits) -> Result<C1zReader, C1zError> {
    C1zReader::open(Cursor::new(bytes), tempfile::tempdir().unwrap().path(), limits)
}

fn collected<R>(
    read: impl FnOnce(&mut dyn FnMut(R) -> Result<(), C1zError>) -> Result<(), C1zError>,
) -> Result<Vec<R>, C1zError> {
    let mut all = Vec::new();
    read(&mut |record| {
        all.push(record);
        Ok(())
    })?;
    Ok(all)
}

#[test]
fn what_is_written_is_read() {
    for indexes in [true, false] {
        let reader = opened(&written(indexes), Limits::default()).unwrap();
        let sync = reader.newest().unwrap();
        assert_eq!((sync.id.len(), sync.kind.as_str()), (27, "full"));
        assert_eq!(collected(|tell| reader.resource_types(&sync.id, tell)).unwrap(), resource_types());
        assert_eq!(collected(|tell| reader.resources(&sync.id, tell)).unwrap(), resources());
        assert_eq!(collected(|tell| reader.entitlements(&sync.id, tell)).unwrap(), [entitlement()]);
        assert_eq!(collected(|tell| reader.grants(&sync.id, tell)).unwrap(), grants());
        let mut lines = Vec::new();
        let kept = reader.own::<C1zError>(&sync.id, OwnLine::Listing, |line| {
            lines.push(line.to_owned());
            Ok(())
        });
        kept.unwrap();
        assert_eq!(lines, ["{\"kind\":\"roster\"}"]);
    }
}

#[test]
fn the_same_content_makes_the_same_bytes() {
    assert_eq!(written(true), written(true));
}

#[test]
fn what_is_no_such_file_is_refused() {
    let of = |bytes: &[u8]| opened(bytes, Limits::default()).err().map(|error| error.to_string()).unwrap_or_default();
    assert_eq!(of(b""), C1zError::Foreign.to_string());
    assert_eq!(of(b"PK\x03\x04 a zip file"), C1zError::Foreign.to_string());
    assert_eq!(of(b"C1Z3\0\0\0\0\x01x"), C1zError::Version3.to_string());
    assert!(of(b"C1ZF\0 no compression").contains("frame"), "{}", of(b"C1ZF\0 no compression"));
    let whole = written(true);
    assert!(opened(&whole[..whole.len() / 2], Limits::default()).is_err());
    let none = [b"C1ZF\0".to_vec(), zstd::encode_all(Cursor::new(b"no database"), 1).unwrap()].concat();
    let reader = opened(&none, Limits::default());
    assert!(reader.and_then(|reader| reader.newest()).is_err());
}

#[test]
fn a_small_file_cannot_fill_a_disk() {
    let zeros = zstd::encode_all(Cursor::new(vec![0; 1 << 20]), 1).unwrap();
    let bomb = [b"C1ZF\0".to_vec(), zeros].concat();
    let limits = Limits { decoded: NonZeroU64::new(1 << 16).unwrap() };
    assert!(matches!(opened(&bomb, limits), Err(C1zError::TooLarge(65_536))));
}

#[test]
fn a_stranger_may_have_written_anything_into_the_tables() {
    let folder = tempfile::tempdir().unwrap();
    let of = |statements: &str| {
        let path = folder.path().join("stranger.db");
        let _ = std::fs::remove_file(&path);
        let database = rusqlite::Connection::open(&path).unwrap();
        database.execute_batch(schema::TABLES).unwrap();
        let sync = "insert into v1_sync_runs (sync_id, started_at, ended_at, sync_token) values ('s', 'x', 'y', '');";
        database.execute_batch(sync).unwrap();
        database.execute_batch(statements).unwrap();
        drop(database);
        let mut file = Vec::new();
        container::pack(&File::open(&path).unwrap(), &mut file).unwrap();
        opened(&file, Limits::default()).unwrap()
    };
    let row = |data: &str| {
        format!(
            "insert into v1_grants (resource_type_id, resource_id, entitlement_id, principal_resource_type_id, \
             principal_resource_id, external_id, data, sync_id, discovered_at) \
             values ('a', 'b', 'c', 'd', 'e', 'f', {data}, 's', 'x');"
        )
    };
    for data in ["x'00ff'", "'a text'", "17", "zeroblob(17000000)"] {
        let reader = of(&row(data));
        let read = collected(|tell| reader.grants("s", tell));
        assert!(read.is_err(), "{data}");
    }
    // A message that says nothing is left out and counted.
    let reader = of(&[row("x''"), row("x''").replace("'f'", "'g'")].concat());
    assert_eq!(collected(|tell| reader.grants("s", tell)).unwrap(), []);
    assert_eq!(reader.nameless(), 2);
    // A view in the place of a table is not asked.
    let reader =
        of("drop table v1_resources; create view v1_resources as select 1 as id, x'' as data, 's' as sync_id;");
    assert!(collected(|tell| reader.resources("s", tell)).is_err());
    assert!(matches!(of("delete from v1_sync_runs;").newest(), Err(C1zError::NoSync)));
}
