//! What the page says that expressions come to, they come to.

use serde_json::Value as Json;

use super::super::{Scope, Template};

#[test]
fn every_example_of_the_page_comes_to_what_it_says() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/rule-templates.md");
    let page = std::fs::read_to_string(path).unwrap();
    let values = page.split("```json\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let row = Template::parse("{{itemIndex + 1}}/{{itemCount}} {{item.username}}").unwrap();
    let scope =
        Scope::new(serde_json::from_str::<Json>(values).unwrap()).with_templates([("row".to_owned(), row)].into());
    let (mut is_example, mut tried) = (false, 0);
    for line in page.lines() {
        is_example = line == "| expression | comes to |" || (is_example && line.starts_with('|'));
        if let Some((expression, expected)) = example(line).filter(|_| is_example) {
            let template =
                Template::parse(&format!("{{{{{expression}}}}}")).unwrap_or_else(|error| panic!("{line}: {error}"));
            let expected: Json = serde_json::from_str(&expected).unwrap_or_else(|error| panic!("{line}: {error}"));
            assert_eq!(template.render(&scope).unwrap(), expected, "{line}");
            tried += 1;
        }
    }
    assert!(tried >= 35, "{tried} examples were found");
}

/// The two cells of a row, in which bars are escaped.
fn example(line: &str) -> Option<(String, String)> {
    let cells = line.strip_prefix("| `")?.strip_suffix("` |")?.replace("\\|", "\u{0}");
    let (expression, expected) = cells.split_once("` | `")?;
    Some((expression.replace('\u{0}', "|"), expected.replace('\u{0}', "|")))
}
