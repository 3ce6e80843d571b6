//! Long texts and deep ones end, in time proportional to their length and with a remark.

use std::thread;

use rolecall_query::{LONGEST, parse};

use crate::invariants::checked;

/// Half of what the threads of a server usually have.
const STACK: usize = 1 << 20;

/// Each kind of thing that can hold another of its kind: what stands before all of them, what begins and what ends each,
/// and what is in the innermost.
const NESTS: [(&str, &str, &str, &str); 11] = [
    ("FIND User WITH ", "(", ")", "a = 1"),
    ("FIND User WITH a = ", "(", ")", "1"),
    ("FIND User WITH ", "(b = 1 OR c = 2 AND ", ")", "1 = 1"),
    ("FIND User WITH a = ", "('b' OR ", ")", "'c'"),
    ("FIND User WITH a = ", "('b' OR 'c' AND ", ")", "'d'"),
    ("FIND User ", "(THAT HAS User ", ")?", ""),
    ("FIND User WITH a = ", "(FIND User WITH a = ", ")", "1"),
    ("FIND User WHERE a = ", "(FIND User (THAT HAS User WITH a = ", ")?)", "1"),
    ("FIND User WITH a = ", "-", "", "1"),
    ("FIND User RETURN ", "count(", ")", "u"),
    ("FIND User RETURN ", "1 + (2 * ", ")", "u"),
];

fn on_a_small_stack(test: impl FnOnce() + Send + 'static) {
    thread::Builder::new().stack_size(STACK).spawn(test).expect("a thread").join().expect("no overflow");
}

fn nested((before, begins, ends, innermost): (&str, &str, &str, &str), depth: usize) -> String {
    format!("{before}{}{innermost}{}", begins.repeat(depth), ends.repeat(depth))
}

#[test]
fn what_is_nested_ten_thousand_deep_is_refused() {
    on_a_small_stack(|| {
        for nest in NESTS {
            let text = nested(nest, 10_000);
            let parsed = parse(&text);
            assert_eq!(parsed.diagnostics.len(), 1, "{nest:?} {:?}", parsed.diagnostics);
            assert_eq!(parsed.diagnostics[0].code, "too-deep", "{nest:?}");
            assert!(checked(&text[..text.len() / 2]).is_none());
        }
    });
}

#[test]
fn what_is_nested_as_deep_as_anybody_writes_is_read() {
    on_a_small_stack(|| {
        for nest in NESTS {
            let text = nested(nest, 20);
            assert!(checked(&text).is_some(), "{:?}", parse(&text));
        }
    });
}

/// What is read at the very limit can also be printed, compared and dropped.
#[test]
fn the_deepest_that_is_read_can_be_walked() {
    on_a_small_stack(|| {
        for nest in NESTS {
            let deepest = (20..50).rev().find(|depth| parse(&nested(nest, *depth)).query.is_some());
            assert!(checked(&nested(nest, deepest.expect("some depth is read"))).is_some());
        }
        let chain = format!("FIND User RETURN {}1", "1 + ".repeat(128));
        assert!(checked(&chain).is_some());
        let towers = format!("FIND User WITH {}1{} = 1", "(1 - (".repeat(20), " + 1)) * 2".repeat(20));
        assert!(checked(&towers).is_some(), "{:?}", parse(&towers));
    });
}

#[test]
fn too_many_signs_in_one_value_are_refused_and_many_in_several_are_not() {
    on_a_small_stack(|| {
        for (before, link, end) in [
            ("FIND User RETURN ", "1 + ", "1"),
            ("FIND User WITH ", "1 - ", "1 = 1"),
            ("FIND User WITH a = ", "1 * ", "1"),
            ("FIND User WITH ((((", "1 / ", "1)))) = 1"),
        ] {
            let text = format!("{before}{}{end}", link.repeat(50_000));
            assert_eq!(parse(&text).diagnostics[0].code, "too-deep", "{before}");
        }
        let conditions =
            format!("FIND User WITH {}c = 1", "(a + b) > (b - 1) AND a - 1 = ('x' OR 1 + 2) OR ".repeat(1000));
        assert!(checked(&conditions).is_some(), "{:?}", parse(&conditions));
    });
}

#[test]
fn a_megabyte_is_read_and_more_is_refused() {
    for (before, piece, end) in [
        ("FIND User WITH ", "name = 'ada' OR ", "a = 1"),
        ("FIND User WITH a = (", "'ada' OR ", "'a')"),
        ("FIND User ", "THAT HAS Team ", ""),
        ("FIND (User|", "Team|", "Person)"),
        ("FIND User RETURN ", "User.name, ", "User.mail"),
        ("FIND User // ", "é ", ""),
        ("FIND User WITH a = '", "\\\\ ", "'"),
    ] {
        let text = format!("{before}{}{end}", piece.repeat(1_000_000 / piece.len()));
        let parsed = parse(&text);
        assert_eq!(parsed.diagnostics, [], "{before}");
        let refused = parse(&format!("{text}{}", " ".repeat(LONGEST)));
        assert_eq!(refused.diagnostics[0].code, "too-long");
    }
}

/// Each of these would take minutes if anything looked ahead to the end of the text for each of its pieces.
#[test]
fn very_many_mistakes_take_no_longer() {
    for piece in [
        "(", ")", "[", "'", "\\'", "/", "= /", "/*", "${", "{{", "${a.", "THAT ", "WHERE ", "RETURN (", "#", "%", "é",
        "-", "x(",
    ] {
        for before in ["", "FIND User ", "FIND User WITH a = ", "FIND User RETURN "] {
            let text = format!("{before}{}", piece.repeat(50_000 / piece.len()));
            let parsed = parse(&text);
            assert_eq!(parsed.query.is_none(), !parsed.diagnostics.is_empty(), "{before}{piece}");
            assert!(parsed.diagnostics.len() <= 20);
        }
    }
}
