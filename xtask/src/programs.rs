//! The programs that hold the tests: built once for each of two choices of packages, and run as often as is needed.
//!
//! Cargo joins the features that packages ask for over the choice that is built, and builds everything again for another
//! choice. What the foreign tests use asks for features that change what others do, such as the order of JSON's fields, so
//! that they are a choice of their own; all others are one.

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::Command;

use cargo_metadata::{Artifact, Message, Metadata, MetadataCommand, PackageId};

use crate::process::{self, Failure};

/// One program that holds tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Program {
    /// Which package it belongs to.
    pub(crate) package: String,
    /// The library, binary or test it was made from, as cargo names it.
    pub(crate) target: String,
    /// Where the package lies: where cargo would run it.
    directory: PathBuf,
    executable: PathBuf,
}

impl Program {
    /// Runs all tests in it, in the folder and with the variable that cargo would give it.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.executable);
        command.current_dir(&self.directory).env("CARGO_MANIFEST_DIR", &self.directory);
        command
    }
}

/// Builds those of the packages that these arguments of cargo choose. What does not compile is a failure; the compiler has
/// said why.
pub(crate) fn build(choice: &[&str]) -> Result<Vec<Program>, Failure> {
    let metadata = ["metadata", "--locked", "--format-version", "1", "--no-deps"];
    let metadata = MetadataCommand::parse(process::output(process::cargo().args(metadata))?)
        .map_err(|error| Failure::new(format!("cannot understand `cargo metadata`: {error}")))?;
    let places = places(&metadata);

    let mut programs = Vec::new();
    let shape = "--message-format=json-render-diagnostics";
    let mut building = process::cargo();
    building.arg("test").args(choice).args(["--no-run", shape]);
    let status = process::each_line(&mut building, |line| programs.extend(program(line, &places)))?;
    if !status.success() {
        return Err(Failure::new(format!("`{}` ended with {status}", process::spelled(&building))));
    }
    programs.sort_by(|one, other| (&one.package, &one.target).cmp(&(&other.package, &other.target)));
    Ok(programs)
}

type Places = HashMap<PackageId, (String, PathBuf)>;

fn places(metadata: &Metadata) -> Places {
    let place = |package: &cargo_metadata::Package| {
        let directory = package.manifest_path.parent().map(|parent| parent.as_std_path().to_path_buf());
        (package.id.clone(), (package.name.to_string(), directory.unwrap_or_default()))
    };
    metadata.packages.iter().map(place).collect()
}

/// The program that a line of cargo's tells of, if it tells of one that holds tests.
fn program(line: &str, places: &Places) -> Option<Program> {
    let Ok(Message::CompilerArtifact(artifact)) = serde_json::from_str(line) else { return None };
    let Artifact { package_id, target, profile, executable, .. } = artifact;
    let (package, directory) = places.get(&package_id)?.clone();
    let executable = executable.filter(|_| profile.test)?.into_std_path_buf();
    Some(Program { package, target: target.name, directory, executable })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(test: bool, executable: &str) -> String {
        format!(
            r#"{{"reason":"compiler-artifact","package_id":"path+file:///there#0.1.0","manifest_path":"/there/Cargo.toml",
            "target":{{"kind":["test"],"crate_types":["bin"],"name":"cli","src_path":"/there/tests/cli.rs","edition":"2024",
            "doc":false,"doctest":false,"test":true}},"profile":{{"opt_level":"0","debuginfo":1,"debug_assertions":true,
            "overflow_checks":true,"test":{test}}},"features":[],"filenames":[],"executable":{executable},"fresh":true}}"#
        )
        .replace('\n', "")
    }

    #[test]
    fn only_programs_with_tests_are_run() {
        let id = PackageId { repr: "path+file:///there#0.1.0".to_owned() };
        let places = Places::from([(id, ("there".to_owned(), PathBuf::from("/there")))]);
        let found = program(&line(true, r#""/target/cli-1""#), &places).expect("it holds tests");
        assert_eq!((found.package.as_str(), found.target.as_str()), ("there", "cli"));
        assert_eq!(found.command().get_current_dir(), Some(std::path::Path::new("/there")));

        assert_eq!(program(&line(false, r#""/target/rolecall""#), &places), None);
        assert_eq!(program(&line(true, "null"), &places), None);
        assert_eq!(program(&line(true, r#""/target/cli-1""#), &Places::new()), None);
        assert_eq!(program(r#"{"reason":"build-finished","success":true}"#, &places), None);
        assert_eq!(program("rubbish", &places), None);
    }
}
