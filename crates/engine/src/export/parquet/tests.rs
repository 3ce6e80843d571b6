use std::collections::BTreeMap;
use std::fs::File;

use parquet::file::reader::{FileReader as _, SerializedFileReader};

use crate::tests::support::view;

#[test]
fn tables_hold_who_holds_what_and_through_whom() {
    let folder = tempfile::tempdir().unwrap();
    let view = view(
        "team:t in workspace:acme
        repository:r in workspace:acme
        mia member team:t
        dora member team:t
        team:t write repository:r
        mia write repository:r",
    );
    let path = |name: &str| folder.path().join(format!("{name}.parquet"));
    view.parquet_write(&mut |name| Ok(Box::new(File::create(path(name))?))).unwrap();
    let rows = |name: &str| -> Vec<BTreeMap<String, String>> {
        let reader = SerializedFileReader::new(File::open(path(name)).unwrap()).unwrap();
        let rows = reader.get_row_iter(None).unwrap();
        let cells = |row: parquet::record::Row| {
            row.get_column_iter().map(|(name, field)| (name.clone(), field.to_string())).collect()
        };
        rows.map(|row| cells(row.unwrap())).collect()
    };
    let grants = rows("grants");
    let of = |principal: &str| {
        let is =
            |row: &&BTreeMap<String, String>| row["principal"].contains(principal) && row["resource"].contains('r');
        let found = grants.iter().find(is).unwrap();
        (found["direct"].clone(), found["through"].clone())
    };
    assert_eq!(of("mia"), ("true".to_owned(), "\"team:t:member\"".to_owned()));
    assert_eq!(of("dora"), ("false".to_owned(), "\"team:t:member\"".to_owned()));
    assert!(rows("resources").iter().any(|row| row["id"] == "\"r\"" && row["parent_id"] == "\"acme\""));
    assert!(rows("listings").iter().all(|row| row["verdict"] == "\"proven\""));
}
