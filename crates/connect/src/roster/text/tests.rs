//! Rosters as people write them, and as they should not.

use std::fmt::Write;

use proptest::prelude::*;
use rolecall_model::person::{Employment, Person, PersonKind, Standing};
use rolecall_testkit::cases;

use super::{DateOrder, Roster, RosterField, RosterMapping, read};

fn people(text: &str) -> Vec<Person> {
    read(text, "staff", None).unwrap().people
}

fn refusal(text: &str) -> String {
    read(text, "staff", None).unwrap_err().to_string()
}

fn warnings(roster: &Roster) -> Vec<String> {
    roster.warnings.first().iter().map(ToString::to_string).collect()
}

#[test]
fn a_roster_is_read_with_every_separator_byte_order_mark_and_quotes() {
    for separator in [",", ";", "\t", "|"] {
        let text = "\u{feff}Employee ID|First Name|Last Name|E-Mail|Department|Other E-mails\r\n\
                    E1|Ada|\"Lovelace, Countess\"|Ada@acme.test|\"Engines; \"\"difference\"\" | tables\"|\"a@acme.test;b@acme.test\"\r\n\
                    \r\n\
                    E2|Bob||||\r\n";
        // Text in quotes keeps its own.
        let text = text
            .split('"')
            .enumerate()
            .map(|(at, part)| if at % 2 == 0 { part.replace('|', separator) } else { part.to_owned() });
        let people = people(&text.collect::<Vec<_>>().join("\""));
        let [ada, bob] = people.as_slice() else { panic!("{separator}: {people:?}") };
        assert_eq!((ada.key.as_str(), ada.display_name.as_str()), ("E1", "Ada Lovelace, Countess"), "{separator}");
        assert_eq!(ada.department.as_deref(), Some("Engines; \"difference\" | tables"), "{separator}");
        let addresses: Vec<_> =
            ada.addresses.iter().map(|address| (address.address.as_str(), address.is_main)).collect();
        assert_eq!(addresses, [("Ada@acme.test", true), ("a@acme.test", false), ("b@acme.test", false)]);
        assert!(ada.addresses.iter().all(|address| address.source == "staff" && address.standing == Standing::Roster));
        assert_eq!((bob.key.as_str(), bob.addresses.len(), bob.employment), ("E2", 0, Employment::Unknown));
    }
}

#[test]
fn every_field_is_guessed_and_other_columns_become_attributes() {
    let text = "personnel_number,Full Name,Work Email,Status,Worker Type,Dept,Reports To,Hire Date,End Date,NPM user,Cost Centre\n\
                7,Ada Lovelace,ada@acme.test,On-Leave,Contractor,R&D,bob@ACME.test,3 May 2020,2026-12-31,ada,42\n\
                8,Bob,bob@acme.test,TERMINATED,Board,,,,,,\n";
    let roster = read(text, "staff", None).unwrap();
    let ada = &roster.people[0];
    assert_eq!((ada.employment, &ada.kind), (Employment::OnLeave, &PersonKind::Contractor));
    assert_eq!(roster.people[1].kind, PersonKind::Other("Board".to_owned()));
    assert_eq!(roster.people[1].employment, Employment::Departed);
    assert_eq!(ada.manager.as_ref().map(|key| key.as_str()), Some("8"), "found by address");
    assert_eq!(
        (ada.start.unwrap().to_string(), ada.end.unwrap().to_string()),
        ("2020-05-03".into(), "2026-12-31".into())
    );
    let attributes: Vec<_> = ada.attributes.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(attributes, ["Cost Centre=42", "npmUsername=ada"]);
    assert!(roster.warnings.is_empty());
}

#[test]
fn the_mapping_that_was_used_can_be_kept_and_given() {
    let mapping = RosterMapping {
        fields: [(RosterField::Email, "who".to_owned()), (RosterField::Start, "since".to_owned())].into(),
        attributes: [("nick".to_owned(), "npmUsername".to_owned())].into(),
        date_order: Some(DateOrder::MonthFirst),
    };
    let kept: RosterMapping = serde_json::from_str(&serde_json::to_string(&mapping).unwrap()).unwrap();
    let roster = read("nick,who,since,id\nada,Ada@acme.test,03/04/2026,9\n", "staff", Some(&kept)).unwrap();
    assert_eq!(roster.mapping, mapping);
    let ada = &roster.people[0];
    assert_eq!((ada.key.as_str(), ada.attributes["npmUsername"].as_str()), ("ada@acme.test", "ada"));
    assert_eq!(ada.start.unwrap().to_string(), "2026-03-04");
    let refused = read("who,until\na@acme.test,x\n", "staff", Some(&kept)).unwrap_err().to_string();
    assert!(
        refused.contains("line 1: there is no column `since`; change the mapping to one of: who, until"),
        "{refused}"
    );
}

#[test]
fn days_are_read_in_five_spellings_and_those_that_may_be_two_are_refused() {
    let start = |text: &str, date_order| {
        let mapping = RosterMapping {
            fields: [(RosterField::Id, "id".to_owned()), (RosterField::Start, "start".to_owned())].into(),
            date_order,
            ..RosterMapping::default()
        };
        let roster = read(&format!("id,start\n1,{text}\n"), "staff", Some(&mapping));
        roster.map(|roster| roster.people[0].start.unwrap().to_string()).map_err(|refused| refused.to_string())
    };
    for (text, day) in [
        ("2026-05-03", "2026-05-03"),
        ("2026-05-03T00:00:00Z", "2026-05-03"),
        ("2026-05-03 00:00:00", "2026-05-03"),
        ("3.5.2026", "2026-05-03"),
        ("03.05.2026", "2026-05-03"),
        ("3 May 2026", "2026-05-03"),
        ("03-Sept-2026", "2026-09-03"),
        ("03 december 2026", "2026-12-03"),
        ("2026/05/03", "2026-05-03"),
        ("25/04/2026", "2026-04-25"),
        ("04/25/2026", "2026-04-25"),
        ("04/04/2026", "2026-04-04"),
    ] {
        assert_eq!(start(text, None).as_deref(), Ok(day), "{text}");
    }
    assert_eq!(start("03/04/2026", Some(DateOrder::DayFirst)).as_deref(), Ok("2026-04-03"));
    assert_eq!(start("03/04/2026", Some(DateOrder::MonthFirst)).as_deref(), Ok("2026-03-04"));
    let refused = start("03/04/2026", None).unwrap_err();
    assert!(refused.contains("line 2: `03/04/2026` may be 2026-04-03 or 2026-03-04; say in the mapping"), "{refused}");
    for text in [
        "25/04/2026",
        "yesterday",
        "31.02.2026",
        "2026-13-01",
        "3 Foo 2026",
        "05/03/26",
        "2026-05",
        "99/99/2026",
        "é é é",
    ] {
        let order = (text == "25/04/2026").then_some(DateOrder::MonthFirst);
        let refused = start(text, order).unwrap_err();
        assert!(refused.contains(&format!("line 2: `{text}` is not a day; write it like 2026-05-03")), "{refused}");
    }
}

#[test]
fn everything_that_is_wrong_is_told_at_once_with_its_line_and_nothing_is_used() {
    let refused = refusal(
        "id,email,start\n\
         1,ada@acme.test,03/04/2026\n\
         2,not an address,\n\
         ,,2026-01-01\n\
         1,b@acme.test,\n\
         3,c@acme.test\n\
         4,d@acme.test,someday\n",
    );
    let lines: Vec<&str> = refused.lines().collect();
    let begins = [
        "nothing of the roster was used",
        "line 2: `03/04/2026` may be",
        "line 3: `not an address` is not an e-mail address",
        "line 4: there is neither an id nor an e-mail address",
        "line 5: `1` is on line 2 already",
        "line 6: there are 2 cells and 3 columns",
        "line 7: `someday` is not a day",
    ];
    assert!(
        lines.len() == begins.len() && lines.iter().zip(begins).all(|(line, begin)| line.starts_with(begin)),
        "{refused}"
    );
}

#[test]
fn the_same_person_twice_is_refused_with_both_lines() {
    let refused = refusal("id;mail\n1;a@acme.test\n2;b@acme.test\n1;c@acme.test\n");
    assert!(refused.contains("line 4: `1` is on line 2 already"), "{refused}");
    let refused = refusal("mail\nA@acme.test\na@acme.test\n");
    assert!(refused.contains("line 3: `a@acme.test` is on line 2 already"), "{refused}");
}

#[test]
fn of_very_many_problems_the_first_hundred_are_told() {
    let text = (0..250).fold("id,start\n".to_owned(), |text, number| text + &format!("{number},never\n"));
    let refused = read(&text, "staff", None).unwrap_err().problems;
    assert_eq!((refused.first().len(), refused.left_out()), (100, 150));
    assert_eq!(refused.first()[99].line, 101);
}

#[test]
fn managers_who_go_in_a_circle_are_refused_and_unknown_ones_warned_of() {
    let refused = refusal("id,manager\n1,2\n2,3\n3,2\n4,1\n5,6\n6,5\n");
    assert_eq!(
        refused.lines().skip(1).collect::<Vec<_>>(),
        [
            "line 3: managers go in a circle: 2 reports to 3 reports to 2; correct one of them",
            "line 6: managers go in a circle: 5 reports to 6 reports to 5; correct one of them",
        ]
    );
    let roster = read("id,manager\n1,1\n2,1\n3,zoe\n", "staff", None).unwrap();
    let managers: Vec<_> = roster.people.iter().map(|person| person.manager.as_ref().map(|key| key.as_str())).collect();
    assert_eq!(managers, [None, Some("1"), Some("zoe")]);
    assert_eq!(warnings(&roster), ["line 4: the manager `zoe` is not in this roster"]);
}

#[test]
fn a_word_that_is_no_status_is_unknown_and_not_active() {
    let roster = read("id,status,start,end\n1,on sabbatical leave,2026-02-01,2026-01-01\n", "staff", None).unwrap();
    assert_eq!(roster.people[0].employment, Employment::Unknown);
    let [status, days] = &warnings(&roster)[..] else { panic!("{:?}", warnings(&roster)) };
    assert!(
        status.starts_with("line 2: `on sabbatical leave` is not known as a status and was read as unknown"),
        "{status}"
    );
    assert_eq!(days, "line 2: the last day, 2026-01-01, is before the first, 2026-02-01");
}

#[test]
fn a_lost_quote_and_odd_headers_are_told() {
    let rest = "2,b,c\n".repeat(20_000);
    let refused = refusal(&format!("id,name,dept\n1,\"Ada,x\n{rest}"));
    assert!(
        refused.contains("line 2: the line is longer than 64 KiB; look for a quote that is not closed"),
        "{refused}"
    );
    let refused = refusal("id,name,id\n1,2,3\n");
    assert!(refused.contains("line 1: two columns are named `id`; rename one"), "{refused}");
    let refused = refusal("colour,size\nred,3\n");
    assert!(refused.contains("line 1: no column is an id or an e-mail address"), "{refused}");
    for nobody in ["", "id,name\n", "id,name\n,\n", "[]"] {
        assert!(!refusal(nobody).is_empty(), "{nobody}");
    }
}

#[test]
fn json_is_read_as_an_array_and_line_by_line() {
    let objects = [
        r#"{"id": 7, "email": "ada@acme.test", "aliases": ["a@acme.test", "b@acme.test"], "active": false}"#,
        r#"{"id": "8", "name": "Bob", "department": null}"#,
    ];
    for text in [format!("\u{feff}[\n{}\n]\n", objects.join(",\n")), objects.join("\n")] {
        let people = people(&text);
        let [ada, bob] = people.as_slice() else { panic!("{people:?}") };
        assert_eq!((ada.key.as_str(), ada.addresses.len(), ada.employment), ("7", 3, Employment::Departed));
        assert_eq!((bob.display_name.as_str(), &bob.department), ("Bob", &None));
    }
}

#[test]
fn wrong_json_is_told_with_its_line() {
    for (text, message) in [
        ("[\n{\"id\": 1},\n{\"id\": 2,}]", "line 3: this is not JSON"),
        ("[\n{\"id\": 1}\n{\"id\": 2}]", "line 3: a comma or the end of the array is missing"),
        ("[\n{\"id\": 1},\n{\"id\": 2}\n", "line 4: a comma or the end of the array is missing"),
        ("[\n{\"id\": 1},\n", "line 3: the text ends before the array does"),
        ("[{\"id\": 1}]\n x", "line 2: there is something after the end of the array"),
        ("[{\"id\": 1},\n [] ]", "line 2: this is not an object"),
        (
            "[{\"id\": 1},\n{\"id\": 2, \"name\": {\"given\": \"Ada\"}}]",
            "line 2: `name` is neither a text nor a list of texts",
        ),
        ("{\"id\": 1}\n{\"id\": 1}", "line 2: `1` is on line 1 already"),
    ] {
        let refused = refusal(text);
        assert!(refused.contains(message), "{text}: {refused}");
    }
}

#[test]
fn a_large_roster_is_read() {
    let lines = cases(20_000, 1_000_000);
    let mut text = "id,name,email,manager,start\n".to_owned();
    for number in 0..lines {
        let manager = number / 8;
        writeln!(text, "{number},Ada {number},ada{number}@acme.test,{manager},2020-01-15").unwrap();
    }
    let roster = read(&text, "staff", None).unwrap();
    assert_eq!((roster.people.len(), roster.warnings.is_empty()), (lines, true));
    let last = roster.people.last().unwrap();
    assert_eq!(last.manager.as_ref().map(|key| key.to_string()), Some(((lines - 1) / 8).to_string()));
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_with_a_reason(
        header in "[a-z ,;|\"]{0,30}",
        rows in prop::collection::vec("[a-z0-9@./ ,;|\"é\\[\\]{}:\n]{0,30}", 0..6),
        begin in prop::sample::select(&["", "id,email,start,manager\n", "[", "{", "[{\"id\":"][..]),
    ) {
        let text = format!("{begin}{header}\n{}", rows.join("\n"));
        match read(&text, "staff", None) {
            Ok(roster) => {
                let keys: std::collections::BTreeSet<_> = roster.people.iter().map(|person| &person.key).collect();
                prop_assert!(!keys.is_empty() && keys.len() == roster.people.len());
            }
            Err(refused) => prop_assert!(!refused.problems.is_empty()),
        }
    }
}

#[test]
fn lines_are_counted_alike_however_they_end_and_with_empty_ones_between() {
    for end in ["\n", "\r\n"] {
        let refused = refusal(&["id,name", "1,Ada", "", "1,Bob", ""].join(end));
        assert!(refused.contains("line 4: `1` is on line 2 already"), "{end:?}: {refused}");
    }
}
