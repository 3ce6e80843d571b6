//! The demo is the product at work: what it says is checked against the simulated registry's story.

use crate::support::{binary, run};

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_tells_the_story_and_ends_with_three_commands() {
    let binary = binary("unused");
    let ran = run(&binary, &["demo"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    for expected in [
        "proven complete",
        "computed = collaborators for 13 of 14 packages",
        "only npm says nadia-freelance (read-write)",
        "Otto Brandt (E02): departed",
        "npm org rm acme otto.brandt",
        "nadia-freelance is outside organization acme and can publish @acme/charts",
        "user lena.k holds owner on organization acme (was developer)",
        "user amara-d holds developer on organization acme",
        "team acme/web holds read-write on package @acme/payments-sdk",
        "New owner or administrator",
        "Role raised",
        "Tomek Zielinski left, and their account tomek77 can publish 4 packages",
        "rolecall sync npm --org YOUR-ORGANISATION",
        "rolecall who-can publish",
        "rolecall access npm:",
    ] {
        assert!(ran.stdout.contains(expected), "{expected:?} is missing in {}", ran.stdout);
    }
    assert!(!binary.database().exists(), "the demo leaves the person's own database alone");
}

#[test]
fn the_demo_is_served_to_this_machine_alone() {
    let binary = binary("unused");
    for (address, word) in [("0.0.0.0:0", "this machine alone"), ("8481", "an address and a port")] {
        let ran = run(&binary, &["demo", "--listen", address]);
        assert!(ran.code == 2 && ran.stderr.contains(word), "{ran:?}");
    }
}
