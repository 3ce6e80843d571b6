//! Lists of owners, as people write them.

use proptest::prelude::*;

use super::*;

fn rows(text: &str) -> Vec<String> {
    let told = |row: OwnerListRow| {
        let kind = row.kind.unwrap_or("any");
        format!("{} {kind} {} {:?} {}", row.line, row.resource, row.connector, row.owners.join("+"))
    };
    let (rows, problems) = read(text);
    assert!(problems.is_empty(), "{problems:?}");
    rows.into_iter().map(told).collect()
}

fn wrong(text: &str) -> Vec<String> {
    read(text).1.first().iter().map(ToString::to_string).collect()
}

#[test]
fn separators_a_mark_at_the_beginning_and_json_make_no_difference() {
    let expected = ["2 any @acme/core None ada@acme.test+E2", "3 any acme/prod Some(\"cloudsmith:acme\") acme/release"];
    for separator in [";", "\t", "|"] {
        let text = "\u{feff}Resource;Owner;Connector\r\n@acme/core;ada@acme.test,E2;\r\nacme/prod;acme/release;cloudsmith:acme\r\n";
        assert_eq!(rows(&text.replace(';', separator)), expected, "{separator:?}");
    }
    let text = "[{\"package\": \"@acme/core\", \"owners\": [\"ada@acme.test\", \"E2\"]}]";
    assert_eq!(rows(text), ["1 package @acme/core None ada@acme.test+E2"]);
    let text = "Package,Repository,Owned by\n@acme/core,,E1\n,acme/prod,E2\n\n,,\n";
    assert_eq!(rows(text), ["2 package @acme/core None E1", "3 repository acme/prod None E2"]);
}

#[test]
fn everything_that_is_wrong_is_told_with_its_line() {
    let text = "package,repository,owner\n@acme/core,acme/prod,E1\n,,E1\n@acme/core,,\n@acme/core\n";
    assert_eq!(
        wrong(text),
        [
            "line 2: more than one thing is named; give each a line of its own",
            "line 3: nothing is named that is owned; fill in a resource, a package or a repository",
            "line 4: nobody is named as the owner; fill one in, or remove the line",
            "line 5: there are 1 cells and 3 columns; look for a missing quote or separator",
        ]
    );
    assert_eq!(
        wrong("thing,who\na,b\n"),
        [
            "line 1: no column is called owner; rename one of: thing, who",
            "line 1: no column is called resource, package or repository; rename one of: thing, who",
        ]
    );
    for nothing in ["", "package,owner\n", "[]"] {
        assert!(!wrong(nothing).is_empty(), "{nothing:?}");
    }
    assert!(
        wrong("[\n{\"package\": 1, \"owner\": 2},\n[]]")
            .contains(&"line 3: this is not an object; each row is one, in braces".to_owned())
    );
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_with_a_reason(
        begin in prop::sample::select(&["", "package,owner\n", "[", "[{\"package\":"][..]),
        rows in prop::collection::vec("[a-z0-9@./ ,;|\"é\\[\\]{}:\n]{0,30}", 0..6),
    ) {
        let (rows, problems) = read(&format!("{begin}{}", rows.join("\n")));
        prop_assert!(rows.iter().all(|row| !row.owners.is_empty() && !row.resource.is_empty()));
        prop_assert!(!rows.is_empty() || !problems.is_empty());
    }
}
