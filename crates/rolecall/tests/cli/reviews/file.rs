//! Decisions that come back in a file, as people and their programs write it.

use super::support::Office;
use crate::support::Served;
use crate::taking::{acme, sync};

/// The same table with the last two columns filled in, by the number of the grant.
pub(super) fn filled(table: &str, decide: impl Fn(&str) -> Option<(&'static str, &'static str)>) -> String {
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let mut writer = csv::Writer::from_writer(Vec::new());
    let header = reader.headers().unwrap().clone();
    let place = |name: &str| header.iter().position(|one| one == name).unwrap();
    let (number, decision, reason) = (place("number"), place("decision"), place("reason"));
    writer.write_record(&header).unwrap();
    for record in reader.records() {
        let mut cells: Vec<String> = record.unwrap().iter().map(str::to_owned).collect();
        if let Some((what, why)) = decide(&cells[number]) {
            (cells[decision], cells[reason]) = (what.to_owned(), why.to_owned());
        }
        writer.write_record(&cells).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

async fn office() -> (Served, Office) {
    let served = acme().await;
    let office = Office::of(served.binary());
    sync(&served, &office.binary).await;
    office.roster("id,name,email,status\nE1,Ada,ada@acme.test,active\nE2,Bob,bob@acme.test,active\n");
    office.campaign("Q4", &["--reviewer", "ada@acme.test", "--entitlement", "team:member"]);
    (served, office)
}

fn undecided(office: &Office) -> usize {
    office.items("Q4").iter().filter(|item| item["outcome"] == "undecided").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_goes_out_comes_back_half_filled_and_again() {
    let (_served, office) = office().await;
    let path = office.binary.home().join("out.csv").display().to_string();
    let said = office.run(&["reviews", "export", "Q4", "--reviewer", "ada@acme.test", "-f", &path]);
    assert!(said.code == 0 && said.stderr.contains("fill in decision"), "{said:?}");
    let table = std::fs::read_to_string(&path).unwrap();
    let all = office.items("Q4").len();
    assert!(table.contains("ada@acme.test") && table.lines().count() == all + 1, "{table}");
    let half = |number: &str| match number.parse::<usize>().unwrap() {
        1 => Some(("Denied", "left, as Bob says")),
        number if number <= all / 2 => Some(("certify", "")),
        _ => None,
    };
    let file = office.write("back.csv", filled(&table, half));
    let report = office.json(&["reviews", "import", "Q4", &file]);
    let of_ada = &report["reviewers"]["ada@acme.test"];
    assert_eq!((&of_ada["denied"], &report["undecided"]), (&serde_json::json!([1]), &(all - all / 2).into()));
    assert_eq!(undecided(&office), all - all / 2);
    // The same file again decides nothing again, and says so.
    let before = office.history("Q4").len();
    let again = office.asked(&["reviews", "import", "Q4", &file]);
    assert!(again.contains("This very file was brought before") && again.contains("decided so already"), "{again}");
    assert_eq!(office.history("Q4").len(), before);
    let decision = &office.items("Q4")[0]["decisions"];
    assert_eq!((decision.as_array().unwrap().len(), &decision[0]["reason"]), (1, &"left, as Bob says".into()));
    // Nothing is overwritten without a word.
    let turned = office.write("turned.csv", filled(&table, |number| (number == "1").then_some(("certify", ""))));
    let refused = office.refused(2, &["reviews", "import", "Q4", &turned]);
    assert!(refused.contains("in the place of another, needs a reason"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_read_as_spreadsheets_write_it() {
    let (_served, office) = office().await;
    let table =
        filled(&office.asked(&["reviews", "export", "Q4"]), |number| (number == "1").then_some(("Certified", "")));
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let mut writer =
        csv::WriterBuilder::new().delimiter(b';').terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(reader.headers().unwrap()).unwrap();
    reader.records().for_each(|record| writer.write_record(&record.unwrap()).unwrap());
    let file = office.write("bom.csv", [b"\xef\xbb\xbf".as_slice(), &writer.into_inner().unwrap()].concat());
    office.asked(&["reviews", "import", "Q4", &file]);
    assert_eq!(office.items("Q4")[0]["outcome"], "certified");
    // A formula that somebody writes as a reason is a reason, and text in what goes out again.
    let formula = filled(&table, |number| (number == "2").then_some(("deny", "=HYPERLINK(\"http://evil.test\")")));
    let file = office.write("formula.csv", formula.replace(",Certified,", ",,"));
    office.asked(&["reviews", "import", "Q4", &file]);
    assert_eq!(office.items("Q4")[1]["decisions"][0]["reason"], "=HYPERLINK(\"http://evil.test\")");
    let out = office.asked(&["reviews", "items", "Q4", "--format", "csv"]);
    assert!(!out.contains(",=") && !out.contains(",\"="), "{out}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_file_decides_nothing_at_all() {
    let (_served, office) = office().await;
    let all = office.items("Q4").len();
    let good = filled(&office.asked(&["reviews", "export", "Q4"]), |_| Some(("certify", "fine")));
    office.campaign("Other", &["--reviewer", "ada@acme.test", "--entitlement", "organization:owner"]);
    let other = filled(&office.asked(&["reviews", "export", "Other"]), |_| Some(("certify", "fine")));
    let with = |from: &str, to: &str| {
        let at = good.rfind(from).unwrap_or_else(|| panic!("{from} is not in {good}"));
        format!("{}{to}{}", &good[..at], &good[at + from.len()..])
    };
    let long = "x".repeat(2_001);
    let last = good.lines().last().unwrap();
    let number = last.split(',').next().unwrap();
    let numbered = |to: &str| good.replacen(&format!("\n{number},"), &format!("\n{to},"), 1);
    for (text, said) in [
        (other, "the file is of another one"),
        (good.replacen(",decision,", ",verdict,", 1), "it has no column"),
        (String::new(), "it has no column"),
        ("\u{0}\u{1}nothing".to_owned(), "it has no column"),
        (with("certify", "yes"), "a decision is `certify` or `deny`"),
        (with("certify", "=certify"), "a decision is `certify` or `deny`"),
        (numbered("9999"), "there is no grant 9999"),
        (numbered("-1"), "there is no grant -1"),
        (numbered("99999999999999999999"), "is no number"),
        (numbered("1.5"), "is no number"),
        (with("fine", &long), "a reason has 2000 letters at most"),
        (with("ada@acme.test", "nobody"), "nobody, or more than one person, is called \"nobody\""),
        (with("ada@acme.test", ""), "it does not say who decided"),
        (format!("{good}{}\n", last.replace("certify", "deny")), "is decided about twice, and not alike"),
    ] {
        let file = office.write("wrong.csv", &text);
        let ran = office.run(&["reviews", "import", "Q4", &file]);
        let code = if said.contains("is called") { 6 } else { 2 };
        assert!(ran.code == code && ran.stderr.contains(said), "{said}: {ran:?}");
        assert_eq!(undecided(&office), all, "{said}");
    }
    // Nor does what is wrong in the lines of one reviewer let pass those of another.
    let bob = with("ada@acme.test", "bob@acme.test");
    let at = bob.rfind("fine").unwrap();
    let file = office.write("two.csv", format!("{}{long}{}", &bob[..at], &bob[at + 4..]));
    office.refused(2, &["reviews", "import", "Q4", &file]);
    assert_eq!(undecided(&office), all, "nothing of a file that is wrong is taken");
    let missing = office.refused(2, &["reviews", "import", "Q4", "nowhere.csv"]);
    assert!(missing.contains("cannot be read"), "{missing}");
    let binary = office.write("latin.csv", [good.as_bytes(), b"\xff\xfe,\xe4\n"].concat());
    office.refused(2, &["reviews", "import", "Q4", &binary]);
    assert_eq!(undecided(&office), all);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_huge_file_is_refused_before_it_is_read() {
    let (_served, office) = office().await;
    let path = office.binary.home().join("huge.csv");
    std::fs::File::create(&path).unwrap().set_len((64 << 20) + 1).unwrap();
    let said = office.refused(2, &["reviews", "import", "Q4", &path.display().to_string()]);
    assert!(said.contains("larger than 64 MB"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_whose_address_is_shared_is_named_by_their_key() {
    let (_served, office) = office().await;
    office.roster("id,name,email,status\nE1,Ada,team@acme.test,active\nE2,Bob,team@acme.test,active\n");
    let table = office.asked(&["reviews", "export", "Q4", "--reviewer", "E1"]);
    assert!(table.contains("person:E1") && !table.contains("team@acme.test"), "{table}");
    let file = office.write("back.csv", filled(&table, |number| (number == "1").then_some(("certify", ""))));
    office.asked(&["reviews", "import", "Q4", &file]);
    assert_eq!(office.items("Q4")[0]["outcome"], "certified");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_a_campaign_that_does_not_run_is_refused() {
    let (_served, office) = office().await;
    let file = office.write("good.csv", filled(&office.asked(&["reviews", "export", "Q4"]), |_| None));
    assert!(office.asked(&["reviews", "import", "Q4", &file]).contains("Nothing is decided in it"));
    office.asked(&["reviews", "complete", "Q4", "--reason", "over"]);
    let said = office.refused(2, &["reviews", "import", "Q4", &file]);
    assert!(said.contains("is completed: nothing can be decided in it"), "{said}");
}
