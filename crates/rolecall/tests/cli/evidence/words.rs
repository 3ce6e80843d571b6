//! What people read.

use insta::assert_snapshot;

use super::Office;
use super::package::file;

/// Moments, keys, ids and hashes are others each time.
fn steady(text: &str) -> String {
    let is_long = |word: &str| word.len() >= 32 && word.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    let is_moment = |word: &str| word.len() == 20 && word.starts_with("20") && word.ends_with('Z');
    let mut out = String::new();
    let mut word = String::new();
    for letter in text.chars().chain(['\n']) {
        if letter.is_ascii_alphanumeric()
            || letter == '-'
            || (letter == ':' && word.starts_with("20") && word.len() < 19)
        {
            word.push(letter);
            continue;
        }
        out.push_str(match word.as_str() {
            moment if is_moment(moment) => "MOMENT______________",
            long if is_long(long) => "HEXADECIMAL",
            other => other,
        });
        word.clear();
        out.push(letter);
    }
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn people_read_this() {
    let office = Office::open().await;
    office.yuki_leaves().await;
    let made = office.run(&["evidence", "-f", "one.zip"]);
    assert_snapshot!("evidence_made", steady(&made.stdout));
    let verified = office.run(&["evidence", "verify", "one.zip"]);
    assert_snapshot!("evidence_verified", steady(&verified.stdout));
    let expected = office.run(&["evidence", "verify", "one.zip", "--key", &office.key()]);
    assert!(expected.stdout.ends_with("as expected.\n"), "{expected:?}");
    let leavers = office.run(&["evidence", "leavers"]);
    assert_snapshot!("evidence_leavers", steady(&leavers.stdout));
    let grants = office.run(&["evidence", "new-grants", "--since", "2026-01-01"]);
    assert_snapshot!("evidence_new_grants", steady(&grants.stdout).lines().take(8).collect::<Vec<_>>().join("\n"));
    let path = office.path("one.zip").display().to_string();
    let report = steady(&file(&path, "report.html"));
    let cover = report.split("<section").next().unwrap_or_default();
    let cover = cover.split("</style>").nth(1).unwrap_or_default();
    assert_snapshot!("evidence_report_cover", cover);
    assert!(report.contains("break-before: page") && !report.contains("<script") && !report.contains("http://"));
}
