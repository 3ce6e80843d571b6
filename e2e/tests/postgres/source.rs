//! The statements in the store's source: every string literal that begins as one, `concat!` put together.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What a statement begins with.
const BEGINNINGS: [&str; 5] = ["select ", "insert into ", "update ", "delete from ", "with "];

/// Every statement of the store, with the file it is in. What `format!` completes is left out.
pub(crate) fn statements() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/store/src"), &mut files);
    let sources: Vec<(PathBuf, Vec<Token>)> = files
        .into_iter()
        // What is one engine's own is not portable.
        .filter(|file| {
            !file.components().any(|part| ["sqlite", "postgres", "db"].iter().any(|own| part.as_os_str() == *own))
        })
        .map(|file| {
            let text = fs::read_to_string(&file).unwrap();
            (file, tokens(text.split("#[cfg(test)]\nmod tests").next().unwrap()))
        })
        .collect();
    let macros: BTreeMap<String, Macro> = sources.iter().flat_map(|(_, tokens)| macros_of(tokens)).collect();
    let mut found = Vec::new();
    for (file, tokens) in &sources {
        for text in texts(tokens, &macros) {
            let is_statement = BEGINNINGS.iter().any(|beginning| text.starts_with(beginning));
            if is_statement && !text.contains('{') && text.contains(' ') {
                found.push((file.clone(), text));
            }
        }
    }
    found
}

fn rust_files(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Text(String),
    Word(String),
    Mark(char),
}

/// Words, marks and string literals; comments and other literals fall away.
fn tokens(source: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        if rest.starts_with("//") {
            rest = rest.find('\n').map_or("", |end| &rest[end..]);
        } else if first == '"' {
            let (text, after) = literal(&rest[1..]);
            tokens.push(Token::Text(text));
            rest = after;
        } else if rest.starts_with("'\"'") {
            rest = &rest[3..];
        } else if first.is_alphanumeric() || first == '_' {
            let end =
                rest.find(|character: char| !character.is_alphanumeric() && character != '_').unwrap_or(rest.len());
            tokens.push(Token::Word(rest[..end].to_owned()));
            rest = &rest[end..];
        } else {
            if !first.is_whitespace() {
                tokens.push(Token::Mark(first));
            }
            rest = &rest[first.len_utf8()..];
        }
    }
    tokens
}

/// A literal's text, and what comes after it.
fn literal(rest: &str) -> (String, &str) {
    let mut text = String::new();
    let mut characters = rest.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return (text, &rest[at + 1..]),
            '\\' => match characters.next() {
                Some((_, '\n')) => while characters.next_if(|(_, next)| next.is_whitespace()).is_some() {},
                Some((_, 'n')) => text.push('\n'),
                Some((_, other)) => text.push(other),
                None => break,
            },
            other => text.push(other),
        }
    }
    (text, "")
}

/// A macro that stands for a text, with at most one parameter.
#[derive(Clone, Debug)]
struct Macro {
    parameter: Option<String>,
    body: Vec<Token>,
}

fn macros_of(tokens: &[Token]) -> Vec<(String, Macro)> {
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if *token != Token::Word("macro_rules".to_owned()) {
            continue;
        }
        let Some(Token::Word(name)) = tokens.get(at + 2) else { continue };
        let definition = inside(&tokens[at + 3..]);
        let pattern = inside(definition);
        let parameter = pattern.iter().find_map(|token| match token {
            Token::Word(word) => Some(word.clone()),
            _ => None,
        });
        let body = definition
            .iter()
            .position(|token| *token == Token::Mark('>'))
            .map(|arrow| inside(&definition[arrow + 1..]));
        if let Some(body) = body {
            found.push((name.clone(), Macro { parameter, body: body.to_vec() }));
        }
    }
    found
}

/// What is between a bracket, the first of `tokens`, and its partner.
fn inside(tokens: &[Token]) -> &[Token] {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Mark('(' | '[' | '{') => depth += 1,
            Token::Mark(')' | ']' | '}') => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return tokens.get(1..at).unwrap_or_default();
        }
    }
    &[]
}

/// Every text, outside the definitions of macros.
fn texts(tokens: &[Token], macros: &BTreeMap<String, Macro>) -> Vec<String> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token {
            Token::Text(text) => found.push(text.clone()),
            Token::Word(word) if tokens.get(at) == Some(&Token::Mark('!')) => {
                let start = if word == "macro_rules" { at + 2 } else { at + 1 };
                let content = inside(tokens.get(start..).unwrap_or_default());
                if word == "concat" || macros.contains_key(word) {
                    found.push(expanded(&tokens[at - 1..], macros, None));
                }
                if word == "concat" || word == "macro_rules" || macros.contains_key(word) {
                    at = start + content.len() + 2;
                }
            }
            _ => {}
        }
    }
    found
}

/// The text that a macro's call stands for.
fn expanded(call: &[Token], macros: &BTreeMap<String, Macro>, given: Option<(&str, &str)>) -> String {
    let Some(Token::Word(name)) = call.first() else { return String::new() };
    let content = inside(call.get(2..).unwrap_or_default());
    if name != "concat" {
        let Some(known) = macros.get(name) else { return String::new() };
        let argument = match content.first() {
            Some(Token::Text(text)) => text.as_str(),
            _ => "",
        };
        let given = known.parameter.as_deref().map(|parameter| (parameter, argument));
        return match known.body.as_slice() {
            [Token::Text(text)] => text.clone(),
            body => expanded(body, macros, given),
        };
    }
    let mut text = String::new();
    let mut at = 0;
    while let Some(token) = content.get(at) {
        match token {
            Token::Text(part) => text.push_str(part),
            Token::Mark('$') => {
                if let (Some(Token::Word(word)), Some((parameter, argument))) = (content.get(at + 1), given)
                    && word == parameter
                {
                    text.push_str(argument);
                }
            }
            Token::Word(_) if content.get(at + 1) == Some(&Token::Mark('!')) => {
                text.push_str(&expanded(&content[at..], macros, given));
                at += 2 + inside(&content[at + 2..]).len() + 1;
            }
            _ => {}
        }
        at += 1;
    }
    text
}

#[test]
fn texts_are_put_together_as_the_compiler_does() {
    let source = r#"
        macro_rules! columns { () => { "a, b" }; }
        macro_rules! select { ($condition:literal) => { concat!("select ", columns!(), " from t where ", $condition) }; }
        const ONE: &str = select!("a = 1");
        // "not this"
        fn two() { query("update t \
                          set a = 2"); query(concat!("delete from t where a in (", columns!(), ")")) }
    "#;
    let tokens = tokens(source);
    let macros = macros_of(&tokens).into_iter().collect();
    assert_eq!(
        texts(&tokens, &macros),
        ["select a, b from t where a = 1", "update t set a = 2", "delete from t where a in (a, b)"]
    );
}
