//! The organisation as CSV files, which every engine can read; and the names that are asked about.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use serde_json::{Value as Json, json};

use crate::Failure;
use crate::organization::{Organization, package, team, user};
use crate::random::Random;

/// So many packages, and so many users, are asked about.
const QUESTIONS: usize = 300;

const ASKED_PACKAGES: &str = "asked-packages.csv";
const ASKED_USERS: &str = "asked-users.csv";

/// Writes all files and tells how much there is.
pub(crate) fn write(organization: &Organization, seed: u64, directory: &Path) -> Result<Json, Failure> {
    std::fs::create_dir_all(directory)?;
    let Organization { users, teams, packages, memberships, grants } = organization;

    let rows = (0..).zip(users).map(|(number, factor)| {
        let factor = factor.map(|there_is| there_is.to_string()).unwrap_or_default();
        format!("{},{factor}", user(number))
    });
    file(directory, "users.csv", "username,mfaEnabled", rows)?;
    file(directory, "teams.csv", "name", (0..*teams).map(team))?;
    file(directory, "packages.csv", "name", (0..*packages).map(package))?;
    let rows = memberships.iter().map(|of| format!("{},{}", team(of.team), user(of.user)));
    file(directory, "memberships.csv", "team,username", rows)?;
    let rows = grants.iter().map(|of| format!("{},{},{}", team(of.team), package(of.package), of.access()));
    file(directory, "grants.csv", "team,package,access", rows)?;

    // Not the draw that made the organisation, so that another number of questions leaves it as it is.
    let mut random = Random::new(seed ^ u64::MAX);
    let everyone = u32::try_from(users.len())?;
    let mut draw = |limit| (0..QUESTIONS).map(|_| random.below(limit)).collect::<Vec<_>>();
    file(directory, ASKED_PACKAGES, "name", draw(*packages).into_iter().map(package))?;
    file(directory, ASKED_USERS, "username", draw(everyone).into_iter().map(user))?;

    Ok(json!({
        "users": users.len(),
        "teams": teams,
        "packages": packages,
        "memberships": memberships.len(),
        "grants": grants.len(),
        "write": grants.iter().filter(|grant| grant.writes).count(),
    }))
}

fn file(directory: &Path, name: &str, columns: &str, rows: impl Iterator<Item = String>) -> Result<(), Failure> {
    let mut file = BufWriter::new(File::create(directory.join(name))?);
    writeln!(file, "{columns}")?;
    for row in rows {
        writeln!(file, "{row}")?;
    }
    Ok(file.flush()?)
}

/// The names that are asked about, as they were written.
pub(crate) struct Asked {
    pub(crate) packages: Vec<String>,
    pub(crate) users: Vec<String>,
}

impl Asked {
    pub(crate) fn read(directory: &Path) -> Result<Self, Failure> {
        let column = |name| -> Result<Vec<String>, Failure> {
            let text = std::fs::read_to_string(directory.join(name))?;
            Ok(text.lines().skip(1).map(str::to_owned).collect())
        };
        Ok(Self { packages: column(ASKED_PACKAGES)?, users: column(ASKED_USERS)? })
    }
}
