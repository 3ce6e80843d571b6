//! What GitHub's documentation says of patterns, and that shortcuts change nothing.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::pattern::{Name, Pattern};
use super::*;

/// The example of GitHub's documentation, with other names.
const DOCUMENTED: &str = "\
# This is a comment.
*       @global-owner1 @global-owner2
*.js    @js-owner #This is an inline comment.
*.go docs@example.test
*.txt @octo-org/octocats
/build/logs/ @doctocat
docs/* docs2@example.test
apps/ @octocat
/docs/ @doctocat
/scripts/ @doctocat @octocat
**/logs @logger
/apps/ @octocat
/apps/github
";

fn path(text: &str) -> Vec<Name<'_>> {
    text.split('/').map(|name| if name == "?" { Name::Any } else { Name::Known(name) }).collect()
}

/// Which of the patterns counts for a path.
fn last_of(patterns: &[&str], path: &[Name<'_>]) -> Option<usize> {
    let mut tree = Tree::default();
    let made = patterns.iter().map(|pattern| Pattern::of(pattern)).zip(0..);
    made.for_each(|(pattern, rule)| pattern.into_iter().for_each(|pattern| tree.add(pattern, rule)));
    tree.last(path)
}

fn matches(pattern: &str, file: &str) -> bool {
    last_of(&[pattern], &path(file)).is_some()
}

fn owners(file: &Codeowners, directory: &str) -> Vec<String> {
    file.owning(directory).map(|rule| rule.owners.iter().map(ToString::to_string).collect()).unwrap_or_default()
}

#[test]
fn patterns_match_as_documented() {
    for (pattern, file, is_matched) in [
        ("*", "a", true),
        ("*", "a/b/c", true),
        ("*.js", "a/b.js", true),
        ("*.js", "a.js/b", true),
        ("*.js", "a/b.jsx", false),
        ("/build/logs/", "build/logs/a/b", true),
        ("/build/logs/", "build/logs", false),
        ("/build/logs/", "x/build/logs/a", false),
        ("docs/*", "docs/getting-started.md", true),
        ("docs/*", "docs/build-app/troubleshooting.md", false),
        ("docs/*", "x/docs/a.md", false),
        ("apps/", "apps/a", true),
        ("apps/", "x/y/apps/a/b", true),
        ("apps/", "apps", false),
        ("/apps/github", "apps/github/a", true),
        ("/apps/github", "apps/github", true),
        ("/apps/github", "apps/github-next/a", false),
        ("**/logs", "build/logs/a", true),
        ("**/logs", "logs", true),
        ("**/logs", "catalogs/a", false),
        ("logs", "deeply/nested/logs", true),
        ("/docs/**", "docs/a/b", true),
        ("/docs/**", "docs", false),
        ("a/**/z", "a/z", true),
        ("a/**/z", "a/b/c/z/d", true),
        ("a/**/z", "b/a/z", false),
        ("a/**/*", "a/b/c", true),
        ("/**", "a", true),
        ("**", "a/b", true),
        ("/pack?ges/c*e/", "packages/core/index.js", true),
        ("/pack?ges/c*e/", "packages/cor/index.js", false),
        ("/a\\ b/", "a b/c", true),
        ("/a\\*/", "ab/c", false),
        ("/a\\*/", "a*/c", true),
        ("/A/", "a/b", false),
    ] {
        assert_eq!(matches(pattern, file), is_matched, "{pattern} {file}");
    }
}

#[test]
fn a_directory_is_owned_where_all_of_it_is() {
    for (directory, pattern, is_owned) in [
        ("packages/core", "*", true),
        ("packages/core", "*.js", false),
        ("packages/core", "package.json", false),
        ("packages/core", "/packages/core/*", true),
        ("packages/core", "/packages/*", false),
        ("packages/core", "/packages/*/", true),
        ("packages/core", "/packages/core/src/", false),
        ("packages/core", "core", true),
        ("packages/core", "/packages/core", true),
        ("packages/core", "/packages/core/package.json", false),
        ("packages/core", "packages/**", true),
        ("", "/*", true),
        ("", "/packages/", false),
        ("./packages/core/", "/packages/core/", true),
        ("/packages//core", "/packages/core/", true),
        ("packages/../core", "*", false),
    ] {
        let file = Codeowners::read(&format!("{pattern} @ada"));
        assert_eq!(file.owning(directory).is_some(), is_owned, "{directory} {pattern}");
    }
}

#[test]
fn the_last_match_counts_and_a_line_without_owners_takes_back() {
    let file = Codeowners::read(DOCUMENTED);
    assert!(file.odd().is_empty(), "{:?}", file.odd());
    assert_eq!(file.rules().len(), 12);
    assert_eq!(owners(&file, ""), ["@global-owner1", "@global-owner2"]);
    assert_eq!(owners(&file, "src/js"), ["@global-owner1", "@global-owner2"], "`*.js` is some of the files only");
    assert_eq!(owners(&file, "docs/deep"), ["@doctocat"]);
    assert_eq!(owners(&file, "build/logs"), ["@logger"]);
    assert_eq!(owners(&file, "apps/other"), ["@octocat"]);
    let taken = file.owning("apps/github/cli").unwrap();
    assert_eq!((taken.line, taken.owners.len(), taken.pattern.as_str()), (13, 0, "/apps/github"));
}

#[test]
fn lines_that_mean_nothing_there_are_told_and_passed_over() {
    let text = "\u{feff}* @ada\r\n!/x/ @bob\r\n[abc].js @bob\r\n\\#x @bob\r\n***/x @bob\r\n/ @bob\r\n/y/ bob\r\n/z/ @a/b/c\r\n^[Docs] @x\r\n";
    let file = Codeowners::read(text);
    let odd: Vec<(u64, Oddity)> = file.odd().iter().map(|odd| (odd.line, odd.oddity)).collect();
    let expected = [
        (2, Oddity::Negation),
        (3, Oddity::Brackets),
        (4, Oddity::EscapedHash),
        (5, Oddity::Asterisks),
        (6, Oddity::Slash),
        (7, Oddity::Owner),
        (8, Oddity::Owner),
        (9, Oddity::Brackets),
    ];
    assert_eq!(odd, expected);
    assert_eq!(owners(&file, "x"), ["@ada"]);
    assert!(file.odd()[0].to_string().starts_with("line 2 was passed over: `!` does not negate"));
    let long = Codeowners::read(&format!("/{} @ada", "x".repeat(5000)));
    assert_eq!(long.odd()[0].oddity, Oddity::TooLong);
}

#[test]
fn owners_are_addresses_people_and_teams() {
    let file = Codeowners::read("* ada@acme.test @ada @acme/core # @nobody\n");
    let [rule] = file.rules() else { panic!("{:?}", file.rules()) };
    let expected = [
        Owner::Address("ada@acme.test".to_owned()),
        Owner::Handle("@ada".to_owned()),
        Owner::Group("@acme/core".to_owned()),
    ];
    assert_eq!(rule.owners, expected);
}

#[test]
fn very_many_lines_take_no_longer_each() {
    let lines = 100_000;
    let mut text = String::new();
    for number in 0..lines {
        writeln!(text, "/packages/p{number}/ @o{number}\n/packages/*/src/{number}/ @s\n*.e{} @e", number % 50).unwrap();
    }
    let file = Codeowners::read(&text);
    for number in (0..lines).step_by(100) {
        assert_eq!(owners(&file, &format!("packages/p{number}/lib")), [format!("@o{number}")]);
    }
}

fn pattern() -> impl Strategy<Value = String> {
    let step = prop::sample::select(&["a", "b", "*", "**", "a*", "*b", "?", "a*b", "ab"][..]);
    let steps = prop::collection::vec(step, 1..5).prop_map(|steps| steps.join("/"));
    (prop::sample::select(&["", "/"][..]), steps, prop::sample::select(&["", "/"][..]))
        .prop_map(|(begin, steps, end)| format!("{begin}{steps}{end}"))
}

/// The same, as it is said: from the end of the path and of the pattern, every way tried.
fn reference(pattern: &str, path: &[Name<'_>]) -> bool {
    let rooted = pattern.starts_with('/');
    let is_directory = pattern.ends_with('/');
    let mut steps: Vec<&str> = pattern.trim_matches('/').split('/').collect();
    if !rooted && steps.len() == 1 {
        steps.insert(0, "**");
    }
    if is_directory {
        steps.push("**");
    }
    fn go(steps: &[&str], path: &[Name<'_>]) -> bool {
        match steps.split_first() {
            None => true,
            Some((&"**", [])) => !path.is_empty(),
            Some((&"**", rest)) => (0..=path.len()).any(|at| go(rest, &path[at..])),
            Some((&"*", [])) => path.len() == 1,
            Some((step, rest)) => path.split_first().is_some_and(|(name, left)| {
                (match name {
                    Name::Known(name) => glob(step, name),
                    Name::Any => *step == "*",
                }) && go(rest, left)
            }),
        }
    }
    fn glob(step: &str, name: &str) -> bool {
        match step.chars().next() {
            None => name.is_empty(),
            Some('*') => (0..=name.len()).any(|at| glob(&step[1..], &name[at..])),
            Some(letter) => {
                let fits = name.chars().next().is_some_and(|first| letter == '?' || letter == first);
                fits && glob(&step[1..], &name[1..])
            }
        }
    }
    go(&steps, path)
}

proptest! {
    #[test]
    fn the_last_that_matches_counts_as_the_reference_says(
        patterns in prop::collection::vec(pattern(), 0..12),
        names in prop::collection::vec("[ab]{1,3}", 0..5),
        is_known in any::<bool>(),
    ) {
        let mut path: Vec<Name<'_>> = names.iter().map(|name| Name::Known(name)).collect();
        path.push(if is_known { Name::Known("ab") } else { Name::Any });
        let patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
        let last = patterns.iter().rposition(|pattern| reference(pattern, &path));
        prop_assert_eq!(last_of(&patterns, &path), last, "{:?} {:?}", patterns, path);
    }

    #[test]
    fn any_text_is_read(text in "(?s).{0,80}", directory in "[a-z./\\\\ *]{0,20}") {
        let file = Codeowners::read(&text);
        prop_assert!(file.rules().len() + file.odd().len() <= text.lines().count());
        let _ = file.owning(&directory);
    }
}
