//! Whether the database keeps its own promises.

use crate::db::{self, Connection};
use crate::error::Failure;
use crate::migrate::MIGRATIONS;
use crate::{Store, StoreError, postgres, sqlite};

/// What must never be found, and the query that counts it.
struct Invariant {
    broken: &'static str,
    count: &'static str,
}

const INVARIANTS: &[Invariant] = &[
    Invariant {
        broken: "facts are current twice in the same listing",
        count: "select count(*) from (select 1 from fact where to_snapshot is null \
                group by listing_id, kind, subject_id, object_id, term_id, value having count(*) > 1) twice",
    },
    Invariant {
        broken: "facts end before they begin",
        count: "select count(*) from fact where to_snapshot <= from_snapshot",
    },
    Invariant {
        broken: "facts are missing since before they appeared",
        count: "select count(*) from fact where missing_since <= from_snapshot",
    },
    Invariant {
        broken: "facts are held without a reason, or have a reason and are not held",
        count: "select count(*) from fact where (missing_since is null) <> (hold_id is null)",
    },
    Invariant {
        broken: "facts are marked as discarded and are not held",
        count: "select count(*) from fact where discarded = 1 and missing_since is null",
    },
    Invariant {
        broken: "facts are current in a retired listing",
        count: "select count(*) from fact f join listing l on l.id = f.listing_id \
                where l.retired = 1 and f.to_snapshot is null",
    },
    Invariant {
        broken: "facts name a resource of another connector",
        count: "select count(*) from fact f join listing l on l.id = f.listing_id \
                join resource s on s.id = f.subject_id left join resource o on o.id = f.object_id \
                where s.connector_id <> l.connector_id or o.connector_id <> l.connector_id",
    },
    Invariant {
        broken: "facts begin or end with a snapshot of another connector",
        count: "select count(*) from fact f join listing l on l.id = f.listing_id \
                join snapshot b on b.id = f.from_snapshot left join snapshot e on e.id = f.to_snapshot \
                where b.connector_id <> l.connector_id or e.connector_id <> l.connector_id",
    },
    Invariant {
        broken: "replaced facts are still current",
        count: "select count(*) from fact n join fact o on o.id = n.replaces_id \
                where o.to_snapshot is null or o.to_snapshot <> n.from_snapshot or o.listing_id <> n.listing_id",
    },
    Invariant {
        broken: "resources exist in two incarnations at once",
        count: "select count(*) from (select 1 from resource r join fact f on f.subject_id = r.id \
                where f.kind = 1 and f.to_snapshot is null group by r.connector_id, r.type_id, r.wire_id \
                having count(distinct r.incarnation) > 1) twice",
    },
    Invariant {
        broken: "later incarnations followed nobody, or somebody else",
        count: "select count(*) from resource r left join reappearance a on a.resource_id = r.id \
                left join resource o on o.id = a.former_id where r.incarnation > 0 and (a.id is null \
                or o.connector_id <> r.connector_id or o.type_id <> r.type_id or o.wire_id <> r.wire_id \
                or o.incarnation <> r.incarnation - 1)",
    },
    Invariant {
        broken: "listings are of a subject of another connector",
        count: "select count(*) from listing l join resource s on s.id = l.subject_id \
                where s.connector_id <> l.connector_id",
    },
    Invariant {
        broken: "snapshots belong to a sync of another connector",
        count: "select count(*) from snapshot n join sync s on s.id = n.sync_id \
                where s.connector_id <> n.connector_id",
    },
    Invariant {
        broken: "the audit log has not as many records as it counted",
        count: "select count(*) from audit_chain where sequence <> (select count(*) from audit_record)",
    },
];

impl Store {
    /// Everything that is wrong with the database, in sentences; nothing when it is sound. Reads all of it.
    ///
    /// # Errors
    /// As of any reading. Damage may show as [`StoreError::Corrupt`] before it can be described.
    pub async fn integrity_check(&self) -> Result<Vec<String>, StoreError> {
        self.answer(async {
            let mut db = self.reading().await?;
            let mut problems = engine_problems(&mut db).await?;
            for invariant in INVARIANTS {
                let count: i64 = db::query_scalar(invariant.count).fetch_one(&mut db).await?;
                if count > 0 {
                    problems.push(format!("{}: {count}", invariant.broken));
                }
            }
            Ok(problems)
        })
        .await
    }
}

/// What the engine itself finds wrong, rows that refer to rows that do not exist among it.
async fn engine_problems(db: &mut Connection) -> Result<Vec<String>, Failure> {
    if let Connection::Sqlite(transaction) = db {
        return Ok(sqlite::integrity_problems(transaction).await?);
    }
    let orphans = orphans(db).await?;
    Ok(Vec::from_iter((orphans > 0).then(|| format!("{orphans} rows refer to rows that do not exist"))))
}

/// How many rows refer to rows that do not exist: of a server's database only those that it does not check itself.
pub(crate) async fn orphans(db: &mut Connection) -> Result<usize, Failure> {
    if let Connection::Sqlite(transaction) = db {
        return Ok(sqlite::orphans(transaction).await?);
    }
    let mut orphans = 0;
    for reference in MIGRATIONS.iter().flat_map(|migration| postgres::references(migration.sql)) {
        let postgres::References { column, target } = reference;
        let count: i64 = db::query_scalar(format!(
            "select count(*) from fact f where f.{column} is not null \
             and not exists (select 1 from {target} t where t.id = f.{column})"
        ))
        .fetch_one(&mut *db)
        .await?;
        orphans += usize::try_from(count).unwrap_or_default();
    }
    Ok(orphans)
}
