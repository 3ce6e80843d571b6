//! What the manual says of a connector type is what the type declares.
//!
//! `UPDATE_DOCS=1 cargo test -p rolecall --test cli manual` writes the tables anew.

use std::path::PathBuf;

use rstest::rstest;

use crate::support::{binary, run};

const END: &str = "<!-- end of what is generated -->";

/// The blocks of a text that are generated, from their first mark to their last.
fn blocks(text: &str) -> Vec<&str> {
    text.match_indices("<!-- generated: ")
        .map(|(start, _)| {
            let length = text[start..].find(END).expect("a generated block ends");
            &text[start..start + length + END.len()]
        })
        .collect()
}

#[rstest]
#[case("npm")]
#[case("cloudsmith")]
#[tokio::test(flavor = "multi_thread")]
async fn the_tables_of_a_types_page_are_what_the_connector_declares(#[case] connector_type: &str) {
    let path = documentation(&format!("connectors/{connector_type}.md"));
    let page = std::fs::read_to_string(&path).unwrap();
    let described = run(&binary(""), &["connectors", "describe", connector_type, "--markdown"]).stdout;
    let (written, declared) = (blocks(&page), blocks(&described));
    assert_eq!((written.len(), declared.len()), (2, 2));
    if std::env::var_os("UPDATE_DOCS").is_some() {
        let updated = written.iter().zip(&declared).fold(page.clone(), |page, (old, new)| page.replace(old, new));
        std::fs::write(&path, updated).unwrap();
        return;
    }
    for (written, declared) in written.iter().zip(&declared) {
        assert_eq!(written, declared, "run: UPDATE_DOCS=1 cargo test -p rolecall --test cli manual");
    }
}

#[rstest]
#[case("npm")]
#[case("cloudsmith")]
#[tokio::test(flavor = "multi_thread")]
async fn every_setting_is_described_where_the_connectors_file_is(#[case] connector_type: &str) {
    let page = std::fs::read_to_string(documentation("reference/connectors-file.md")).unwrap();
    let described = run(&binary(""), &["connectors", "describe", connector_type, "--format", "json"]).json();
    for setting in described["settings"].as_array().unwrap() {
        let key = setting["key"].as_str().unwrap();
        assert!(page.contains(&format!("| `{key}` |")), "{key} of {connector_type} is missing");
    }
}

fn documentation(page: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(page)
}

/// A server's address may hold one.
#[test]
fn help_shows_no_password() {
    let binary = binary("");
    for arguments in [["who-can", "-h"], ["db", "--help"]] {
        let mut command = binary.command(&arguments);
        let output = command.env("ROLECALL_DATABASE", "postgres://rolecall:hunter2@db/rolecall").output().unwrap();
        let help = String::from_utf8(output.stdout).unwrap();
        assert!(help.contains("ROLECALL_DATABASE") && !help.contains("hunter2"), "{help}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_has_a_page() {
    let binary = binary("");
    let ran = run(&binary, &["man", "--directory", "new/man1"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let page = |name: &str| std::fs::read_to_string(binary.home().join("new/man1").join(name)).unwrap_or_default();
    for name in [
        "rolecall.1",
        "rolecall-sync-npm.1",
        "rolecall-connectors-add-npm.1",
        "rolecall-who-can.1",
        "rolecall-doctor-cloudsmith.1",
    ] {
        let page = page(name);
        assert!(page.contains(".SH NAME") && page.contains(".SH SYNOPSIS"), "{name}: {page}");
    }
    let names: Vec<_> = std::fs::read_dir(binary.home().join("new/man1")).unwrap().collect();
    assert!(ran.stderr.contains(&format!("wrote {} pages", names.len())), "{ran:?}");
    assert!(page("rolecall-connectors-help.1").is_empty(), "what explains itself needs no page");
    let printed = run(&binary, &["man"]).stdout;
    assert!(printed.contains("rolecall\\-sync"), "{printed}");

    let refused = run(&binary, &["man", "--directory", "new/man1/rolecall.1"]);
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(refused.stderr.contains("hint:"), "{refused:?}");
}
